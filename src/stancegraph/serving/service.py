"""What is served: the published snapshot, held by a pool, exchanged for a new one when one is published."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from stancegraph import snapshot
from stancegraph.errors import OutsideError
from stancegraph.serving.pool import BusyError, Limits, Pool, Task
from stancegraph.snapshot import Snapshot

_SECONDS = 120.0  # for a snapshot to be loaded


@dataclass
class _Held:
    """A snapshot with its pool, and how many queries are under way on it."""

    snapshot: Snapshot
    pool: Pool
    running: int = 0
    retired: bool = False


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
            idle = old.running == 0
        if idle:
            old.pool.close()

    def run(self, task: Task) -> Iterator[bytes]:
        """Answer *task* as `Pool.run` does, from one snapshot; raise `BusyError` where too many wait already."""
        with self._lock:
            held = self._held
            if held.running >= self.workers + self.waiting:
                raise BusyError
            held.running += 1
        try:
            yield from held.pool.run(task)
        finally:
            with self._lock:
                held.running -= 1
                ended = held.retired and held.running == 0
            if ended:
                held.pool.close()

    def close(self) -> None:
        """End all processes."""
        self._held.pool.close()
