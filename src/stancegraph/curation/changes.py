"""Compare two snapshots claim by claim, for reviewers and for release notes.

Inferred graphs are left out, as they follow from the others. Attributions are reported with the claims that they put
forward.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from pyoxigraph import Literal, NamedNode, Quad

from stancegraph.rdf import terms
from stancegraph.rdf.language import ENGLISH
from stancegraph.rdf.namespaces import GRAPH, PREFIXES, shorten

_TYPE = PREFIXES["rdf"] + "type"
_LABELS = (PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel", terms.QUESTION, terms.CURATION_REASON)
_Properties = dict[str, set[str]]


class ChangeType(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A thing that differs between two snapshots.

    Attributes:
        how: What became of it.
        kind: Its class, as a prefixed name; empty if it has none.
        iri: Its IRI.
        label: Its label, or its IRI as a prefixed name.
        gone: The statements that were removed, each as ``property value``.
        new: The statements that were added, in the same form.
    """

    how: ChangeType
    kind: str
    iri: str
    label: str
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


@dataclass
class _Statements:
    """The statements of a snapshot by subject, and the labels of things."""

    properties: dict[str, _Properties] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    labels: dict[str, str] = field(default_factory=dict)

    def kind(self, iri: str) -> str:
        """Return the class of a thing, or an empty string if it has none; of several classes, the first by IRI."""
        return min(self.properties[iri].get(_TYPE, {""}))


def compare(old: Iterable[Quad], new: Iterable[Quad]) -> list[Change]:
    """Return the changes from the quads of one snapshot to those of another, sorted by class, type, label and IRI."""
    before, after = _statements(old), _statements(new)
    labels = before.labels | after.labels
    changes = []
    for iri in sorted({*before.properties, *after.properties}):
        gone, added = _differences(before.properties.get(iri, {}), after.properties.get(iri, {}))
        if not gone and not added:
            continue
        kind = (after if iri in after.properties else before).kind(iri)
        if kind == terms.PASSAGE:
            continue  # it belongs to the text, rather than to what is claimed
        if iri not in before.properties:
            how = ChangeType.ADDED
        else:
            how = ChangeType.CHANGED if iri in after.properties else ChangeType.REMOVED
        differences = (
            tuple(sorted(f"{shorten(name)} {labels.get(value, _shorten(value))}" for name, value in pairs))
            for pairs in (gone, added)
        )
        changes.append(Change(how, shorten(kind) if kind else "", iri, labels.get(iri, shorten(iri)), *differences))
    return sorted(changes, key=lambda change: (change.kind, change.how, change.label, change.iri))


def _statements(quads: Iterable[Quad]) -> _Statements:
    statements = _Statements()
    attributions: dict[str, _Properties] = defaultdict(lambda: defaultdict(set))
    for quad in quads:
        graph = getattr(quad.graph_name, "value", "")
        if graph.startswith(f"{GRAPH}inferred") or not isinstance(quad.subject, NamedNode):
            continue
        subject, name, value = quad.subject.value, quad.predicate.value, _value(quad)
        statements.properties[subject][name].add(value)
        label = quad.object if name in _LABELS and isinstance(quad.object, Literal) else None
        if label is not None and (subject not in statements.labels or label.language == ENGLISH):
            statements.labels[subject] = label.value
        if name in {terms.PUTS_FORWARD, terms.ATTRIBUTED_TO, terms.ATTRIBUTION_MODE}:
            attributions[subject][name].add(value)
    for iri, attribution in attributions.items():
        statements.properties.pop(iri, None)
        sources = " and ".join(_labels(attribution[terms.ATTRIBUTED_TO], statements))
        modes = " ".join(_labels(attribution[terms.ATTRIBUTION_MODE], statements))
        for claim in attribution[terms.PUTS_FORWARD] - attributions.keys():
            statements.properties[claim][terms.PUTS_FORWARD].add(f"{sources} ({modes})")
    return statements


def _labels(iris: Iterable[str], statements: _Statements) -> list[str]:
    return sorted(statements.labels.get(iri, shorten(iri)) for iri in iris)


def _value(quad: Quad) -> str:
    return quad.object.value if isinstance(quad.object, NamedNode) else str(quad.object)


def _shorten(value: str) -> str:
    return shorten(value) if value.startswith(("http://", "https://")) else value


def _differences(old: _Properties, new: _Properties) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the pairs of property and value that only *old* has, and those that only *new* has."""
    names = {*old, *new} - {_TYPE}
    gone = [(name, value) for name in names for value in old.get(name, set()) - new.get(name, set())]
    added = [(name, value) for name in names for value in new.get(name, set()) - old.get(name, set())]
    return gone, added
