"""``stancegraph agree``: how far two people agree who coded one article apart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stancegraph import terminal
from stancegraph.cli.context import note, of
from stancegraph.errors import DataError, UsageError
from stancegraph.files.writing import write_whole
from stancegraph.output.tables import width
from stancegraph.pipeline.reading import read_text_file


def command(
    context: typer.Context,
    article: Annotated[str, typer.Argument(help="The article, by its folder.")],
    one: Annotated[Path, typer.Argument(metavar="SHEET", help="The sheet of one person.")],
    other: Annotated[Path, typer.Argument(metavar="SHEET", help="That of another.")],
    adjudicate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a sheet on which a third person decides.")
    ] = None,
) -> None:
    """Measure how far two coders agree. Krippendorff's alpha per field, and each claim on which they differ."""
    from rich.table import Table

    from stancegraph.coding import agreement
    from stancegraph.coding.article import Article

    opened = Article(of(context).workspace, article)
    texts = [read_text_file(path) for path in (one, other)]
    coded = []
    for path, text in zip((one, other), texts, strict=True):
        compiled = opened.compile(text)
        if compiled.problems:
            wrong = compiled.problems[0]
            raise DataError(wrong.message, file=path, line=wrong.line, remedy=wrong.remedy)
        coded.append(agreement.coded_claims(compiled, article))
    pairs = agreement.pair_claims(*coded)
    if not pairs:
        raise UsageError("neither sheet puts anything forward", subject=article, remedy="code it first")
    table = Table("field", "alpha", "the same in", header_style="bold")
    for place, name in enumerate(agreement.FIELDS):
        value = agreement.krippendorff_alpha(pairs, name)
        same = sum(len(set(pair.values(place))) == 1 for pair in pairs)
        table.add_row(name, "all one value" if value is None else f"{value:.2f}", f"{same} of {len(pairs)}")
    console = terminal.console(width=width())
    console.print(table)
    for pair in pairs:
        if pair.differing:
            first, second = pair.first, pair.second
            print(f"{pair.passage}: {first.label if first else 'nothing'} | {second.label if second else 'nothing'}")
            if first and second:
                for name in pair.differing:
                    values = pair.values(agreement.FIELDS.index(name))
                    print(f"  {name}: {values[0] or 'none'} | {values[1] or 'none'}")
    if adjudicate is not None:
        write_whole(adjudicate, agreement.adjudication_sheet(*texts).encode("utf-8"))
        note(f"{adjudicate}: what both have stands; what only one has is a proposal (#?)")
