"""The program's own queries: a file each, beside this one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from pyoxigraph import Literal, NamedNode

from stancegraph.sparql.engine import Engine, Rows
from stancegraph.sparql.values_block import with_values


def lookup(name: str, /, **terms: Iterable[NamedNode | Literal]) -> str:
    """The text of one of the program's own queries, ``<name>.rq``, with *terms* in its data blocks.

    Raises `ValueError` where it has no data block for one of them: see `stancegraph.sparql.values_block.with_values`.
    """
    return with_values(_text_of(name), **terms)


@cache
def _text_of(name: str) -> str:
    return files(__package__).joinpath(f"{name}.rq").read_text(encoding="utf-8")


def rows(engine: Engine, text: str) -> Rows:
    """The answer of *engine* to a SELECT."""
    answer = engine.query(text)
    assert isinstance(answer, Rows)
    return answer
