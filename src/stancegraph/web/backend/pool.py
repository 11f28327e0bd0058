"""Run tasks in processes of their own, so that a task that takes too long, or too much, can really be stopped.

A fork server (`stancegraph.web.backend.fork_server`) loads the snapshot into memory once and forks workers, which share
that memory; a worker answers one task at a time. Each task has a deadline, from its start to the last piece that is
sent: a thread kills the workers of overdue tasks, no matter what else waits for them. The fork server forks another
worker in its place, which costs no more than the fork; a fork server that dies is replaced too. One worker serves only
`Pool.probe`, so that the health of the graph can be checked while all others are busy.

A new snapshot gets a pool of its own beside the old one; tasks under way end in the pool in which they started.
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
from stancegraph.web.backend import fork_server
from stancegraph.web.backend.answering import CANCELLED, AnswerStream, ExternalServices, Worker
from stancegraph.web.backend.cancelling import Cancellation
from stancegraph.web.backend.fork_server import HELLO
from stancegraph.web.backend.task import Call, ForkServerConfig, Query, Task
from stancegraph.web.failures import BusyError, TooSlowError, WorkerEndedError

_WATCH_INTERVAL = 0.1  # seconds between two looks for overdue tasks
_MAX_PAUSE = 30.0  # seconds before a fork server is replaced, if fork servers die again and again
_PROBE = Query("ASK {}", None, "application/sparql-results+json", None)


@dataclass
class Pool:
    """Workers on one snapshot or endpoint.

    Args:
        config: What the fork server loads, and how many workers it keeps alive.
        services: What the server does for workers.
        on_kill: Called with the reason each time that a process has been killed, or a fork server has died.

    Attributes:
        confined: Whether every worker so far is cut off from the network.
    """

    config: ForkServerConfig
    services: ExternalServices
    on_kill: Callable[[str], None] = lambda reason: None
    _idle: Queue[Worker] = field(default_factory=Queue)
    _closed: threading.Event = field(default_factory=threading.Event)
    _answers: set[AnswerStream] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _probing: threading.Lock = field(default_factory=threading.Lock)
    _probe_worker: Worker | None = None
    _generation: int = 0
    _failure: str | None = None

    def __post_init__(self) -> None:
        self.confined = True
        self._fork_server, self._announcements = self._start_fork_server()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _start_fork_server(self) -> tuple[BaseProcess, socket.socket]:
        """Return a new fork server, and the socket on which it announces its workers."""
        our_end, its_end = socket.socketpair()
        process = get_context("spawn").Process(target=fork_server.run, args=(its_end, self.config), daemon=False)
        process.start()
        its_end.close()
        return process, our_end

    def _supervise(self) -> None:
        """Receive workers, and replace a fork server that dies, after longer and longer pauses if it keeps dying."""
        pause = 0.0
        while True:
            started = time.monotonic()
            self._receive_workers()
            self._announcements.close()
            if not self._closed.is_set():
                self._fork_server.kill()
            self._fork_server.join()
            if self._closed.is_set():
                return
            self._failure = "the process that holds the snapshot ended"
            self.on_kill("fork server")
            lasted = time.monotonic() - started > 2 * _MAX_PAUSE
            pause = 0.0 if lasted else min(_MAX_PAUSE, 2 * pause + 0.2)
            if self._closed.wait(pause):
                return
            with self._lock:
                if self._closed.is_set():
                    return
                self._generation += 1
                self._fork_server, self._announcements = self._start_fork_server()
            self._discard_idle()

    def _discard_idle(self) -> None:
        """End the idle workers of earlier fork servers, or all of them once the pool is closed."""
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

    def _receive_workers(self) -> None:
        """Receive workers until the fork server ends."""
        while True:
            try:
                message, descriptors, _, _ = socket.recv_fds(self._announcements, HELLO.size, 1)
            except OSError:
                return
            if len(message) != HELLO.size or not descriptors:
                for descriptor in descriptors:
                    os.close(descriptor)
                return
            pid, confined = HELLO.unpack(message)
            worker = Worker(Connection(descriptors[0]), pid, self._generation)
            self.confined = self.confined and bool(confined)
            self._failure = None
            if self._probe_worker is None or self._probe_worker.generation != self._generation:
                self._probe_worker = worker
            else:
                self._idle.put(worker)

    def _watch(self) -> None:
        """Stop overdue answers, until the pool is closed."""
        while not self._closed.wait(_WATCH_INTERVAL):
            now = time.monotonic()
            for answer in tuple(self._answers):
                if now > answer.deadline:
                    answer.stop()

    def run(self, task: Task, cancellation: Cancellation | None = None) -> AnswerStream:
        """Start a task.

        Args:
            task: What to do.
            cancellation: Stops the answer when it is cancelled.

        Returns:
            The answer, whose head has been received.

        Raises:
            BusyError: No worker became free in time.
            RequestError: The task is wrong.
            NotAcceptableError: The answer has no format that the client accepts.
            TooSlowError: The task took too long.
            TooLargeError: The answer is too large.
            WorkerEndedError: The task took too much memory.
            DisconnectedError: The task was cancelled.
        """
        limits = self.config.limits
        worker = self._take_worker(time.monotonic() + limits.seconds)
        max_bytes = limits.page if isinstance(task, Call) and not task.streamed else limits.answer
        deadline = time.monotonic() + limits.seconds
        answer = AnswerStream(task, worker, deadline, max_bytes, self.services, self._release_worker)
        with self._lock:
            self._answers.add(answer)
        if cancellation is not None:
            cancellation.on_cancel(answer.stop)
        return answer.start()

    def _release_worker(self, answer: AnswerStream, finished: bool) -> None:
        with self._lock:
            self._answers.discard(answer)
        if finished and answer.worker.generation == self._generation and not self._closed.is_set():
            self._idle.put(answer.worker)
        else:
            self.on_kill(answer.reason or CANCELLED)
            answer.worker.kill()  # only the thread that reads from its connection may close that

    def _take_worker(self, deadline: float) -> Worker:
        """Return an idle worker that is alive; raise `BusyError` if there is none before *deadline*."""
        while True:
            try:
                worker = self._idle.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                raise BusyError from None
            if worker.generation == self._generation and not _has_ended(worker):
                return worker
            worker.kill()
            worker.connection.close()

    def probe(self, seconds: float) -> str | None:
        """Check that the graph answers within some *seconds*.

        Returns:
            None if it does, else what is wrong.
        """
        deadline = time.monotonic() + seconds
        if not self._probing.acquire(timeout=seconds):
            return self._failure or "no answer in time"
        try:
            while (remaining := deadline - time.monotonic()) > 0:
                worker = self._probe_worker
                # there is none while another one is being forked; and what one says that has outlived its fork server
                # is nothing of the graph, as no task is given to such a worker
                if worker is None or worker.generation != self._generation:
                    time.sleep(0.01)
                    continue
                answer = AnswerStream(
                    _PROBE, worker, time.monotonic() + remaining, 1000, self.services, self._release_probe_worker
                )
                with contextlib.suppress(WorkerEndedError, TooSlowError):
                    return None if b"true" in answer.start().read_all() else "a wrong answer"
            return self._failure or "no answer in time"
        finally:
            self._probing.release()

    def _release_probe_worker(self, answer: AnswerStream, finished: bool) -> None:
        if not finished:
            self._probe_worker = None  # the next new worker takes its place
            answer.worker.kill()

    def wait_until_ready(self, seconds: float) -> None:
        """Wait until there is an idle worker.

        Raises:
            ExternalError: None has come within some *seconds*, or the fork server has ended.
        """
        deadline = time.monotonic() + seconds
        while self._idle.empty():
            if time.monotonic() > deadline or self._failure is not None:
                raise ExternalError(
                    "the snapshot cannot be loaded", file=self.config.snapshot, remedy="run `stancegraph build --force`"
                )
            time.sleep(0.01)

    @property
    def running(self) -> int:
        """How many tasks are under way."""
        return len(self._answers)

    def close(self) -> None:
        """End the workers and their fork server."""
        with self._lock:
            self._closed.set()
            process = self._fork_server
        for answer in tuple(self._answers):
            answer.stop()
        process.terminate()
        process.join(10)
        if process.is_alive():
            process.kill()
        self._supervisor.join(10)
        self._discard_idle()
        if self._probe_worker is not None:
            self._probe_worker.connection.close()


def _has_ended(worker: Worker) -> bool:
    """Return whether an idle worker has ended: until then it has nothing to send."""
    try:
        return worker.connection.poll(0)
    except OSError:
        return True
