"""``stancegraph article new`` and ``batch``: draft articles, with proposals for a person to decide on."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path
from typing import Annotated

import typer

from stancegraph import terminal
from stancegraph.cli.context import global_options, note
from stancegraph.errors import UsageError
from stancegraph.pipeline.building import published
from stancegraph.rdf.datatypes import date as parse_date

Publisher = Annotated[str | None, typer.Option(help="The publisher.")]
Date = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="The date of publication, such as 2012-07-05; dates in the text are relative to it."
    ),
]


def new(
    context: typer.Context,
    text: Annotated[Path, typer.Argument(metavar="TEXT", help="The article's text: plain, HTML, Markdown or PDF.")],
    id: Annotated[str, typer.Option(metavar="NAME", help="The name to give the article in the workspace.")],
    title: Annotated[str | None, typer.Option(help="The title; by default, the first line of the text.")] = None,
    publisher: Publisher = None,
    date: Date = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="The address where the article can be read.")] = None,
) -> None:
    """Draft an article from its text. Write its layout, its passages, and a coding sheet with proposals."""
    from stancegraph.drafting import loaders
    from stancegraph.drafting.creation import DraftingContext, create_draft
    from stancegraph.drafting.sheet import ArticleMetadata

    options = global_options(context)
    workspace = options.workspace
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", id):
        raise UsageError(f"{id!r} is not a name", subject="--id", remedy="use only a-z, 0-9, hyphens and full stops")
    day = _parse_date(date)
    heading = title or loaders.read(text).title
    if not heading:
        raise UsageError("the text has no title", subject="--title", remedy="give one")
    draft = create_draft(
        workspace,
        DraftingContext.load(workspace, options.open_engine()),
        text,
        ArticleMetadata(id, heading, publisher, day, url),
    )
    counts = {
        "mentions": sum(len(proposal.mentions) for proposal in draft.proposals),
        "names that the graph does not know": len(
            {name.text for proposal in draft.proposals for name in proposal.unknown_names}
        ),
        "citations": sum(len(proposal.citations) for proposal in draft.proposals),
        "quotations": sum(len(proposal.quotations) for proposal in draft.proposals),
        "dates": sum(len(proposal.dates) for proposal in draft.proposals),
        "reported statements": sum(len(proposal.reported_statements) for proposal in draft.proposals),
    }
    note(f"{workspace.relative(draft.folder)}: {len(draft.proposals)} passages of {draft.text}")
    note(f"Proposed: {', '.join(f'{number} {kind}' for kind, number in counts.items())}.")
    note(f"Edit coding.txt there; `stancegraph article check {id} --watch` checks it as you save.")


def batch(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of the texts.")],
    publisher: Publisher = None,
    date: Date = None,
) -> None:
    """Draft all texts of a folder. Work on several at once; skip those that are drafted already."""
    from rich.progress import Progress

    from stancegraph.drafting import batch as drafting

    workspace, day = global_options(context).workspace, _parse_date(date)
    if not folder.is_dir():
        raise UsageError("this is not a folder", file=folder, remedy="`stancegraph article new` drafts a single text")
    paths = drafting.find_texts(folder)
    if not paths:
        suffixes = ", ".join(sorted(drafting.SUFFIXES))
        raise UsageError("there is no text in this folder", file=folder, remedy=f"add some: {suffixes}")
    published(workspace)  # once, before several processes need it
    workers = min(len(paths), os.cpu_count() or 1)
    existing = failed = drafted = 0
    with Progress(console=terminal.console(stderr=True), transient=True, disable=not os.isatty(2)) as bar:
        task = bar.add_task("drafting", total=len(paths))
        for draft in drafting.draft_all(workspace, paths, publisher, day, workers):
            bar.advance(task)
            if draft.error:
                failed += 1
                note(f"{draft.path.name}: {draft.error}")
            elif draft.existed:
                existing += 1
            else:
                drafted += 1
                note(f"{draft.slug}: {draft.passages} passages, {draft.proposals} proposals")
    note(f"{drafted} drafted, {existing} skipped, {failed} failed")
    if failed:
        raise typer.Exit(1)


def _parse_date(text: str | None) -> datetime.date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        raise UsageError(f"{text!r} is not a date", subject="--date", remedy="write one such as 2012-07-05") from None
