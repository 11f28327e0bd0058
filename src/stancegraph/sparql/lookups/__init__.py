"""The program's own queries, each in a file beside this module."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from pyoxigraph import Literal, NamedNode

from stancegraph.sparql.engine import Engine, Rows, require_rows
from stancegraph.sparql.values_block import with_values


def lookup(name: str, /, **terms: Iterable[NamedNode | Literal]) -> str:
    """Return the text of one of the program's own queries.

    Args:
        name: The name of its file, without ``.rq``.
        **terms: The terms for its data blocks, by the names of their variables.

    Raises:
        ValueError: The query has no open data block for one of the variables; see
            `stancegraph.sparql.values_block.with_values`.
    """
    return with_values(_read_query(name), **terms)


@cache
def _read_query(name: str) -> str:
    return files(__package__).joinpath(f"{name}.rq").read_text(encoding="utf-8")


def rows(engine: Engine, text: str) -> Rows:
    """Return the answer of *engine* to the SELECT *text*.

    Raises:
        UsageError: The query does not parse.
        ExternalError: The engine fails, or answers with anything but rows.
    """
    return require_rows(engine.query(text))
