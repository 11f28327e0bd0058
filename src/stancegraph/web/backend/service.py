"""What the server serves: the published snapshot, or an endpoint, each in a pool of workers.

When a new snapshot is published, it is loaded in the background and takes the place of the old one.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from stancegraph.errors import ExternalError
from stancegraph.pipeline import snapshot
from stancegraph.pipeline.snapshot import Snapshot
from stancegraph.web.backend.answering import AnswerStream
from stancegraph.web.backend.cancelling import Cancellation
from stancegraph.web.backend.fair_queue import FairQueue, client_network
from stancegraph.web.backend.outside import PictureCache, external_services
from stancegraph.web.backend.pool import Pool
from stancegraph.web.backend.task import ForkServerConfig, Limits, Task
from stancegraph.workspace.folders import Workspace

_LOAD_SECONDS = 120.0  # for a snapshot to be loaded
_PROBE_WORKERS = 1  # beside those that answer clients, for `Pool.probe`


@dataclass(eq=False)
class _Source:
    """A snapshot, or an endpoint, with its pool, and how many tasks are under way on it."""

    snapshot: Snapshot | None
    pool: Pool
    running: int = 0
    retired: bool = False

    @property
    def is_unused(self) -> bool:
        """Whether the pool can be closed."""
        return self.retired and self.running == 0


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the graph answers.

    Attributes:
        problem: Why the graph does not answer; None if it does.
        stale: Why the graph that answers is not the one published last; None if it is.
    """

    problem: str | None
    stale: str | None


class TaskService(Protocol):
    """What runs the tasks of requests."""

    @property
    def version(self) -> str | None:
        """The digest of the snapshot that answers, if it is known."""
        ...

    def refresh(self) -> None:
        """Switch to what has been published since."""
        ...

    def run(self, task: Task, client: str = "", cancellation: Cancellation | None = None) -> AnswerStream:
        """Start a task.

        Args:
            task: What to do.
            client: The address of the client.
            cancellation: Stops the task when it is cancelled.

        Returns:
            The answer, whose head has been received.

        Raises:
            Exception: As `Pool.run` does.
        """
        ...

    def health(self, seconds: float) -> Health:
        """Return whether the graph answers within some *seconds*."""
        ...


@dataclass
class Service:
    """The published snapshot of a workspace, or an endpoint, answered by worker processes.

    Args:
        workspace: The workspace.
        workers: How many tasks may run at once.
        max_waiting: How many tasks may wait for a worker.
        limits: What each task may use.
        engine_url: The address of an endpoint that answers in place of the snapshot.
        folder: The folder of the snapshots, if it is not the workspace's own.
        on_kill: Called with the reason each time that a process has been killed, or a fork server has died.

    Attributes:
        queue: The queue for the workers.

    Raises:
        ExternalError: Nothing is published, or the snapshot cannot be loaded.
    """

    workspace: Workspace
    workers: int = 2
    max_waiting: int = 20
    limits: Limits = field(default_factory=Limits)
    engine_url: str | None = None
    folder: Path | None = None
    on_kill: Callable[[str], None] = lambda reason: None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._pictures = PictureCache()
        self.queue = FairQueue(self.workers, self.max_waiting)
        self._seen_publication: Any = None
        self._stale: str | None = None
        self._switching = False
        self._current = self._open(self._find_published())

    @property
    def _snapshots(self) -> Path:
        return self.folder if self.folder is not None else self.workspace.snapshots

    def _find_published(self) -> Snapshot | None:
        """Return the published snapshot; None if an endpoint answers."""
        if self.engine_url is not None:
            return None
        self._seen_publication = self._publication()
        published = snapshot.current(self._snapshots)
        if published is None:
            raise ExternalError("nothing is published", file=self._snapshots, remedy="run `stancegraph build`")
        return published

    def _open(self, source: Snapshot | None) -> _Source:
        """Return *source*, or the endpoint if that is None, with a pool that is ready."""
        config = ForkServerConfig(
            self.workspace.root,
            source.content if source else None,
            source.path if source else None,
            self.engine_url,
            self.workers + _PROBE_WORKERS,
            self.limits,
        )
        pool = Pool(config, external_services(self._pictures), lambda reason: self.on_kill(reason))
        try:
            pool.wait_until_ready(_LOAD_SECONDS)
        except BaseException:
            pool.close()
            raise
        return _Source(source, pool)

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot that answers new tasks; None for an endpoint."""
        return self._current.snapshot

    @property
    def version(self) -> str | None:
        """The digest of the snapshot that answers new tasks; None for an endpoint."""
        current = self._current.snapshot
        return current.content if current is not None else None

    @property
    def confined(self) -> bool:
        """Whether all workers are cut off from the network."""
        return self.engine_url is None and self._current.pool.confined

    @property
    def running(self) -> int:
        """How many tasks are under way."""
        return self._current.pool.running

    @property
    def age(self) -> float:
        """Seconds since the snapshot was published; 0 for an endpoint, whose age is not known."""
        current = self._current.snapshot
        with contextlib.suppress(OSError):
            return time.time() - (current.path / "manifest.json").stat().st_mtime if current is not None else 0.0
        return 0.0

    def refresh(self) -> None:
        """Switch to a newly published snapshot, in the background; tasks under way end on the old one."""
        if self.engine_url is not None or self._switching:
            return
        publication = self._publication()
        if publication == self._seen_publication:
            return
        published = snapshot.current(self._snapshots)
        with self._lock:
            if self._switching:
                return
            self._seen_publication = publication
            current = self._current.snapshot
            if published is None or current is None or published.path == current.path:
                self._stale = None if published is not None else "the published snapshot cannot be read"
                return
            self._switching = True
        threading.Thread(target=self._switch, args=(published,), daemon=True).start()

    def _publication(self) -> Any:
        """Return what is different after each publication, which replaces one file by renaming another."""
        with contextlib.suppress(OSError):
            state = os.stat(self._snapshots / "current")
            return state.st_ino, state.st_mtime_ns, state.st_size
        return None

    def _switch(self, published: Snapshot) -> None:
        try:
            new = self._open(published)
        except ExternalError as error:  # the old one goes on answering, and this one is not tried again
            self._stale = f"the published snapshot {published.content[:16]} cannot be read: {error.message}"
            return
        finally:
            with self._lock:
                self._switching = False
        with self._lock:
            old, self._current = self._current, new
            self._stale = None
            old.retired = True
            is_unused = old.is_unused
        if is_unused:
            old.pool.close()

    def run(self, task: Task, client: str = "", cancellation: Cancellation | None = None) -> AnswerStream:
        """Run a task on one snapshot.

        Args:
            task: What to do.
            client: The address of the client.
            cancellation: Stops the task when it is cancelled, also while it waits for a worker.

        Returns:
            The answer, whose head has been received.

        Raises:
            BusyError: Too many tasks are waiting, overall or from the client's network, or no worker became free.
            Exception: As `Pool.run` does.
        """
        network, cancellation = client_network(client), cancellation or Cancellation()
        self.queue.enter(network, self.limits.seconds, cancellation)
        with self._lock:
            source = self._current
            source.running += 1
        try:
            answer = source.pool.run(task, cancellation)
        except BaseException:
            self._finish_task(source, network)
            raise
        answer.version = source.snapshot.content if source.snapshot is not None else None
        answer.set_done_callback(lambda: self._finish_task(source, network))
        return answer

    def _finish_task(self, source: _Source, network: str) -> None:
        self.queue.leave(network)
        with self._lock:
            source.running -= 1
            is_unused = source.is_unused
        if is_unused:
            threading.Thread(target=source.pool.close, daemon=True).start()

    def health(self, seconds: float) -> Health:
        """Return whether the graph answers within some *seconds*, and whether it is the one published last."""
        return Health(self._current.pool.probe(seconds), self._stale)

    def close(self) -> None:
        """End all processes."""
        self._current.pool.close()
        self._pictures.sidecar.close()
