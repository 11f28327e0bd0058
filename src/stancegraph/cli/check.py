"""``stancegraph check``: look for damage in the workspace and in what is published of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from stancegraph.cli.context import global_options
from stancegraph.findings import Severity


class _Format(StrEnum):
    TABLE = "table"
    JSON = "json"


def command(
    context: typer.Context,
    format: Annotated[_Format, typer.Option(help="The output format.")] = _Format.TABLE,
) -> None:
    """Check that nothing is damaged. Read and hash the files, the snapshot and the build record again; exit status 1
    if anything is damaged.
    """
    from stancegraph.pipeline.soundness import faults_by_part

    by_part = faults_by_part(global_options(context).workspace)
    if format is _Format.JSON:
        table = {part: [asdict(fault) for fault in faults] for part, faults in by_part.items()}
        print(json.dumps(table, indent=2, ensure_ascii=False))
    else:
        for part, faults in by_part.items():
            count = sum(fault.severity is not Severity.INFO for fault in faults)
            print(f"{part}: {f'{count} wrong' if count else 'ok'}")
            for fault in faults:
                print("".join(f"  {line}\n" for line in str(fault).splitlines()), end="")
    if any(fault.severity is not Severity.INFO for faults in by_part.values() for fault in faults):
        raise typer.Exit(1)
