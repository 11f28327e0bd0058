"""An ontology as terms and axioms in words, whatever the order, prefixes and blank nodes of its file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from stancegraph.errors import DataError
from stancegraph.pipeline.reading import read_turtle
from stancegraph.rdf.namespaces import PREFIXES, shorten

_OWL, _RDF, _RDFS, _SKOS = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "skos"))
_KINDS = {
    _OWL + "Class": "class",
    _OWL + "ObjectProperty": "object property",
    _OWL + "DatatypeProperty": "data property",
    _OWL + "AnnotationProperty": "annotation property",
    _OWL + "NamedIndividual": "individual",
}
_ABOVE = (_RDFS + "subClassOf", _RDFS + "subPropertyOf")
_JOINTS = {_OWL + "unionOf": " or ", _OWL + "intersectionOf": " and ", _OWL + "oneOf": ", "}
_QUANTIFIERS = {_OWL + "someValuesFrom": "some", _OWL + "allValuesFrom": "only", _OWL + "hasValue": "value"}
LABEL, DEFINITION, EXAMPLE = _RDFS + "label", _SKOS + "definition", _SKOS + "example"
DEPRECATED, REPLACED = _OWL + "deprecated", PREFIXES["dcterms"] + "isReplacedBy"
_OF_ITS_OWN = {_RDF + "type", *_ABOVE, LABEL, DEFINITION, EXAMPLE, DEPRECATED, REPLACED}


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an ontology: what it is, what it is called, where it stands, and all else that is said of it."""

    iri: str
    kind: str
    label: str
    definition: str
    example: str
    above: frozenset[str]
    deprecated: bool
    successor: str | None
    axioms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ontology:
    """The terms of an ontology by IRI, and the axioms that are not of one term."""

    terms: Mapping[str, Term]
    general: frozenset[str]


def read(content: bytes | str, name: str) -> Ontology:
    """The ontology in Turtle; raises `DataError` with the line where it is malformed. *name* is for messages."""
    try:
        return of(quad.triple for quad in parse(content, format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise DataError(
            f"malformed Turtle: {error.msg}", file=name, line=error.lineno, remedy="correct the line"
        ) from None


def read_file(path: Path) -> Ontology:
    """The ontology in the file *path*."""
    return of(quad.triple for quad in read_turtle(path))


def of(triples: Iterable[Triple]) -> Ontology:
    """The ontology that *triples* describe."""
    described: dict[object, list[Triple]] = defaultdict(list)
    for triple in triples:
        described[triple.subject].append(triple)
    words = _Words(described)
    terms = {}
    general: set[str] = set()
    held = {t.object for about in described.values() for t in about if isinstance(t.object, BlankNode)}
    for subject, about in described.items():
        if isinstance(subject, NamedNode):
            kinds = [
                _KINDS[t.object.value] for t in about if isinstance(t.object, NamedNode) and t.object.value in _KINDS
            ]
            if kinds:
                terms[subject.value] = _term(subject.value, kinds[0], about, words)
            else:
                general |= {words.axiom(triple) for triple in about}
        elif subject not in held:
            general.add(words.expression(subject))
    return Ontology(terms, frozenset(general))


def _term(iri: str, kind: str, about: list[Triple], words: _Words) -> Term:
    def values(predicate: str) -> list[str]:
        return sorted(words.value(t.object) for t in about if t.predicate.value == predicate)

    def first(predicate: str) -> str:
        return " / ".join(
            t.object.value for t in about if t.predicate.value == predicate and isinstance(t.object, Literal)
        )

    types = {t for t in about if t.predicate.value == _RDF + "type" and str(t.object).strip("<>") not in _KINDS}
    successors = [t.object.value for t in about if t.predicate.value == REPLACED and isinstance(t.object, NamedNode)]
    return Term(
        iri,
        kind,
        first(LABEL),
        first(DEFINITION),
        first(EXAMPLE),
        frozenset(value for predicate in _ABOVE for value in values(predicate)),
        "true" in first(DEPRECATED),
        successors[0] if successors else None,
        frozenset(words.axiom(t) for t in about if t.predicate.value not in _OF_ITS_OWN or t in types),
    )


class _Words:
    """Triples in words: blank nodes by what they say."""

    def __init__(self, described: Mapping[object, list[Triple]]) -> None:
        self.described = described

    def axiom(self, triple: Triple) -> str:
        """One triple."""
        subject = self.value(triple.subject)
        return f"{subject} {shorten(triple.predicate.value)} {self.value(triple.object)}"

    def value(self, node: object) -> str:
        """One node."""
        if isinstance(node, NamedNode):
            return shorten(node.value)
        if isinstance(node, BlankNode):
            return self.expression(node)
        return str(node)

    def expression(self, node: object) -> str:
        """A blank node: a class expression, a list, or an axiom about several things."""
        about = {t.predicate.value: t.object for t in self.described.get(node, [])}
        if _RDF + "first" in about:
            return f"({', '.join(self._members(node))})"
        for predicate, joint in _JOINTS.items():
            if predicate in about:
                return f"({joint.join(sorted(self._members(about[predicate])))})"
        for predicate, quantifier in _QUANTIFIERS.items():
            if predicate in about:
                return f"({self.value(about.get(_OWL + 'onProperty'))} {quantifier} {self.value(about[predicate])})"
        kind = self.value(about[_RDF + "type"]) if _RDF + "type" in about else "something"
        rest = sorted(
            f"{shorten(t.predicate.value)} {self.value(t.object)}"
            for t in self.described.get(node, [])
            if t.predicate.value != _RDF + "type"
        )
        return f"{kind} [{'; '.join(rest)}]"

    def _members(self, node: object) -> list[str]:
        members = []
        while isinstance(node, BlankNode):
            about = {t.predicate.value: t.object for t in self.described.get(node, [])}
            members.append(self.value(about.get(_RDF + "first")))
            node = about.get(_RDF + "rest")
        return members
