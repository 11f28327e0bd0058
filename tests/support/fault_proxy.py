"""A proxy between the program and an endpoint, which injects the faults of networks and services."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

JSON = "application/sparql-results+json"
STALL = 0.6  # seconds that an answer stalls: longer than the timeout of the clients


@dataclass
class FaultProxy:
    """A proxy that injects the *faults* in turn, one for each request, and then passes requests on.

    With *lasting*, the last fault is injected for ever.
    """

    upstream: str
    faults: list[str] = field(default_factory=list)
    lasting: bool = True
    url: str = ""
    requests: int = 0
    sent: int = 0

    def next_fault(self) -> str | None:
        """Return the fault for the next request; None if it is passed on."""
        self.requests += 1
        if not self.faults:
            return None
        return self.faults[0] if self.lasting and len(self.faults) == 1 else self.faults.pop(0)


class _Handler(BaseHTTPRequestHandler):
    proxy: FaultProxy

    def do_POST(self) -> None:
        """Answer a request, with the next fault if there is one."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.proxy.next_fault()
        if fault is None or fault == "slow":
            time.sleep(0.1 if fault else 0)
            self._answer(200, *self._pass_on(body))
        else:
            getattr(self, f"_{fault}")(body)

    do_GET = do_POST  # noqa: N815 - the names are http.server's

    def _pass_on(self, body: bytes) -> tuple[str, bytes]:
        kind = self.headers.get("Content-Type", "")
        request = urllib.request.Request(self.proxy.upstream, data=body, headers={"Content-Type": kind, "Accept": JSON})
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.headers["Content-Type"], response.read()

    def _answer(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _reset(self, body: bytes) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _stalled(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"head":')
        self.wfile.flush()
        time.sleep(STALL)

    def _cut(self, body: bytes) -> None:
        """Close the connection before the announced length is sent."""
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"head":')

    def _truncated(self, body: bytes) -> None:
        kind, whole = self._pass_on(body)
        self._answer(200, kind, whole[: len(whole) // 2])

    def _busy(self, body: bytes) -> None:
        self._answer(429, "text/plain", b"slow down", Retry_After="1")

    def _error(self, body: bytes) -> None:
        self._answer(500, "text/plain", b"java.lang.NullPointerException")

    def _gateway(self, body: bytes) -> None:
        self._answer(502, "text/html", b"<html>Bad Gateway</html>")

    def _untyped(self, body: bytes) -> None:
        _, whole = self._pass_on(body)
        self._answer(200, "application/octet-stream", whole)

    def _page(self, body: bytes) -> None:
        self._answer(200, "text/html", b"<html>Please log in</html>")

    def _loop(self, body: bytes) -> None:
        self._answer(302, "text/plain", b"", Location=self.proxy.url)

    def _downgrade(self, body: bytes) -> None:
        self._answer(302, "text/plain", b"", Location=self.proxy.upstream)

    def _gigabytes(self, body: bytes) -> None:
        """Send an answer without a length and without end."""
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.end_headers()
        try:
            while self.proxy.sent < 4 << 30:
                self.proxy.sent += self.connection.send(b" " * (1 << 20))
        except OSError:
            pass  # the client has closed the connection

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads, block_on_close = True, False

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing: clients are expected to close the connection."""


@contextmanager
def faulty(
    upstream: str, *faults: str, lasting: bool = True, tls: ssl.SSLContext | None = None
) -> Iterator[FaultProxy]:
    """Run a proxy before *upstream* on a free port of 127.0.0.1 until the block ends; with *tls*, over HTTPS."""
    proxy = FaultProxy(upstream, list(faults), lasting)
    handler = type("Handler", (_Handler,), {"proxy": proxy})
    server = _Server(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True).start()
    proxy.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/sparql"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
