"""Find what is wrong now: look again at what a change can matter to, and keep what was found about the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Store
from rdflib import RDFS, Graph

from stancegraph.files.ledger import read_text
from stancegraph.findings import Finding
from stancegraph.pipeline.checks import check
from stancegraph.pipeline.incremental.delta import ChangedTriples, affected_rows, restrict_to_rows
from stancegraph.pipeline.incremental.dependencies import QueryDependencies, UnknownError
from stancegraph.pipeline.incremental.dependency_cache import DependencyCache
from stancegraph.pipeline.incremental.shape_dependencies import FOCUS, shape_dependencies
from stancegraph.pipeline.shapes import check_nodes
from stancegraph.sparql.engine import Oxigraph

_KEY = ("?subject",)
_ABOVE = RDFS.subClassOf.n3()


@dataclass(frozen=True, slots=True)
class GraphChange:
    """A graph *before* and *now*, with what was added to it and what was removed."""

    before: Store
    now: Store
    added: ChangedTriples
    removed: ChangedTriples
    union: bool

    def touches(self, predicate: str) -> bool:
        """Whether a triple with *predicate*, as SPARQL writes it, was added or removed."""
        return predicate in self.added.by_predicate or predicate in self.removed.by_predicate

    def affected(self, dependencies: QueryDependencies, key: str) -> set[NamedNode]:
        """The things that may be what *key* stands for in an answer that is other than before; or `UnknownError`."""
        rows = affected_rows(dependencies, (key,), self.removed, self.before, union=self.union)
        rows |= affected_rows(dependencies, (key,), self.added, self.now, union=self.union)
        return {row[0] for row in rows if isinstance(row[0], NamedNode)}


def revalidate_checks(
    change: GraphChange, paths: Sequence[Path], dependency_cache: DependencyCache, known: Sequence[Finding]
) -> list[Finding]:
    """What the checks in *paths* find now, where *known* is what they found before."""
    engine = Oxigraph(change.now)
    found: list[Finding] = []
    for path in paths:
        text = read_text(path)
        try:
            of_check = dependency_cache.of(text)
            subjects = change.affected(of_check, _KEY[0])
            part = restrict_to_rows(text, of_check, _KEY, [(one,) for one in subjects])
        except UnknownError:
            found += check(engine, path)
            continue
        found += _kept((one for one in known if one.rule == path.stem), subjects)
        if subjects:
            found += check(engine, path, part)
    return found


def revalidate_shapes(change: GraphChange, shapes: Graph, known: Sequence[Finding]) -> list[Finding]:
    """What *shapes* find now, where *known* is what they found before."""
    try:
        if change.touches(_ABOVE):  # which every shape for a class follows, in whichever file it stands
            raise UnknownError("the hierarchy of classes has changed")
        focus_nodes = change.affected(shape_dependencies(shapes), FOCUS)
    except UnknownError:
        return check_nodes(change.now, shapes)
    return [*_kept(known, focus_nodes), *(check_nodes(change.now, shapes, focus_nodes) if focus_nodes else [])]


def _kept(known: Iterable[Finding], looked_at: set[NamedNode]) -> list[Finding]:
    names = {one.value for one in looked_at}
    return [finding for finding in known if finding.subject not in names]
