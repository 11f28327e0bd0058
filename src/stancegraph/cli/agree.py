"""``stancegraph agree``: measure how far two people who coded an article independently agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph import terminal
from stancegraph.cli.context import global_options, note
from stancegraph.errors import DataError, UsageError
from stancegraph.files.writing import write_whole
from stancegraph.output.tables import width
from stancegraph.pipeline.reading import read_text_file

if TYPE_CHECKING:
    from stancegraph.coding.agreement import Pair


def command(
    context: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="The name of an article in the workspace.")],
    first: Annotated[Path, typer.Argument(metavar="SHEET", help="The coding sheet of the first person.")],
    second: Annotated[Path, typer.Argument(metavar="SHEET", help="The coding sheet of the second person.")],
    adjudicate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to FILE a sheet on which a third person decides.")
    ] = None,
) -> None:
    """Measure how far two coders agree. Print Krippendorff's alpha by field, and the claims on which they differ."""
    from rich.table import Table

    from stancegraph.coding import agreement
    from stancegraph.coding.article import Article

    coded_article = Article(global_options(context).workspace, article)
    texts = [read_text_file(path) for path in (first, second)]
    claims = []
    for path, text in zip((first, second), texts, strict=True):
        compiled = coded_article.compile(text)
        if compiled.problems:
            problem = compiled.problems[0]
            raise DataError(problem.message, file=path, line=problem.line, remedy=problem.remedy)
        claims.append(agreement.coded_claims(compiled, article))
    pairs = agreement.pair_claims(*claims)
    if not pairs:
        raise UsageError("neither sheet has a claim", subject=article, remedy="code the article first")
    table = Table("field", "alpha", "the same in", header_style="bold")
    for index, name in enumerate(agreement.FIELDS):
        alpha = agreement.krippendorff_alpha(pairs, name)
        same = sum(len(set(pair.values(index))) == 1 for pair in pairs)
        table.add_row(name, "all one value" if alpha is None else f"{alpha:.2f}", f"{same} of {len(pairs)}")
    console = terminal.console(width=width())
    console.print(table)
    for pair in pairs:
        if pair.differing:
            _print_difference(pair)
    if adjudicate is not None:
        write_whole(adjudicate, agreement.adjudication_sheet(*texts).encode("utf-8"))
        note(f"{adjudicate}: what both sheets have stands; what only one has is a proposal (#?)")


def _print_difference(pair: Pair) -> None:
    from stancegraph.coding import agreement

    labels = [coded.label if coded else "nothing" for coded in (pair.first, pair.second)]
    print(f"{pair.passage}: {labels[0]} | {labels[1]}")
    if pair.first and pair.second:
        for name in pair.differing:
            values = pair.values(agreement.FIELDS.index(name))
            print(f"  {name}: {values[0] or 'none'} | {values[1] or 'none'}")
