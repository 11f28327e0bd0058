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
from stancegraph.pipeline.incremental.delta import Changed, affected, restricted
from stancegraph.pipeline.incremental.dependencies import Anatomy, UnknownError
from stancegraph.pipeline.incremental.dependency_cache import Anatomies
from stancegraph.pipeline.incremental.shape_dependencies import FOCUS, anatomy_of
from stancegraph.pipeline.shapes import check_nodes
from stancegraph.sparql.engine import Oxigraph

_KEY = ("?subject",)
_ABOVE = RDFS.subClassOf.n3()


@dataclass(frozen=True, slots=True)
class Change:
    """A graph *before* and *now*, with what was added to it and what was removed."""

    before: Store
    now: Store
    added: Changed
    removed: Changed
    union: bool

    def touches(self, predicate: str) -> bool:
        """Whether a triple with *predicate*, as SPARQL writes it, was added or removed."""
        return predicate in self.added.by_predicate or predicate in self.removed.by_predicate

    def affected(self, anatomy: Anatomy, key: str) -> set[NamedNode]:
        """The things that may be what *key* stands for in an answer that is other than before; or `UnknownError`."""
        rows = affected(anatomy, (key,), self.removed, self.before, union=self.union)
        rows |= affected(anatomy, (key,), self.added, self.now, union=self.union)
        return {row[0] for row in rows if isinstance(row[0], NamedNode)}


def recheck(change: Change, paths: Sequence[Path], anatomies: Anatomies, known: Sequence[Finding]) -> list[Finding]:
    """What the checks in *paths* find now, where *known* is what they found before."""
    engine = Oxigraph(change.now)
    found: list[Finding] = []
    for path in paths:
        text = read_text(path)
        try:
            of_check = anatomies.of(text)
            subjects = change.affected(of_check, _KEY[0])
            part = restricted(text, of_check, _KEY, [(one,) for one in subjects])
        except UnknownError:
            found += check(engine, path)
            continue
        found += _kept((one for one in known if one.rule == path.stem), subjects)
        if subjects:
            found += check(engine, path, part)
    return found


def reshape(change: Change, shapes: Graph, known: Sequence[Finding]) -> list[Finding]:
    """What *shapes* find now, where *known* is what they found before."""
    try:
        if change.touches(_ABOVE):  # which every shape for a class follows, in whichever file it stands
            raise UnknownError("the hierarchy of classes has changed")
        foci = change.affected(anatomy_of(shapes), FOCUS)
    except UnknownError:
        return check_nodes(change.now, shapes)
    return [*_kept(known, foci), *(check_nodes(change.now, shapes, foci) if foci else [])]


def _kept(known: Iterable[Finding], looked_at: set[NamedNode]) -> list[Finding]:
    names = {one.value for one in looked_at}
    return [finding for finding in known if finding.subject not in names]
