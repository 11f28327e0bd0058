"""What is served from elsewhere: a SPARQL 1.1 endpoint in place of the snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pyoxigraph import QueryResultsFormat, parse_query_results

from stancegraph.endpoint import Endpoint
from stancegraph.engine import Rows
from stancegraph.serving.media import GRAPHS, ROWS
from stancegraph.serving.pool import NotAcceptableError
from stancegraph.serving.protocol import RequestError
from stancegraph.serving.task import Task


class RemoteService:
    """The endpoint at *url*, which bounds its queries itself; a request may take *seconds*."""

    version: str | None = None

    def __init__(self, url: str, seconds: float) -> None:
        self.endpoint = Endpoint(url, seconds)

    def look(self) -> None:
        """There is nothing new to look for: the endpoint answers from what it has."""

    def run(self, task: Task) -> Iterator[bytes]:
        """Answer *task* as `Pool.run` does; graphs cannot be named, as the endpoint's own are."""
        if task.default_graphs or task.named_graphs:
            raise RequestError(400, "graphs cannot be named here", "ask the endpoint behind this server")
        answer = self.endpoint.query(task.text)
        media = task.rows if isinstance(answer, Rows) else task.truth if isinstance(answer, bool) else task.graphs
        if media is None:
            raise NotAcceptableError
        yield media.encode("ascii")
        if isinstance(answer, Rows):
            yield answer.serialize(ROWS[media])
        elif isinstance(answer, bool):
            truth = parse_query_results(f'{{"head":{{}},"boolean":{str(answer).lower()}}}', QueryResultsFormat.JSON)
            yield truth.serialize(format=ROWS[media]) or b""
        else:
            yield answer.serialize(GRAPHS[media])

    @contextmanager
    def pinned(self) -> Iterator[RemoteService]:
        """The same: an endpoint keeps no versions apart."""
        yield self

    def close(self) -> None:
        """There is nothing to end."""
