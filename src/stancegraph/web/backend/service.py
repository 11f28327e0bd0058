"""What is served: the published snapshot, or an endpoint, held by a pool; exchanged for a new one when one is
published.
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
from stancegraph.web.backend.answering import Answer
from stancegraph.web.backend.cancelling import Cancellation
from stancegraph.web.backend.fair_queue import FairQueue, network
from stancegraph.web.backend.fork_server import ForkServer
from stancegraph.web.backend.outside import Drawings, outside
from stancegraph.web.backend.pool import Pool
from stancegraph.web.backend.task import Limits, Task
from stancegraph.workspace.folders import Workspace

_SECONDS = 120.0  # for a snapshot to be loaded
_SPARE = 1  # workers beside those that answer clients: the one that is asked whether the graph answers


@dataclass(eq=False)
class _Held:
    """A snapshot, or an endpoint, with its pool, and how many tasks are under way on it."""

    snapshot: Snapshot | None
    pool: Pool
    running: int = 0
    retired: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing needs it any more."""
        return self.retired and self.running == 0


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the graph answers: what keeps it from that, and what else is wrong, in words."""

    problem: str | None
    stale: str | None


class Served(Protocol):
    """What answers the tasks of requests."""

    @property
    def version(self) -> str | None:
        """The digest of what is answered from, where it is known."""
        ...

    def look(self) -> None:
        """Take up what is new."""
        ...

    def run(self, task: Task, client: str = "", wanted: Cancellation | None = None) -> Answer:
        """The answer to *task* of *client*, an address, while it is *wanted*; raises what `Pool.run` raises."""
        ...

    def health(self, seconds: float) -> Health:
        """Whether the graph answers within *seconds*."""
        ...


@dataclass
class Service:
    """The published snapshot of *workspace*, or the endpoint at *engine*, answered by *workers* processes.

    So many *waiting* tasks may wait for one. The snapshots are those of the workspace, unless a *folder* is named.
    """

    workspace: Workspace
    workers: int = 2
    waiting: int = 20
    limits: Limits = field(default_factory=Limits)
    engine: str | None = None
    folder: Path | None = None
    killed: Callable[[str], None] = lambda reason: None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._drawings = Drawings()
        self.turns = FairQueue(self.workers, self.waiting)
        self._seen: Any = None
        self._stale: str | None = None
        self._taking_up = False
        self._held = self._hold(self._published())

    @property
    def _snapshots(self) -> Path:
        return self.folder if self.folder is not None else self.workspace.snapshots

    def _published(self) -> Snapshot | None:
        if self.engine is not None:
            return None
        self._seen = self._looked()
        found = snapshot.current(self._snapshots)
        if found is None:
            raise ExternalError("nothing is published", file=self._snapshots, remedy="run `stancegraph build`")
        return found

    def _hold(self, found: Snapshot | None) -> _Held:
        holding = ForkServer(
            self.workspace.root,
            found.content if found else None,
            found.path if found else None,
            self.engine,
            self.workers + _SPARE,
            self.limits,
        )
        pool = Pool(holding, outside(self._drawings), lambda reason: self.killed(reason))
        try:
            pool.ready(_SECONDS)
        except BaseException:
            pool.close()
            raise
        return _Held(found, pool)

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot that new tasks are answered from; None for an endpoint."""
        return self._held.snapshot

    @property
    def version(self) -> str | None:
        """The digest of what new tasks are answered from."""
        held = self._held.snapshot
        return held.content if held is not None else None

    @property
    def confined(self) -> bool:
        """Whether all workers are cut off from the network."""
        return self.engine is None and self._held.pool.confined

    @property
    def running(self) -> int:
        """How many tasks are under way."""
        return self._held.pool.running

    @property
    def age(self) -> float:
        """Seconds since what is served was published; 0 for an endpoint, of which that is not known."""
        held = self._held.snapshot
        with contextlib.suppress(OSError):
            return time.time() - (held.path / "manifest.json").stat().st_mtime if held is not None else 0.0
        return 0.0

    def look(self) -> None:
        """Take up a newly published snapshot, in the background; what is under way ends on the old one."""
        if self.engine is not None or self._taking_up:
            return
        seen = self._looked()
        if seen == self._seen:
            return
        found = snapshot.current(self._snapshots)
        with self._lock:
            if self._taking_up:
                return
            self._seen = seen
            if found is None or self._held.snapshot is None or found.path == self._held.snapshot.path:
                self._stale = None if found is not None else "what is published cannot be read"
                return
            self._taking_up = True
        threading.Thread(target=self._take_up, args=(found,), daemon=True).start()

    def _looked(self) -> Any:
        """What tells whether something was published since: it is one rename."""
        with contextlib.suppress(OSError):
            state = os.stat(self._snapshots / "current")
            return state.st_ino, state.st_mtime_ns, state.st_size
        return None

    def _take_up(self, found: Snapshot) -> None:
        try:
            fresh = self._hold(found)
        except ExternalError as error:  # the old one answers on, and this one is not tried again
            self._stale = f"the snapshot {found.content[:16]} was published and cannot be read: {error.message}"
            return
        finally:
            with self._lock:
                self._taking_up = False
        with self._lock:
            old, self._held = self._held, fresh
            self._stale = None
            old.retired = True
            done = old.done
        if done:
            old.pool.close()

    def run(self, task: Task, client: str = "", wanted: Cancellation | None = None) -> Answer:
        """The answer to *task*, from one snapshot; raises what `Pool.run` raises.

        `BusyError` where too many wait already, all in all or of the network that *client* is in; `GoneError` where it
        is not *wanted* any more before its turn has come.
        """
        who, wanted = network(client), wanted or Cancellation()
        self.turns.enter(who, self.limits.seconds, wanted)
        with self._lock:
            held = self._held
            held.running += 1
        try:
            answer = held.pool.run(task, wanted)
        except BaseException:
            self._over(held, who)
            raise
        answer.version = held.snapshot.content if held.snapshot is not None else None
        answer.afterwards(lambda: self._over(held, who))
        return answer

    def _over(self, held: _Held, who: str) -> None:
        self.turns.leave(who)
        with self._lock:
            held.running -= 1
            done = held.done
        if done:
            threading.Thread(target=held.pool.close, daemon=True).start()

    def health(self, seconds: float) -> Health:
        """Whether the graph answers within *seconds*; a snapshot that could not be taken up is told, too."""
        return Health(self._held.pool.probe(seconds), self._stale)

    def close(self) -> None:
        """End all processes."""
        self._held.pool.close()
        self._drawings.servant.close()
