"""flock(2): a lock on an open file, which ends when it is closed everywhere, or with its process.

There is none on Windows, and on some network file systems; what holds such locks says what it does there.
"""

from __future__ import annotations

from contextlib import suppress

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

AVAILABLE = fcntl is not None
"""Whether the system has it; a file system may still have none."""


def acquire(descriptor: int, *, exclusive: bool = True) -> bool | None:
    """Take the lock on an open file, without waiting: False where another one has it, None where there are no locks."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return None
    return True


def release(descriptor: int) -> None:
    """Let go of it, for those, too, that a fork has given the open file to."""
    if fcntl is not None:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
