"""``stancegraph build``: read, infer, validate, publish a snapshot."""

from __future__ import annotations

from typing import Annotated

import typer

from stancegraph.cli.context import StepSeconds, exit_if_violated, note, of, show_findings, steps
from stancegraph.pipeline.building import build_within


def command(
    context: typer.Context,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing has changed.")] = False,
    step_seconds: StepSeconds = None,
) -> None:
    """Build and publish a snapshot. Read, infer, validate, publish, and say what is in it."""
    workspace = of(context).workspace
    with steps() as progress:
        done = build_within(workspace, force=force, step_seconds=step_seconds, progress=progress)
    if done.snapshot is None:
        exit_if_violated(done)
        raise typer.Exit(1)
    if done.findings:
        show_findings(done.findings)
    if done.unchanged:
        note("Nothing has changed since this was built.")
    print(f"{done.snapshot.content[:16]}: {done.snapshot.quads} quads")
    width = max(map(len, done.snapshot.counts), default=0)
    for kind, number in sorted(done.snapshot.counts.items(), key=lambda item: (-item[1], item[0])):
        print(f"  {kind:<{width}} {number:>6}")
