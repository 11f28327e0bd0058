"""What the files of a snapshot are, by size and SHA-256, and whether they still are so.

A damaged store can answer wrongly without a word, or take all the memory that there is, as RocksDB believes the sizes
that it reads. So no store is opened before its files have been compared with what the manifest says of them. What
RocksDB writes for people (``LOG``) and for its own exclusion (``LOCK``) is not looked at; opening a store for reading
changes nothing else, and not even these.
"""

from __future__ import annotations

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
"""Up to how many bytes all files are hashed each time; of more, those that are not as they were when last hashed."""
_UNSEALED = ("LOG", "LOCK", ".")
_HEAD = b'{"sha256": "'
_REMEMBERED = "verified.json"
REMEDY = "run `stancegraph build --force`"


class DamagedError(ExternalError):
    """A file of a snapshot is not what it was when the snapshot was made."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file as it was when the snapshot was made: its size in bytes and its SHA-256."""

    size: int
    sha256: str


def sealed(table: Mapping[str, Any]) -> bytes:
    """*table* as JSON that begins with the SHA-256 of what follows it; `unsealed` gives it back."""
    body = json.dumps(table, indent=1, sort_keys=True).encode("utf-8")[1:] + b"\n"
    return _HEAD + hashlib.sha256(body).hexdigest().encode() + b'",' + body


def unsealed(content: bytes) -> dict[str, Any]:
    """The table of which *content* is the `sealed` form; raises ValueError where it is damaged."""
    body = content[len(_HEAD) + 66 :]
    if content[: len(_HEAD) + 66] != _HEAD + hashlib.sha256(body).hexdigest().encode() + b'",':
        raise ValueError("it is not what was written")
    table: dict[str, Any] = json.loads(content)
    return table


def files_of(folder: Path, part: str = "") -> dict[str, Path]:
    """The files of the *part* of a snapshot in *folder* that are sealed, by their path in it."""
    within = [folder / part] if part else [folder / "store", folder / "workings"]
    found = (path for top in within for path in sorted(top.rglob("*")) if not path.is_dir())
    return {path.relative_to(folder).as_posix(): path for path in found if not path.name.startswith(_UNSEALED)}


def seal(folder: Path, before: Path | None = None, known: Mapping[str, Sealed] | None = None) -> dict[str, Sealed]:
    """See to it that what is in *folder* is on the disk, and return what its files are.

    What is one file with that of the same name in the folder *before*, by a hard link, is what is *known* of it: it was
    seen to then. Raises OSError where the disk refuses.
    """
    found = {}
    for name, path in files_of(folder).items():
        old = (known or {}).get(name)
        same = before is not None and old is not None and _is_one(path, before / name)
        found[name] = old if old is not None and same else Sealed(path.stat().st_size, _flushed(path))
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            flush(path)
    flush(folder)
    _remember(folder, found)
    return found


def _is_one(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _flushed(path: Path) -> str:
    """The SHA-256 of a file, which is on the disk now."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """See to it that what *path* is, a file or the entries of a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def verify(folder: Path, files: Mapping[str, Sealed], part: str = "") -> None:
    """Compare the *part* of the snapshot in *folder*, or all of it, with what its *files* were.

    Raises `DamagedError` for the first that is another.
    """
    for error in damages(folder, files, part):
        raise error


def damages(
    folder: Path, files: Mapping[str, Sealed], part: str = "", *, thorough: bool = False
) -> Iterator[DamagedError]:
    """What is wrong with the files of a snapshot, as `verify` tells it; *thorough*: each file is hashed."""
    wanted = {name: one for name, one in files.items() if name.startswith(f"{part}/" if part else "")}
    try:
        there = files_of(folder, part)
    except OSError as error:
        yield _damaged(folder, f"cannot be listed: {error.strerror or error}")
        return
    if not wanted:
        yield _damaged(folder / part, "the manifest names no files of it")
    for name in sorted(there.keys() - wanted.keys()):
        yield _damaged(there[name], "does not belong to it")
    large = not thorough and sum(one.size for one in wanted.values()) >= SMALL
    remembered = _recalled(folder) if large else {}
    sound: list[str] = []
    for name, one in wanted.items():
        wrong = _wrong(folder / name, one, remembered.get(name))
        if wrong is None:
            sound.append(name)
        else:
            yield _damaged(folder / name, wrong)
    if large and any(_look(folder / name) != remembered.get(name) for name in sound):
        _remember(folder, sound, remembered)


def _wrong(path: Path, one: Sealed, remembered: list[int] | None) -> str | None:
    try:
        size = path.stat().st_size
        if size != one.size:
            return f"has {size} bytes, and had {one.size}"
        if remembered is not None and remembered == _look(path):
            return None
        with path.open("rb") as file:
            changed = hashlib.file_digest(file, "sha256").hexdigest() != one.sha256
        return "has not the content that it had" if changed else None
    except FileNotFoundError:
        return "is gone"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def _look(path: Path) -> list[int] | None:
    """By what a file is told to be the same without reading it; a further hard link changes the time of its entry."""
    try:
        state = path.stat()
    except OSError:
        return None
    return [state.st_size, state.st_mtime_ns, state.st_ino]


def _recalled(folder: Path) -> dict[str, list[int]]:
    try:
        return dict(unsealed((folder / _REMEMBERED).read_bytes())["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _remember(folder: Path, names: Collection[str], known: Mapping[str, list[int]] | None = None) -> None:
    """Keep how the files looked when they were hashed; where that cannot be written, they are hashed again."""
    table = {**(known or {}), **{name: look for name in names if (look := _look(folder / name)) is not None}}
    with suppress(OSError, StancegraphError):
        write_whole(folder / _REMEMBERED, sealed({"files": table}))


def _damaged(path: Path, what: str) -> DamagedError:
    return DamagedError(f"the snapshot cannot be read: this {what}", file=path, remedy=REMEDY)
