"""An answer that a worker is producing, received piece by piece."""

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
from stancegraph.web.backend.cancelling import DisconnectedError
from stancegraph.web.backend.task import Head, Query, Task
from stancegraph.web.backend.worker import ASK, DATA, DRAW, END, ERROR, REFUSED, RESULT, START
from stancegraph.web.failures import TooLargeError, TooSlowError, WorkerEndedError, decode_error

DEADLINE, WORKER_ENDED, CANCELLED = "deadline", "worker ended", "cancelled"
"""Why an answer was stopped: it took too long, its worker ended, or nobody wants the rest of it."""


@dataclass(frozen=True, slots=True)
class ExternalServices:
    """What the server does for workers, which are cut off from the network and from other programs.

    Attributes:
        draw: Draws a picture, given its kind, specification, format and options by name, and the seconds that are left;
            raises `ExternalError` if it cannot.
        ask: Asks an endpoint, given its IRI, the text of a query and the seconds that are left, for rows in JSON;
            raises `ExternalError` if it does not answer.
    """

    draw: Callable[[dict[str, Any], float], bytes]
    ask: Callable[[str, str, float], bytes]


@dataclass(eq=False)
class Worker:
    """A worker process.

    Attributes:
        connection: The connection to it.
        pid: The number of its process.
        generation: Which fork server it comes from: 0 for the first, one more for each that replaced another.
    """

    connection: Connection[Any, Any]
    pid: int
    generation: int

    def kill(self) -> None:
        """Kill its process, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


@dataclass(eq=False)
class AnswerStream(Iterator[bytes]):
    """An answer that a worker is producing: its head, and its pieces in turn.

    Whoever takes the pieces must `close` it in the end, whether or not it is complete; `stop` may be called from any
    other thread. Both kill a worker that is still busy with it. Taking a piece raises `TooSlowError`, `TooLargeError`
    or `WorkerEndedError` if the answer stays incomplete, and `DisconnectedError` if it was stopped on purpose.

    Attributes:
        task: What the worker is doing.
        worker: The worker.
        deadline: When the answer must be complete, by `time.monotonic`.
        max_bytes: How large the answer may be.
        services: What the server does for the worker.
        release_worker: Takes the worker back, called once with this answer and whether the worker has finished.
        head: How the answer starts; its media type is empty until `start` returns.
        version: The digest of the snapshot that it comes from, if there is one.
        reason: Why it was stopped, if it was: `DEADLINE`, `WORKER_ENDED` or `CANCELLED`.
    """

    task: Task
    worker: Worker
    deadline: float
    max_bytes: int
    services: ExternalServices
    release_worker: Callable[[AnswerStream, bool], None]
    head: Head = field(default=Head(""), init=False)
    version: str | None = field(default=None, init=False)
    reason: str | None = field(default=None, init=False)
    _done_callback: Callable[[], None] | None = field(default=None, init=False)
    _received_bytes: int = field(default=0, init=False)
    _done: bool = field(default=False, init=False)
    _finished: bool = field(default=False, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _reading: threading.Lock = field(default_factory=threading.Lock, init=False)

    def start(self) -> AnswerStream:
        """Send the task to the worker, wait for the head of the answer, and return this answer.

        Raises:
            StancegraphError: The task is wrong.
            NotAcceptableError: The answer has no format that the client accepts.
            Exception: As taking a piece does.
        """
        try:
            with self._reading:
                self.worker.connection.send(self.task)
                kind, content = self._receive()
            if kind == START:
                head = json.loads(content)
                self.head = Head(str(head["media_type"]), int(head["status"]), dict(head["headers"]))
                return self
            raise WorkerEndedError
        except (EOFError, OSError):
            self.stop(WORKER_ENDED)
            raise self._interruption() from None
        finally:
            if not self.head.media_type:
                self.close()

    def __next__(self) -> bytes:
        with self._reading:
            if self._done:
                raise StopIteration if self._finished else self._interruption()
            try:
                kind, content = self._receive()
            except (EOFError, OSError):
                self.stop(WORKER_ENDED)
                raise self._interruption() from None
            except BaseException:
                self.stop()
                raise
        if kind == END:
            raise StopIteration
        self._received_bytes += len(content)
        if self._received_bytes > self.max_bytes:
            self.stop()
            raise TooLargeError
        return content

    def read_all(self) -> bytes:
        """Return the rest of the answer."""
        return b"".join(self)

    def _receive(self) -> tuple[bytes, bytes]:
        """Return the kind and content of the next message of the answer, serving the worker's requests before it."""
        while True:
            if not self.worker.connection.poll(max(0.0, self.deadline - time.monotonic())):
                raise TooSlowError
            message = self.worker.connection.recv_bytes()
            kind, content = message[:1], message[1:]
            if kind in (DRAW, ASK):
                self.worker.connection.send_bytes(self._serve_request(kind, json.loads(content)))
                continue
            if kind in (END, ERROR):
                self._release(finished=True)
            if kind == ERROR:
                raise decode_error(json.loads(content))
            if kind not in (START, DATA, END):
                raise WorkerEndedError
            return kind, content

    def _serve_request(self, kind: bytes, request: dict[str, Any]) -> bytes:
        """Return the reply to a worker that asks for a picture or for the answer of an endpoint."""
        remaining = max(0.1, self.deadline - time.monotonic())
        try:
            if kind == DRAW:
                return RESULT + self.services.draw(request, remaining)
            allowed = self.task.allowed_endpoints if isinstance(self.task, Query) else frozenset()
            if request["iri"] not in allowed:  # checked again here, as a worker runs other people's queries
                raise ExternalError("this endpoint is not allowed")
            return RESULT + self.services.ask(str(request["iri"]), str(request["text"]), remaining)
        except ExternalError as error:
            return REFUSED + error.message.encode("utf-8")

    def _interruption(self) -> Exception:
        """Return the error that says why the worker has ended."""
        if self.reason == CANCELLED:
            return DisconnectedError()
        return TooSlowError() if time.monotonic() >= self.deadline else WorkerEndedError()

    def _release(self, *, finished: bool) -> None:
        with self._lock:
            if self._done:
                return
            self._done, self._finished = True, finished
            callback, self._done_callback = self._done_callback, None
        self.release_worker(self, finished)
        if callback is not None:
            callback()

    def set_done_callback(self, callback: Callable[[], None]) -> None:
        """Call *callback* when the worker is done with the answer, or at once if it already is."""
        with self._lock:
            if not self._done:
                self._done_callback = callback
                return
        callback()

    def stop(self, reason: str = CANCELLED) -> None:
        """Kill the worker if it is still busy with the answer, so that a thread waiting for a piece gets an error.

        Args:
            reason: Why, unless the deadline has passed or the answer was stopped before.
        """
        with self._lock:
            self.reason = self.reason or (DEADLINE if time.monotonic() >= self.deadline else reason)
        self._release(finished=False)

    def close(self) -> None:
        """Stop the answer, and close the connection to a worker that was killed."""
        self.stop()
        with self._reading:  # a thread that is waiting for a piece must see the end of the worker first
            if not self._finished:
                self.worker.connection.close()
