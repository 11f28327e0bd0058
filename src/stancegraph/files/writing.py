"""Write one file whole or not at all: the new one beside the old, on the disk, then one rename.

For what stands by itself, such as an export or a picture; the files of a workspace are changed by `journal.commit`.
What a killed process leaves begins with a dot and ends in `LEFT`, and goes when the next file is written beside it.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

from stancegraph.errors import ExternalError
from stancegraph.files import flock

LEFT = ".stancegraph-tmp"
"""How the names of files and folders end that are being made."""
_NUMBERS = count(1)


def write_whole(path: Path, content: bytes) -> None:
    """Put *content* into *path*; what was there stays until the new file is whole, and on the disk.

    A link is followed, and what is no regular file, such as a terminal, is written to as it is. Raises `ExternalError`
    where the disk does not allow it.
    """
    there = Path(os.path.realpath(path))
    try:
        if there.exists() and not there.is_file() and not there.is_dir():
            there.write_bytes(content)
            return
        remove_abandoned(there.parent)
        _put(there, content)
    except OSError as error:
        raise ExternalError(
            f"cannot write it: {error.strerror or error}", file=path, remedy="make room, or name a file that can be"
        ) from None


def _put(path: Path, content: bytes) -> None:
    beside = temporary_name(path)
    try:
        with beside.open("xb") as file:
            try_lock(file.fileno())
            with suppress(FileNotFoundError):
                beside.chmod(path.stat().st_mode & 0o7777)
            write_and_sync(file, content)
            beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def temporary_name(path: Path) -> Path:
    """A name beside *path* that nothing has, for what is being made and will have its name."""
    return path.with_name(f".{path.name[:100]}.{os.getpid()}-{next(_NUMBERS)}{LEFT}")


def write_and_sync(file: BinaryIO, content: bytes) -> None:
    """Write *content*, and wait until it is on the disk."""
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in *folder* are on the disk, where folders can be waited for."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems know no such thing
            os.fsync(opened)
    finally:
        os.close(opened)


def try_lock(opened: int) -> bool:
    """Mark a file or folder as being made, until it is closed or its process ends; False where another one makes it."""
    return flock.acquire(opened) is not False


def remove_abandoned(folder: Path) -> None:
    """Remove from *folder* what processes that are gone left there unfinished; all else stays."""
    if not flock.AVAILABLE:
        return
    try:
        left = [Path(one.path) for one in os.scandir(folder) if one.name.startswith(".") and one.name.endswith(LEFT)]
    except OSError:
        return
    for path in left:
        with suppress(OSError):
            opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if flock.acquire(opened):
                    if path.is_dir():
                        shutil.rmtree(path, ignore_errors=True)
                    else:
                        path.unlink()
            finally:
                os.close(opened)
