"""Run tasks in processes of their own, so that one that takes too long, or too much, is really stopped.

A *holder* process loads the snapshot into memory once and forks workers, which share that memory; a worker answers one
task at a time. Each task has a deadline, from its beginning to the last piece that is sent: a thread kills the workers
of those that are past it, whatever else waits for them. The holder forks another worker in its place, at no cost but
that of the fork; a holder that dies is replaced, too. One worker answers nothing but `Pool.probe`, so that whether the
graph answers can be told while all others are busy.

A new snapshot gets a pool of its own beside the old one; tasks under way end where they began.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Empty, Queue

from stancegraph.errors import ExternalError
from stancegraph.web.backend.answering import UNWANTED, Answer, Outside, Worker
from stancegraph.web.backend.cancelling import Cancellation
from stancegraph.web.backend.fork_server import HELLO, ForkServer, serve
from stancegraph.web.backend.task import Call, Query, Task
from stancegraph.web.failures import BrokeOffError, BusyError, TooSlowError

_LOOKS = 0.1  # seconds between two looks for workers that are past their deadline
_LONGEST_PAUSE = 30.0  # seconds before a holder that dies again and again is replaced
_ALIVE = Query("ASK {}", None, "application/sparql-results+json", None)


@dataclass
class Pool:
    """Workers on what *holding* holds; *outside* does what they cannot do themselves."""

    holding: ForkServer
    outside: Outside
    killed: Callable[[str], None] = lambda reason: None
    _idle: Queue[Worker] = field(default_factory=Queue)
    _closed: threading.Event = field(default_factory=threading.Event)
    _running: set[Answer] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _probing: threading.Lock = field(default_factory=threading.Lock)
    _prober: Worker | None = None
    _generation: int = 0
    _failure: str | None = None

    def __post_init__(self) -> None:
        self.confined = True  # until a worker says that it is not
        self._holder, self._said = self._start()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _start(self) -> tuple[BaseProcess, socket.socket]:
        """A holder, and the socket on which it says which workers there are."""
        here, there = socket.socketpair()
        holder = get_context("spawn").Process(target=serve, args=(there, self.holding), daemon=False)
        holder.start()
        there.close()
        return holder, here

    def _keep(self) -> None:
        """Take in workers as they come; replace a holder that dies, ever later where it dies at once again."""
        pause = 0.0
        while True:
            began = time.monotonic()
            self._welcome()
            self._said.close()
            if not self._closed.is_set():
                self._holder.kill()
            self._holder.join()
            if self._closed.is_set():
                return
            self._failure = "the process that holds the snapshot ended"
            self.killed("holder")
            pause = 0.0 if time.monotonic() - began > 2 * _LONGEST_PAUSE else min(_LONGEST_PAUSE, 2 * pause + 0.2)
            if self._closed.wait(pause):
                return
            with self._lock:
                if self._closed.is_set():
                    return
                self._generation += 1
                self._holder, self._said = self._start()
            self._let_go()

    def _let_go(self) -> None:
        """End the workers that are at leisure: those of a holder that has gone, or all, at the end."""
        while True:
            try:
                worker = self._idle.get_nowait()
            except Empty:
                return
            if worker.generation == self._generation and not self._closed.is_set():
                self._idle.put(worker)
                return
            worker.kill()
            worker.connection.close()

    def _welcome(self) -> None:
        """Take in workers until the holder goes."""
        while True:
            try:
                said, handles, _, _ = socket.recv_fds(self._said, HELLO.size, 1)
            except OSError:
                return
            if len(said) != HELLO.size or not handles:
                for handle in handles:
                    os.close(handle)
                return
            process, alone = HELLO.unpack(said)
            worker = Worker(Connection(handles[0]), process, self._generation)
            self.confined = self.confined and bool(alone)
            self._failure = None
            if self._prober is None or self._prober.generation != self._generation:
                self._prober = worker
            else:
                self._idle.put(worker)

    def _watch(self) -> None:
        """Kill what is past its deadline."""
        while not self._closed.wait(_LOOKS):
            now = time.monotonic()
            for answer in [one for one in tuple(self._running) if now > one.until]:
                answer.stop()

    def run(self, task: Task, wanted: Cancellation | None = None) -> Answer:
        """The answer to *task*, which has begun; it is stopped when it is not *wanted* any more.

        Raises `BusyError` where no worker comes free in time, `RequestError` where the task is wrong,
        `NotAcceptableError`, `TooSlowError`, `TooLargeError` and `BrokeOffError`.
        """
        limits = self.holding.limits
        worker = self._take(time.monotonic() + limits.seconds)
        largest = limits.page if isinstance(task, Call) and not task.streamed else limits.answer
        answer = Answer(task, worker, time.monotonic() + limits.seconds, largest, self.outside, self._ended)
        with self._lock:
            self._running.add(answer)
        if wanted is not None:
            wanted.then(answer.stop)
        return answer.begin()

    def _ended(self, answer: Answer, whole: bool) -> None:
        with self._lock:
            self._running.discard(answer)
        if whole and answer.worker.generation == self._generation and not self._closed.is_set():
            self._idle.put(answer.worker)
        else:
            self.killed(answer.reason or UNWANTED)
            answer.worker.kill()  # its connection is closed by who reads from it, and by nobody else

    def _take(self, until: float) -> Worker:
        """A worker that is alive and at leisure."""
        while True:
            try:
                worker = self._idle.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                raise BusyError from None
            if worker.generation == self._generation and not _gone(worker):
                return worker
            worker.kill()
            worker.connection.close()

    def probe(self, seconds: float) -> str | None:
        """None where a worker answers within *seconds*; else what keeps it from that."""
        until = time.monotonic() + seconds
        if not self._probing.acquire(timeout=seconds):
            return self._failure or "no answer in time"
        try:
            while (left := until - time.monotonic()) > 0:
                worker = self._prober
                if worker is None:  # it has ended, and another one comes
                    time.sleep(0.01)
                    continue
                answer = Answer(_ALIVE, worker, time.monotonic() + left, 1000, self.outside, self._probed)
                with contextlib.suppress(BrokeOffError, TooSlowError):
                    return None if b"true" in answer.begin().whole() else "a wrong answer"
            return self._failure or "no answer in time"
        finally:
            self._probing.release()

    def _probed(self, answer: Answer, whole: bool) -> None:
        if not whole:
            self._prober = None  # the next worker that comes takes its place
            answer.worker.kill()

    def ready(self, seconds: float) -> None:
        """Wait until workers are there; raise `ExternalError` where none come in time, or the holder ends."""
        until = time.monotonic() + seconds
        while self._idle.empty():
            if time.monotonic() > until or self._failure is not None:
                raise ExternalError(
                    "the snapshot cannot be held", file=self.holding.snapshot, remedy="run `stancegraph build --force`"
                )
            time.sleep(0.01)

    @property
    def running(self) -> int:
        """How many tasks are under way."""
        return len(self._running)

    def close(self) -> None:
        """End the workers and their holder."""
        with self._lock:
            self._closed.set()
            holder = self._holder
        for answer in tuple(self._running):
            answer.stop()
        holder.terminate()
        holder.join(10)
        if holder.is_alive():
            holder.kill()
        self._keeper.join(10)
        self._let_go()
        if self._prober is not None:
            self._prober.connection.close()


def _gone(worker: Worker) -> bool:
    """Whether an idle worker has ended: it has nothing to say, save that."""
    try:
        return worker.connection.poll(0)
    except OSError:
        return True
