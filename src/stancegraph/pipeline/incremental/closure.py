"""Keep conclusions true while what they are drawn from changes.

The rules go to a fixed point, so that conclusions may hold one another up in a circle. Therefore, as in DRed (Gupta,
Mumick and Subrahmanian, `Maintaining Views Incrementally <https://doi.org/10.1145/170035.170066>`_, 1993), all that may
rest on what is gone is taken away first, and what still follows is concluded again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Store, Triple

from stancegraph.pipeline.incremental.delta import ChangedTriples, affected_rows, ask_which_exist
from stancegraph.pipeline.incremental.dependencies import QueryDependencies, UnknownError
from stancegraph.pipeline.inference import construct
from stancegraph.rdf.quads import in_graph


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule or step: the file that it is in, its text, its patterns, and the triple that it concludes."""

    path: Path
    text: str
    dependencies: QueryDependencies
    template: tuple[str, str, str]

    def affected(self, changed: ChangedTriples, store: Store, *, non_monotonic: bool = False) -> set[Triple]:
        """The conclusions that may be drawn or not because of what *changed*, at least, save those of blank nodes.

        Of the latter there are none: the snapshot of a graph that has some is not gone on from.
        """
        rows = affected_rows(self.dependencies, self.template, changed, store, union=False, non_monotonic=non_monotonic)
        return {
            Triple(subject, predicate, value)
            for subject, predicate, value in rows
            if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and not isinstance(value, BlankNode)
        }

    def drawn(self, candidates: Iterable[Triple], store: Store) -> set[Triple]:
        """Which of *candidates* this rule concludes from *store*."""
        rows = {tuple(match.values()) for match in ChangedTriples(candidates).matching(self.template)}
        keys = list(dict.fromkeys(term for term in self.template if term.startswith("?")))
        return construct(store, ask_which_exist(self.text, keys, rows), self.path) if rows else set()

    def denies(self, triples: ChangedTriples) -> bool:
        """Whether one of *triples* may be what this rule wants not to be so."""
        return any(any(triples.matching(one.triple)) for one in self.dependencies.occurrences if one.non_monotonic)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is in a graph that was not, and what is no more."""

    added: frozenset[Triple]
    removed: frozenset[Triple]


def maintain_closure(rules: Sequence[Rule], closure: Store, asserted: Store, change: Difference) -> Difference:
    """Make *closure*, that of what was asserted, the closure of what is *asserted* now; return what became of it.

    *change* is that of what is asserted. Raises `UnknownError` where a rule denies what rules conclude: then it matters
    in which order they are asked.
    """
    fresh = {triple for triple in change.added if in_graph(triple) not in closure}
    closure.extend(map(in_graph, fresh))

    def concluded(triples: set[Triple]) -> set[Triple]:
        return {triple for triple in triples if in_graph(triple) in closure and in_graph(triple) not in asserted}

    doubted = concluded(_affected(rules, change.added, closure, non_monotonic=True))
    pending, frontier = set(change.removed), doubted | change.removed
    while frontier:
        found = _affected(rules, frontier, closure)
        pending |= found
        frontier = concluded(found) - doubted - change.removed
        doubted |= frontier
    for triple in doubted | change.removed:
        closure.remove(in_graph(triple))

    pending |= doubted | _affected(rules, change.added, closure)
    drawn: set[Triple] = set()
    while pending:
        candidates = {triple for triple in pending if in_graph(triple) not in closure}
        new = set().union(*(rule.drawn(candidates, closure) for rule in rules))
        closure.extend(map(in_graph, new))
        drawn |= new
        pending = _affected(rules, new, closure)
    turned = ChangedTriples(doubted | drawn)
    if any(rule.denies(turned) for rule in rules):
        raise UnknownError("a rule denies what rules conclude")
    gone = doubted | change.removed
    return Difference(frozenset((fresh | drawn) - gone), frozenset(gone - drawn))


def _affected(
    rules: Sequence[Rule], triples: Iterable[Triple], store: Store, *, non_monotonic: bool = False
) -> set[Triple]:
    changed = ChangedTriples(triples)
    return set().union(*(rule.affected(changed, store, non_monotonic=non_monotonic) for rule in rules))


def of_step(step: Rule, change: Difference, before: Store, closure: Store) -> dict[Triple, bool]:
    """Of each conclusion of *step* that may be other than before, whether it is drawn now.

    *change* is that from the closure *before* to the *closure* now. What is in the closure is no conclusion of a step.
    """
    candidates = step.affected(ChangedTriples(change.removed), before) | step.affected(
        ChangedTriples(change.added), closure
    )
    candidates |= change.added | change.removed
    drawn = step.drawn({triple for triple in candidates if in_graph(triple) not in closure}, closure)
    return {triple: triple in drawn for triple in candidates}
