"""Make a snapshot from the previous one and the files that changed since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, Store, Triple

from stancegraph.files import journal
from stancegraph.files.ledger import read_text
from stancegraph.findings import Finding, Findings
from stancegraph.pipeline.incremental.closure import Difference, Rule, maintain_closure, rederive_conclusions
from stancegraph.pipeline.incremental.delta import ChangedTriples
from stancegraph.pipeline.incremental.dependencies import UnknownError
from stancegraph.pipeline.incremental.dependency_cache import DependencyCache
from stancegraph.pipeline.incremental.revalidation import GraphChange, revalidate_checks, revalidate_shapes
from stancegraph.pipeline.inference import CLOSURE, rules, steps
from stancegraph.pipeline.manifest import Inputs, Record
from stancegraph.pipeline.reading import read
from stancegraph.pipeline.shapes import load_shapes
from stancegraph.pipeline.snapshot import MATERIALISED, Snapshot, digest_of, update_checksum
from stancegraph.pipeline.validation import check_links
from stancegraph.rdf.namespaces import GRAPH, PREFIXES
from stancegraph.rdf.quads import in_graph
from stancegraph.sparql.engine import Oxigraph
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.workspace.folders import Workspace

_INFERRED = f"{GRAPH}inferred/"
_COST_RATIO = 10  # the cost of a quad in an update, over that of one in a build from scratch, as measured
_TYPE = NamedNode(f"{PREFIXES['rdf']}type")


@dataclass
class _Graphs:
    """The stores of a snapshot: what is published, what was read, and the same with the conclusions of the rules."""

    published: Store
    asserted: Store
    closure: Store

    @classmethod
    def from_folder(cls, folder: Path, open_store: Callable[[str], Store]) -> _Graphs:
        """Open the stores in the *folder* of a snapshot, each by its path."""
        materialised = (open_store(str(folder / "workings" / name)) for name in MATERIALISED)
        return cls(open_store(str(folder / "store")), *materialised)

    def copy(self, folder: Path) -> _Graphs:
        """Return a copy in *folder* that can be changed, and shares unchanged files with the old one by hard links."""
        (folder / "workings").mkdir()
        self.published.backup(str(folder / "store"))
        self.asserted.backup(str(folder / "workings" / MATERIALISED[0]))
        self.closure.backup(str(folder / "workings" / MATERIALISED[1]))
        return _Graphs.from_folder(folder, Store)

    def flush(self) -> None:
        """Write what is in memory to the files: a copy of a store that is opened for reading has nothing else."""
        for store in (self.published, self.asserted, self.closure):
            store.flush()


@dataclass
class _StoreChanges:
    """The quads that were added to a store, and those that were removed from it."""

    store: Store
    added: set[Quad] = field(default_factory=set)
    removed: set[Quad] = field(default_factory=set)

    def put(self, quad: Quad, present: bool) -> None:
        """Add *quad* to the store, or remove it if it is not to be *present*."""
        if present and quad not in self.store:
            self.store.add(quad)
            self.added.add(quad)
        elif not present and quad in self.store:
            self.store.remove(quad)
            self.removed.add(quad)


def is_updatable(snapshot: Snapshot) -> bool:
    """Return whether *snapshot* has the stores that an update starts from."""
    return all((snapshot.path / "workings" / name).is_dir() for name in MATERIALISED)


def update(
    workspace: Workspace,
    previous: Snapshot,
    record: Record,
    inputs: Inputs,
    building: Path,
    dependency_cache: DependencyCache,
    progress: Callable[[str], None],
    replacements: Mapping[str, Iterable[Quad]],
) -> tuple[Snapshot, Findings]:
    """Make the snapshot that follows on the previous one.

    Args:
        workspace: The workspace.
        previous: The previous snapshot, which is updatable.
        record: The record of its build.
        inputs: The files of the workspace now.
        building: The folder in which the snapshot is made.
        dependency_cache: The cache of the dependencies of queries.
        progress: A function that is called with the name of each step as it begins.
        replacements: Quads by the IRIs of their graphs, which hold these instead of what their files say.

    Returns:
        The snapshot, not yet published, and all findings.

    Raises:
        UnknownError: If the change cannot be followed, or is so large that a build from scratch is quicker.
        DataError: If a file is malformed, or a rule, check or shape cannot be applied.
        ExternalError: If a file cannot be read.
        OSError: If the disk refuses.
    """
    paths = inputs.differing_paths(record.inputs)
    if inputs.program != record.inputs.program or any(not path.startswith("data/") for path in paths):
        raise UnknownError("the ontology, shapes or rules have changed")
    changed_graphs = {workspace.graph_of(workspace.root / path) for path in paths if not path.endswith(".toml")}
    changed_graphs -= set(replacements)
    graphs = changed_graphs | set(replacements)
    progress("read what changed")
    with journal.shared_access(workspace.root):
        reading = read(source for source in workspace.source_files() if source.graph in changed_graphs)
    store = reading.store()
    store.extend(chain.from_iterable(replacements.values()))
    old = _Graphs.from_folder(previous.path, Store.read_only)
    before = {quad for graph in graphs for quad in old.published.quads_for_pattern(None, None, None, NamedNode(graph))}
    after = set(store)
    if any(isinstance(quad.object, BlankNode) for quad in before | after):
        raise UnknownError("blank nodes have no name by which to tell them apart")
    if _COST_RATIO * len(before ^ after) > previous.quads:
        raise UnknownError("so much has changed that a build from scratch is quicker")
    new = old.copy(building)
    changes = _StoreChanges(new.published)
    for quad in before - after:
        changes.put(quad, False)
    for quad in after - before:
        changes.put(quad, True)
    progress("infer")
    change = _infer(workspace, old, new, changes, dependency_cache)
    progress("validate")
    # another file may be the first to describe a thing now, though its triples are the same
    changed_files = _ChangedFiles(frozenset(reading.files), frozenset(paths))
    findings = _validate(workspace, old, new, changes, change, record.findings, dependency_cache, changed_files)
    new.flush()
    total = update_checksum(previous.checksum, changes.added, changes.removed)
    return (
        Snapshot(
            building,
            digest_of(total),
            inputs.digest,
            previous.quads + len(changes.added) - len(changes.removed),
            _update_counts(previous.counts, old.published, changes),
            total,
        ),
        findings,
    )


def _infer(
    workspace: Workspace, old: _Graphs, new: _Graphs, changes: _StoreChanges, dependency_cache: DependencyCache
) -> Difference:
    """Update what is asserted and what is concluded, and return the change of what is asserted."""

    def load_rule(path: Path) -> Rule:
        text = read_text(path)
        dependencies = dependency_cache.look_up(text)
        if dependencies.template is None:
            raise UnknownError("not a CONSTRUCT")
        return Rule(path, text, dependencies, dependencies.template)

    asserted = _StoreChanges(new.asserted)
    for quad in changes.removed:
        asserted.put(in_graph(quad), _is_asserted(quad.triple, new.published))
    for quad in changes.added:
        asserted.put(in_graph(quad), True)
    change = Difference(
        frozenset(quad.triple for quad in asserted.added), frozenset(quad.triple for quad in asserted.removed)
    )
    closure_change = maintain_closure([load_rule(path) for path in rules(workspace)], new.closure, new.asserted, change)
    for triple in closure_change.added | closure_change.removed | change.added | change.removed:
        concluded = in_graph(triple) in new.closure and in_graph(triple) not in new.asserted
        changes.put(in_graph(triple, CLOSURE), concluded)
    for path, graph in steps(workspace).items():
        for triple, drawn in rederive_conclusions(load_rule(path), closure_change, old.closure, new.closure).items():
            changes.put(in_graph(triple, graph), drawn)
    return change


def _is_asserted(triple: Triple, published: Store) -> bool:
    """Return whether *triple* is in a graph that was read, not inferred."""
    quads = published.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return any(not str(quad.graph_name).startswith(f"<{_INFERRED}") for quad in quads)


def _validate(
    workspace: Workspace,
    old: _Graphs,
    new: _Graphs,
    changes: _StoreChanges,
    change: Difference,
    known: Findings,
    dependency_cache: DependencyCache,
    changed_files: _ChangedFiles,
) -> Findings:
    """Return all findings now: *changes* are those of the published store, *change* is that of what is asserted."""
    published = GraphChange(
        old.published,
        new.published,
        ChangedTriples({quad.triple for quad in changes.added}),
        ChangedTriples({quad.triple for quad in changes.removed}),
        True,
    )
    asserted = GraphChange(
        old.asserted, new.asserted, ChangedTriples(change.added), ChangedTriples(change.removed), False
    )
    subjects = {quad.subject for quad in changes.added | changes.removed}
    locator = _SourceLocator(workspace, new.published, subjects, changed_files)
    return Findings(
        locator.locate_all(revalidate_shapes(asserted, load_shapes(workspace.shape_files()), known.shapes)),
        locator.locate_all(
            revalidate_checks(published, workspace.query_files("check"), dependency_cache, known.checks)
        ),
        tuple(check_links(workspace, Oxigraph(new.published))),
    )


@dataclass(frozen=True, slots=True)
class _ChangedFiles:
    """The *subjects* of all files that were read again, and the *files* that differ, by their path in the workspace.

    What they describe may be described first in another file now.
    """

    subjects: frozenset[str]
    files: frozenset[str]


class _SourceLocator:
    """The search for the file that describes the subject of a finding first."""

    def __init__(
        self, workspace: Workspace, published: Store, changed_subjects: Iterable[object], changed_files: _ChangedFiles
    ) -> None:
        self.workspace, self.published, self.changed_files = workspace, published, changed_files
        self.changed_subjects = {str(node).strip("<>") for node in changed_subjects} | changed_files.subjects
        self.described = lru_cache(None)(lambda source: read([source]).files)

    def locate_all(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return *findings*, each with its file, which is looked for where it may have changed."""
        return tuple(
            replace(finding, file=self.locate(finding.subject)) if self._may_have_moved(finding) else finding
            for finding in findings
        )

    def _may_have_moved(self, finding: Finding) -> bool:
        file = finding.file
        return file is None or file in self.changed_files.files or finding.subject in self.changed_subjects

    def locate(self, subject: str) -> str | None:
        """Return the file that describes *subject* first, or None where there is none."""
        try:
            quads = self.published.quads_for_pattern(NamedNode(subject), None, None, None)
        except ValueError:  # not an IRI: a row that names nothing
            return None
        graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
        for source in self.workspace.source_files():
            if source.graph in graphs and subject in self.described(source):
                return self.workspace.relative(source.path)
        return None


def _update_counts(previous: dict[str, int], old: Store, changes: _StoreChanges) -> dict[str, int]:
    """Return the number of things of each kind, from their previous number."""
    retyped = {quad.subject for quad in changes.added | changes.removed if quad.predicate == _TYPE}
    counts = Counter(previous)
    for store, count in ((old, counts.subtract), (changes.store, counts.update)):
        types = Store()
        types.extend(quad for node in retyped for quad in store.quads_for_pattern(node, _TYPE, None, None))
        count({row["kind"].value: int(row["count"].value) for row in rows(Oxigraph(types), lookup("counts"))})
    return {kind: number for kind, number in counts.items() if number}
