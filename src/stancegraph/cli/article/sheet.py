"""``stancegraph article show``, ``check`` and ``compile``: work with the coding sheet of an article."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.cli.context import global_options, note
from stancegraph.cli.services import Against, Cache, Contact, EndpointOverride, duplicate_check
from stancegraph.errors import DataError, StancegraphError
from stancegraph.findings import Severity

if TYPE_CHECKING:
    from stancegraph.coding.article import Article
    from stancegraph.coding.duplicates import Compare

ArticleName = Annotated[str, typer.Argument(metavar="ARTICLE", help="The name of an article in the workspace.")]


def show(context: typer.Context, article: ArticleName) -> None:
    """Print an article as a coding sheet."""
    sys.stdout.write(_open_article(context, article).show())


def check(
    context: typer.Context,
    article: ArticleName,
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever the sheet is saved.")] = False,
    against: Against = None,
    contact: Contact = None,
    endpoint: EndpointOverride = None,
    cache: Cache = None,
) -> None:
    """Check the coding sheet of an article, line by line."""
    opened = _open_article(context, article)
    compare = duplicate_check(opened.workspace, against, contact, endpoint, cache)
    if watch:
        _watch(opened, compare)
    elif _report_problems(opened, compare):
        raise typer.Exit(1)


def compile_(context: typer.Context, article: ArticleName) -> None:
    """Compile the coding sheet of an article into Turtle."""
    opened = _open_article(context, article)
    for path, number in opened.write().items():
        note(f"{opened.workspace.relative(path)}: {number} triples")


def _open_article(context: typer.Context, name: str) -> Article:
    from stancegraph.coding.article import Article

    return Article(global_options(context).workspace, name)


def _report_problems(article: Article, compare: Compare | None) -> bool:
    """Print what is wrong with a sheet; return whether any of it keeps the article from being published."""
    remarks = article.check()
    if compare is not None:
        remarks += compare(article)
    for remark in remarks:
        print(remark, flush=True)
    counts = [(severity, sum(remark.severity is severity for remark in remarks)) for severity in Severity]
    print(", ".join(f"{number} {severity}{'s' if number != 1 else ''}" for severity, number in counts), flush=True)
    return any(remark.severity is Severity.VIOLATION for remark in remarks)


def _watch(article: Article, compare: Compare | None) -> None:
    """Check now and whenever the sheet is saved, until the user ends it."""
    import watchfiles

    def report() -> None:
        try:
            _report_problems(article, compare)
        except StancegraphError as error:  # such as a file that is being written
            print(error, flush=True)

    if not article.sheet.is_file():
        raise DataError(
            "there is no coding sheet",
            file=article.sheet,
            remedy=f"`stancegraph article show {article.slug}` prints one",
        )
    report()
    note(f"{article.sheet.name} is being watched; press Ctrl-C to stop.")
    try:
        for changes in watchfiles.watch(article.folder):
            if any(Path(path).name == article.sheet.name for _, path in changes):
                print("", flush=True)
                report()
    except KeyboardInterrupt:
        return
