"""Update conclusions when the triples that they are drawn from change.

The rules go to a fixed point, so that conclusions may support one another in a circle. Therefore, as in DRed (Gupta,
Mumick and Subrahmanian, `Maintaining Views Incrementally <https://doi.org/10.1145/170035.170066>`_, 1993), all that may
rest on a removed triple is removed first, and what still follows is concluded again.
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
    """A rule or step: its file, its text, its dependencies, and the pattern of the triple that it concludes."""

    path: Path
    text: str
    dependencies: QueryDependencies
    template: tuple[str, str, str]

    def affected(self, changed: ChangedTriples, store: Store, *, non_monotonic: bool = False) -> set[Triple]:
        """Return the conclusions that a change may add or remove: all of these, and perhaps more.

        Conclusions with blank nodes are left out: there are none, as a snapshot with such conclusions is not updated.

        Args:
            changed: The triples that were added, or those that were removed.
            store: The store that has what was added, or that had what was removed.
            non_monotonic: Whether to look only at the patterns in which an added triple removes conclusions.

        Returns:
            The conclusions, whether or not they are drawn.

        Raises:
            UnknownError: If they cannot be determined.
        """
        rows = affected_rows(self.dependencies, self.template, changed, store, union=False, non_monotonic=non_monotonic)
        return {
            Triple(subject, predicate, value)
            for subject, predicate, value in rows
            if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and not isinstance(value, BlankNode)
        }

    def conclude(self, candidates: Iterable[Triple], store: Store) -> set[Triple]:
        """Return those of *candidates* that this rule concludes from *store*.

        Raises:
            DataError: If the rule cannot be answered.
        """
        rows = {tuple(match.values()) for match in ChangedTriples(candidates).matching(self.template)}
        keys = list(dict.fromkeys(term for term in self.template if term.startswith("?")))
        return construct(store, ask_which_exist(self.text, keys, rows), self.path) if rows else set()

    def is_blocked_by(self, triples: ChangedTriples) -> bool:
        """Return whether one of *triples* may keep this rule from a conclusion, as by NOT EXISTS."""
        occurrences = self.dependencies.occurrences
        return any(any(triples.matching(pattern.triple)) for pattern in occurrences if pattern.non_monotonic)


@dataclass(frozen=True, slots=True)
class Difference:
    """The triples that were added to a graph, and those that were removed from it."""

    added: frozenset[Triple]
    removed: frozenset[Triple]


def maintain_closure(rules: Sequence[Rule], closure: Store, asserted: Store, change: Difference) -> Difference:
    """Update a closure after a change of the asserted triples.

    Args:
        rules: The rules.
        closure: The closure of what was asserted before, which becomes that of what is asserted now.
        asserted: What is asserted now.
        change: The change of what is asserted.

    Returns:
        The change of the closure.

    Raises:
        UnknownError: If a conclusion of a rule may block a rule: then the order in which they are run matters.
        DataError: If a rule cannot be answered.
    """
    new_facts = {triple for triple in change.added if in_graph(triple) not in closure}
    closure.extend(map(in_graph, new_facts))

    def select_concluded(triples: set[Triple]) -> set[Triple]:
        return {triple for triple in triples if in_graph(triple) in closure and in_graph(triple) not in asserted}

    over_deleted = select_concluded(_find_affected(rules, change.added, closure, non_monotonic=True))
    to_rederive, frontier = set(change.removed), over_deleted | change.removed
    while frontier:
        affected = _find_affected(rules, frontier, closure)
        to_rederive |= affected
        frontier = select_concluded(affected) - over_deleted - change.removed
        over_deleted |= frontier
    for triple in over_deleted | change.removed:
        closure.remove(in_graph(triple))

    to_rederive |= over_deleted | _find_affected(rules, change.added, closure)
    rederived: set[Triple] = set()
    while to_rederive:
        candidates = {triple for triple in to_rederive if in_graph(triple) not in closure}
        new = set().union(*(rule.conclude(candidates, closure) for rule in rules))
        closure.extend(map(in_graph, new))
        rederived |= new
        to_rederive = _find_affected(rules, new, closure)
    reconsidered = ChangedTriples(over_deleted | rederived)
    if any(rule.is_blocked_by(reconsidered) for rule in rules):
        raise UnknownError("a rule may be blocked by what rules conclude")
    removed = over_deleted | change.removed
    return Difference(frozenset((new_facts | rederived) - removed), frozenset(removed - rederived))


def _find_affected(
    rules: Sequence[Rule], triples: Iterable[Triple], store: Store, *, non_monotonic: bool = False
) -> set[Triple]:
    """Return the conclusions of all *rules* that the change of *triples* may add or remove."""
    changed = ChangedTriples(triples)
    return set().union(*(rule.affected(changed, store, non_monotonic=non_monotonic) for rule in rules))


def rederive_conclusions(step: Rule, change: Difference, previous: Store, closure: Store) -> dict[Triple, bool]:
    """Determine anew which conclusions a step draws, of those that a change of the closure may add or remove.

    Args:
        step: The step.
        change: The change from the previous closure to the present one.
        previous: The previous closure.
        closure: The present closure; what is in it does not count as a conclusion of a step.

    Returns:
        For each of these conclusions, whether it is drawn now.

    Raises:
        UnknownError: If the conclusions that may have changed cannot be determined.
        DataError: If the step cannot be answered.
    """
    candidates = step.affected(ChangedTriples(change.removed), previous) | step.affected(
        ChangedTriples(change.added), closure
    )
    candidates |= change.added | change.removed
    drawn = step.conclude({triple for triple in candidates if in_graph(triple) not in closure}, closure)
    return {triple: triple in drawn for triple in candidates}
