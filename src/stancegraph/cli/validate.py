"""``stancegraph validate``: run shapes and checks, and compare passages with their text."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from stancegraph.cli.context import StepSeconds, global_options, show_findings, show_progress
from stancegraph.findings import Finding, Severity, ordered
from stancegraph.sparql.engine import Oxigraph


class _Format(StrEnum):
    TABLE = "table"
    JSON = "json"


def command(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Report only findings about what these Turtle files describe."),
    ] = None,
    text: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare the passages of an article with its text.")
    ] = None,
    article: Annotated[
        str | None, typer.Option(metavar="ARTICLE", help="The article that the text belongs to, if that is not clear.")
    ] = None,
    step_seconds: StepSeconds = None,
    format: Annotated[_Format, typer.Option(help="The output format.")] = _Format.TABLE,
) -> None:
    """Validate the workspace. Each finding names the file, subject, rule and remedy; exit status 1 if there are
    violations.
    """
    from stancegraph.isolation import deadline
    from stancegraph.pipeline.validation import validate, validate_text

    workspace = global_options(context).workspace

    def find_problems(progress: deadline.Progress) -> list[Finding]:
        progress("validate")
        reading, findings = validate(workspace, paths or ())
        if text is None:
            return findings
        return ordered([*findings, *validate_text(workspace, Oxigraph(reading.store()), text, article)])

    with show_progress() as progress:
        findings = deadline.within(find_problems, seconds=step_seconds, progress=progress)
    if format is _Format.JSON:
        print(json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False))
    else:
        show_findings(findings)
    if any(finding.severity is Severity.VIOLATION for finding in findings):
        raise typer.Exit(1)
