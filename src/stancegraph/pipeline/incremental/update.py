"""Make a snapshot out of the one before and the files that changed since."""

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
from stancegraph.pipeline.incremental.closure import Difference, Rule, maintain_closure, of_step
from stancegraph.pipeline.incremental.delta import ChangedTriples
from stancegraph.pipeline.incremental.dependencies import UnknownError
from stancegraph.pipeline.incremental.dependency_cache import DependencyCache
from stancegraph.pipeline.incremental.revalidation import GraphChange, revalidate_checks, revalidate_shapes
from stancegraph.pipeline.inference import CLOSURE, rules, steps
from stancegraph.pipeline.manifest import Inputs, Record
from stancegraph.pipeline.reading import read
from stancegraph.pipeline.shapes import load_shapes
from stancegraph.pipeline.snapshot import WORKINGS, Snapshot, digest_of, update_checksum
from stancegraph.pipeline.validation import check_links
from stancegraph.rdf.namespaces import GRAPH, PREFIXES
from stancegraph.rdf.quads import in_graph
from stancegraph.sparql.engine import Oxigraph
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.workspace.folders import Workspace

_INFERRED = f"{GRAPH}inferred/"
_DEARER = 10  # times what a quad costs that is built with all others, one costs that is followed alone, as measured
_TYPE = NamedNode(f"{PREFIXES['rdf']}type")


@dataclass
class _Graphs:
    """The stores of a snapshot: what is published, what was read, and that with what the rules conclude."""

    published: Store
    asserted: Store
    closure: Store

    @classmethod
    def of(cls, folder: Path, opened: Callable[[str], Store]) -> _Graphs:
        """Those in the *folder* of a snapshot, each *opened* by its path."""
        return cls(opened(str(folder / "store")), *(opened(str(folder / "workings" / name)) for name in WORKINGS))

    def copied(self, folder: Path) -> _Graphs:
        """A copy in *folder* that can be changed: what is not changed stays one file with the old, by hard links."""
        (folder / "workings").mkdir()
        self.published.backup(str(folder / "store"))
        self.asserted.backup(str(folder / "workings" / WORKINGS[0]))
        self.closure.backup(str(folder / "workings" / WORKINGS[1]))
        return _Graphs.of(folder, Store)

    def flush(self) -> None:
        """Write out what is in memory: a copy that is made of a store opened for reading has nothing else."""
        for store in (self.published, self.asserted, self.closure):
            store.flush()


@dataclass
class _StoreChanges:
    """The quads of a store that come and go."""

    store: Store
    added: set[Quad] = field(default_factory=set)
    removed: set[Quad] = field(default_factory=set)

    def put(self, quad: Quad, there: bool) -> None:
        """See to it that *quad* is *there*, or is not."""
        if there and quad not in self.store:
            self.store.add(quad)
            self.added.add(quad)
        elif not there and quad in self.store:
            self.store.remove(quad)
            self.removed.add(quad)


def is_updatable(before: Snapshot) -> bool:
    """Whether the snapshot has what an increment goes on from."""
    return all((before.path / "workings" / name).is_dir() for name in WORKINGS)


def update(
    workspace: Workspace,
    before: Snapshot,
    record: Record,
    inputs: Inputs,
    building: Path,
    dependency_cache: DependencyCache,
    progress: Callable[[str], None],
    instead: Mapping[str, Iterable[Quad]],
) -> tuple[Snapshot, Findings]:
    """Make in the folder *building* what follows on the snapshot *before* with its *record*, now that *inputs* differ.

    The graphs of *instead* are taken to hold the quads that it gives them, and not what their files say.
    Returns the snapshot, not yet published, and all findings. Raises what reading raises, and `UnknownError` where
    it must be made, or is sooner made, from the beginning: what everything depends on has changed, or very much has.
    """
    paths = inputs.differing_paths(record.inputs)
    if inputs.program != record.inputs.program or any(not path.startswith("data/") for path in paths):
        raise UnknownError("the ontology, shapes or rules have changed")
    files = {workspace.graph_of(workspace.root / path) for path in paths if not path.endswith(".toml")} - set(instead)
    graphs = files | set(instead)
    progress("read what changed")
    with journal.shared_access(workspace.root):
        reading = read(source for source in workspace.source_files() if source.graph in files)
    told = reading.store()
    told.extend(chain.from_iterable(instead.values()))
    old = _Graphs.of(before.path, Store.read_only)
    there = {quad for graph in graphs for quad in old.published.quads_for_pattern(None, None, None, NamedNode(graph))}
    wanted = set(told)
    if any(isinstance(quad.object, BlankNode) for quad in there | wanted):
        raise UnknownError("blank nodes have no name by which to tell them apart")
    if _DEARER * len(there ^ wanted) > before.quads:
        raise UnknownError("so much has changed that all of it is quicker")
    new = old.copied(building)
    turned = _StoreChanges(new.published)
    for quad in there - wanted:
        turned.put(quad, False)
    for quad in wanted - there:
        turned.put(quad, True)
    progress("infer")
    change = _infer(workspace, old, new, turned, dependency_cache)
    progress("validate")
    # a thing may be described first in another file now, though nothing else is said of it
    moved = _ChangedFiles(frozenset(reading.files), frozenset(paths))
    findings = _validate(workspace, old, new, turned, change, record.findings, dependency_cache, moved)
    new.flush()
    total = update_checksum(before.checksum, turned.added, turned.removed)
    return (
        Snapshot(
            building,
            digest_of(total),
            inputs.digest,
            before.quads + len(turned.added) - len(turned.removed),
            _counts(before.counts, old.published, turned),
            total,
        ),
        findings,
    )


def _infer(
    workspace: Workspace, old: _Graphs, new: _Graphs, turned: _StoreChanges, dependency_cache: DependencyCache
) -> Difference:
    """Bring what is asserted and concluded up to date; returns the change of what is asserted."""

    def rule(path: Path) -> Rule:
        text = read_text(path)
        of_rule = dependency_cache.of(text)
        if of_rule.template is None:
            raise UnknownError("not a CONSTRUCT")
        return Rule(path, text, of_rule, of_rule.template)

    asserted = _StoreChanges(new.asserted)
    for quad in turned.removed:
        asserted.put(in_graph(quad), _is_read(quad.triple, new.published))
    for quad in turned.added:
        asserted.put(in_graph(quad), True)
    change = Difference(
        frozenset(quad.triple for quad in asserted.added), frozenset(quad.triple for quad in asserted.removed)
    )
    closed = maintain_closure([rule(path) for path in rules(workspace)], new.closure, new.asserted, change)
    for triple in closed.added | closed.removed | change.added | change.removed:
        concluded = in_graph(triple) in new.closure and in_graph(triple) not in new.asserted
        turned.put(in_graph(triple, CLOSURE), concluded)
    for path, graph in steps(workspace).items():
        for triple, drawn in of_step(rule(path), closed, old.closure, new.closure).items():
            turned.put(in_graph(triple, graph), drawn)
    return change


def _is_read(triple: Triple, published: Store) -> bool:
    """Whether *triple* stands in a graph of what was read."""
    quads = published.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return any(not str(quad.graph_name).startswith(f"<{_INFERRED}") for quad in quads)


def _validate(
    workspace: Workspace,
    old: _Graphs,
    new: _Graphs,
    turned: _StoreChanges,
    change: Difference,
    known: Findings,
    dependency_cache: DependencyCache,
    moved: _ChangedFiles,
) -> Findings:
    whole = GraphChange(
        old.published,
        new.published,
        ChangedTriples({quad.triple for quad in turned.added}),
        ChangedTriples({quad.triple for quad in turned.removed}),
        True,
    )
    read_only = GraphChange(
        old.asserted, new.asserted, ChangedTriples(change.added), ChangedTriples(change.removed), False
    )
    locate = _SourceLocator(workspace, new.published, {q.subject for q in turned.added | turned.removed}, moved)
    return Findings(
        locate.all(revalidate_shapes(read_only, load_shapes(workspace.shape_files()), known.shapes)),
        locate.all(revalidate_checks(whole, workspace.query_files("check"), dependency_cache, known.checks)),
        tuple(check_links(workspace, Oxigraph(new.published))),
    )


@dataclass(frozen=True, slots=True)
class _ChangedFiles:
    """What may be described elsewhere than before: the *subjects* of all files that were read, and the *files* that
    differ, by their path in the workspace.
    """

    subjects: frozenset[str]
    files: frozenset[str]


class _SourceLocator:
    """Name the file that describes the subject of a finding first."""

    def __init__(self, workspace: Workspace, published: Store, turned: Iterable[object], moved: _ChangedFiles) -> None:
        self.workspace, self.published, self.moved = workspace, published, moved
        self.turned = {str(one).strip("<>") for one in turned} | moved.subjects
        self.described = lru_cache(None)(lambda source: read([source]).files)

    def all(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """*findings*, each with its file."""
        return tuple(
            replace(one, file=self.file(one.subject))
            if one.file is None or one.file in self.moved.files or one.subject in self.turned
            else one
            for one in findings
        )

    def file(self, subject: str) -> str | None:
        """The file that describes *subject* first."""
        try:
            quads = self.published.quads_for_pattern(NamedNode(subject), None, None, None)
        except ValueError:  # not an IRI: a row that names nothing
            return None
        graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
        for source in self.workspace.source_files():
            if source.graph in graphs and subject in self.described(source):
                return self.workspace.relative(source.path)
        return None


def _counts(before: dict[str, int], old: Store, turned: _StoreChanges) -> dict[str, int]:
    """How many there are of each kind, from how many there were."""
    typed = {quad.subject for quad in turned.added | turned.removed if quad.predicate == _TYPE}
    counts = Counter(before)
    for store, count in ((old, counts.subtract), (turned.store, counts.update)):
        alone = Store()
        alone.extend(quad for one in typed for quad in store.quads_for_pattern(one, _TYPE, None, None))
        count({row["kind"].value: int(row["count"].value) for row in rows(Oxigraph(alone), lookup("counts"))})
    return {kind: number for kind, number in counts.items() if number}
