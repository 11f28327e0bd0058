"""Which columns of an answer hold claims: those whose variable is named ``claim``, or begins so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode

from stancegraph.sparql.engine import Rows, Term


def is_claim_variable(name: str) -> bool:
    """Return whether the values of the variable *name* are claims, for which there is evidence."""
    return name.startswith("claim")


def claim_columns(variables: Sequence[str]) -> list[int]:
    """Return the indices of those *variables* whose values are claims."""
    return [index for index, name in enumerate(variables) if is_claim_variable(name)]


def claims_by_row(answer: Rows) -> list[tuple[int, NamedNode]]:
    """Return the claims of *answer* with the index of the row in which each stands, row by row."""
    columns = claim_columns(answer.variables)
    terms: Iterable[tuple[int, Term | None]] = (
        (number, row[column]) for number, row in enumerate(answer.rows) for column in columns
    )
    return [(number, term) for number, term in terms if isinstance(term, NamedNode)]
