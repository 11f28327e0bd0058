"""Writing one file whole or not at all: the new file beside the old one, onto the disk, then one rename.

This is for files that stand by themselves, such as an export or a picture; those of a workspace are changed by
`journal.commit`. The name of what a killed process leaves begins with a dot and ends in `TEMPORARY_SUFFIX`; such a
file is removed when the next one is written beside it.
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

TEMPORARY_SUFFIX = ".stancegraph-tmp"
"""How the names of files and folders end that are still being written."""
_SERIAL_NUMBERS = count(1)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that its old content stays until the new one is complete and on the disk.

    A link is followed. What is neither a regular file nor a folder, such as a terminal, is written to directly.

    Args:
        path: The file to write.
        content: Its new content.

    Raises:
        ExternalError: The file cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_bytes(content)
            return
        remove_abandoned(target.parent)
        _replace_file(target, content)
    except OSError as error:
        raise ExternalError(
            f"cannot write it: {error.strerror or error}",
            file=path,
            remedy="make room on the disk, or name a file that can be written",
        ) from None


def _replace_file(path: Path, content: bytes) -> None:
    temporary = temporary_name(path)
    try:
        with temporary.open("xb") as file:
            try_lock(file.fileno())
            with suppress(FileNotFoundError):
                temporary.chmod(path.stat().st_mode & 0o7777)
            write_and_sync(file, content)
            temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def temporary_name(path: Path) -> Path:
    """Return an unused name beside *path*, for the file or folder that will have that name once it is complete."""
    return path.with_name(f".{path.name[:100]}.{os.getpid()}-{next(_SERIAL_NUMBERS)}{TEMPORARY_SUFFIX}")


def write_and_sync(file: BinaryIO, content: bytes) -> None:
    """Write *content* to *file*, and wait until it is on the disk."""
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in *folder* are on the disk, on systems where folders can be waited for.

    Raises:
        OSError: The folder cannot be opened.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems do not support it
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Mark an open file or folder as being written, until it is closed or its process ends.

    Args:
        descriptor: The descriptor of the open file or folder.

    Returns:
        False if another process has marked it; True otherwise, also where there are no locks.
    """
    return flock.acquire(descriptor) is not False


def remove_abandoned(folder: Path) -> None:
    """Remove the unfinished files and folders that ended processes have left in *folder*; all others stay."""
    if not flock.AVAILABLE:
        return
    try:
        paths = [
            Path(entry.path)
            for entry in os.scandir(folder)
            if entry.name.startswith(".") and entry.name.endswith(TEMPORARY_SUFFIX)
        ]
    except OSError:
        return
    for path in paths:
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if flock.acquire(descriptor):
                    if path.is_dir():
                        shutil.rmtree(path, ignore_errors=True)
                    else:
                        path.unlink()
            finally:
                os.close(descriptor)
