"""What every command is given: the workspace and the engine that the global options name."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from stancegraph import terminal
from stancegraph.api import KnowledgeGraph
from stancegraph.findings import Finding, Severity
from stancegraph.pipeline.building import Build, Progress, is_current, published
from stancegraph.sparql.engine import Engine, Oxigraph
from stancegraph.workspace import folders as workspaces

StepSeconds = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="How long one rule, check or shape may take; else 300, or the environment's."),
]
"""The option of commands that run rules, checks and shapes."""


@dataclass(frozen=True, slots=True)
class Context:
    """The global options."""

    folder: Path | None
    engine_url: str | None

    @property
    def workspace(self) -> workspaces.Workspace:
        """The workspace, or `UsageError` where the folder is none."""
        return workspaces.find(self.folder)

    def engine(self) -> Engine:
        """What answers: the endpoint if one is named, else the published snapshot, built if there is none."""
        if self.engine_url is not None:
            from stancegraph.sparql.endpoint import Endpoint

            return Endpoint(self.engine_url)
        with steps() as progress:
            done = published(self.workspace, progress=progress)
        if done.snapshot is None:
            show_findings(done.findings)
            raise typer.Exit(1)
        if done.unchanged and not is_current(self.workspace, done.snapshot):
            note("The workspace has changed since the snapshot was built; `stancegraph build` takes the changes in.")
        return Oxigraph(done.snapshot.open())

    @property
    def graph(self) -> KnowledgeGraph:
        """The graph; what answers is opened, or built, when something is asked."""
        return KnowledgeGraph(self.workspace, self.engine)


def of(context: typer.Context) -> Context:
    """The `Context` of a command."""
    assert isinstance(context.obj, Context)
    return context.obj


def note(message: str) -> None:
    """Say something on standard error that is no error."""
    print(terminal.visible(message), file=sys.stderr)


@contextmanager
def steps() -> Iterator[Progress]:
    """Show the steps of long work on standard error, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Bar(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=terminal.console(stderr=True),
        transient=True,
    )
    task = bar.add_task("start", start=False)

    def show(step: str) -> None:
        bar.start()  # with the first step, as its thread would keep the work from having a process of its own
        bar.start_task(task)
        bar.update(task, description=terminal.visible(step))

    try:
        yield show
    finally:
        bar.stop()


def show_findings(findings: tuple[Finding, ...] | list[Finding]) -> None:
    """Print findings on standard output, and how many there are of each severity."""
    for finding in findings:
        print(f"{finding}\n")
    counts = [(severity, sum(finding.severity is severity for finding in findings)) for severity in Severity]
    print(", ".join(f"{number} {severity}{'s' if number != 1 else ''}" for severity, number in counts))


def exit_if_violated(done: Build) -> None:
    """Say that a build was not published, and why."""
    show_findings(done.findings)
    note("Not published: mend the violations and build again. What was published before still answers.")
