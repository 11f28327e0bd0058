"""Run queries in processes of their own, so that one that takes too long is really stopped.

A *holder* process loads the snapshot into memory once and forks workers, which share that memory; a worker answers one
query at a time, and is killed where it takes longer than it may. The holder forks another one in its place, at no cost
but that of the fork. Workers connect to a socket of the server, and stream what they find.

A new snapshot gets a holder of its own beside the old one; queries under way end where they began.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import secrets
import select
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import AuthenticationError, get_context
from multiprocessing.connection import Client, Connection, Listener
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from stancegraph.errors import CallError, OutsideError

_CHUNK = 1 << 16
_START, _DATA, _END, _WRONG = b"s", b"d", b"e", b"w"


@dataclass(frozen=True, slots=True)
class Task:
    """A query to run: its text, the graphs that the request names, and the media types for rows, truth and graphs.

    With no graphs named, the union of all graphs is asked, unless the text names graphs itself. *base* is what relative
    IRIs are resolved against.
    """

    text: str
    rows: str | None
    truth: str | None
    graphs: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may take: seconds of time, bytes of memory beyond the snapshot, and bytes of its answer."""

    seconds: float = 30.0
    memory: int = 2 << 30
    answer: int = 1 << 30


class TooSlowError(Exception):
    """The query took longer than it may, and was stopped."""


class BusyError(Exception):
    """Too many queries wait, or no worker came free in time."""


class BrokeOffError(Exception):
    """The worker ended in the middle: it took more memory than it may."""


class TooLargeError(Exception):
    """The answer is larger than it may be; what was given of it is not whole."""


class NotAcceptableError(Exception):
    """The answer is of a kind for which the client accepts no form."""


@dataclass
class _Worker:
    connection: Connection[Any, Any]
    process: int


@dataclass
class Pool:
    """Workers on one snapshot."""

    snapshot: Path
    size: int
    limits: Limits
    _idle: Queue[_Worker] = field(default_factory=Queue)
    _closed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="stancegraph-")
        key = secrets.token_bytes(32)
        self._listener = Listener(f"{self._folder.name}/pool", family="AF_UNIX", authkey=key)
        self._holder: BaseProcess = get_context("spawn").Process(
            target=_hold, args=(str(self.snapshot), self._listener.address, key, self.size, self.limits), daemon=False
        )
        self._holder.start()
        threading.Thread(target=self._welcome, daemon=True).start()

    def _welcome(self) -> None:
        """Take in workers as they connect."""
        while not self._closed.is_set():
            try:
                connection = self._listener.accept()
                self._idle.put(_Worker(connection, connection.recv()))
            except (OSError, EOFError, AuthenticationError):
                continue

    def run(self, task: Task) -> Iterator[bytes]:
        """Answer *task*: first its media type, then the answer in pieces.

        Raises `BusyError` where no worker comes free in time, `CallError` where the query is wrong,
        `NotAcceptableError`, `TooSlowError`, `TooLargeError` and `BrokeOffError`; the last three may come after pieces
        were given. To stop early, close the iterator: the worker is killed then.
        """
        worker = self._take(time.monotonic() + self.limits.seconds)
        until = time.monotonic() + self.limits.seconds
        done, given = False, 0
        try:
            worker.connection.send(task)
            while True:
                if not worker.connection.poll(max(0.0, until - time.monotonic())):
                    raise TooSlowError
                message: bytes = worker.connection.recv_bytes()
                kind, content = message[:1], message[1:]
                if kind in (_END, _WRONG):
                    done = True
                if kind == _END:
                    return
                if kind == _WRONG:
                    reason = content.decode("utf-8")
                    if reason == "not acceptable":
                        raise NotAcceptableError
                    raise CallError(f"not SPARQL 1.1: {reason}", remedy="correct the query")
                given += len(content)
                if given > self.limits.answer:
                    raise TooLargeError
                yield content
        except (EOFError, ConnectionError):
            raise BrokeOffError from None
        finally:
            if done:
                self._idle.put(worker)
            else:
                self._kill(worker)

    def _take(self, until: float) -> _Worker:
        """A worker that is alive and at leisure."""
        while True:
            try:
                worker = self._idle.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                raise BusyError from None
            if not worker.connection.poll(0):  # an idle worker has nothing to say, save that it has gone
                return worker
            self._kill(worker)

    @staticmethod
    def _kill(worker: _Worker) -> None:
        worker.connection.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.process, signal.SIGKILL)

    def ready(self, seconds: float) -> None:
        """Wait until a worker is there; raise `OutsideError` where none comes in time."""
        until = time.monotonic() + seconds
        while self._idle.empty():
            if time.monotonic() > until or not self._holder.is_alive():
                raise OutsideError("the snapshot cannot be held", file=self.snapshot, remedy="build it anew")
            time.sleep(0.01)

    def close(self) -> None:
        """End the workers and their holder."""
        self._closed.set()
        self._holder.terminate()
        self._holder.join(10)
        if self._holder.is_alive():
            self._holder.kill()
        self._listener.close()
        self._folder.cleanup()


def _hold(snapshot: str, address: str, key: bytes, size: int, limits: Limits) -> None:
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
            connection.send_bytes(_END)
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            connection.send_bytes(_WRONG + str(error).encode("utf-8"))


def _has_proc() -> bool:
    return Path("/proc/self/statm").exists()


class _Pieces(io.RawIOBase):
    """A file that sends what is written to it."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self.connection = connection

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Send *data*."""
        self.connection.send_bytes(_DATA + bytes(data))
        return len(data)


def _answer(store: Any, task: Task, connection: Connection[Any, Any]) -> None:
    from pyoxigraph import DefaultGraph, NamedNode, QueryBoolean, QuerySolutions, serialize

    from stancegraph.serving.media import GRAPHS, ROWS
    from stancegraph.sparql_text import keywords

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
    pieces = io.BufferedWriter(_Pieces(connection), _CHUNK)
    connection.send_bytes(_START + media.encode("ascii"))
    if isinstance(result, QuerySolutions | QueryBoolean):
        result.serialize(pieces, format=ROWS[media])
    else:
        from stancegraph.prefixes import PREFIXES

        serialize(result, pieces, format=GRAPHS[media], prefixes=PREFIXES)
    pieces.flush()
