"""``stancegraph check``: whether the workspace and what is published of it are whole."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from stancegraph.cli.context import of
from stancegraph.findings import Severity


class _Format(StrEnum):
    TABLE = "table"
    JSON = "json"


def command(
    context: typer.Context,
    format: Annotated[_Format, typer.Option(help="How to print what is wrong.")] = _Format.TABLE,
) -> None:
    """Check that nothing is damaged. Files, snapshot and record are read and hashed anew; exit status 1 if one is."""
    from stancegraph.pipeline.soundness import faults_by_part

    found = faults_by_part(of(context).workspace)
    if format is _Format.JSON:
        table = {part: [asdict(fault) for fault in faults] for part, faults in found.items()}
        print(json.dumps(table, indent=2, ensure_ascii=False))
    else:
        for part, faults in found.items():
            wrong = sum(fault.severity is not Severity.INFO for fault in faults)
            print(f"{part}: {f'{wrong} wrong' if wrong else 'ok'}")
            for fault in faults:
                print("".join(f"  {line}\n" for line in str(fault).splitlines()), end="")
    if any(fault.severity is not Severity.INFO for faults in found.values() for fault in faults):
        raise typer.Exit(1)
