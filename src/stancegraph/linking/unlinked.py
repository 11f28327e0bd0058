"""Our side of a match: the things that a target may know, and what tells each from others of its name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from stancegraph.linking.sssom import MappingSet
from stancegraph.linking.targets import Target
from stancegraph.questions.parameters import labels
from stancegraph.sparql.engine import Engine
from stancegraph.sparql.lookups import lookup, rows


@dataclass(frozen=True, slots=True)
class UnlinkedEntity:
    """A thing of ours that has no accepted link: its names, and the classes it is of.

    *within* are the places that it lies in, *beside* all that it is tied to; *since* and *until* are the first and the
    last day on which the graph sees it do something, or on which it happened, as ISO 8601 has it.
    """

    iri: str
    label: str
    names: tuple[str, ...]
    classes: frozenset[str]
    within: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""


def unlinked_entities(engine: Engine, of: MappingSet, target: Target) -> list[UnlinkedEntity]:
    """The things that the target may know, and that nobody has linked to it so far."""
    linked = {of.expand(one.subject_id) for one in of.mappings if one.accepted}
    names: dict[str, list[str]] = defaultdict(list)
    own: dict[str, str] = {}
    classes: dict[str, set[str]] = defaultdict(set)
    for klass in sorted({klass for classes in target.categories.values() for klass in classes}):
        for thing, label, preferred in labels(engine, klass):
            names[thing].append(label)
            classes[thing].add(klass)
            if preferred:
                own[thing] = label
    within, beside = _pairs(engine, "located-in"), _pairs(engine, "tied-to")
    days = {
        row["thing"].value: (row["since"].value, row["until"].value) for row in rows(engine, lookup("days-of-things"))
    }
    return [
        UnlinkedEntity(
            thing,
            own[thing],
            tuple(dict.fromkeys(told)),
            frozenset(classes[thing]),
            frozenset(within[thing]),
            frozenset(beside[thing]),
            *days.get(thing, ("", "")),
        )
        for thing, told in sorted(names.items())
        if thing in own and thing not in linked and of.has_prefix(thing)
    ]


def _pairs(engine: Engine, name: str) -> dict[str, set[str]]:
    """What each thing has by one of the program's own queries, which gives ?thing and ?place or ?other."""
    found: dict[str, set[str]] = defaultdict(set)
    for thing, other in rows(engine, lookup(name)).rows:
        assert thing is not None
        assert other is not None
        found[thing.value].add(other.value)
    return found
