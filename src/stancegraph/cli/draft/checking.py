"""``stancegraph draft ARTICLE --check``: what is wrong with a coding sheet, once or whenever it is saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stancegraph.cli.context import note
from stancegraph.errors import DataError, StancegraphError
from stancegraph.findings import Severity

if TYPE_CHECKING:
    from stancegraph.coding.article import Article
    from stancegraph.coding.duplicates import Compare


def checked(article: Article, compare: Compare | None) -> bool:
    """Print what is wrong with a sheet, and whether any of it keeps it from being published."""
    remarks = article.check()
    if compare is not None:
        remarks += compare(article)
    for remark in remarks:
        print(remark, flush=True)
    counts = [(severity, sum(remark.severity is severity for remark in remarks)) for severity in Severity]
    print(", ".join(f"{number} {severity}{'s' if number != 1 else ''}" for severity, number in counts), flush=True)
    return any(remark.severity is Severity.VIOLATION for remark in remarks)


def watch(article: Article, compare: Compare | None) -> None:
    """Check now, and whenever the sheet is saved, until somebody ends it."""
    import watchfiles

    def again() -> None:
        try:
            checked(article, compare)
        except StancegraphError as error:  # a file that is being written
            print(error, flush=True)

    if not article.sheet.is_file():
        raise DataError("there is no sheet", file=article.sheet, remedy=f"stancegraph draft --show {article.slug}")
    again()
    note(f"{article.sheet.name} is watched; Ctrl-C ends it.")
    try:
        for changes in watchfiles.watch(article.folder):
            if any(Path(path).name == article.sheet.name for _, path in changes):
                print("", flush=True)
                again()
    except KeyboardInterrupt:
        return
