"""Build: read, infer, validate, publish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pyoxigraph import BlankNode, Quad, Store

from stancegraph import records, snapshot
from stancegraph.engine import Oxigraph
from stancegraph.findings import Finding, Findings, Severity
from stancegraph.records import Inputs, Record
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

    What is built goes on from what is published, where that can be done (`stancegraph.incremental`), and with *force*
    begins anew. Raises what reading, inference and publishing raise; what was published before stays until the switch.
    """
    folder = workspace.snapshots
    before = snapshot.current(folder)
    record = None if before is None else records.load(folder, before.inputs)
    inputs = records.inputs(workspace, record)
    if before is not None and before.inputs == inputs.digest and not force:
        return Build(before, record.findings.ordered() if record else (), unchanged=True)
    made = None if force or before is None or record is None else _go_on(workspace, before, record, inputs, progress)
    return made or _begin(workspace, inputs, force, progress)


def _go_on(
    workspace: Workspace, before: snapshot.Snapshot, record: Record, inputs: Inputs, progress: Progress
) -> Build | None:
    """Build from what is published and what changed since; None where it must be built from the beginning."""
    folder = workspace.snapshots
    with snapshot.preparing(folder) as building:
        followed = _follow(workspace, before, record, inputs, building, progress)
        if followed is None:
            return None
        made, findings, anatomies = followed
        if _refused(findings):
            return Build(None, findings.ordered())
        progress("publish")
        records.save(folder, Record(inputs, findings, anatomies))
        return Build(snapshot.switch(folder, building, made), findings.ordered())


def foresee(workspace: Workspace, instead: Mapping[str, Iterable[Quad]]) -> Findings | None:
    """What would be found if the graphs of *instead* held the quads that it gives them, and all others their files'.

    None where that cannot be told from what is published. Nothing is changed. Raises what reading raises.
    """
    folder = workspace.snapshots
    before = snapshot.current(folder)
    record = None if before is None else records.load(folder, before.inputs)
    if before is None or record is None:
        return None
    with snapshot.preparing(folder) as building:
        inputs = records.inputs(workspace, record)
        followed = _follow(workspace, before, record, inputs, building, lambda step: None, instead)
    if followed is None:
        return None
    _, findings, anatomies = followed
    if anatomies.keys() - record.anatomies.keys():  # they are needed again when the next letter has been typed
        records.save(folder, replace(record, anatomies=anatomies))
    return findings


def _follow(
    workspace: Workspace,
    before: snapshot.Snapshot,
    record: Record,
    inputs: Inputs,
    building: Path,
    progress: Progress,
    instead: Mapping[str, Iterable[Quad]] = MappingProxyType({}),
) -> tuple[snapshot.Snapshot, Findings, dict[str, Any]] | None:
    """What follows on what is published, made in the folder *building*, and the anatomies; None where nothing can."""
    from stancegraph.incremental.anatomies import Anatomies
    from stancegraph.incremental.anatomy import UnknownError
    from stancegraph.incremental.increment import can_go_on, increment

    if not can_go_on(before):
        return None
    anatomies = Anatomies(record.anatomies)
    try:
        made, findings = increment(workspace, before, record, inputs, building, anatomies, progress, instead)
    except UnknownError:
        return None
    return made, findings, anatomies.used


def _begin(workspace: Workspace, inputs: Inputs, force: bool, progress: Progress) -> Build:
    """Build from the beginning."""
    # what answering a question does not need is imported here, so that asking starts quickly
    from stancegraph.graphs import in_graph
    from stancegraph.inference import CLOSURE, infer
    from stancegraph.reading import read_workspace
    from stancegraph.validation import validate_reading

    progress("read")
    reading = read_workspace(workspace)
    progress("infer")
    conclusions = infer(reading, workspace)
    progress("validate")
    findings = validate_reading(workspace, reading, conclusions)
    if _refused(findings):
        return Build(None, findings.ordered())
    progress("publish")
    # through a store, because stores write "1.0" as "1": the digest is of what is stored, and can be compared with it
    store = reading.store()
    store.bulk_extend(conclusions)
    workings = {}
    if not any(isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode) for quad in conclusions):
        asserted = [in_graph(quad) for quad in reading.quads]
        closed = [in_graph(quad) for quad in conclusions if quad.graph_name == CLOSURE]
        workings = dict(zip(snapshot.WORKINGS, (asserted, asserted + closed), strict=True))
    records.save(workspace.snapshots, Record(inputs, findings))
    published = snapshot.publish(
        workspace.snapshots,
        snapshot.canonical(store),
        inputs.digest,
        _count(store),
        workings=workings,
        anew=force,
    )
    return Build(published, findings.ordered())


def _refused(findings: Findings) -> bool:
    return any(finding.severity is Severity.VIOLATION for finding in findings.ordered())


def published(workspace: Workspace, *, progress: Progress = lambda step: None) -> Build:
    """The build that answers questions: the published snapshot where there is one, else a new one."""
    before = snapshot.current(workspace.snapshots)
    if before is not None:
        return Build(before, (), unchanged=True)
    return build(workspace, progress=progress)


def is_current(workspace: Workspace, published: snapshot.Snapshot) -> bool:
    """Whether the files of *workspace* are what *published* was built from."""
    record = records.load(workspace.snapshots, published.inputs)
    return records.inputs(workspace, record).digest == published.inputs
