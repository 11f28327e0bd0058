"""``stancegraph ontology``: check, format, compare, rename, release and document the ontology that Protégé edits."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from stancegraph.commands.context import note, of, show_findings, steps

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class ReportFormat(StrEnum):
    """The forms of a report."""

    TABLE = "table"
    MD = "md"
    JSON = "json"


@app.command("check")
def check(
    context: typer.Context,
    facts: Annotated[bool, typer.Option(help="Check the facts of entities and articles against it, too.")] = True,
    format: Annotated[ReportFormat, typer.Option(help="The form of the report.")] = ReportFormat.TABLE,
) -> None:
    """Parse, profile, reasoner, house rules. Exit status 1 if there are violations; what needs Java is left out
    where there is none, and named.
    """
    from stancegraph.ontology import checking, reporting

    with steps() as progress:
        report = checking.check(of(context).workspace, facts=facts, progress=progress)
    if format is ReportFormat.JSON:
        print(reporting.to_json(report))
    elif format is ReportFormat.MD:
        print(reporting.to_markdown(report), end="")
    else:
        width = max(len(step.name) for step in report.steps)
        for step in report.steps:
            print(f"{step.name:<{width}}  {step.outcome}")
        if report.agreement is not None:
            print(f"\n{reporting.in_words(report.agreement)}")
        print()
        show_findings(report.findings)
    if not report.sound:
        raise typer.Exit(1)


@app.command("format")
def format_files(
    context: typer.Context,
    only_look: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit status 1 if a file would change.")
    ] = False,
) -> None:
    """Write the files as Protégé saves them. Byte for byte; needs Java, which the extra ``ontology`` brings."""
    from stancegraph.ontology import owlapi
    from stancegraph.writing import write_whole

    root = of(context).workspace.root
    changed = 0
    for path in sorted((root / "ontology").glob("*.ttl")):
        new = owlapi.formatted(path)
        if new == path.read_bytes():
            note(f"{path.name}: as Protégé saves it")
            continue
        changed += 1
        if not only_look:
            write_whole(path, new)
        note(f"{path.name}: {'would change' if only_look else 'written anew'}")
    if only_look and changed:
        raise typer.Exit(1)
