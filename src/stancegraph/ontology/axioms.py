"""An ontology as terms and axioms, whatever the order, the prefixes and the blank nodes of its file.

Axioms are strings: a triple with prefixed names, in which class expressions are written much as in the `Manchester
syntax <https://www.w3.org/TR/owl2-manchester-syntax/>`_ (``sg:Visit rdfs:subClassOf (sg:agent some sg:Actor)``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from stancegraph.errors import DataError
from stancegraph.pipeline.reading import read_turtle
from stancegraph.rdf.language import is_translated
from stancegraph.rdf.namespaces import PREFIXES, shorten

_OWL, _RDF, _RDFS, _SKOS = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "skos"))
_SHACL = "http://www.w3.org/ns/shacl#"
_KINDS = {
    _OWL + "Class": "class",
    _OWL + "ObjectProperty": "object property",
    _OWL + "DatatypeProperty": "data property",
    _OWL + "AnnotationProperty": "annotation property",
    _OWL + "NamedIndividual": "individual",
    _SHACL + "NodeShape": "node shape",
    _SHACL + "PropertyShape": "property shape",
    _SHACL + "PropertyGroup": "property group",
}
_PARENT_PROPERTIES = (_RDFS + "subClassOf", _RDFS + "subPropertyOf")
_CONNECTIVES = {_OWL + "unionOf": " or ", _OWL + "intersectionOf": " and ", _OWL + "oneOf": ", "}
_UNORDERED = {_OWL + name for name in ("members", "distinctMembers", "disjointUnionOf", "hasKey")}
_QUANTIFIERS = {_OWL + "someValuesFrom": "some", _OWL + "allValuesFrom": "only", _OWL + "hasValue": "value"}
LABEL, DEFINITION, EXAMPLE = _RDFS + "label", _SKOS + "definition", _SKOS + "example"
DEPRECATED, REPLACED_BY = _OWL + "deprecated", PREFIXES["dcterms"] + "isReplacedBy"
_MAX_DEPTH = 100
_FIELD_PROPERTIES = {_RDF + "type", *_PARENT_PROPERTIES, LABEL, DEFINITION, EXAMPLE, DEPRECATED, REPLACED_BY}


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an ontology.

    Attributes:
        iri: Its IRI.
        kind: What it is: a class, an object property, a data property, an annotation property, an individual; a
            node shape, a property shape, or a property group.
        label: Its label in English; several are joined by a slash. The same holds for the definition and the example.
        definition: Its definition.
        example: Its example.
        parents: The classes or properties directly above it, as prefixed names or class expressions.
        deprecated: Whether it is deprecated.
        successor: The IRI of the term that replaces it, if there is one.
        axioms: Everything else that is stated of it, such as its labels in other languages.
    """

    iri: str
    kind: str
    label: str
    definition: str
    example: str
    parents: frozenset[str]
    deprecated: bool
    successor: str | None
    axioms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ontology:
    """An ontology.

    Attributes:
        terms: Its terms, by their IRIs.
        general_axioms: The axioms that are not about one term, such as the disjointness of several classes.
        triples: The triples that it was made from.
    """

    terms: Mapping[str, Term]
    general_axioms: frozenset[str]
    triples: tuple[Triple, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def from_triples(cls, triples: Iterable[Triple]) -> Ontology:
        """Return the ontology that triples describe.

        Raises:
            DataError: A list is circular, or a blank node contains itself or is nested too deeply.
        """
        triples = tuple(triples)
        described: dict[object, list[Triple]] = defaultdict(list)
        for triple in triples:
            described[triple.subject].append(triple)
        renderer = _Renderer(described)
        terms = {}
        general_axioms: set[str] = set()
        nested = {t.object for about in described.values() for t in about if isinstance(t.object, BlankNode)}
        for subject, about in described.items():
            if isinstance(subject, NamedNode):
                kinds = [
                    _KINDS[t.object.value]
                    for t in about
                    if isinstance(t.object, NamedNode) and t.object.value in _KINDS
                ]
                if kinds:
                    terms[subject.value] = _term(subject.value, kinds[0], about, renderer)
                else:
                    general_axioms |= {renderer.axiom(triple) for triple in about}
            elif subject not in nested:
                general_axioms.add(renderer.expression(subject))
        return cls(terms, frozenset(general_axioms), triples)

    def renamed(self, names: Mapping[str, str]) -> Ontology:
        """Return the same ontology with other IRIs, those of *names*, for some terms."""

        def rename(node: Any) -> Any:
            return NamedNode(names.get(node.value, node.value)) if isinstance(node, NamedNode) else node

        return Ontology.from_triples(Triple(*map(rename, triple)) for triple in self.triples)


def parse_ontology(content: bytes | str, name: str) -> Ontology:
    """Parse an ontology in Turtle.

    Args:
        content: The Turtle.
        name: What messages call it.

    Raises:
        DataError: It is malformed, in a line that the error names, or has a circular list or class expression.
    """
    try:
        return Ontology.from_triples(quad.triple for quad in parse(content, format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise DataError(
            f"malformed Turtle: {error.msg}", file=name, line=error.lineno, remedy="correct the line"
        ) from None


def read_ontology(path: Path) -> Ontology:
    """Read an ontology from a file in Turtle.

    Args:
        path: The file.

    Raises:
        DataError: It is malformed, or has a circular list or class expression.
        ExternalError: It cannot be read.
    """
    return Ontology.from_triples(quad.triple for quad in read_turtle(path))


def _term(iri: str, kind: str, about: list[Triple], renderer: _Renderer) -> Term:
    def values(predicate: str) -> list[str]:
        return sorted(renderer.node(t.object) for t in about if t.predicate.value == predicate)

    def text(predicate: str) -> str:
        return " / ".join(
            t.object.value
            for t in about
            if t.predicate.value == predicate and isinstance(t.object, Literal) and not is_translated(t.object)
        )

    types = {t for t in about if t.predicate.value == _RDF + "type" and str(t.object).strip("<>") not in _KINDS}
    successors = [t.object.value for t in about if t.predicate.value == REPLACED_BY and isinstance(t.object, NamedNode)]
    return Term(
        iri,
        kind,
        text(LABEL),
        text(DEFINITION),
        text(EXAMPLE),
        frozenset(value for predicate in _PARENT_PROPERTIES for value in values(predicate)),
        "true" in text(DEPRECATED),
        successors[0] if successors else None,
        frozenset(
            renderer.axiom(t)
            for t in about
            if t.predicate.value not in _FIELD_PROPERTIES or t in types or is_translated(t.object)
        ),
    )


class _Renderer:
    """Writes triples as text, with each blank node as the class expression or list that it stands for."""

    def __init__(self, described: Mapping[object, list[Triple]]) -> None:
        self._described = described
        self._path: list[object] = []

    def axiom(self, triple: Triple) -> str:
        """Return a triple as text."""
        return f"{self.node(triple.subject)} {self._statement(triple)}"

    def _statement(self, triple: Triple) -> str:
        """Return predicate and object as text; the members of a list whose order means nothing are sorted."""
        predicate = triple.predicate.value
        if predicate in _UNORDERED and isinstance(triple.object, BlankNode):
            return f"{shorten(predicate)} ({', '.join(sorted(self._members(triple.object)))})"
        return f"{shorten(predicate)} {self.node(triple.object)}"

    def node(self, node: object) -> str:
        """Return a node as text: a prefixed name, a class expression or a literal."""
        if isinstance(node, NamedNode):
            return shorten(node.value)
        if isinstance(node, BlankNode):
            return self.expression(node)
        return str(node)

    def expression(self, node: object) -> str:
        """Return what a blank node stands for: a class expression, a list, or an axiom about several things.

        Raises:
            DataError: It contains itself, or is nested too deeply.
        """
        if node in self._path or len(self._path) >= _MAX_DEPTH:
            raise DataError(
                f"a blank node contains itself, or is nested more than {_MAX_DEPTH} deep",
                remedy="write each class expression out, and name its parts where it is deep",
            )
        self._path.append(node)
        try:
            return self._expression(node)
        finally:
            self._path.pop()

    def _expression(self, node: object) -> str:
        about = {t.predicate.value: t.object for t in self._described.get(node, [])}
        if _RDF + "first" in about:
            return f"({', '.join(self._members(node))})"
        for predicate, connective in _CONNECTIVES.items():
            if predicate in about:
                return f"({connective.join(sorted(self._members(about[predicate])))})"
        for predicate, quantifier in _QUANTIFIERS.items():
            if predicate in about:
                return f"({self.node(about.get(_OWL + 'onProperty'))} {quantifier} {self.node(about[predicate])})"
        kind = self.node(about[_RDF + "type"]) if _RDF + "type" in about else "something"
        rest = sorted(self._statement(t) for t in self._described.get(node, []) if t.predicate.value != _RDF + "type")
        return f"{kind} [{'; '.join(rest)}]"

    def _members(self, node: object) -> list[str]:
        members = []
        seen: set[BlankNode] = set()
        while isinstance(node, BlankNode):
            if node in seen:
                raise DataError("a list is circular", remedy="write it as ( … )")
            seen.add(node)
            about = {t.predicate.value: t.object for t in self._described.get(node, [])}
            members.append(self.node(about.get(_RDF + "first")))
            node = about.get(_RDF + "rest")
        return members
