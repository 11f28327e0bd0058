"""Several files of a workspace, changed as one: whatever ends the program, all of the change is there, or none.

A redo log, as a database has it. `commit` writes the new contents and a plan into ``.stancegraph/journal-…``, waits
until they are on the disk, and renames that folder to ``.stancegraph/journal``: this one rename is the change. Then
each file is put in its place. What is broken off after the rename is carried out by whatever opens the workspace next
(`recover`); what is broken off before it is removed. One process changes a workspace at a time, from reading what a
change depends on to its end (`exclusive_access`), and no build reads in between (`shared_access`); see
`stancegraph.files.locking` for where that cannot be.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from stancegraph.errors import DataError, ExternalError
from stancegraph.files import redo_log
from stancegraph.files.locking import FOLDER, locked
from stancegraph.files.writing import remove_abandoned


def commit(root: Path, contents: Mapping[Path, bytes | None]) -> None:
    """Give each file of the workspace at *root* its new content, or remove it where that is None; all of them or none.

    Folders are made where they are missing, and removed where the change empties them. Raises `ExternalError` where the
    disk does not allow it, and says whether the change is there then.
    """
    with exclusive_access(root):
        changes: dict[redo_log.Step, bytes | None] = {}
        for path, content in sorted(contents.items()):
            step = redo_log.step(root, path, content)
            if step.before != step.after:
                changes[step] = content
        if not changes:
            return
        steps = list(changes)
        missing = [one for step in steps for one in redo_log.folders(root, root / step.path) if not one.exists()]
        redo_log.write(root, changes)
        try:
            redo_log.apply(root, steps)
        except OSError as error:
            withdrawn = redo_log.undo(root, steps, missing)
            raise ExternalError(
                f"cannot write it: {error.strerror or error}"
                if withdrawn
                else f"the change is only partly there: {error.strerror or error}",
                file=error.filename2 or error.filename or root,
                remedy="make room, or give write access" + ("" if withdrawn else "; the next command finishes it"),
            ) from None


@contextmanager
def exclusive_access(root: Path) -> Iterator[None]:
    """Have the workspace at *root* for oneself, from reading what a change depends on until it is committed.

    Raises `ExternalError` where it cannot be had in time, or not be written.
    """
    with locked(root, exclusive=True):
        _finish(root)
        yield


@contextmanager
def shared_access(root: Path) -> Iterator[None]:
    """Read the files of the workspace at *root* with no change half done among them.

    Raises `ExternalError` where somebody changes them for too long, or a change that was broken off cannot be finished.
    """
    while True:
        recover(root)
        with locked(root, exclusive=False):
            if not redo_log.journal(root).is_dir():
                yield
                return


def recover(root: Path) -> None:
    """Carry out what a process that is gone had committed, and remove what it had only prepared.

    Raises `ExternalError` where it cannot be written, `DataError` where a file was changed since.
    """
    try:
        left = [name for name in os.listdir(root / FOLDER) if name == "journal" or name.startswith(redo_log.PREPARED)]
    except OSError:  # nothing was ever written there
        return
    if "journal" in left:
        with locked(root, exclusive=True):
            _finish(root)
    elif left:
        with suppress(ExternalError), locked(root, exclusive=True, wait=0):  # else somebody prepares it now
            _finish(root)


def remove_abandoned_files(root: Path) -> None:
    """Remove from the folders of the workspace at *root* the unfinished files of processes that are gone."""
    remove_abandoned(root)
    for name in ("ontology", "data", "queries"):
        for folder, folders, _ in os.walk(root / name):
            folders[:] = [one for one in folders if not one.startswith(".")]
            remove_abandoned(Path(folder))


def unfinished_change(root: Path) -> str | None:
    """What was broken off in the workspace at *root* and is not finished, as a sentence; None where nothing was."""
    if not redo_log.journal(root).is_dir():
        return None
    try:
        steps = redo_log.read(root)
    except DataError:
        return "A change was broken off, and what was to be done cannot be read."
    return (
        f"A change of {len(steps)} file{'s' if len(steps) != 1 else ''} was broken off: the next command finishes it."
    )


def _finish(root: Path) -> None:
    """Carry out what is committed, and remove what is not, while nobody else is there."""
    if redo_log.journal(root).is_dir():
        steps = redo_log.read(root)
        redo_log.refuse_if_changed(root, steps)
        try:
            redo_log.apply(root, steps)
        except OSError as error:
            raise ExternalError(
                f"a change that was broken off cannot be finished: {error.strerror or error}",
                file=error.filename2 or error.filename or root,
                remedy=f"make room, or give write access; {redo_log.UNDO}",
            ) from None
    with suppress(OSError):
        for left in (root / FOLDER).glob(f"{redo_log.PREPARED}*"):
            shutil.rmtree(left, ignore_errors=True)
