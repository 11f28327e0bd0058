"""``stancegraph build``: read, infer, validate, publish a snapshot."""

from __future__ import annotations

from typing import Annotated

import typer

from stancegraph.cli.context import StepSeconds, global_options, note, report_violations, show_findings, show_progress
from stancegraph.pipeline.building import build_within


def command(
    context: typer.Context,
    force: Annotated[bool, typer.Option("--force", help="Build from scratch, even if nothing has changed.")] = False,
    step_seconds: StepSeconds = None,
) -> None:
    """Build and publish a snapshot. Read the workspace, infer, validate, publish, and count what is in the snapshot."""
    workspace = global_options(context).workspace
    with show_progress() as progress:
        build = build_within(workspace, force=force, step_seconds=step_seconds, progress=progress)
    if build.snapshot is None:
        report_violations(build)
        raise typer.Exit(1)
    if build.findings:
        show_findings(build.findings)
    if build.unchanged:
        note("Nothing has changed since this was built.")
    print(f"{build.snapshot.content[:16]}: {build.snapshot.quads} quads")
    width = max(map(len, build.snapshot.counts), default=0)
    for kind, number in sorted(build.snapshot.counts.items(), key=lambda item: (-item[1], item[0])):
        print(f"  {kind:<{width}} {number:>6}")
