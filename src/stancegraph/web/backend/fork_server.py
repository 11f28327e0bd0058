"""The process that holds a snapshot in memory, and the workers that it forks, which share that memory.

The holder loads the snapshot once and keeps so many workers alive. It has one socket, to the server: for each worker
that it forks, it hands over one end of a pair of sockets, with what is known of the worker (`HELLO`). When the server
goes, in whichever way, that socket ends, and so do the holder and its workers.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import select
import signal
import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancegraph.web.backend.task import Limits

HELLO = struct.Struct("!qb7x")
"""What the server is told of a worker: the number of its process, and whether it is cut off from the network."""

_PATIENCE = 2.0  # seconds to wait at most before another worker is forked, where they end at once


@dataclass(frozen=True, slots=True)
class ForkServer:
    """What a holder holds: the *snapshot* of the workspace at *root*, or what stands at the address *engine*."""

    root: Path
    version: str | None
    snapshot: Path | None
    engine: str | None
    size: int
    limits: Limits


def serve(server: socket.socket, holding: ForkServer) -> None:
    """Load what is held, and keep workers alive for as long as *server* is there."""
    from stancegraph.web.backend.worker import WorkerState, prepare, work

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server tells when to end
    bench: WorkerState = prepare(holding)
    gc.collect()
    gc.freeze()  # what is shared with the workers stays shared: the collector writes to what it looks at
    used = _memory()
    workers: set[int] = set()

    def end(number: int = 0, frame: object = None) -> None:
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    told, tell = os.pipe()  # which the end of a worker wakes
    os.set_blocking(tell, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    pause = 0.0
    while True:
        while len(workers) < holding.size:
            if pause and _gone(server, pause):
                end()
            theirs, ours = socket.socketpair()
            child = os.fork()
            if child == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                server.close()  # else the server would not see the end of the holder
                theirs.close()
                try:
                    _bound(used, holding.limits)
                    work(bench, ours)
                finally:
                    os._exit(0)
            ours.close()
            workers.add(child)
            said = _told(theirs)
            # what ends before it has said anything would do so without end; what ends later was at a task
            pause = min(_PATIENCE, 2 * pause + 0.05) if said is None else 0.0
            try:
                if said is not None:
                    socket.send_fds(server, [HELLO.pack(child, said)], [theirs.fileno()])
            except OSError:
                end()
            theirs.close()
        ended, _ = os.waitpid(-1, os.WNOHANG)
        if ended:
            workers.discard(ended)
        elif _gone(server, 1.0, told):
            end()


def _gone(server: socket.socket, seconds: float, told: int | None = None) -> bool:
    """Whether *server* has gone, within so many *seconds*, or until a worker ends, which *told* tells."""
    watched: list[Any] = [server] if told is None else [server, told]
    ready, _, _ = select.select(watched, [], [], seconds)
    if told in ready:
        os.read(told, 4096)  # type: ignore[arg-type]
    return server in ready  # which never says anything: it can only have ended


def _told(theirs: socket.socket) -> int | None:
    """What a new worker says first: one byte, whether it is cut off; None where it ended before."""
    theirs.settimeout(10)
    try:
        said = theirs.recv(1)
    except OSError:
        said = b""
    theirs.settimeout(None)
    return said[0] if said else None


def _memory() -> int:
    """Bytes of address space that this process has, where the system tells."""
    statm = Path("/proc/self/statm")
    return resource.getpagesize() * int(statm.read_text().split()[0]) if statm.exists() else 0


def _bound(used: int, limits: Limits) -> None:
    if used:
        resource.setrlimit(resource.RLIMIT_AS, (used + limits.memory, used + limits.memory))
