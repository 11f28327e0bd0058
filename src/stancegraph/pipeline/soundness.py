"""Check the integrity of a workspace and its snapshot, as SQLite's `PRAGMA integrity_check
<https://www.sqlite.org/pragma.html#pragma_integrity_check>`_ does for a database.

Everything is read, hashed and counted again: that takes some ten seconds for each million quads, in memory that does
not grow with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from stancegraph.errors import StancegraphError
from stancegraph.files import journal
from stancegraph.files.ledger import ChangedError, read_utf8
from stancegraph.findings import Severity
from stancegraph.pipeline import manifest, sealing, snapshot
from stancegraph.rdf.namespaces import GRAPH
from stancegraph.rdf.quads import in_graph
from stancegraph.workspace.folders import Workspace

_INFERRED = f"{GRAPH}inferred/"
_CLOSURE = f"{GRAPH}inferred/owl-rl"
_BUILD = "run `stancegraph build`"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one file, by one rule; the severity *info* marks what is only worth knowing."""

    severity: Severity
    rule: str
    file: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}\n  {self.severity} {self.rule}: {self.message}\n  Remedy: {self.remedy}"


Inspection = Callable[[Workspace], Iterable[Fault]]


def _inspect_files(workspace: Workspace) -> Iterator[Fault]:
    """Find files that a build cannot read: not a regular file, not text, too large."""
    for path in workspace.build_files():
        try:
            read_utf8(path)
        except StancegraphError as error:
            remedy = error.remedy or "make sure that it can be read"
            yield Fault(Severity.VIOLATION, "unreadable", workspace.relative(path), error.message, remedy)


def _inspect_changes(workspace: Workspace) -> Iterator[Fault]:
    """Find files that have changed since the snapshot was built."""
    published = snapshot.current(workspace.snapshots)
    record = None if published is None else manifest.load(workspace.snapshots, published.inputs)
    if record is None:
        return
    try:
        changed = manifest.inputs(workspace).differing_paths(record.inputs)
    except (ChangedError, StancegraphError):
        return  # `_inspect_files` reports it
    for name in sorted(changed):
        yield Fault(Severity.INFO, "changed", name, "it has changed since the snapshot was built", _BUILD)


def _inspect_journal(workspace: Workspace) -> Iterator[Fault]:
    """Find a change of several files that was interrupted and is still unfinished."""
    message = journal.unfinished_change(workspace.root)
    if message is not None:
        remedy = "make sure that the workspace can be written, and run any command"
        yield Fault(Severity.VIOLATION, "unfinished", ".stancegraph/journal", message, remedy)


def _inspect_snapshot(workspace: Workspace) -> Iterator[Fault]:
    """Find what is wrong with the published snapshot: with its files, then with their contents."""
    folder = workspace.snapshots
    published = snapshot.current(folder)
    if published is None:
        place = workspace.relative(folder / "current")
        if (folder / "current").exists():
            message = "the snapshot that it names is missing, or its manifest is damaged"
            yield Fault(Severity.VIOLATION, "published", place, message, _BUILD)
        else:
            yield Fault(Severity.INFO, "published", place, "nothing has been published", _BUILD)
        return
    damaged = False
    for error in sealing.damages(published.path, published.files, thorough=True):
        damaged = True
        place = workspace.relative(Path(error.file or published.path))
        yield Fault(Severity.VIOLATION, "file", place, error.message, _BUILD)
    if not damaged:
        yield from _inspect_content(workspace, published)
        yield from _inspect_workings(workspace, published)


def _inspect_content(workspace: Workspace, published: snapshot.Snapshot) -> Iterator[Fault]:
    """Compare the quads with the number and the digest in the manifest."""
    place = workspace.relative(published.path / "manifest.json")
    store = published.open()
    if len(store) != published.quads:
        message = f"the store has {len(store)} quads, but the manifest counts {published.quads}"
        yield Fault(Severity.VIOLATION, "count", place, message, sealing.REMEDY)
    total = snapshot.checksum(store)
    if total != published.checksum or snapshot.digest_of(total) != published.content:
        message = f"the quads have the digest {snapshot.digest_of(total)[:16]} instead of {published.content[:16]}"
        yield Fault(Severity.VIOLATION, "content", place, message, sealing.REMEDY)


def _inspect_workings(workspace: Workspace, published: snapshot.Snapshot) -> Iterator[Fault]:
    """Compare the stores that the next build starts from with the published one.

    Blank nodes have other names there, and are not compared.
    """
    store = published.open()
    for name, inferred in zip(snapshot.MATERIALISED, ("", _CLOSURE), strict=True):
        path = published.path / "workings" / name
        if not path.is_dir():
            continue  # a graph that cannot be updated has none

        def belongs(quad: Quad, inferred: str = inferred) -> bool:
            graph = "" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
            return not graph.startswith(_INFERRED) or graph == inferred

        working = Store.read_only(str(path))
        missing = any(belongs(quad) and in_graph(quad) not in working for quad in store if _is_named(quad))
        excess = any(
            not any(map(belongs, store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)))
            for quad in working
            if _is_named(quad)
        )
        if missing or excess:
            message = (
                "it is missing quads that the published store has"
                if missing
                else "it has quads that the published store does not have"
            )
            yield Fault(Severity.VIOLATION, "workings", workspace.relative(path), message, sealing.REMEDY)


def _is_named(quad: Quad) -> bool:
    return isinstance(quad.subject, NamedNode) and not isinstance(quad.object, BlankNode)


def _inspect_record(workspace: Workspace) -> Iterator[Fault]:
    """Find a missing or damaged record of what the snapshot was built from and what was found."""
    published = snapshot.current(workspace.snapshots)
    if published is not None and manifest.load(workspace.snapshots, published.inputs) is None:
        place = workspace.relative(manifest.path_of(workspace.snapshots, published.inputs))
        yield Fault(Severity.VIOLATION, "record", place, "it is missing or damaged", _BUILD)


PARTS: dict[str, list[Inspection]] = {
    "workspace": [_inspect_files, _inspect_journal, _inspect_changes],
    "snapshot": [_inspect_snapshot],
    "record": [_inspect_record],
}
"""What is checked, and by which inspections; whoever stores anything else that can break adds an inspection of it."""


def faults_by_part(workspace: Workspace) -> dict[str, list[Fault]]:
    """Return what is wrong with each of `PARTS` of *workspace*; damage is reported, not raised."""
    return {
        part: [fault for inspect in inspections for fault in _run(inspect, workspace)]
        for part, inspections in PARTS.items()
    }


def _run(inspect: Inspection, workspace: Workspace) -> Iterator[Fault]:
    """Yield the faults that an inspection finds; that it fails is one, too."""
    try:
        yield from inspect(workspace)
    except (StancegraphError, OSError, ValueError, RuntimeError) as error:  # RuntimeError: raised for RocksDB
        file = getattr(error, "file", None) or getattr(error, "filename", None) or workspace.root
        message = getattr(error, "message", None) or str(error)
        remedy = getattr(error, "remedy", None) or "make sure that it can be read, and check again"
        yield Fault(Severity.VIOLATION, "unreadable", workspace.relative(Path(file)), message, remedy)


def check(workspace: Workspace) -> list[Fault]:
    """Return all that is wrong with *workspace* and its snapshot, in a fixed order, with severity *info* last."""
    all_faults = [fault for faults in faults_by_part(workspace).values() for fault in faults]
    return sorted(all_faults, key=lambda fault: (fault.severity is Severity.INFO, fault.file, fault.rule))
