"""Build: read, infer, validate, publish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pyoxigraph import BlankNode, Quad, Store

from stancegraph.files import journal
from stancegraph.files.ledger import ChangedError, retry_on_change
from stancegraph.findings import Finding, Findings, Severity
from stancegraph.pipeline import manifest, snapshot
from stancegraph.pipeline.construction import preparing
from stancegraph.pipeline.manifest import Inputs, Record
from stancegraph.pipeline.sealing import DamagedError
from stancegraph.sparql.engine import Oxigraph
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.workspace.folders import Workspace

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

    What is built goes on from what is published, where that can be done (`stancegraph.pipeline.incremental`), and with
    *force* begins anew. Raises what reading, inference and publishing raise, and `ExternalError` where files change
    while they are read; what was published before stays until the switch.
    """
    return retry_on_change(lambda: _build(workspace, force, progress))


def _build(workspace: Workspace, force: bool, progress: Progress) -> Build:
    folder = workspace.snapshots
    journal.remove_abandoned_files(workspace.root)
    before = snapshot.current(folder)
    record = None if before is None else manifest.load(folder, before.inputs)
    with journal.shared_access(workspace.root):
        inputs = manifest.inputs(workspace, record)
    if before is None or force or not _is_whole(before):
        return _build_from_scratch(workspace, inputs, force or before is not None, progress)
    if record is None:  # without which it cannot be told what was found
        return _build_from_scratch(workspace, inputs, False, progress)
    if before.inputs == inputs.digest:
        return Build(before, record.findings.ordered(), unchanged=True)
    return _build_incrementally(workspace, before, record, inputs, progress) or _build_from_scratch(
        workspace, inputs, False, progress
    )


def _is_whole(before: snapshot.Snapshot) -> bool:
    """Whether what was published can be gone on from: damage would be carried on."""
    try:
        snapshot.verify_all(before)
    except DamagedError:
        return False
    return True


def _build_incrementally(
    workspace: Workspace, before: snapshot.Snapshot, record: Record, inputs: Inputs, progress: Progress
) -> Build | None:
    """Build from what is published and what changed since; None where it must be built from the beginning."""
    folder = workspace.snapshots
    with preparing(folder) as building:
        followed = _update(workspace, before, record, inputs, building, progress)
        if followed is None:
            return None
        made, findings, dependency_cache = followed
        if _has_violations(findings):
            return Build(None, findings.ordered())
        progress("publish")
        manifest.save(folder, Record(inputs, findings, dependency_cache))
        return Build(snapshot.switch(folder, building, made, before=before), findings.ordered())


def preview(workspace: Workspace, instead: Mapping[str, Iterable[Quad]]) -> Findings | None:
    """What would be found if the graphs of *instead* held the quads that it gives them, and all others their files'.

    None where that cannot be told from what is published. Nothing is changed. Raises what reading raises, and
    `ExternalError` where files change while they are read.
    """
    return retry_on_change(lambda: _preview(workspace, instead))


def _preview(workspace: Workspace, instead: Mapping[str, Iterable[Quad]]) -> Findings | None:
    folder = workspace.snapshots
    before = snapshot.current(folder)
    record = None if before is None else manifest.load(folder, before.inputs)
    if before is None or record is None or not _is_whole(before):
        return None
    with preparing(folder) as building:
        inputs = manifest.inputs(workspace, record)
        followed = _update(workspace, before, record, inputs, building, lambda step: None, instead)
    if followed is None:
        return None
    _, findings, dependency_cache = followed
    if (
        dependency_cache.keys() - record.dependency_cache.keys()
    ):  # they are needed again when the next letter has been typed
        manifest.save(folder, replace(record, dependency_cache=dependency_cache))
    return findings


def _update(
    workspace: Workspace,
    before: snapshot.Snapshot,
    record: Record,
    inputs: Inputs,
    building: Path,
    progress: Progress,
    instead: Mapping[str, Iterable[Quad]] = MappingProxyType({}),
) -> tuple[snapshot.Snapshot, Findings, dict[str, Any]] | None:
    """The snapshot that updates the *previous* one, made in the folder *building*, its findings, and what queries
    depend on; None where it must be built from scratch."""
    from stancegraph.pipeline.incremental.dependencies import UnknownError
    from stancegraph.pipeline.incremental.dependency_cache import DependencyCache
    from stancegraph.pipeline.incremental.update import is_updatable, update

    if not is_updatable(before):
        return None
    dependency_cache = DependencyCache(record.dependency_cache)
    try:
        made, findings = update(workspace, before, record, inputs, building, dependency_cache, progress, instead)
    except UnknownError:
        return None
    return made, findings, dependency_cache.used


def _build_from_scratch(workspace: Workspace, inputs: Inputs, anew: bool, progress: Progress) -> Build:
    """Build from the beginning; *anew*: even if what has the same content is there already."""
    # what answering a question does not need is imported here, so that asking starts quickly
    from stancegraph.pipeline.inference import CLOSURE, infer
    from stancegraph.pipeline.reading import read_workspace
    from stancegraph.pipeline.validation import validate_reading
    from stancegraph.rdf.quads import in_graph

    progress("read")
    with journal.shared_access(workspace.root):
        reading = read_workspace(workspace)
    progress("infer")
    conclusions = infer(reading, workspace)
    progress("validate")
    findings = validate_reading(workspace, reading, conclusions)
    if _has_violations(findings):
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
    manifest.save(workspace.snapshots, Record(inputs, findings))
    published = snapshot.publish(
        workspace.snapshots,
        snapshot.canonical(store),
        inputs.digest,
        _count(store),
        workings=workings,
        anew=anew,
    )
    return Build(published, findings.ordered())


def _has_violations(findings: Findings) -> bool:
    return any(finding.severity is Severity.VIOLATION for finding in findings.ordered())


def build_within(
    workspace: Workspace,
    *,
    force: bool = False,
    step_seconds: float | None = None,
    progress: Progress = lambda step: None,
) -> Build:
    """Do what `build` does in a process of its own, in which no step may take longer than *step_seconds*.

    Raises what `build` raises, and what `stancegraph.isolation.deadline.within` does.
    """
    from stancegraph.isolation import deadline

    def work(told: Progress) -> Build:
        return build(workspace, force=force, progress=told)

    return deadline.within(work, seconds=step_seconds, progress=progress)


def published(workspace: Workspace, *, progress: Progress = lambda step: None) -> Build:
    """The build that answers questions: the published snapshot where there is one, else a new one, as `build_within`.

    Raises what that raises.
    """
    before = snapshot.current(workspace.snapshots)
    if before is not None:
        return Build(before, (), unchanged=True)
    return build_within(workspace, progress=progress)


def is_current(workspace: Workspace, published: snapshot.Snapshot) -> bool:
    """Whether the files of *workspace* are what *published* was built from."""
    record = manifest.load(workspace.snapshots, published.inputs)
    try:
        return manifest.inputs(workspace, record).digest == published.inputs
    except ChangedError:
        return False
