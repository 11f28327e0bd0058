"""Run queries in processes of their own, so that one that takes too long is really stopped.

A *holder* process loads the snapshot into memory once and forks workers, which share that memory; a worker answers one
query at a time, and is killed where it takes longer than it may. The holder forks another one in its place, at no cost
but that of the fork. Workers connect to a socket of the server, and stream what they find.

A new snapshot gets a holder of its own beside the old one; queries under way end where they began.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import AuthenticationError, get_context
from multiprocessing.connection import Connection, Listener
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from stancegraph.errors import CallError, OutsideError
from stancegraph.serving.task import Limits, Task
from stancegraph.serving.worker import END, FAILED, WRONG, hold


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
            target=hold, args=(str(self.snapshot), self._listener.address, key, self.size, self.limits), daemon=False
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
                if kind in (END, WRONG, FAILED):
                    done = True
                if kind == END:
                    return
                if kind == FAILED:
                    raise OutsideError(f"an endpoint that the query calls failed: {content.decode('utf-8')}")
                if kind == WRONG:
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
