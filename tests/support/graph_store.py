"""A small SPARQL store on loopback that answers queries and takes updates, for tests of publication."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)


@dataclass
class GraphStore:
    """Where the store answers, where it is updated, where it takes whole graphs, and what it holds."""

    url: str = ""
    content: Store = field(default_factory=Store)
    graphs_put: int = 0

    @property
    def query(self) -> str:
        """The address of the SPARQL 1.1 query endpoint."""
        return f"{self.url}/query"

    @property
    def update(self) -> str:
        """The address of the SPARQL 1.1 update endpoint."""
        return f"{self.url}/update"

    @property
    def graph_store(self) -> str:
        """The address of the SPARQL 1.1 Graph Store Protocol."""
        return f"{self.url}/store"


class _Handler(BaseHTTPRequestHandler):
    store: GraphStore

    def do_POST(self) -> None:
        """Answer a query, or carry out an update."""
        form = {name: values[0] for name, values in parse_qs(self._body().decode("utf-8")).items()}
        if self.path.startswith("/update"):
            self.store.content.update(form["update"])
            self._answer(204)
            return
        answer = self.store.content.query(form["query"], use_default_graph_as_union=True)
        if isinstance(answer, QueryTriples):
            self._answer(200, "application/n-triples", answer.serialize(format=RdfFormat.N_TRIPLES) or b"")
        else:
            assert isinstance(answer, QuerySolutions | QueryBoolean)
            body = answer.serialize(format=QueryResultsFormat.JSON) or b""
            self._answer(200, "application/sparql-results+json", body)

    def do_PUT(self) -> None:
        """Replace the content of a graph."""
        graph = NamedNode(parse_qs(urlsplit(self.path).query)["graph"][0])
        self.store.content.clear_graph(graph)
        self.store.content.load(self._body(), format=RdfFormat.N_TRIPLES, to_graph=graph)
        self.store.graphs_put += 1
        self._answer(204)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, status: int, media_type: str = "text/plain", body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests are quiet."""


@contextmanager
def serve_graph_store() -> Iterator[GraphStore]:
    """Serve an empty store on a free port of 127.0.0.1 until the block ends."""
    store = GraphStore()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"store": store}))
    store.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True).start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
