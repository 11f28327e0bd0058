"""``stancegraph draft``: a new article, from its text to facts that a person has coded."""

from __future__ import annotations

import datetime
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from stancegraph.cli.context import Context, note, of
from stancegraph.cli.draft import checking
from stancegraph.cli.draft import reanchor as moving
from stancegraph.cli.draft.batch import draft_folder
from stancegraph.cli.link.options import Against, Cache, Contact, Elsewhere, duplicate_check
from stancegraph.errors import UsageError
from stancegraph.files.writing import write_whole
from stancegraph.rdf.datatypes import date as parse_date
from stancegraph.text import Layout, read_text, to_turtle


def command(
    context: typer.Context,
    subject: Annotated[
        str, typer.Argument(metavar="TEXT|FOLDER|ARTICLE", help="A text, or a folder of them; else an article.")
    ],
    id: Annotated[str | None, typer.Option(help="With a text: what the new article is called here.")] = None,
    title: Annotated[str | None, typer.Option(help="Its title; else the first line of the text.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    date: Annotated[str | None, typer.Option(help="When, such as 2012-07-05: dates in the text count from it.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it is to be found.")] = None,
    article: Annotated[
        Path | None, typer.Option(help="Only cut the text into the passages of this folder's layout.toml.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="With --article: write passages.ttl instead of printing it.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Print an article as a coding sheet.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Check an article's coding sheet, line by line.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="With --check: again, each time the sheet is saved.")] = False,
    reanchor: Annotated[
        Path | None, typer.Option(metavar="TEXT", help="Move an article's claims to where a changed text has them.")
    ] = None,
    against: Against = None,
    contact: Contact = None,
    endpoint: Elsewhere = None,
    cache: Cache = None,
    compile: Annotated[bool, typer.Option("--compile", help="Compile an article's coding sheet into Turtle.")] = False,
) -> None:
    """Draft a new article, and code it. The text itself is not kept."""
    chosen = (id, article, reanchor, *(mode or None for mode in (show, check, compile)))
    if sum(one is not None for one in chosen) > 1 or ((watch or against or endpoint) and not check):
        raise UsageError(
            "these options do not go together",
            remedy="one of --id, --article, --show, --check [--watch] [--against], --compile, --reanchor",
        )
    if Path(subject).is_dir() and all(one is None for one in chosen):
        if not draft_folder(of(context).workspace, Path(subject), publisher, _day(date)):
            raise typer.Exit(1)
    elif id is not None:
        _draft(of(context), Path(subject), id, title, publisher, date, url)
    elif article is not None:
        _passages(Path(subject), article, write)
    elif show or check or compile or reanchor:
        from stancegraph.coding.article import Article

        one = Article(of(context).workspace, subject)
        if reanchor:
            if moving.reanchor(one, reanchor):
                raise typer.Exit(1)
        elif show:
            sys.stdout.write(one.show())
        elif compile:
            for path, number in one.write().items():
                note(f"{one.workspace.relative(path)}: {number} triples")
        else:
            compare = duplicate_check(one.workspace, against, contact, endpoint, cache)
            if watch:
                checking.watch(one, compare)
            elif checking.checked(one, compare):
                raise typer.Exit(1)
    else:
        raise UsageError("what is to be done?", remedy="--id NAME for a new article; or --show, --check, --compile")


def _draft(
    given: Context,
    text: Path,
    slug: str,
    title: str | None,
    publisher: str | None,
    date: str | None,
    url: str | None,
) -> None:
    from stancegraph.drafting import loaders
    from stancegraph.drafting.creation import Known, create_draft
    from stancegraph.drafting.sheet import ArticleMetadata

    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", slug):
        raise UsageError(f"{slug!r} is no name", subject="--id", remedy="write small letters, digits and hyphens")
    day = _day(date)
    called = title or loaders.read(text).title
    if not called:
        raise UsageError("it has no title", subject="--title", remedy="give one")
    made = create_draft(
        given.workspace,
        Known.of(given.workspace, given.engine()),
        text,
        ArticleMetadata(slug, called, publisher, day, url),
    )
    sorts = {
        "mentions": sum(len(one.mentions) for one in made.proposals),
        "names that the graph does not know": len({new.words for one in made.proposals for new in one.unknown}),
        "citations": sum(len(one.citations) for one in made.proposals),
        "quotations": sum(len(one.quotations) for one in made.proposals),
        "dates": sum(len(one.dates) for one in made.proposals),
        "voices": sum(len(one.reported_statements) for one in made.proposals),
    }
    note(f"{given.workspace.relative(made.folder)}: {len(made.proposals)} passages of {made.text}")
    note(f"Proposed: {', '.join(f'{number} {sort}' for sort, number in sorts.items())}.")
    note(f"Edit coding.txt there; `stancegraph draft {slug} --check --watch` checks it as you save.")


def _day(words: str | None) -> datetime.date | None:
    try:
        return parse_date(words) if words else None
    except ValueError:
        raise UsageError(f"{words!r} is no date", subject="--date", remedy="write one such as 2012-07-05") from None


def _passages(text: Path, article: Path, write: bool) -> None:
    layout = Layout.read(article / "layout.toml")
    turtle = to_turtle(read_text(text), layout, article.resolve().name)
    if not write:
        print(turtle, end="")
        return
    if not article.is_dir():
        raise UsageError("no such folder", file=article, remedy="make the article's folder first")
    write_whole(article / "passages.ttl", turtle.encode("utf-8"))
