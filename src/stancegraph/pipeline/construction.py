"""Where snapshots are made, and how they are cleared away, so that a kill at any moment leaves nothing in the way.

A folder ``building-…`` is held by a lock on a file in it for as long as its builder lives; the system lets go of it
when the builder dies, and the next build clears the folder away. What is to be removed is renamed to ``gone-…`` first,
and has then no name under which anybody looks for it, however little of it has been removed. Whatever is renamed, or
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

_HELD = ".lock"
_PATIENCE = 60.0  # seconds


@contextmanager
def preparing(folder: Path) -> Iterator[Path]:
    """A folder beside the snapshots in *folder* to make a new one in, which is gone afterwards unless it was published.

    Raises `ExternalError` where the disk does not allow what is done in it; what was published stays published.
    """
    building: Path | None = None
    held = -1
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear(folder)
        with locked(folder):  # so that nobody takes it for one that was left before it is held
            building = Path(tempfile.mkdtemp(prefix="building-", dir=folder))
            held = os.open(building / _HELD, os.O_CREAT | os.O_RDWR, 0o644)
            flock.acquire(held)
        yield building
    except OSError as error:
        raise ExternalError(
            f"the snapshot cannot be written: {error.strerror or error}",
            file=folder,
            remedy="make room or give write access; what was published before is still there",
        ) from None
    finally:
        if held >= 0:
            flock.release(held)
            os.close(held)
        if building is not None and building.exists():
            # a store that is still open there may write once more; then the next build clears it away
            with suppress(OSError):
                shutil.rmtree(set_aside(building))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others from renaming what is in *folder*; raise `ExternalError` where somebody does not end doing so."""
    path = folder / "publishing.lock"  # beside the lock of the workspace, which may be held meanwhile
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        until = time.monotonic() + _PATIENCE
        while flock.acquire(descriptor) is False:
            if time.monotonic() > until:
                raise ExternalError(
                    f"another build has held it for {_PATIENCE:.0f} seconds",
                    file=path,
                    remedy="end the other build, which hangs, and build again",
                )
            time.sleep(0.01)
        yield
    finally:
        flock.release(descriptor)
        os.close(descriptor)


def release(building: Path) -> None:
    """Take the mark of being made from a folder that is about to be published, under the lock of its folder."""
    (building / _HELD).unlink(missing_ok=True)


def set_aside(path: Path) -> Path:
    """Take the folder *path* out of the way, to be removed by `clear`; return where to.

    Raises OSError where the disk refuses.
    """
    aside = Path(tempfile.mkdtemp(prefix="gone-", dir=path.parent))
    path.rename(aside / path.name)
    return aside


def clear(folder: Path) -> None:
    """Remove what was set aside in *folder*, and what builders that live no more have left."""
    with suppress(OSError, ExternalError):
        with locked(folder):
            for building in folder.glob("building-*"):
                if not _is_held(building):
                    set_aside(building)
            for file in folder.glob("current.*"):  # written under this lock only
                file.unlink()
        for gone in folder.glob("gone-*"):
            shutil.rmtree(gone, ignore_errors=True)


def _is_held(building: Path) -> bool:
    try:
        descriptor = os.open(building / _HELD, os.O_RDWR)
    except OSError:
        return False
    try:
        return flock.acquire(descriptor) is not True  # where there are no locks, it may be
    finally:
        os.close(descriptor)
