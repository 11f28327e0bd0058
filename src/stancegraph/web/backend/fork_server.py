"""The fork server: a process that holds a snapshot in memory, and forks the workers, which share that memory.

It loads the snapshot once and keeps a fixed number of workers alive. It has one socket, to the server: for each worker
that it forks, it passes on one end of a socket pair, along with what is known of the worker (`HELLO`). When the server
ends, in whatever way, that socket closes, and the fork server and its workers end too.
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
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from stancegraph.web.backend.task import ForkServerConfig, Limits

HELLO = struct.Struct("!qb7x")
"""What the server is told of a new worker: the number of its process, and whether it is cut off from the network."""

_MAX_PAUSE = 2.0  # seconds before another worker is forked, if workers end as soon as they start


def run(server: socket.socket, config: ForkServerConfig) -> None:
    """Load the snapshot, and keep workers alive until *server* closes."""
    from stancegraph.web.backend.worker import WorkerState, prepare, work

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches this process too, but the server decides when to end
    state: WorkerState = prepare(config)
    gc.collect()
    gc.freeze()  # the collector writes to the objects it visits, and a page that is written to is no longer shared
    base_memory = _address_space()
    workers: set[int] = set()

    def end(signal_number: int = 0, frame: object = None) -> None:
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    wakeup_reader, wakeup_writer = os.pipe()  # so that `select` returns when a worker ends
    os.set_blocking(wakeup_writer, False)
    signal.signal(signal.SIGCHLD, lambda signal_number, frame: None)
    signal.set_wakeup_fd(wakeup_writer, warn_on_full_buffer=False)
    pause = 0.0
    while True:
        while len(workers) < config.workers:
            if pause and _has_closed(server, pause):
                end()
            server_end, worker_end = socket.socketpair()
            pid = os.fork()
            if pid == 0:
                # a copy of the server's socket here would hide from the server that the fork server has ended
                _run_worker(partial(work, state, worker_end), (server, server_end), base_memory, config.limits)
            worker_end.close()
            workers.add(pid)
            confined = _receive_confined(server_end)
            # a worker that ends before it says anything would do so again and again; later, a task has ended it
            pause = min(_MAX_PAUSE, 2 * pause + 0.05) if confined is None else 0.0
            try:
                if confined is not None:
                    socket.send_fds(server, [HELLO.pack(pid, confined)], [server_end.fileno()])
            except OSError:
                end()
            server_end.close()
        ended_pid, _ = os.waitpid(-1, os.WNOHANG)
        if ended_pid:
            workers.discard(ended_pid)
        elif _has_closed(server, 1.0, wakeup_reader):
            end()


def _run_worker(
    work: Callable[[], None], inherited: Sequence[socket.socket], base_memory: int, limits: Limits
) -> NoReturn:
    """Close the *inherited* sockets, do the work of this process, which has just been forked, and end the process."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for inherited_socket in inherited:
        inherited_socket.close()
    try:
        _limit_memory(base_memory, limits)
        work()
    finally:
        os._exit(0)


def _has_closed(server: socket.socket, seconds: float, wakeup_reader: int | None = None) -> bool:
    """Return whether *server* closes within some *seconds*, or before a worker ends if there is a *wakeup_reader*."""
    watched: list[Any] = [server] if wakeup_reader is None else [server, wakeup_reader]
    ready, _, _ = select.select(watched, [], [], seconds)
    if wakeup_reader in ready:
        os.read(wakeup_reader, 4096)  # type: ignore[arg-type]
    return server in ready  # the server never sends anything here, so it can only have closed


def _receive_confined(worker: socket.socket) -> int | None:
    """Return the first byte of a new worker, whether it is cut off from the network; None if it ended before."""
    worker.settimeout(10)
    try:
        message = worker.recv(1)
    except OSError:
        message = b""
    worker.settimeout(None)
    return message[0] if message else None


def _address_space() -> int:
    """Return the bytes of address space that this process has; 0 if the system does not say."""
    statm = Path("/proc/self/statm")
    return resource.getpagesize() * int(statm.read_text().split()[0]) if statm.exists() else 0


def _limit_memory(base_memory: int, limits: Limits) -> None:
    if base_memory:
        max_memory = base_memory + limits.memory
        resource.setrlimit(resource.RLIMIT_AS, (max_memory, max_memory))
