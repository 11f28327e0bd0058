"""What is served, as an engine: for looking up what requests and pages need."""

from __future__ import annotations

from pyoxigraph import RdfFormat, parse

from stancegraph.engine import Answer, Rows, Triples, solutions
from stancegraph.serving.media import GRAPHS, ROWS
from stancegraph.serving.service import Served
from stancegraph.serving.task import Task

_ROWS, _GRAPHS = next(iter(ROWS)), "application/n-triples"


class ServedEngine:
    """An engine whose answers come from *service*, within its bounds."""

    def __init__(self, service: Served) -> None:
        self.service = service

    def query(self, text: str) -> Answer:
        """Answer *text*, as `stancegraph.engine.Engine` does; raises what the service raises."""
        pieces = self.service.run(Task(text, _ROWS, _ROWS, _GRAPHS))
        media = next(pieces).decode("ascii")
        body = b"".join(pieces)
        if media in GRAPHS:
            return Triples(quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES))
        if body.startswith(b'{"head":{},"boolean":'):
            return body.endswith(b"true}")
        return Rows(lambda: solutions(body, ROWS[media])).kept()
