"""The redo log of a change: what is to be done is written down first, and done then, as often as it takes.

``.stancegraph/journal`` has the new contents of files by number, and ``plan.json`` with what each of them is for. A
step that is done has its file no longer in the folder, so that it is never done twice, and what somebody wrote into a
file afterwards stays. No step needs more room than a name, so that a full disk is met before the change and not in it.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path, PurePosixPath

from stancegraph.errors import DataError, ExternalError, UsageError
from stancegraph.files.locking import FOLDER
from stancegraph.files.writing import LEFT, sync_folder, write_and_sync

PREPARED = "journal-"  # the begin of the names of folders that are no change yet, or no longer
_PLAN = "plan.json"
UNDO = f"or remove {FOLDER}/journal, which leaves the change as it is, half done"


@dataclass(frozen=True, slots=True)
class Step:
    """A file that changes, by its path from the root: the SHA-256 of what is there before and after, if anything."""

    path: str
    before: str | None
    after: str | None


def step(root: Path, path: Path, content: bytes | None) -> Step:
    """The step that gives *path* its new *content*, or removes it.

    Raises `UsageError` where it is no file of the workspace, `ExternalError` where it cannot be read or written.
    """
    made = Step(path.relative_to(root).as_posix(), _digest(path), None if content is None else _sha(content))
    if not _is_inside(made.path):
        raise UsageError("hidden files are not changed", file=path, remedy="give it a name that begins with no dot")
    there = next(folder for folder in path.parents if folder.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise ExternalError("it cannot be written", file=path, remedy=f"give write access to the folder {there.name}")
    return made


def journal(root: Path) -> Path:
    """Where the change is that is being carried out in the workspace at *root*, if any is."""
    return root / FOLDER / "journal"


def folders(root: Path, path: Path) -> list[Path]:
    """The folders that *path* stands in, from the innermost, within *root*."""
    return [folder for folder in path.parents if folder != root and folder.is_relative_to(root)]


def _sha(content: bytes) -> str:
    return sha256(content).hexdigest()


def _digest(path: Path) -> str | None:
    """The SHA-256 of what is in a file; None where there is none."""
    try:
        return _sha(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ExternalError(f"cannot read it: {error.strerror or error}", file=path, remedy="make it a file") from None


def _is_inside(path: str) -> bool:
    """Whether *path* leads to a file of the workspace, and to no hidden one, such as those of git."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not Path(path).anchor and not any(part.startswith((".", "/")) for part in parts)


def _aside(root: Path) -> Path:
    """A folder that is not there, for what is no change yet, or no longer."""
    names = (root / FOLDER / f"{PREPARED}{os.getpid()}-{number}" for number in count(1))
    return next(name for name in names if not name.exists())


def write(root: Path, changes: Mapping[Step, bytes | None]) -> None:
    """Write down what is to be done, wait until that is on the disk, and make it the change with one rename.

    Raises `ExternalError` where the disk does not allow it; nothing is changed then.
    """
    beside, path = _aside(root), root
    try:
        beside.mkdir()
        for number, (one, content) in enumerate(changes.items()):
            path = root / one.path
            if content is not None:
                with (beside / str(number)).open("xb") as file:
                    with suppress(FileNotFoundError):
                        (beside / str(number)).chmod(path.stat().st_mode & 0o7777)
                    write_and_sync(file, content)
        with (beside / _PLAN).open("xb") as file:
            write_and_sync(file, json.dumps([asdict(one) for one in changes], indent=1).encode("utf-8"))
        sync_folder(beside)
        beside.rename(journal(root))
    except OSError as error:
        raise ExternalError(f"cannot write it: {error.strerror or error}", file=path, remedy="make room") from None
    finally:
        if beside.exists():
            shutil.rmtree(beside, ignore_errors=True)


def read(root: Path) -> list[Step]:
    """The steps of what is committed; raises `DataError` where they are not what `write` writes."""
    path = journal(root) / _PLAN
    try:
        steps = [Step(row["path"], row["before"], row["after"]) for row in json.loads(path.read_bytes())]
        whole = all(
            _is_inside(one.path) and (one.after is None or _digest(journal(root) / str(number)) in {one.after, None})
            for number, one in enumerate(steps)
        )
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise DataError(
            "what was to be done is damaged", file=path, remedy=f"remove {FOLDER}/journal, and look through the files"
        )
    return steps


def refuse_if_changed(root: Path, steps: list[Step]) -> None:
    """Raise `DataError` where a file that is still to be changed was changed by somebody else since."""
    home = os.path.realpath(root)
    for number, one in enumerate(steps):
        path = root / one.path
        if os.path.commonpath([home, os.path.realpath(path.parent)]) != home:
            # who sends a workspace to somebody could else write to any file of theirs
            raise DataError(
                "a change that was broken off leads out of the workspace",
                file=path,
                remedy=f"see what {FOLDER}/journal would put there; put it there by hand, {UNDO}",
            )
        if one.after is None or (journal(root) / str(number)).exists():
            found = _digest(path)
            if found not in {one.before, one.after, None}:
                raise DataError(
                    "a change that was broken off is to be finished, and this file was changed since",
                    file=path,
                    remedy=f"move the file away, and bring in what is yours afterwards; {UNDO}",
                )


def apply(root: Path, steps: list[Step]) -> None:
    """Put each file in its place; what is in its place already stays there. Raises OSError where the disk refuses."""
    sync_folder(root / FOLDER)
    touched: set[Path] = set()
    for one in steps:
        if one.after is not None:
            (root / one.path).parent.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(steps):
        path, staged = root / one.path, journal(root) / str(number)
        if one.after is None:
            path.unlink(missing_ok=True)
        elif staged.exists():
            _place(staged, path)
        touched.update(folders(root, path))
    for one in steps:
        if one.after is None:
            _remove_empty(folders(root, root / one.path)[:-1])
    for folder in sorted(one for one in touched if one.is_dir()):
        sync_folder(folder)
    done = _aside(root)
    journal(root).rename(done)
    sync_folder(root / FOLDER)
    shutil.rmtree(done, ignore_errors=True)


def _place(staged: Path, path: Path) -> None:
    try:
        os.replace(staged, path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # another file system is mounted there, or linked to
        beside = path.with_name(f".{path.name}{LEFT}")
        shutil.copy(staged, beside)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(beside, path)
        staged.unlink()


def _remove_empty(folders: list[Path]) -> None:
    """Remove *folders*, from the innermost, up to the first that is not empty."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def undo(root: Path, steps: list[Step], made: list[Path]) -> bool:
    """Take a change back, with the folders *made* for it, if no file has been changed yet; says whether."""
    for number, one in enumerate(steps):
        gone = root / one.path if one.after is None else journal(root) / str(number)
        if not gone.exists():
            return False
    left = _aside(root)
    try:
        journal(root).rename(left)
        sync_folder(root / FOLDER)
    except OSError:
        return False
    shutil.rmtree(left, ignore_errors=True)
    for folder in sorted(set(made), reverse=True):
        with suppress(OSError):
            folder.rmdir()
    return True
