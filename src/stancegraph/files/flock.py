"""flock(2): a lock on an open file, which ends when it is closed everywhere, or with its process.

Windows has none, nor have some network file systems; the modules that hold such locks say what they do there.
"""

from __future__ import annotations

from contextlib import suppress

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

AVAILABLE = fcntl is not None
"""Whether the system has flock(2); a file system may still not support it."""


def acquire(descriptor: int, *, exclusive: bool = True) -> bool | None:
    """Try to take the lock on an open file, without waiting.

    Args:
        descriptor: The file descriptor of the open file.
        exclusive: Take the lock for this holder alone, rather than share it with others that do not ask for it alone.

    Returns:
        True if the lock was taken, False if another holder has it, None if there are no locks on this system or
        file system.
    """
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
    """Release the lock on the open file *descriptor*, also for the processes that a fork has given the file to."""
    if fcntl is not None:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
