"""Folders in which snapshots are made, and their removal, so that a kill at any moment leaves nothing in the way.

A folder ``building-…`` is locked, by a lock on a file in it, for as long as its builder lives; the system releases the
lock when the builder dies, and the next build clears the folder away. What is to be removed is first renamed to
``gone-…``: nobody looks for it under that name, however little of it has been removed yet. Whatever is renamed, or
made under a name that others look for, is so under a lock on the folder of the snapshots, which is held for moments.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stancegraph.errors import ExternalError
from stancegraph.files import flock

_LOCK_FILE = ".lock"
_LOCK_SECONDS = 60.0


@contextmanager
def preparing(folder: Path) -> Iterator[Path]:
    """Provide a new folder to make a snapshot in, and remove it afterwards unless it was published.

    Args:
        folder: The folder of the snapshots, which is made where it is missing.

    Yields:
        The new folder, which lies in *folder*.

    Raises:
        ExternalError: If the disk does not allow what is done within; what was published stays published.
    """
    building: Path | None = None
    descriptor = -1
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear(folder)
        with locked(folder):  # so that nobody takes the folder for an abandoned one before it has its lock
            building = Path(tempfile.mkdtemp(prefix="building-", dir=folder))
            descriptor = os.open(building / _LOCK_FILE, os.O_CREAT | os.O_RDWR, 0o644)
            flock.acquire(descriptor)
        yield building
    except OSError as error:
        raise ExternalError(
            f"the snapshot cannot be written: {error.strerror or error}",
            file=folder,
            remedy="make room or give write access; what was published before is still there",
        ) from None
    finally:
        if descriptor >= 0:
            flock.release(descriptor)
            os.close(descriptor)
        if building is not None and building.exists():
            # a store that is still open there may write once more; then the next build clears it away
            with suppress(OSError):
                shutil.rmtree(set_aside(building))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other builds from renaming anything in *folder*, the folder of the snapshots.

    Raises:
        ExternalError: If another build does not release the lock in time.
        OSError: If the file of the lock cannot be opened.
    """
    path = folder / "publishing.lock"  # not the lock of the workspace, which may be held at the same time
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while flock.acquire(descriptor) is False:
            if time.monotonic() > deadline:
                raise ExternalError(
                    f"another build has held the lock for {_LOCK_SECONDS:.0f} seconds",
                    file=path,
                    remedy="end the other build, which hangs, and build again",
                )
            time.sleep(0.01)
        yield
    finally:
        flock.release(descriptor)
        os.close(descriptor)


def release(building: Path) -> None:
    """Remove the file of the lock from *building*, which is about to be published, within `locked`."""
    (building / _LOCK_FILE).unlink(missing_ok=True)


def set_aside(path: Path) -> Path:
    """Move the folder *path* out of the way, for `clear` to remove.

    Returns:
        The folder that it was moved into, beside it.

    Raises:
        OSError: If the disk refuses.
    """
    aside = Path(tempfile.mkdtemp(prefix="gone-", dir=path.parent))
    path.rename(aside / path.name)
    return aside


def clear(folder: Path) -> None:
    """Remove from *folder* what was set aside, and what builders that no longer live have left."""
    with suppress(OSError, ExternalError):
        with locked(folder):
            for building in folder.glob("building-*"):
                if not _is_held(building):
                    set_aside(building)
            for file in folder.glob("current.*"):  # written under this lock only
                file.unlink()
        for aside in folder.glob("gone-*"):
            shutil.rmtree(aside, ignore_errors=True)


def _is_held(building: Path) -> bool:
    """Return whether the builder of *building* may still live."""
    try:
        descriptor = os.open(building / _LOCK_FILE, os.O_RDWR)
    except OSError:
        return False
    try:
        return flock.acquire(descriptor) is not True  # None: without locks, nobody knows
    finally:
        os.close(descriptor)
