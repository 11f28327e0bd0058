"""Entities of the graph that have no link to a target, with what distinguishes them from others of the same name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from stancegraph.linking.sssom import MappingSet
from stancegraph.linking.targets import Target
from stancegraph.questions.parameters import find_names
from stancegraph.rdf.language import ENGLISH
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Engine
from stancegraph.sparql.lookups import lookup, rows

_CONCEPT = PREFIXES["skos"] + "Concept"


@dataclass(frozen=True, slots=True)
class UnlinkedEntity:
    """An entity of the graph that has no accepted link to a target.

    Attributes:
        iri: The IRI of the entity.
        label: Its preferred label.
        names: Its label and aliases in English.
        classes: The IRIs of its classes.
        within: The IRIs of the places in which it lies.
        neighbours: The IRIs of the entities that it is related to.
        since: The first day on which it acts or happens according to the graph, in the format of ISO 8601; empty if
            unknown.
        until: The last such day.
        is_concept: Whether it is a concept of a scheme.
    """

    iri: str
    label: str
    names: tuple[str, ...]
    classes: frozenset[str]
    within: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""
    is_concept: bool = False


def find_unlinked_entities(engine: Engine, mapping_set: MappingSet, target: Target) -> list[UnlinkedEntity]:
    """Return the entities that a target may have, and that are not linked to it.

    Args:
        engine: The engine of the graph.
        mapping_set: The mappings to the target.
        target: The target, whose categories say which classes it covers.
    """
    linked = {mapping_set.expand(mapping.subject_id) for mapping in mapping_set.mappings if mapping.accepted}
    names: dict[str, list[str]] = defaultdict(list)
    preferred_labels: dict[str, str] = {}
    classes: dict[str, set[str]] = defaultdict(set)
    for klass in sorted({klass for classes in target.categories.values() for klass in classes}):
        for name in find_names(engine, klass):
            if name.language != ENGLISH:
                continue  # targets are searched by names in English
            names[name.thing].append(name.text)
            classes[name.thing].add(klass)
            if name.is_preferred:
                preferred_labels[name.thing] = name.text
    concepts = {name.thing for name in find_names(engine, _CONCEPT)}
    within, neighbours = _related(engine, "located-in"), _related(engine, "tied-to")
    days = {
        row["thing"].value: (row["since"].value, row["until"].value) for row in rows(engine, lookup("days-of-things"))
    }
    return [
        UnlinkedEntity(
            iri,
            preferred_labels[iri],
            tuple(dict.fromkeys(entity_names)),
            frozenset(classes[iri]),
            frozenset(within[iri]),
            frozenset(neighbours[iri]),
            *days.get(iri, ("", "")),
            is_concept=iri in concepts,
        )
        for iri, entity_names in sorted(names.items())
        if iri in preferred_labels and iri not in linked and mapping_set.has_prefix(iri)
    ]


def _related(engine: Engine, name: str) -> dict[str, set[str]]:
    """Return, for each entity, the IRIs that a look-up of two columns relates it to."""
    related: dict[str, set[str]] = defaultdict(set)
    for row in rows(engine, lookup(name)):
        entity, other = row.values()
        related[entity.value].add(other.value)
    return related
