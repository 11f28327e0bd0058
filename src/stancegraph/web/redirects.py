"""Things that are not in the graph: those that have another name now, and those that are unknown."""

from __future__ import annotations

from pyoxigraph import NamedNode

from stancegraph.questions.parameters import find_successor
from stancegraph.sparql.engine import Engine
from stancegraph.web.context import IRI_ROOT
from stancegraph.web.failures import MovedError, RequestError


def missing_thing_error(engine: Engine, node: NamedNode) -> RequestError:
    """Return the error for *node*, which is not in the graph.

    Returns:
        A `MovedError` if a thing of the graph had this name before, else a `RequestError` with 404.
    """
    successor = find_successor(engine, node)
    if successor is not None and successor.value.startswith(IRI_ROOT):
        return MovedError(successor.value.removeprefix(IRI_ROOT))
    return RequestError(404, "there is no such thing in the graph", "search for it by name")
