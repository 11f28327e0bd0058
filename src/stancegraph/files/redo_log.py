"""The redo log of a change: its steps are written down first and then taken, as often as it needs.

``.stancegraph/journal`` has the new contents of files by number, and ``plan.json`` with the file that each of them is
for. Once a step is taken, its content is no longer in that folder, so that no step is taken twice, and what somebody
writes into a file afterwards stays. No step needs more room than a name does, so that a full disk is met before the
change and not in the middle of it.
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
from stancegraph.files.writing import TEMPORARY_SUFFIX, sync_folder, write_and_sync

STAGING_PREFIX = "journal-"
"""How the names of folders begin that are not a change yet, or no longer."""
DISCARD_REMEDY = f"or remove {FOLDER}/journal, which leaves the change half done"
"""The remedy of last resort for a change that cannot be completed."""
_PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class Step:
    """The change of one file.

    Attributes:
        path: The path of the file from the root of the workspace, with slashes.
        before: The SHA-256 of the content before the change; None if the file does not exist.
        after: The SHA-256 of the content after the change; None if the file is to be removed.
    """

    path: str
    before: str | None
    after: str | None


def plan_step(root: Path, path: Path, content: bytes | None) -> Step:
    """Return the step that gives a file new content, or removes it.

    Args:
        root: The folder of the workspace.
        path: The file, in that folder.
        content: The new content; None to remove the file.

    Raises:
        UsageError: The file, or a folder that it is in, is hidden.
        ExternalError: The file cannot be read, or its folder cannot be written.
    """
    step = Step(path.relative_to(root).as_posix(), _hash_file(path), None if content is None else _hash(content))
    if not _is_inside(step.path):
        raise UsageError(
            "hidden files are not changed", file=path, remedy="give it a name that does not begin with a dot"
        )
    existing = next(folder for folder in path.parents if folder.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        raise ExternalError(
            "it cannot be written", file=path, remedy=f"give write access to the folder {existing.name}"
        )
    return step


def journal_folder(root: Path) -> Path:
    """Return the folder of the change that is being made in the workspace at *root*; it exists only meanwhile."""
    return root / FOLDER / "journal"


def parent_folders(root: Path, path: Path) -> list[Path]:
    """Return the folders that *path* is in, from the innermost outwards, up to *root* and without it."""
    return [folder for folder in path.parents if folder != root and folder.is_relative_to(root)]


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def _hash_file(path: Path) -> str | None:
    """Return the SHA-256 of the content of a file; None if the file does not exist."""
    try:
        return _hash(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ExternalError(f"cannot read it: {error.strerror or error}", file=path, remedy="make it a file") from None


def _is_inside(path: str) -> bool:
    """Return whether *path* leads to a file of the workspace that is not hidden, as those of git are."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not Path(path).anchor and not any(part.startswith((".", "/")) for part in parts)


def _choose_staging_folder(root: Path) -> Path:
    """Return a folder that does not exist, for what is not a change yet, or no longer."""
    folders = (root / FOLDER / f"{STAGING_PREFIX}{os.getpid()}-{number}" for number in count(1))
    return next(folder for folder in folders if not folder.exists())


def write(root: Path, changes: Mapping[Step, bytes | None]) -> None:
    """Write down a change, wait until it is on the disk, and commit it with one rename.

    Args:
        root: The folder of the workspace.
        changes: The new content of the file of each step; None where the file is to be removed.

    Raises:
        ExternalError: The disk refuses; then nothing is changed.
    """
    staging, path = _choose_staging_folder(root), root
    try:
        staging.mkdir()
        for number, (step, content) in enumerate(changes.items()):
            path = root / step.path
            if content is not None:
                with (staging / str(number)).open("xb") as file:
                    with suppress(FileNotFoundError):
                        (staging / str(number)).chmod(path.stat().st_mode & 0o7777)
                    write_and_sync(file, content)
        with (staging / _PLAN).open("xb") as file:
            write_and_sync(file, json.dumps([asdict(step) for step in changes], indent=1).encode("utf-8"))
        sync_folder(staging)
        staging.rename(journal_folder(root))
    except OSError as error:
        raise ExternalError(
            f"cannot write it: {error.strerror or error}", file=path, remedy="make room on the disk"
        ) from None
    finally:
        if staging.exists():
            shutil.rmtree(staging, ignore_errors=True)


def read(root: Path) -> list[Step]:
    """Return the steps of the committed change of the workspace at *root*.

    Raises:
        DataError: The journal does not have the form or the contents that `write` gave it, or cannot be read.
    """
    journal = journal_folder(root)
    try:
        steps = [Step(row["path"], row["before"], row["after"]) for row in json.loads((journal / _PLAN).read_bytes())]
        is_sound = all(
            _is_inside(step.path) and (step.after is None or _hash_file(journal / str(number)) in {step.after, None})
            for number, step in enumerate(steps)
        )
    except (OSError, ValueError, KeyError, TypeError, ExternalError):
        is_sound = False
    if not is_sound:
        raise DataError(
            "the journal of an interrupted change is damaged",
            file=journal / _PLAN,
            remedy=f"remove {FOLDER}/journal, and check the files of the workspace",
        )
    return steps


def refuse_if_changed(root: Path, steps: list[Step]) -> None:
    """Make sure that the rest of an interrupted change overwrites nothing that somebody has written since.

    Args:
        root: The folder of the workspace.
        steps: All steps of the change, in its order; those that were taken already are left out of account.

    Raises:
        DataError: A file that is still to be changed was changed since, or is not in the workspace.
        ExternalError: Such a file cannot be read.
    """
    real_root = os.path.realpath(root)
    for number, step in enumerate(steps):
        path = root / step.path
        if os.path.commonpath([real_root, os.path.realpath(path.parent)]) != real_root:
            # else somebody who sends a workspace to others could write to any file of theirs
            raise DataError(
                "an interrupted change leads out of the workspace",
                file=path,
                remedy=f"see what {FOLDER}/journal would put there; put it there by hand, {DISCARD_REMEDY}",
            )
        if step.after is None or (journal_folder(root) / str(number)).exists():
            digest = _hash_file(path)
            if digest not in {step.before, step.after, None}:
                raise DataError(
                    "an interrupted change is to be completed, but this file was changed since",
                    file=path,
                    remedy=f"move the file away, and bring in your own changes afterwards; {DISCARD_REMEDY}",
                )


def apply(root: Path, steps: list[Step]) -> None:
    """Put each file of the committed change in its place; those that are in their places already stay as they are.

    Args:
        root: The folder of the workspace.
        steps: All steps of the change, in its order.

    Raises:
        OSError: The disk refuses; the journal stays, and the change can be completed later.
    """
    sync_folder(root / FOLDER)
    touched_folders: set[Path] = set()
    for step in steps:
        if step.after is not None:
            (root / step.path).parent.mkdir(parents=True, exist_ok=True)
    for number, step in enumerate(steps):
        path, staged = root / step.path, journal_folder(root) / str(number)
        if step.after is None:
            path.unlink(missing_ok=True)
        elif staged.exists():
            _move_into_place(staged, path)
        touched_folders.update(parent_folders(root, path))
    for step in steps:
        if step.after is None:
            _remove_empty(parent_folders(root, root / step.path)[:-1])
    for folder in sorted(folder for folder in touched_folders if folder.is_dir()):
        sync_folder(folder)
    discarded = _choose_staging_folder(root)
    journal_folder(root).rename(discarded)
    sync_folder(root / FOLDER)
    shutil.rmtree(discarded, ignore_errors=True)


def _move_into_place(staged: Path, path: Path) -> None:
    try:
        os.replace(staged, path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # another file system is mounted there, or linked to
        temporary = path.with_name(f".{path.name}{TEMPORARY_SUFFIX}")
        shutil.copy(staged, temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
        staged.unlink()


def _remove_empty(folders: list[Path]) -> None:
    """Remove *folders*, from the innermost, up to the first that is not empty."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def undo(root: Path, steps: list[Step], created_folders: list[Path]) -> bool:
    """Take a committed change back, if none of its files has been changed yet.

    Args:
        root: The folder of the workspace.
        steps: All steps of the change, in its order.
        created_folders: The folders that the change has created, to be removed if they are empty.

    Returns:
        Whether the change was taken back; if not, it is partly there.
    """
    for number, step in enumerate(steps):
        untouched = root / step.path if step.after is None else journal_folder(root) / str(number)
        if not untouched.exists():
            return False
    discarded = _choose_staging_folder(root)
    try:
        journal_folder(root).rename(discarded)
        sync_folder(root / FOLDER)
    except OSError:
        return False
    shutil.rmtree(discarded, ignore_errors=True)
    for folder in sorted(set(created_folders), reverse=True):
        with suppress(OSError):
            folder.rmdir()
    return True
