"""Data blocks, by which values are put into a query: SPARQL 1.1, `inline data`__.

__ https://www.w3.org/TR/sparql11-query/#inline-data
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

_Term = TypeVar("_Term", bound="NamedNode | Literal | BlankNode | Triple | str")


def with_values(query: str, /, **terms: Iterable[NamedNode | Literal]) -> str:
    """Return *query* with its open data blocks, such as ``VALUES ?thing { UNDEF }``, filled.

    Args:
        query: A SPARQL query.
        **terms: The terms for each block, by the name of its variable.

    Returns:
        The query; blocks that *terms* do not name stay open.

    Raises:
        ValueError: The query has no open block for one of the variables. It would be asked of everything, and nobody
            would notice.

    >>> with_values("SELECT * { VALUES ?s { UNDEF } ?s ?p ?o }", s=[NamedNode("urn:x")])
    'SELECT * { VALUES ?s { <urn:x> } ?s ?p ?o }'
    """
    for name, values in terms.items():
        head = f"VALUES ?{name} {{"
        if f"{head} UNDEF }}" not in query:
            raise ValueError(f"the query has no block {head} UNDEF }}")
        query = query.replace(f"{head} UNDEF }}", f"{head} {' '.join(map(str, values))} }}")
    return query


def data_block(names: Sequence[str], rows: Iterable[Sequence[_Term | None]]) -> str:
    """Return a data block for several variables.

    Args:
        names: The names of the variables, without question marks.
        rows: The rows, with a term for each variable: an RDF term, a string that is SPARQL already, or None for UNDEF.

    >>> data_block(["a", "b"], [[Literal("x"), None]])
    'VALUES (?a ?b) { ("x" UNDEF) }'
    """
    data = (" ".join("UNDEF" if term is None else str(term) for term in row) for row in rows)
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(f'({row})' for row in data)} }}"
