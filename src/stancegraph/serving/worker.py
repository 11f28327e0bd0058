"""The processes that answer queries: a holder that loads the snapshot once, and the workers that it forks.

A worker sends messages that begin with one letter: the media type of the answer, its pieces, its end, or what is wrong.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import select
import signal
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any

from stancegraph.serving.task import Limits, Task

START, DATA, END, WRONG, FAILED = b"s", b"d", b"e", b"w", b"f"
_CHUNK = 1 << 16


def hold(snapshot: str, address: str, key: bytes, size: int, limits: Limits) -> None:
    """Load *snapshot*, and keep *size* workers alive until told to end."""
    from stancegraph.snapshot import open_store

    store = open_store(Path(snapshot), in_memory=True)
    workers: set[int] = set()

    def end(number: int, frame: object) -> None:
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server tells when to end
    told, tell = os.pipe()  # which the end of a worker wakes
    os.set_blocking(tell, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    server = os.getppid()
    while True:
        while len(workers) < size:
            child = os.fork()
            if child == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                try:
                    _work(store, address, key, limits)
                finally:
                    os._exit(0)
            workers.add(child)
        if os.getppid() != server:  # the server has gone without a word
            end(0, None)
        ended, _ = os.waitpid(-1, os.WNOHANG)
        workers.discard(ended)
        if not ended and select.select([told], [], [], 1.0)[0]:
            os.read(told, 4096)


def _work(store: Any, address: str, key: bytes, limits: Limits) -> None:
    """Answer one task after the other."""
    used = resource.getpagesize() * int(Path("/proc/self/statm").read_text().split()[0]) if _has_proc() else 0
    if used:
        resource.setrlimit(resource.RLIMIT_AS, (used + limits.memory, used + limits.memory))
    connection = Client(address, family="AF_UNIX", authkey=key)
    connection.send(os.getpid())
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        try:
            _answer(store, task, connection)
            connection.send_bytes(END)
        except _ElsewhereError as error:
            connection.send_bytes(FAILED + str(error).encode("utf-8"))
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            connection.send_bytes(WRONG + str(error).encode("utf-8"))


def _has_proc() -> bool:
    return Path("/proc/self/statm").exists()


class _ElsewhereError(Exception):
    """An endpoint that a query calls did not answer as it must."""


class _Pieces(io.RawIOBase):
    """A file that sends what is written to it, and before it the *media* type, once there is something to send."""

    def __init__(self, connection: Connection[Any, Any], media: str) -> None:
        self.connection, self.media, self.begun = connection, media, False

    def begin(self) -> None:
        """Send the media type, if that was not done yet."""
        if not self.begun:
            self.begun = True
            self.connection.send_bytes(START + self.media.encode("ascii"))

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Send *data*."""
        self.begin()
        self.connection.send_bytes(DATA + bytes(data))
        return len(data)


def _answer(store: Any, task: Task, connection: Connection[Any, Any]) -> None:
    from pyoxigraph import DefaultGraph, NamedNode, QueryBoolean, QuerySolutions, serialize

    from stancegraph.serving.media import GRAPHS, ROWS
    from stancegraph.sparql_text import keywords, services

    given: dict[str, Any] = {"base_iri": task.base}
    if task.default_graphs or task.named_graphs:
        given["default_graph"] = [NamedNode(iri) for iri in task.default_graphs] or [DefaultGraph()]
        given["named_graphs"] = [NamedNode(iri) for iri in task.named_graphs]
    elif "FROM" not in keywords(task.text):
        given["use_default_graph_as_union"] = True
    result = store.query(task.text, **given)
    media = task.rows if isinstance(result, QuerySolutions) else task.graphs
    if isinstance(result, QueryBoolean):
        media = task.truth
    if media is None:
        raise ValueError("not acceptable")
    sent = _Pieces(connection, media)
    pieces = io.BufferedWriter(sent, _CHUNK)
    try:
        if isinstance(result, QuerySolutions | QueryBoolean):
            result.serialize(pieces, format=ROWS[media])
        else:
            from stancegraph.prefixes import PREFIXES

            serialize(result, pieces, format=GRAPHS[media], prefixes=PREFIXES)
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        if services(task.text):
            raise _ElsewhereError(str(error)) from None
        raise
    pieces.flush()
    sent.begin()
