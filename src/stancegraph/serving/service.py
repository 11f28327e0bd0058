"""What is served: the published snapshot, held by a pool, exchanged for a new one when one is published."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from stancegraph import snapshot
from stancegraph.errors import OutsideError
from stancegraph.serving.pool import BusyError, Pool
from stancegraph.serving.task import Limits, Task
from stancegraph.snapshot import Snapshot

_SECONDS = 120.0  # for a snapshot to be loaded


@dataclass
class _Held:
    """A snapshot with its pool, how many queries are under way on it, and how many pages are made from it."""

    snapshot: Snapshot
    pool: Pool
    running: int = 0
    pages: int = 0
    retired: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing needs it any more."""
        return self.retired and self.running == 0 and self.pages == 0


class Served(Protocol):
    """What answers the tasks of requests."""

    @property
    def version(self) -> str | None:
        """The digest of what is answered from, where it is known."""
        ...

    def look(self) -> None:
        """Take up what is new."""
        ...

    def run(self, task: Task) -> Iterator[bytes]:
        """Answer *task*: its media type first, then the answer in pieces."""
        ...

    def pinned(self) -> AbstractContextManager[Served]:
        """The same, staying with one version of the data, for what asks several times."""
        ...


@dataclass
class Service:
    """The snapshots under *folder*, answered by *workers* processes; *waiting* queries may wait for one."""

    folder: Path
    workers: int = 2
    waiting: int = 20
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._held = self._hold(self._published())
        self._taking_up = False

    def _published(self) -> Snapshot:
        found = snapshot.current(self.folder)
        if found is None:
            raise OutsideError("nothing is published", file=self.folder, remedy="run `stancegraph build`")
        return found

    def _hold(self, found: Snapshot) -> _Held:
        pool = Pool(found.path, self.workers, self.limits)
        try:
            pool.ready(_SECONDS)
        except OutsideError:
            pool.close()
            raise
        return _Held(found, pool)

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that new queries are answered from."""
        return self._held.snapshot

    @property
    def version(self) -> str | None:
        """The digest of what new queries are answered from."""
        return self._held.snapshot.content

    def look(self) -> None:
        """Take up a newly published snapshot, in the background; what is under way ends on the old one."""
        found = snapshot.current(self.folder)
        with self._lock:
            if found is None or found.path == self._held.snapshot.path or self._taking_up:
                return
            self._taking_up = True
        threading.Thread(target=self._take_up, args=(found,), daemon=True).start()

    def _take_up(self, found: Snapshot) -> None:
        try:
            fresh = self._hold(found)
        except OutsideError:  # the old one answers on, and the next look tries again
            return
        finally:
            with self._lock:
                self._taking_up = False
        with self._lock:
            old, self._held = self._held, fresh
            old.retired = True
            done = old.done
        if done:
            old.pool.close()

    def run(self, task: Task) -> Iterator[bytes]:
        """Answer *task* as `Pool.run` does, from one snapshot; raise `BusyError` where too many wait already."""
        return self._run(self._held, task)

    def _run(self, held: _Held, task: Task) -> Iterator[bytes]:
        with self._lock:
            if held.retired and held.pages == 0:  # exchanged for a new one since it was looked up
                held = self._held
            if held.running >= self.workers + self.waiting:
                raise BusyError
            held.running += 1
        try:
            yield from held.pool.run(task)
        finally:
            with self._lock:
                held.running -= 1
                done = held.done
            if done:
                held.pool.close()

    @contextmanager
    def pinned(self) -> Iterator[Served]:
        """The same, staying with the snapshot of now until the end of the context."""
        with self._lock:
            held = self._held
            held.pages += 1
        try:
            yield _Pinned(self, held)
        finally:
            with self._lock:
                held.pages -= 1
                done = held.done
            if done:
                held.pool.close()

    def close(self) -> None:
        """End all processes."""
        self._held.pool.close()


@dataclass(frozen=True, slots=True)
class _Pinned:
    """A service that stays with one snapshot."""

    service: Service
    held: _Held

    @property
    def version(self) -> str | None:
        """The digest of what it stays with."""
        return self.held.snapshot.content

    def look(self) -> None:
        """It stays with what it has."""

    def run(self, task: Task) -> Iterator[bytes]:
        """Answer *task* as `Service.run` does."""
        return self.service._run(self.held, task)

    @contextmanager
    def pinned(self) -> Iterator[Served]:
        """The same: it stays."""
        yield self
