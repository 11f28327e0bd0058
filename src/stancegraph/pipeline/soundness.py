"""Whether a workspace and what is published of it are whole: what SQLite's `PRAGMA integrity_check
<https://www.sqlite.org/pragma.html#pragma_integrity_check>`_ is for a database.

All of it is looked at and read, hashed and counted anew: it takes some ten seconds for each million quads, in memory
that does not grow with them.
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
    """One thing that is wrong with one file, by one rule; what is only worth knowing has the severity *info*."""

    severity: Severity
    rule: str
    file: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}\n  {self.severity} {self.rule}: {self.message}\n  Remedy: {self.remedy}"


Look = Callable[[Workspace], Iterable[Fault]]


def _files(workspace: Workspace) -> Iterator[Fault]:
    """Files that a build cannot read: no regular file, no text, too large."""
    for path in workspace.build_files():
        try:
            read_utf8(path)
        except StancegraphError as error:
            remedy = error.remedy or "see to it that it can be read"
            yield Fault(Severity.VIOLATION, "unreadable", workspace.relative(path), error.message, remedy)


def _changes(workspace: Workspace) -> Iterator[Fault]:
    """Files that are not as they were when the snapshot was built."""
    published = snapshot.current(workspace.snapshots)
    record = None if published is None else manifest.load(workspace.snapshots, published.inputs)
    if record is None:
        return
    try:
        changed = manifest.inputs(workspace).differing(record.inputs)
    except (ChangedError, StancegraphError):
        return  # which `_files` tells
    for name in sorted(changed):
        yield Fault(Severity.INFO, "changed", name, "it has changed since the snapshot was built", _BUILD)


def _unfinished(workspace: Workspace) -> Iterator[Fault]:
    """A change of several files that was broken off, and could not be finished since."""
    told = journal.unfinished_change(workspace.root)
    if told is not None:
        remedy = "see to it that the workspace can be written, and run any command"
        yield Fault(Severity.VIOLATION, "unfinished", ".stancegraph/journal", told, remedy)


def _published(workspace: Workspace) -> Iterator[Fault]:
    """What is wrong with the snapshot that is published: its files, then what they say."""
    folder = workspace.snapshots
    published = snapshot.current(folder)
    if published is None:
        place = workspace.relative(folder / "current")
        if (folder / "current").exists():
            message = "what it names is not there, or has a manifest that is not as it was written"
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
        yield from _content(workspace, published)
        yield from _workings(workspace, published)


def _content(workspace: Workspace, published: snapshot.Snapshot) -> Iterator[Fault]:
    """Whether the quads are those that the manifest counts and has the digest of."""
    place = workspace.relative(published.path / "manifest.json")
    store = published.open()
    if len(store) != published.quads:
        message = f"the store has {len(store)} quads, and the manifest counts {published.quads}"
        yield Fault(Severity.VIOLATION, "count", place, message, sealing.REMEDY)
    total = snapshot.checksum(store)
    if total != published.checksum or snapshot.digest_of(total) != published.content:
        message = f"the quads have the digest {snapshot.digest_of(total)[:16]}, and not {published.content[:16]}"
        yield Fault(Severity.VIOLATION, "content", place, message, sealing.REMEDY)


def _workings(workspace: Workspace, published: snapshot.Snapshot) -> Iterator[Fault]:
    """Whether the stores that the next build goes on from are what the published one says.

    Blank nodes have other names there, and are not compared.
    """
    store = published.open()
    for name, inferred in zip(snapshot.WORKINGS, ("", _CLOSURE), strict=True):
        path = published.path / "workings" / name
        if not path.is_dir():
            continue  # of a graph that cannot be gone on from

        def belongs(quad: Quad, inferred: str = inferred) -> bool:
            graph = "" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
            return not graph.startswith(_INFERRED) or graph == inferred

        working = Store.read_only(str(path))
        lacking = any(belongs(quad) and in_graph(quad) not in working for quad in store if _is_named(quad))
        excess = any(
            not any(map(belongs, store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)))
            for quad in working
            if _is_named(quad)
        )
        if lacking or excess:
            message = f"it {'lacks' if lacking else 'has'} what the published store {'has' if lacking else 'lacks'}"
            yield Fault(Severity.VIOLATION, "workings", workspace.relative(path), message, sealing.REMEDY)


def _is_named(quad: Quad) -> bool:
    return isinstance(quad.subject, NamedNode) and not isinstance(quad.object, BlankNode)


def _record(workspace: Workspace) -> Iterator[Fault]:
    """Whether it can be told what the snapshot was built from, and what was found."""
    published = snapshot.current(workspace.snapshots)
    if published is not None and manifest.load(workspace.snapshots, published.inputs) is None:
        place = workspace.relative(manifest.path_of(workspace.snapshots, published.inputs))
        yield Fault(Severity.VIOLATION, "record", place, "it is not there, or not as it was written", _BUILD)


PARTS: dict[str, list[Look]] = {
    "workspace": [_files, _unfinished, _changes],
    "snapshot": [_published],
    "record": [_record],
}
"""What is looked at, and by what; whoever keeps something else that can break adds how to look at it."""


def by_part(workspace: Workspace) -> dict[str, list[Fault]]:
    """What is wrong with each of `PARTS`, none of which raises for what is damaged."""
    return {part: [fault for look in looks for fault in _told(look, workspace)] for part, looks in PARTS.items()}


def _told(look: Look, workspace: Workspace) -> Iterator[Fault]:
    try:
        yield from look(workspace)
    except (StancegraphError, OSError, ValueError, RuntimeError) as error:  # RuntimeError: what RocksDB says
        file = getattr(error, "file", None) or getattr(error, "filename", None) or workspace.root
        message = getattr(error, "message", None) or str(error)
        remedy = getattr(error, "remedy", None) or "see to it that it can be read, and check again"
        yield Fault(Severity.VIOLATION, "unreadable", workspace.relative(Path(file)), message, remedy)


def check(workspace: Workspace) -> list[Fault]:
    """All that is wrong with *workspace* and with what is published of it, worth-knowing last."""
    found = [fault for faults in by_part(workspace).values() for fault in faults]
    return sorted(found, key=lambda fault: (fault.severity is Severity.INFO, fault.file, fault.rule))
