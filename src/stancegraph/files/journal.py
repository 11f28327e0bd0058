"""Changes of several files of a workspace at once: whatever ends the program, all of a change is there, or none of it.

This is a redo log, as databases have one. `commit` writes the new contents and a plan into ``.stancegraph/journal-…``,
waits until they are on the disk, and renames that folder to ``.stancegraph/journal``: this one rename is the change.
Then each file is put in its place. A change that is interrupted after the rename is completed by whatever opens the
workspace next (`recover`); one that is interrupted before it is removed. One process changes a workspace at a time,
from reading what the change depends on to its end (`exclusive_access`), and no build reads in between
(`shared_access`); see `stancegraph.files.locking` for the systems on which that cannot be ensured.
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
    """Write or remove several files of a workspace, all of them or none.

    Missing folders are created, and folders that the change empties are removed.

    Args:
        root: The folder of the workspace.
        contents: The new content of each file, or None for a file that is to be removed.

    Raises:
        UsageError: A path is that of a hidden file.
        DataError: An earlier change was interrupted and cannot be completed, as its journal is damaged or one of its
            files was changed since.
        ExternalError: The workspace cannot be locked, read or written; the message says whether the change is partly
            there.
    """
    with exclusive_access(root):
        changes: dict[redo_log.Step, bytes | None] = {}
        for path, content in sorted(contents.items()):
            step = redo_log.plan_step(root, path, content)
            if step.before != step.after:
                changes[step] = content
        if not changes:
            return
        steps = list(changes)
        missing_folders = [
            folder
            for step in steps
            for folder in redo_log.parent_folders(root, root / step.path)
            if not folder.exists()
        ]
        redo_log.write(root, changes)
        try:
            redo_log.apply(root, steps)
        except OSError as error:
            undone = redo_log.undo(root, steps, missing_folders)
            raise ExternalError(
                f"cannot write it: {error.strerror or error}"
                if undone
                else f"the change is only partly written: {error.strerror or error}",
                file=error.filename2 or error.filename or root,
                remedy="make room on the disk, or give write access"
                + ("" if undone else "; the next command completes the change"),
            ) from None


@contextmanager
def exclusive_access(root: Path) -> Iterator[None]:
    """Keep all others from the workspace at *root*, from reading what a change depends on until it is committed.

    Raises:
        DataError: An earlier change was interrupted and cannot be completed, as its journal is damaged or one of its
            files was changed since.
        ExternalError: The lock cannot be obtained in time, or the workspace cannot be written.
    """
    with locked(root, exclusive=True):
        _finish(root)
        yield


@contextmanager
def shared_access(root: Path) -> Iterator[None]:
    """Keep the files of the workspace at *root* from being changed while they are read, with no change half done.

    Raises:
        DataError: A change was interrupted and cannot be completed, as its journal is damaged or one of its files was
            changed since.
        ExternalError: Another process changes the files for too long, or an interrupted change cannot be written.
    """
    while True:
        recover(root)
        with locked(root, exclusive=False):
            if not redo_log.journal_folder(root).is_dir():
                yield
                return


def recover(root: Path) -> None:
    """Complete the change that an ended process had committed, and remove what it had only prepared.

    Args:
        root: The folder of the workspace.

    Raises:
        DataError: The journal is damaged, or a file was changed since.
        ExternalError: The workspace cannot be locked, read or written.
    """
    try:
        leftovers = [
            name for name in os.listdir(root / FOLDER) if name == "journal" or name.startswith(redo_log.STAGING_PREFIX)
        ]
    except OSError:  # nothing was ever written there
        return
    if "journal" in leftovers:
        with locked(root, exclusive=True):
            _finish(root)
    elif leftovers:
        with suppress(ExternalError), locked(root, exclusive=True, wait=0):  # else a process is preparing it just now
            _finish(root)


def remove_abandoned_files(root: Path) -> None:
    """Remove the unfinished files that ended processes have left in the folders of the workspace at *root*."""
    remove_abandoned(root)
    for name in ("ontology", "data", "queries"):
        for folder, subfolders, _ in os.walk(root / name):
            subfolders[:] = [subfolder for subfolder in subfolders if not subfolder.startswith(".")]
            remove_abandoned(Path(folder))


def unfinished_change(root: Path) -> str | None:
    """Describe the interrupted change of a workspace that is still to be completed.

    Args:
        root: The folder of the workspace.

    Returns:
        One sentence; None if there is no such change.
    """
    if not redo_log.journal_folder(root).is_dir():
        return None
    try:
        steps = redo_log.read(root)
    except DataError:
        return "A change was interrupted, and its journal cannot be read."
    return (
        f"A change of {len(steps)} file{'s' if len(steps) != 1 else ''} was interrupted: the next command completes it."
    )


def _finish(root: Path) -> None:
    """Complete the change that is committed, and remove what is not; the caller holds the exclusive lock."""
    if redo_log.journal_folder(root).is_dir():
        steps = redo_log.read(root)
        redo_log.refuse_if_changed(root, steps)
        try:
            redo_log.apply(root, steps)
        except OSError as error:
            raise ExternalError(
                f"an interrupted change cannot be completed: {error.strerror or error}",
                file=error.filename2 or error.filename or root,
                remedy=f"make room on the disk, or give write access; {redo_log.DISCARD_REMEDY}",
            ) from None
    with suppress(OSError):
        for folder in (root / FOLDER).glob(f"{redo_log.STAGING_PREFIX}*"):
            shutil.rmtree(folder, ignore_errors=True)
