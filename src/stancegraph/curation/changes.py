"""What one snapshot says that another does not, claim by claim: for reviewers, and for release notes.

What is inferred follows from the rest and is left out. Attributions are told with the claims that they put forward.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from pyoxigraph import Literal, NamedNode, Quad

from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import GRAPH, PREFIXES, shorten

_SKOS = PREFIXES["skos"]
_TYPE = PREFIXES["rdf"] + "type"
_LABELS = (PREFIXES["rdfs"] + "label", f"{_SKOS}prefLabel", terms.QUESTION, terms.CURATION_REASON)
_FORWARD, _WHO, _MODE = terms.PUTS_FORWARD, terms.ATTRIBUTED_TO, terms.ATTRIBUTION_MODE
_ATTRIBUTION, _PASSAGE = terms.ATTRIBUTION, terms.PASSAGE
Told = dict[str, set[str]]


class How(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: its class and label, and what is said of it no more, or newly, as ``property value``."""

    how: How
    kind: str
    iri: str
    label: str
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


@dataclass
class _Side:
    """One snapshot: what is stated of each subject, and what each is called."""

    about: dict[str, Told] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    labels: dict[str, str] = field(default_factory=dict)

    def kind(self, iri: str) -> str:
        """The class of a thing, the first of several."""
        return min(self.about[iri].get(_TYPE, {""}))


def compare(old: Iterable[Quad], new: Iterable[Quad]) -> list[Change]:
    """The changes from *old* to *new*, by class, label and IRI."""
    before, after = _side(old), _side(new)
    labels = before.labels | after.labels
    found = []
    for iri in sorted({*before.about, *after.about}):
        gone, fresh = _differences(before.about.get(iri, {}), after.about.get(iri, {}))
        if not gone and not fresh:
            continue
        side = after if iri in after.about else before
        kind = side.kind(iri)
        if kind == _PASSAGE:
            continue  # of the text, and not of what is said about it
        how = How.ADDED if iri not in before.about else How.REMOVED if iri not in after.about else How.CHANGED
        told = (
            tuple(sorted(f"{shorten(name)} {labels.get(value, _short(value))}" for name, value in pairs))
            for pairs in (gone, fresh)
        )
        found.append(Change(how, shorten(kind) if kind else "", iri, labels.get(iri, shorten(iri)), *told))
    return sorted(found, key=lambda one: (one.kind, one.how, one.label, one.iri))


def _side(quads: Iterable[Quad]) -> _Side:
    side = _Side()
    chains: dict[str, Told] = defaultdict(lambda: defaultdict(set))
    for quad in quads:
        graph = getattr(quad.graph_name, "value", "")
        if graph.startswith(f"{GRAPH}inferred") or not isinstance(quad.subject, NamedNode):
            continue
        subject, name, value = quad.subject.value, quad.predicate.value, _value(quad)
        side.about[subject][name].add(value)
        if name in _LABELS and isinstance(quad.object, Literal) and subject not in side.labels:
            side.labels[subject] = quad.object.value
        if name in {_FORWARD, _WHO, _MODE}:
            chains[subject][name].add(value)
    for iri, told in chains.items():
        side.about.pop(iri, None)
        for claim in told[_FORWARD] - chains.keys():
            who = " and ".join(sorted(side.labels.get(one, shorten(one)) for one in told[_WHO]))
            mode = " ".join(sorted(side.labels.get(one, shorten(one)) for one in told[_MODE]))
            side.about[claim][_FORWARD].add(f"{who} ({mode})")
    return side


def _value(quad: Quad) -> str:
    return quad.object.value if isinstance(quad.object, NamedNode) else str(quad.object)


def _short(value: str) -> str:
    return shorten(value) if value.startswith(("http://", "https://")) else value


def _differences(old: Told, new: Told) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    names = {*old, *new} - {_TYPE}
    gone = [(name, value) for name in names for value in old.get(name, set()) - new.get(name, set())]
    fresh = [(name, value) for name in names for value in new.get(name, set()) - old.get(name, set())]
    return gone, fresh
