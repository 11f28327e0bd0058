"""Build a workspace: read its files, infer, validate, and publish a snapshot."""

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
    """The outcome of a build: its findings, and the published snapshot unless violations kept it from publication."""

    snapshot: snapshot.Snapshot | None
    findings: tuple[Finding, ...]
    unchanged: bool = False

    @property
    def published(self) -> bool:
        """Whether a snapshot of these files is published, by this build or by an earlier one."""
        return self.snapshot is not None


def _count(store: Store) -> dict[str, int]:
    """Return the number of things of each kind in a graph."""
    return {row["kind"].value: int(row["count"].value) for row in rows(Oxigraph(store), lookup("counts"))}


def build(workspace: Workspace, *, force: bool = False, progress: Progress = lambda step: None) -> Build:
    """Build *workspace* and publish it, unless its files are unchanged or there are violations.

    The published snapshot is updated where that is possible (`stancegraph.pipeline.incremental`). It stays published
    until the new one replaces it.

    Args:
        workspace: The workspace to build.
        force: Whether to build from scratch even if nothing has changed.
        progress: A function that is called with the name of each step as it begins.

    Returns:
        The outcome, without a snapshot if there are violations.

    Raises:
        DataError: If a file of the workspace is malformed, or a rule, check or shape cannot be applied.
        ExternalError: If files keep changing while they are read, or the disk refuses.
    """
    return retry_on_change(lambda: _build(workspace, force, progress))


def _build(workspace: Workspace, force: bool, progress: Progress) -> Build:
    folder = workspace.snapshots
    journal.remove_abandoned_files(workspace.root)
    previous = snapshot.current(folder)
    record = None if previous is None else manifest.load(folder, previous.inputs)
    with journal.shared_access(workspace.root):
        inputs = manifest.inputs(workspace, record)
    if previous is None or force or not _is_whole(previous):
        return _build_from_scratch(workspace, inputs, force or previous is not None, progress)
    if record is None:  # the earlier findings are unknown then
        return _build_from_scratch(workspace, inputs, False, progress)
    if previous.inputs == inputs.digest:
        return Build(previous, record.findings.ordered(), unchanged=True)
    return _build_incrementally(workspace, previous, record, inputs, progress) or _build_from_scratch(
        workspace, inputs, False, progress
    )


def _is_whole(previous: snapshot.Snapshot) -> bool:
    """Return whether the published snapshot can be updated: damage would be copied into the next one."""
    try:
        snapshot.verify_all(previous)
    except DamagedError:
        return False
    return True


def _build_incrementally(
    workspace: Workspace, previous: snapshot.Snapshot, record: Record, inputs: Inputs, progress: Progress
) -> Build | None:
    """Build from the published snapshot and the files that changed since; return None where that is not possible."""
    folder = workspace.snapshots
    with preparing(folder) as building:
        outcome = _update(workspace, previous, record, inputs, building, progress)
        if outcome is None:
            return None
        updated, findings, dependency_cache = outcome
        if _has_violations(findings):
            return Build(None, findings.ordered())
        progress("publish")
        manifest.save(folder, Record(inputs, findings, dependency_cache))
        return Build(snapshot.switch(folder, building, updated, previous=previous), findings.ordered())


def preview(workspace: Workspace, replacements: Mapping[str, Iterable[Quad]]) -> Findings | None:
    """Return the findings of a build in which some graphs had other contents, without changing anything published.

    Args:
        workspace: The workspace, whose published snapshot is the starting point.
        replacements: The quads of each graph that is to be replaced, by the IRI of the graph. All other graphs hold
            what their files say.

    Returns:
        All findings, or None where they cannot be determined from the published snapshot.

    Raises:
        DataError: If a file of the workspace is malformed, or a rule, check or shape cannot be applied.
        ExternalError: If files keep changing while they are read, or the disk refuses.
    """
    return retry_on_change(lambda: _preview(workspace, replacements))


def _preview(workspace: Workspace, replacements: Mapping[str, Iterable[Quad]]) -> Findings | None:
    folder = workspace.snapshots
    previous = snapshot.current(folder)
    record = None if previous is None else manifest.load(folder, previous.inputs)
    if previous is None or record is None or not _is_whole(previous):
        return None
    with preparing(folder) as building:
        inputs = manifest.inputs(workspace, record)
        outcome = _update(workspace, previous, record, inputs, building, lambda step: None, replacements)
    if outcome is None:
        return None
    _, findings, dependency_cache = outcome
    if dependency_cache.keys() - record.dependency_cache.keys():
        # an editor asks for a preview again after the next keystroke
        manifest.save(folder, replace(record, dependency_cache=dependency_cache))
    return findings


def _update(
    workspace: Workspace,
    previous: snapshot.Snapshot,
    record: Record,
    inputs: Inputs,
    building: Path,
    progress: Progress,
    replacements: Mapping[str, Iterable[Quad]] = MappingProxyType({}),
) -> tuple[snapshot.Snapshot, Findings, dict[str, Any]] | None:
    """Return the updated snapshot, made in the folder *building*, its findings, and the dependencies of the queries.

    Return None where the snapshot must be built from scratch.
    """
    from stancegraph.pipeline.incremental.dependencies import UnknownError
    from stancegraph.pipeline.incremental.dependency_cache import DependencyCache
    from stancegraph.pipeline.incremental.update import is_updatable, update

    if not is_updatable(previous):
        return None
    dependency_cache = DependencyCache(record.dependency_cache)
    try:
        updated, findings = update(
            workspace, previous, record, inputs, building, dependency_cache, progress, replacements
        )
    except UnknownError:
        return None
    return updated, findings, dependency_cache.used


def _build_from_scratch(workspace: Workspace, inputs: Inputs, ignore_existing: bool, progress: Progress) -> Build:
    """Build from the files alone; with *ignore_existing*, even if a snapshot of the same content exists."""
    # imported here because answering a question does not need it, and should start quickly
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
    # through a store, because stores write "1.0" as "1": the digest must be that of what is stored
    store = reading.store()
    store.bulk_extend(conclusions)
    materialised = {}
    if not any(isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode) for quad in conclusions):
        asserted = [in_graph(quad) for quad in reading.quads]
        closed = [in_graph(quad) for quad in conclusions if quad.graph_name == CLOSURE]
        materialised = dict(zip(snapshot.MATERIALISED, (asserted, asserted + closed), strict=True))
    manifest.save(workspace.snapshots, Record(inputs, findings))
    published = snapshot.publish(
        workspace.snapshots,
        snapshot.canonical(store),
        inputs.digest,
        _count(store),
        materialised=materialised,
        ignore_existing=ignore_existing,
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
    """Build *workspace* as `build` does, in a process of its own in which no step may take longer than allowed.

    Args:
        workspace: The workspace to build.
        force: Whether to build from scratch even if nothing has changed.
        step_seconds: How many seconds one step may take; without it, the default of
            `stancegraph.isolation.deadline.step_seconds`.
        progress: A function that is called with the name of each step as it begins.

    Returns:
        The outcome, without a snapshot if there are violations.

    Raises:
        DataError: As `build` does.
        UsageError: If *step_seconds*, or the environment, does not give a number above 0.
        ExternalError: As `build` does, and if a step takes too long or the process dies of it.
    """
    from stancegraph.isolation import deadline

    def work(report: Progress) -> Build:
        return build(workspace, force=force, progress=report)

    return deadline.within(work, seconds=step_seconds, progress=progress)


def published(workspace: Workspace, *, progress: Progress = lambda step: None) -> Build:
    """Return the published snapshot of *workspace*, without its findings, or build it where nothing is published.

    Args:
        workspace: The workspace, which is not built again if its files have changed.
        progress: A function that is called with the name of each step of a build as it begins.

    Returns:
        The outcome of the build, or of an earlier one.

    Raises:
        DataError: As `build_within` does, if it builds.
        UsageError: As `build_within` does, if it builds.
        ExternalError: As `build_within` does, if it builds.
    """
    previous = snapshot.current(workspace.snapshots)
    if previous is not None:
        return Build(previous, (), unchanged=True)
    return build_within(workspace, progress=progress)


def is_current(workspace: Workspace, published: snapshot.Snapshot) -> bool:
    """Return whether the files of *workspace* are those that the snapshot *published* was built from.

    Raises:
        DataError: If a file is not a regular file, or is too large.
        ExternalError: If a file cannot be read.
    """
    record = manifest.load(workspace.snapshots, published.inputs)
    try:
        return manifest.inputs(workspace, record).digest == published.inputs
    except ChangedError:
        return False
