"""Servers on loopback that do not answer as they should, and that count who calls them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Canary:
    """A server: what it was asked, word for word, and whether it saw its callers hang up."""

    port: int
    asked: list[str] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/sparql"


Answer = Callable[[Canary, socket.socket], None]
"""Answers one request on its connection."""


def said(status: str, body: str = "", **headers: str) -> Answer:
    """An answer as it should be."""

    def answer(canary: Canary, connection: socket.socket) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        connection.sendall("\r\n".join([*lines, "", body]).encode("latin-1"))

    return answer


def found(location: str, status: str = "302 Found") -> Answer:
    """A redirect."""
    return said(status, Location=location)


def without_end(first: str, again: str, pause: float = 0.0) -> Answer:
    """An answer that goes on until the caller hangs up, with *pause* seconds between its pieces."""

    def answer(canary: Canary, connection: socket.socket) -> None:
        try:
            connection.sendall(first.encode("latin-1"))
            while not canary.stop.wait(pause):
                connection.sendall(again.encode("latin-1"))
        except OSError:
            canary.hung_up.set()

    return answer


@contextmanager
def canary(answer: Answer) -> Iterator[Canary]:
    """A server on a free port of 127.0.0.1, until the block ends, that gives *answer* to each request."""
    listener = socket.create_server(("127.0.0.1", 0))
    one = Canary(listener.getsockname()[1])

    def served(connection: socket.socket) -> None:
        with connection:
            try:
                one.asked.append(_request(connection))
                answer(one, connection)
            except OSError:
                one.hung_up.set()

    def listen() -> None:
        while not one.stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=served, args=(connection,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield one
    finally:
        one.stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _request(connection: socket.socket) -> str:
    """A request with its body."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += _some(connection)
    head, _, body = read.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        body += _some(connection)
    return (head + b"\r\n\r\n" + body).decode("latin-1")


def _some(connection: socket.socket) -> bytes:
    piece = connection.recv(1 << 16)
    if not piece:
        raise ConnectionError
    return piece
