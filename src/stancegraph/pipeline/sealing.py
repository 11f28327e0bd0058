"""Seals of the files of a snapshot, by size and SHA-256, and their verification.

A damaged store can give wrong answers silently, or take all the memory that there is, as RocksDB trusts the sizes that
it reads. So no store is opened before its files have been compared with what the manifest says of them. What RocksDB
writes for people (``LOG``) and for its own exclusion (``LOCK``) is not looked at; opening a store for reading changes
nothing else, and not even these.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancegraph.errors import ExternalError, StancegraphError
from stancegraph.files.writing import write_whole

SMALL = 64 << 20
"""Total size in bytes below which all files are hashed each time; from there on, only those that look changed."""
_UNSEALED = ("LOG", "LOCK", ".")
_HEAD = b'{"sha256": "'
_VERIFIED = "verified.json"
REMEDY = "run `stancegraph build --force`"


class DamagedError(ExternalError):
    """A file of a snapshot that is not as it was when the snapshot was made."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file as it was when the snapshot was made: its size in bytes and its SHA-256."""

    size: int
    sha256: str


def sealed(table: Mapping[str, Any]) -> bytes:
    """Return *table* as JSON that begins with the SHA-256 of what follows it; `unsealed` reads it.

    >>> unsealed(sealed({"quads": 5}))["quads"]
    5
    """
    body = json.dumps(table, indent=1, sort_keys=True).encode("utf-8")[1:] + b"\n"
    return _HEAD + hashlib.sha256(body).hexdigest().encode() + b'",' + body


def unsealed(content: bytes) -> dict[str, Any]:
    """Return the table of which *content* is the `sealed` form, with its checksum.

    Raises:
        ValueError: If the content does not match its checksum.
    """
    body = content[len(_HEAD) + 66 :]
    if content[: len(_HEAD) + 66] != _HEAD + hashlib.sha256(body).hexdigest().encode() + b'",':
        raise ValueError("the content does not match its checksum")
    table: dict[str, Any] = json.loads(content)
    return table


def files_of(folder: Path, part: str = "") -> dict[str, Path]:
    """Return the files of a snapshot that are sealed.

    Args:
        folder: The folder of the snapshot.
        part: The folder in it to look in, such as ``store``; all of them without it.

    Returns:
        The files, by their path in the folder.

    Raises:
        OSError: If a folder cannot be listed.
    """
    tops = [folder / part] if part else [folder / "store", folder / "workings"]
    files = (path for top in tops for path in sorted(top.rglob("*")) if not path.is_dir())
    return {path.relative_to(folder).as_posix(): path for path in files if not path.name.startswith(_UNSEALED)}


def seal(folder: Path, previous: Path | None = None, known: Mapping[str, Sealed] | None = None) -> dict[str, Sealed]:
    """Flush all that is in a folder to the disk, and return the seals of its files.

    Args:
        folder: The folder of a snapshot that is being made.
        previous: The folder of the snapshot before it, with which it may share files by hard links.
        known: The seals of the files of that one; a file that is shared has the same, and is not flushed again.

    Returns:
        The seals, by the path of the file in the folder.

    Raises:
        OSError: If the disk refuses.
    """
    seals = {}
    for name, path in files_of(folder).items():
        old = (known or {}).get(name)
        shared = previous is not None and old is not None and _is_same_file(path, previous / name)
        seals[name] = old if old is not None and shared else Sealed(path.stat().st_size, _flush_and_hash(path))
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            flush(path)
    flush(folder)
    _save_fingerprints(folder, seals)
    return seals


def close_in(folder: Path) -> None:
    """Let go of every store in *folder* that nothing uses any more, so that it merges none of its files meanwhile.

    What is held by a frame of a parser's error is, until such errors are collected; to collect them takes long.
    """
    if has_open_files(folder):
        gc.collect()


def has_open_files(folder: Path) -> bool:
    """Return whether this process has a file in *folder* open, or cannot tell, as it can by ``/proc`` on Linux."""
    inside = f"{folder.resolve()}{os.sep}"
    try:
        numbers = os.listdir("/proc/self/fd")
    except OSError:
        return True
    for number in numbers:
        with suppress(OSError):  # it was closed in the meantime, as that of the listing was
            if os.readlink(f"/proc/self/fd/{number}").startswith(inside):
                return True
    return False


def _is_same_file(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _flush_and_hash(path: Path) -> str:
    """Flush a file to the disk, and return its SHA-256."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Flush *path*, a file or the entries of a folder, to the disk.

    Raises:
        OSError: If the disk refuses.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def verify(folder: Path, files: Mapping[str, Sealed], part: str = "") -> None:
    """Compare the files of a snapshot with their seals.

    Args:
        folder: The folder of the snapshot.
        files: The seals, by the path of the file in the folder.
        part: The folder in it to verify, such as ``store``; all of them without it.

    Raises:
        DamagedError: For the first file that differs, is missing, or does not belong to the snapshot.
    """
    for error in damages(folder, files, part):
        raise error


def damages(
    folder: Path, files: Mapping[str, Sealed], part: str = "", *, thorough: bool = False
) -> Iterator[DamagedError]:
    """Yield what is wrong with the files of a snapshot.

    Args:
        folder: The folder of the snapshot.
        files: The seals, by the path of the file in the folder.
        part: The folder in it to look at, such as ``store``; all of them without it.
        thorough: Whether to hash every file, even in a large snapshot whose files look as they did before.

    Yields:
        An error for each file that differs, is missing, or does not belong to the snapshot.
    """
    expected = {name: seal for name, seal in files.items() if name.startswith(f"{part}/" if part else "")}
    try:
        present = files_of(folder, part)
    except OSError as error:
        yield _damage_error(folder, f"the folder cannot be listed: {error.strerror or error}")
        return
    if not expected:
        yield _damage_error(folder / part, "the manifest names no files in it")
    for name in sorted(present.keys() - expected.keys()):
        yield _damage_error(present[name], "the file does not belong to it")
    large = not thorough and sum(seal.size for seal in expected.values()) >= SMALL
    remembered = _load_fingerprints(folder) if large else {}
    sound: list[str] = []
    for name, seal in expected.items():
        problem = _find_problem(folder / name, seal, remembered.get(name))
        if problem is None:
            sound.append(name)
        else:
            yield _damage_error(folder / name, problem)
    if large and any(_fingerprint(folder / name) != remembered.get(name) for name in sound):
        _save_fingerprints(folder, sound, remembered)


def _find_problem(path: Path, seal: Sealed, remembered: list[int] | None) -> str | None:
    """Return what is wrong with a file; it is not hashed where its fingerprint is the *remembered* one."""
    try:
        size = path.stat().st_size
        if size != seal.size:
            return f"the file has {size} bytes instead of {seal.size}"
        if remembered is not None and remembered == _fingerprint(path):
            return None
        with path.open("rb") as file:
            changed = hashlib.file_digest(file, "sha256").hexdigest() != seal.sha256
        return "the content of the file has changed" if changed else None
    except FileNotFoundError:
        return "the file is missing"
    except OSError as error:
        return f"the file cannot be read: {error.strerror or error}"


def _fingerprint(path: Path) -> list[int] | None:
    """Return what a file is recognised by without reading it; not the time of its entry, which hard links change."""
    try:
        state = path.stat()
    except OSError:
        return None
    return [state.st_size, state.st_mtime_ns, state.st_ino]


def _load_fingerprints(folder: Path) -> dict[str, list[int]]:
    """Return the fingerprints that the files had when they were hashed last."""
    try:
        return dict(unsealed((folder / _VERIFIED).read_bytes())["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _save_fingerprints(folder: Path, names: Collection[str], known: Mapping[str, list[int]] | None = None) -> None:
    """Record the fingerprints of hashed files; where they cannot be written, the files are hashed again next time."""
    table = dict(known or {})
    table |= {name: mark for name in names if (mark := _fingerprint(folder / name)) is not None}
    with suppress(OSError, StancegraphError):
        write_whole(folder / _VERIFIED, sealed({"files": table}))


def _damage_error(path: Path, problem: str) -> DamagedError:
    return DamagedError(f"the snapshot cannot be read: {problem}", file=path, remedy=REMEDY)
