"""``stancegraph validate``: shapes, checks, and passages against their text."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from stancegraph.cli.context import StepSeconds, of, show_findings, steps
from stancegraph.findings import Finding, Severity, ordered
from stancegraph.sparql.engine import Oxigraph


class _Format(StrEnum):
    TABLE = "table"
    JSON = "json"


def command(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="Report only on what these Turtle files describe.")] = None,
    text: Annotated[Path | None, typer.Option(help="Compare every passage with this text.")] = None,
    article: Annotated[str | None, typer.Option(help="The article whose text it is, where that is not plain.")] = None,
    step_seconds: StepSeconds = None,
    format: Annotated[_Format, typer.Option(help="How to print the findings.")] = _Format.TABLE,
) -> None:
    """Check the workspace. Each finding names file, subject, rule and remedy; exit status 1 if there are violations."""
    from stancegraph.isolation import deadline
    from stancegraph.pipeline.validation import validate, validate_text

    workspace = of(context).workspace

    def work(progress: deadline.Progress) -> list[Finding]:
        progress("validate")
        reading, found = validate(workspace, paths or ())
        if text is None:
            return found
        return ordered([*found, *validate_text(workspace, Oxigraph(reading.store()), text, article)])

    with steps() as progress:
        found = deadline.within(work, seconds=step_seconds, progress=progress)
    if format is _Format.JSON:
        print(json.dumps([asdict(finding) for finding in found], indent=2, ensure_ascii=False))
    else:
        show_findings(found)
    if any(finding.severity is Severity.VIOLATION for finding in found):
        raise typer.Exit(1)
