"""What is to be said of a thing that is not in the graph: that it has another name now, or that nothing is known."""

from __future__ import annotations

from pyoxigraph import NamedNode

from stancegraph.engine import Engine
from stancegraph.serving.pages.frame import ROOT
from stancegraph.serving.protocol import RequestError
from stancegraph.values import called_now


class MovedError(RequestError):
    """What is asked for has another name now: that of the thing at *path*."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(301, "it has another name now", f"/{path}")


def absent(engine: Engine, node: NamedNode) -> RequestError:
    """The error for *node*, which is not in the graph: 301 where a thing there had its name before, else 404."""
    now = called_now(engine, node)
    if now is not None and now.value.startswith(ROOT):
        return MovedError(now.value.removeprefix(ROOT))
    return RequestError(404, "the graph knows no such thing", "look for it by its name")
