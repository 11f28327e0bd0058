"""What is to be said of a thing that is not in the graph: that it has another name now, or that nothing is known."""

from __future__ import annotations

from pyoxigraph import NamedNode

from stancegraph.questions.parameters import find_successor
from stancegraph.sparql.engine import Engine
from stancegraph.web.context import ROOT
from stancegraph.web.failures import MovedError, RequestError


def absent(engine: Engine, node: NamedNode) -> RequestError:
    """The error for *node*, which is not in the graph: 301 where a thing there had its name before, else 404."""
    now = find_successor(engine, node)
    if now is not None and now.value.startswith(ROOT):
        return MovedError(now.value.removeprefix(ROOT))
    return RequestError(404, "the graph knows no such thing", "look for it by its name")
