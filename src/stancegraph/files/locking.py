"""One that changes a workspace, or any number that read it: a lock that ends with its process.

It is flock(2) on ``.stancegraph/lock`` in the workspace. Where there is no flock (Windows, some network file systems),
nothing is locked: there a workspace must be changed by one process at a time, and not while it is built. What cannot
be written, such as the workspace that comes with the program, is read without a lock, too.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from stancegraph.errors import ExternalError
from stancegraph.files import flock

FOLDER = ".stancegraph"
PATIENCE = 30.0
"""How many seconds a lock is waited for."""
_PAUSE = 0.02
_PACKAGE = Path(__file__).parents[1]


@dataclass(slots=True)
class _Lock:
    """A lock that this thread has: on which open file, if on any, and taken by which process."""

    opened: int | None
    exclusive: bool
    process: int


class _Locks(threading.local):
    """The locks that a thread has, by the folder of the workspace."""

    def __init__(self) -> None:
        self.held: dict[str, _Lock] = {}


_LOCKS = _Locks()


@contextmanager
def locked(root: Path, *, exclusive: bool, wait: float | None = None) -> Iterator[None]:
    """Have the workspace at *root* for oneself, if *exclusive*, else for oneself and other readers.

    What a thread has, it can take again. Raises `ExternalError` where another process has it for more than *wait*
    seconds, `PATIENCE` without it, and, if *exclusive*, where the workspace cannot be written.
    """
    name = os.path.realpath(root)
    held = _LOCKS.held.get(name)
    if held is not None:
        assert held.exclusive or not exclusive or not flock.AVAILABLE, "what reads does not begin to change"
        yield
        return
    opened = _opened(root, exclusive) if flock.AVAILABLE else None
    try:
        if opened is not None:
            _wait(root, opened, exclusive, PATIENCE if wait is None else wait)
        _LOCKS.held[name] = _Lock(opened, exclusive, os.getpid())
        try:
            if exclusive and opened is not None:
                _say(opened, f"{os.getpid()}\n")
            yield
        finally:
            _release(_LOCKS.held.pop(name))
    finally:
        if opened is not None:
            os.close(opened)


def _opened(root: Path, exclusive: bool) -> int | None:
    path = root / FOLDER / "lock"
    if not exclusive and root.is_relative_to(_PACKAGE):
        return None  # what is installed stays as it was installed
    ways = (os.O_RDWR | os.O_CREAT, os.O_RDONLY)
    failure: OSError | None = None
    for way in ways:
        try:
            path.parent.mkdir(exist_ok=True)
            return os.open(path, way | os.O_NOFOLLOW, 0o666)
        except OSError as error:
            failure = failure or error
    if not exclusive:
        return None
    assert failure is not None
    raise ExternalError(
        f"the workspace cannot be changed: {failure.strerror or failure}", file=path, remedy="give write access to it"
    )


def _wait(root: Path, opened: int, exclusive: bool, wait: float) -> None:
    until = time.monotonic() + wait
    while flock.acquire(opened, exclusive=exclusive) is False:
        if time.monotonic() >= until:
            break
        time.sleep(_PAUSE)
    else:
        return
    holder = _holder(opened)
    raise ExternalError(
        f"process {holder} is changing the workspace, and was waited for {wait:g} seconds"
        if holder is not None
        else f"the workspace is in use, by a build that reads it, and was waited for {wait:g} seconds",
        file=root / FOLDER / "lock",
        remedy="wait until that has ended, or end it, and try again",
    )


def _holder(opened: int) -> int | None:
    """The process that changes the workspace; None where readers have it."""
    with suppress(OSError, ValueError):
        return int(os.pread(opened, 20, 0))
    return None


def _say(opened: int, words: str) -> None:
    with suppress(OSError):  # for messages alone
        os.ftruncate(opened, 0)
        os.pwrite(opened, words.encode("ascii"), 0)


def _release(lock: _Lock) -> None:
    if lock.opened is None or lock.process != os.getpid():  # a fork ends; who forked it still has the lock
        return
    if lock.exclusive:
        _say(lock.opened, "")
    # not by closing alone: a fork may have the file open for longer
    flock.release(lock.opened)
