"""``stancegraph draft``: a new article, from its text to facts that a person has coded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.commands.context import note, of
from stancegraph.errors import CallError, DataError, StancegraphError
from stancegraph.text import Layout, read_text, to_turtle
from stancegraph.writing import write_whole

if TYPE_CHECKING:
    from stancegraph.coding.article import Article

_MODES = ("show", "check", "compile")


def command(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="TEXT|ARTICLE", help="A text; else an article, by its folder.")],
    article: Annotated[
        Path | None, typer.Option(help="Only cut the text into the passages of this folder's layout.toml.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="With --article: write passages.ttl instead of printing it.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Print an article as a coding sheet.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Check an article's coding sheet, line by line.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="With --check: again, each time the sheet is saved.")] = False,
    compile: Annotated[bool, typer.Option("--compile", help="Compile an article's coding sheet into Turtle.")] = False,
) -> None:
    """Draft a new article, and code it. The text itself is not kept."""
    modes = [name for name, chosen in zip(_MODES, (show, check, compile), strict=True) if chosen]
    if len(modes) > 1 or (watch and not check):
        raise CallError("these options do not go together", remedy="one of --show, --check [--watch], --compile")
    if modes:
        from stancegraph.coding.article import Article

        one = Article(of(context).workspace, subject)
        if show:
            sys.stdout.write(one.show())
        elif compile:
            for path, number in one.write().items():
                note(f"{one.workspace.relative(path)}: {number} triples")
        elif watch:
            _watch(one)
        elif _checked(one):
            raise typer.Exit(1)
        return
    if article is None:
        raise CallError("which article is it?", remedy="--article FOLDER, or one of --show, --check, --compile")
    _passages(Path(subject), article, write)


def _passages(text: Path, article: Path, write: bool) -> None:
    layout = Layout.read(article / "layout.toml")
    turtle = to_turtle(read_text(text), layout, article.resolve().name)
    if not write:
        print(turtle, end="")
        return
    if not article.is_dir():
        raise CallError("no such folder", file=article, remedy="make the article's folder first")
    write_whole(article / "passages.ttl", turtle.encode("utf-8"))


def _checked(article: Article) -> bool:
    """Print what is wrong with a sheet, and whether any of it keeps it from being published."""
    from stancegraph.findings import Severity

    remarks = article.check()
    for remark in remarks:
        print(remark, flush=True)
    counts = [(severity, sum(remark.severity is severity for remark in remarks)) for severity in Severity]
    print(", ".join(f"{number} {severity}{'s' if number != 1 else ''}" for severity, number in counts), flush=True)
    return any(remark.severity is Severity.VIOLATION for remark in remarks)


def _watch(article: Article) -> None:
    """Check now, and whenever the sheet is saved, until somebody ends it."""
    from watchfiles import watch

    def checked() -> None:
        try:
            _checked(article)
        except StancegraphError as error:  # a file that is being written
            print(error, flush=True)

    if not article.sheet.is_file():
        raise DataError("there is no sheet", file=article.sheet, remedy=f"stancegraph draft --show {article.slug}")
    checked()
    note(f"{article.sheet.name} is watched; Ctrl-C ends it.")
    try:
        for changes in watch(article.folder):
            if any(Path(path).name == article.sheet.name for _, path in changes):
                print("", flush=True)
                checked()
    except KeyboardInterrupt:
        return
