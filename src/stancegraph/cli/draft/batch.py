"""``stancegraph draft FOLDER``: all texts of a folder, several at once."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from stancegraph import terminal
from stancegraph.cli.context import note
from stancegraph.errors import UsageError
from stancegraph.pipeline.building import published
from stancegraph.workspace.folders import Workspace


def draft_folder(workspace: Workspace, folder: Path, publisher: str | None, day: datetime.date | None) -> bool:
    """Draft the texts of *folder*, with progress, and say whether all are there now."""
    from rich.progress import Progress

    from stancegraph.drafting import batch

    paths = batch.texts(folder)
    if not paths:
        raise UsageError("there is no text in it", file=folder, remedy=f"one of {', '.join(sorted(batch.SUFFIXES))}")
    published(workspace)  # once, before many ask for it
    workers = min(len(paths), os.cpu_count() or 1)
    there = failed = new = 0
    with Progress(console=terminal.console(stderr=True), transient=True, disable=not os.isatty(2)) as bar:
        task = bar.add_task("drafting", total=len(paths))
        for one in batch.draft_all(workspace, paths, publisher, day, workers):
            bar.advance(task)
            if one.failed:
                failed += 1
                note(f"{one.path.name}: {one.failed}")
            elif one.was_there:
                there += 1
            else:
                new += 1
                note(f"{one.slug}: {one.passages} passages, {one.proposals} proposals")
    note(f"{new} drafted, {there} were there already, {failed} failed")
    return not failed
