"""What commands share: the global options, the display of progress, and messages."""

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
    typer.Option(
        metavar="SECONDS",
        help="The time limit for each rule, check and shape; by default STANCEGRAPH_STEP_SECONDS, or 300.",
    ),
]
"""An option of the commands that run rules, checks and shapes."""


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """The options that hold for every command, and what they select.

    Attributes:
        folder: The folder of the workspace, if it is named.
        engine_url: The URL of the SPARQL endpoint to ask, if it is named.
    """

    folder: Path | None
    engine_url: str | None

    @property
    def workspace(self) -> workspaces.Workspace:
        """The workspace.

        Raises:
            UsageError: The folder is not a workspace.
        """
        return workspaces.find(self.folder)

    def open_engine(self) -> Engine:
        """Open the engine: the endpoint, if one is named, else the published snapshot, built first if there is none.

        Raises:
            typer.Exit: Violations kept the snapshot from being built; they have been printed.
        """
        if self.engine_url is not None:
            from stancegraph.sparql.endpoint import Endpoint

            return Endpoint(self.engine_url)
        with show_progress() as progress:
            build = published(self.workspace, progress=progress)
        if build.snapshot is None:
            show_findings(build.findings)
            raise typer.Exit(1)
        if build.unchanged and not is_current(self.workspace, build.snapshot):
            note("The workspace has changed since the snapshot was built; `stancegraph build` takes the changes in.")
        return Oxigraph(build.snapshot.open())

    @property
    def graph(self) -> KnowledgeGraph:
        """The graph; its engine is opened when it is first needed."""
        return KnowledgeGraph(self.workspace, self.open_engine)


def global_options(context: typer.Context) -> GlobalOptions:
    """Return the global options that a command was called with."""
    options: GlobalOptions = context.obj
    return options


def note(message: str) -> None:
    """Print a message that is not an error to standard error."""
    print(terminal.visible(message), file=sys.stderr)


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Show the current step of long work on standard error, if that is a terminal.

    Yields:
        A function to call with the name of each step as it begins.
    """
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
        bar.start()  # not earlier: its thread would keep the work from running in a process of its own
        bar.start_task(task)
        bar.update(task, description=terminal.visible(step))

    try:
        yield show
    finally:
        bar.stop()


def show_findings(findings: tuple[Finding, ...] | list[Finding]) -> None:
    """Print findings to standard output, and their number by severity."""
    for finding in findings:
        print(f"{finding}\n")
    counts = [(severity, sum(finding.severity is severity for finding in findings)) for severity in Severity]
    print(", ".join(f"{number} {severity}{'s' if number != 1 else ''}" for severity, number in counts))


def report_violations(build: Build) -> None:
    """Print the findings of a build that was not published because of violations."""
    show_findings(build.findings)
    note("Not published: correct the violations and build again. What was published before still answers.")
