"""The lock of a workspace, held by one process that changes it or by any number that read it.

It is flock(2) on ``.stancegraph/lock`` in the workspace, and so ends with its process. Where there is no flock
(Windows, some network file systems), nothing is locked: there a workspace must be changed by one process at a time,
and not while it is built. A workspace that cannot be written, such as the one that comes with the program, is also
read without a lock.
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
"""The folder in a workspace that the program keeps for itself."""
MAX_WAIT = 30.0
"""How many seconds to wait for a lock, unless the caller says otherwise."""
_PAUSE = 0.02  # seconds between two attempts
_PACKAGE = Path(__file__).parents[1]


@dataclass(slots=True)
class _Lock:
    """A lock that this thread holds: on which open file, if on any, and taken by which process."""

    descriptor: int | None
    exclusive: bool
    process: int


class _Locks(threading.local):
    """The locks that a thread holds, by the folder of the workspace."""

    def __init__(self) -> None:
        self.held: dict[str, _Lock] = {}


_LOCKS = _Locks()


@contextmanager
def locked(root: Path, *, exclusive: bool, wait: float | None = None) -> Iterator[None]:
    """Hold the lock of a workspace while the block runs; a thread may take a lock again that it holds already.

    Args:
        root: The folder of the workspace.
        exclusive: Hold the lock alone, to change the workspace, rather than share it with other readers.
        wait: How many seconds to wait for the lock at most; `MAX_WAIT` by default.

    Raises:
        ExternalError: Another process holds the lock for longer than *wait*, or the workspace cannot be written and
            the lock is to be *exclusive*.
    """
    folder = os.path.realpath(root)
    lock = _LOCKS.held.get(folder)
    if lock is not None:
        assert lock.exclusive or not exclusive or not flock.AVAILABLE, "a reader must not begin to change the workspace"
        yield
        return
    descriptor = _open_lock_file(root, exclusive) if flock.AVAILABLE else None
    try:
        if descriptor is not None:
            _wait_for_lock(root, descriptor, exclusive, MAX_WAIT if wait is None else wait)
        _LOCKS.held[folder] = _Lock(descriptor, exclusive, os.getpid())
        try:
            if exclusive and descriptor is not None:
                _write_holder(descriptor, f"{os.getpid()}\n")
            yield
        finally:
            _release(_LOCKS.held.pop(folder))
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _open_lock_file(root: Path, exclusive: bool) -> int | None:
    """Return a descriptor of the lock file; None for a reader of what cannot or must not be written."""
    path = root / FOLDER / "lock"
    if not exclusive and root.is_relative_to(_PACKAGE):
        return None  # an installed workspace stays as it was installed
    failure: OSError | None = None
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        try:
            path.parent.mkdir(exist_ok=True)
            return os.open(path, flags | os.O_NOFOLLOW, 0o666)
        except OSError as error:
            failure = failure or error
    if not exclusive:
        return None
    assert failure is not None
    raise ExternalError(
        f"the workspace cannot be changed: {failure.strerror or failure}", file=path, remedy="give write access to it"
    )


def _wait_for_lock(root: Path, descriptor: int, exclusive: bool, wait: float) -> None:
    """Take the lock within *wait* seconds, or raise `ExternalError`."""
    deadline = time.monotonic() + wait
    while flock.acquire(descriptor, exclusive=exclusive) is False:
        if time.monotonic() >= deadline:
            break
        time.sleep(_PAUSE)
    else:
        return
    holder = _read_holder(descriptor)
    raise ExternalError(
        f"process {holder} is changing the workspace, and did not finish within {wait:g} seconds"
        if holder is not None
        else f"the workspace is in use by a build that reads it, which did not finish within {wait:g} seconds",
        file=root / FOLDER / "lock",
        remedy="wait until it has ended, or end it, and try again",
    )


def _read_holder(descriptor: int) -> int | None:
    """Return the identifier of the process that changes the workspace; None where readers hold the lock."""
    with suppress(OSError, ValueError):
        return int(os.pread(descriptor, 20, 0))
    return None


def _write_holder(descriptor: int, text: str) -> None:
    with suppress(OSError):  # only messages need it
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode("ascii"), 0)


def _release(lock: _Lock) -> None:
    if lock.descriptor is None or lock.process != os.getpid():  # a fork ends; the process it came from keeps the lock
        return
    if lock.exclusive:
        _write_holder(lock.descriptor, "")
    # not by closing alone: a fork may have the file open for longer
    flock.release(lock.descriptor)
