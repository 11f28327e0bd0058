"""An answer under way: a worker that is at a task, and what comes of it piece by piece."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from stancegraph.errors import ExternalError
from stancegraph.web.backend.cancelling import GoneError
from stancegraph.web.backend.task import Head, Query, Task
from stancegraph.web.backend.worker import ASK, DATA, DRAW, END, GIVEN, REFUSED, START, WRONG
from stancegraph.web.failures import BrokeOffError, TooLargeError, TooSlowError, received

LATE, BROKEN, UNWANTED = "deadline", "broken off", "not wanted"
"""Why an answer was stopped: it took too long, its worker ended, or nobody wants the rest of it."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What workers need others for: *draw* draws a picture, *ask* asks an endpoint; both take plain data and the time
    that is left, in seconds, and raise `ExternalError` where they cannot.
    """

    draw: Callable[[dict[str, Any], float], bytes]
    ask: Callable[[str, str, float], bytes]


@dataclass(eq=False)
class Worker:
    """A worker: the connection to it, its process, and the number of the holder that forked it."""

    connection: Connection[Any, Any]
    process: int
    generation: int

    def kill(self) -> None:
        """End its process, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)


@dataclass(eq=False)
class Answer(Iterator[bytes]):
    """An answer under way: how it begins, and its pieces, in turn; *version* is the digest of what it is from.

    Whoever takes the pieces ends it by `close`, wherever it stands; `stop` ends it from any other thread. A worker that
    is still at it is killed. Pieces raise `TooSlowError`, `TooLargeError` and `BrokeOffError` where what was given is
    not whole.
    """

    task: Task
    worker: Worker
    until: float
    largest: int
    outside: Outside
    ended: Callable[[Answer, bool], None]
    head: Head = field(default=Head(""), init=False)
    version: str | None = field(default=None, init=False)
    reason: str | None = field(default=None, init=False)
    _then: Callable[[], None] | None = field(default=None, init=False)
    _given: int = field(default=0, init=False)
    _over: bool = field(default=False, init=False)
    _whole: bool = field(default=False, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _reading: threading.Lock = field(default_factory=threading.Lock, init=False)

    def begin(self) -> Answer:
        """Give the task to the worker, and wait until the answer begins; raises what is wrong with it."""
        try:
            with self._reading:
                self.worker.connection.send(self.task)
                letter, content = self._receive()
            if letter == START:
                told = json.loads(content)
                self.head = Head(str(told["media"]), int(told["status"]), dict(told["headers"]))
                return self
            raise BrokeOffError
        except (EOFError, OSError):
            self.stop(BROKEN)
            raise self._broken() from None
        finally:
            if not self.head.media:
                self.close()

    def __next__(self) -> bytes:
        with self._reading:
            if self._over:
                raise StopIteration if self._whole else self._broken()
            try:
                letter, content = self._receive()
            except (EOFError, OSError):
                self.stop(BROKEN)
                raise self._broken() from None
            except BaseException:
                self.stop()
                raise
        if letter == END:
            raise StopIteration
        self._given += len(content)
        if self._given > self.largest:
            self.stop()
            raise TooLargeError
        return content

    def whole(self) -> bytes:
        """All that is left of it."""
        return b"".join(self)

    def _receive(self) -> tuple[bytes, bytes]:
        """The next message that is the server's, after what the worker needs others for was done."""
        while True:
            if not self.worker.connection.poll(max(0.0, self.until - time.monotonic())):
                raise TooSlowError
            message = self.worker.connection.recv_bytes()
            letter, content = message[:1], message[1:]
            if letter in (DRAW, ASK):
                self.worker.connection.send_bytes(self._from_others(letter, json.loads(content)))
                continue
            if letter in (END, WRONG):
                self._release(whole=True)
            if letter == WRONG:
                raise received(json.loads(content))
            if letter not in (START, DATA, END):
                raise BrokeOffError
            return letter, content

    def _from_others(self, letter: bytes, what: dict[str, Any]) -> bytes:
        left = max(0.1, self.until - time.monotonic())
        try:
            if letter == DRAW:
                return GIVEN + self.outside.draw(what, left)
            allowed = self.task.allowed if isinstance(self.task, Query) else frozenset()
            if what["iri"] not in allowed:  # whatever the query says, and whoever read it
                raise ExternalError("this endpoint is not allowed")
            return GIVEN + self.outside.ask(str(what["iri"]), str(what["text"]), left)
        except ExternalError as error:
            return REFUSED + error.message.encode("utf-8")

    def _broken(self) -> Exception:
        """What it means that the worker has gone."""
        if self.reason == UNWANTED:
            return GoneError()
        return TooSlowError() if time.monotonic() >= self.until else BrokeOffError()

    def _release(self, *, whole: bool) -> None:
        with self._lock:
            if self._over:
                return
            self._over, self._whole = True, whole
            then, self._then = self._then, None
        self.ended(self, whole)
        if then is not None:
            then()

    def afterwards(self, then: Callable[[], None]) -> None:
        """Do *then* when it is over; at once where it is."""
        with self._lock:
            if not self._over:
                self._then = then
                return
        then()

    def stop(self, reason: str = UNWANTED) -> None:
        """Kill the worker that is at it, for a *reason*; who waits for a piece is told."""
        with self._lock:
            self.reason = self.reason or (LATE if time.monotonic() >= self.until else reason)
        self._release(whole=False)

    def close(self) -> None:
        """End it; what was not given yet is lost."""
        self.stop()
        with self._reading:  # a thread that waits for a piece sees the end of the worker first
            if not self._whole:
                self.worker.connection.close()
