"""A small SPARQL 1.1 Protocol endpoint on loopback, for tests: Oxigraph behind the standard library's server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from pyoxigraph import QueryResultsFormat

from stancegraph.errors import StancegraphError
from stancegraph.sparql.engine import Oxigraph, Rows


@contextmanager
def serve(engine: Oxigraph, *, nonsense: bool = False) -> Iterator[str]:
    """Serve *engine* on a free port of 127.0.0.1 until the block ends; yield the URL.

    With *nonsense*, every answer is an HTML page.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8"))
            try:
                answer = engine.query(form["query"][0])
                if isinstance(answer, Rows):
                    status, body = 200, answer.serialize(QueryResultsFormat.JSON)
                else:
                    status, body = 200, f'{{"head":{{}},"boolean":{str(answer).lower()}}}'.encode()
            except StancegraphError as error:
                status, body = 400, str(error).encode()
            if nonsense:
                status, body = 200, b"<html>Welcome</html>"
            self.send_response(status)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/sparql"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
