"""Build: read, infer, validate, publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import Store

from stancegraph import snapshot
from stancegraph.engine import Oxigraph
from stancegraph.findings import Finding, Severity
from stancegraph.values import lookup, rows
from stancegraph.workspace import Workspace

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Build:
    """What a build did: the snapshot that is published now, unless violations kept it from being published."""

    snapshot: snapshot.Snapshot | None
    findings: tuple[Finding, ...]
    unchanged: bool = False

    @property
    def published(self) -> bool:
        """Whether what was built, or had been built before from the same files, is published."""
        return self.snapshot is not None


def _count(store: Store) -> dict[str, int]:
    """What is in a graph, by kind."""
    return {row["kind"].value: int(row["count"].value) for row in rows(Oxigraph(store), lookup("counts"))}


def build(workspace: Workspace, *, force: bool = False, progress: Progress = lambda step: None) -> Build:
    """Build *workspace* and publish it, unless nothing changed since the last time or there are violations.

    Raises what reading, inference and publishing raise; what was published before stays until the switch.
    """
    # what answering a question does not need is imported here, so that asking starts quickly
    from stancegraph.inference import infer
    from stancegraph.reading import read_workspace
    from stancegraph.validation import validate_reading

    inputs = workspace.digest()
    before = snapshot.current(workspace.snapshots)
    if before is not None and before.inputs == inputs and not force:
        return Build(before, (), unchanged=True)
    progress("read")
    reading = read_workspace(workspace)
    progress("infer")
    conclusions = infer(reading, workspace)
    progress("validate")
    findings = tuple(validate_reading(workspace, reading, conclusions))
    if any(finding.severity is Severity.VIOLATION for finding in findings):
        return Build(None, findings)
    progress("publish")
    # through a store, because stores write "1.0" as "1": the digest is of what is stored, and can be compared with it
    store = reading.store()
    store.bulk_extend(conclusions)
    published = snapshot.publish(workspace.snapshots, snapshot.canonical(store), inputs, _count(store), anew=force)
    return Build(published, findings)


def published(workspace: Workspace, *, progress: Progress = lambda step: None) -> Build:
    """The build that answers questions: the published snapshot where there is one, else a new one."""
    before = snapshot.current(workspace.snapshots)
    if before is not None:
        return Build(before, (), unchanged=True)
    return build(workspace, progress=progress)
