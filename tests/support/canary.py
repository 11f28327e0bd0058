"""Servers on loopback that record their requests, and that may answer as no server should."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Canary:
    """A server: its requests, byte for byte, and whether a client closed the connection first."""

    port: int
    requests: list[str] = field(default_factory=list)
    client_left: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """The URL of the server."""
        return f"http://127.0.0.1:{self.port}/sparql"


Answer = Callable[[Canary, socket.socket], None]
"""A function that answers one request on its connection."""


def respond(status: str, body: str = "", **headers: str) -> Answer:
    """A complete HTTP response."""

    def answer(canary: Canary, connection: socket.socket) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        connection.sendall("\r\n".join([*lines, "", body]).encode("latin-1"))

    return answer


def redirect(location: str, status: str = "302 Found") -> Answer:
    """A redirect."""
    return respond(status, Location=location)


def respond_forever(first: str, again: str, pause: float = 0.0) -> Answer:
    """A response that continues until the client closes the connection, *pause* seconds after each piece."""

    def answer(canary: Canary, connection: socket.socket) -> None:
        try:
            connection.sendall(first.encode("latin-1"))
            while not canary.stop.wait(pause):
                connection.sendall(again.encode("latin-1"))
        except OSError:
            canary.client_left.set()

    return answer


@contextmanager
def canary(answer: Answer) -> Iterator[Canary]:
    """Run a server on a free port of 127.0.0.1 until the block ends, which gives *answer* to each request."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Canary(listener.getsockname()[1])

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                server.requests.append(_read_request(connection))
                answer(server, connection)
            except OSError:
                server.client_left.set()

    def listen() -> None:
        while not server.stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield server
    finally:
        server.stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _read_request(connection: socket.socket) -> str:
    """Read a request with its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        body += _receive(connection)
    return (head + b"\r\n\r\n" + body).decode("latin-1")


def _receive(connection: socket.socket) -> bytes:
    piece = connection.recv(1 << 16)
    if not piece:
        raise ConnectionError
    return piece
