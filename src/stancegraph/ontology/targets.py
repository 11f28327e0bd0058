"""The axioms of the vocabularies that the ontology is aligned to, so that its alignments are checked against them.

A vocabulary says more than the names of its terms: ORG, for example, makes an organization of each end of
`org:linkedTo <https://www.w3.org/TR/vocab-org/#org:linkedTo>`_, which no person is. What alignments lead to shows only
with such axioms. The build fetches the vocabularies at pinned versions (`stancegraph.assets`), as `rdf-vocabularies
<https://github.com/zazuko/rdf-vocabularies>`_ publishes them on npm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from stancegraph import assets
from stancegraph.errors import ExternalError
from stancegraph.rdf.namespaces import PREFIXES

TARGETS = ("foaf", "oa", "org", "prov", "schema", "sem", "skos", "time")
"""The vocabularies whose axioms are loaded, by their names at rdf-vocabularies."""

_RDF, _RDFS, _OWL = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["owl"]


Node = NamedNode | BlankNode | Literal | Triple
"""What may stand in a triple."""


def _terms(namespace: str, *names: str) -> frozenset[NamedNode]:
    return frozenset(NamedNode(namespace + name) for name in names)


_TYPE, _CLASS, _OBJECT_PROPERTY = (
    NamedNode(_RDF + "type"),
    NamedNode(_OWL + "Class"),
    NamedNode(_OWL + "ObjectProperty"),
)
_CLASSES = {_CLASS, NamedNode(_RDFS + "Class")}
_RELATIONS = {
    _OBJECT_PROPERTY,
    *_terms(_OWL, "InverseFunctionalProperty", "SymmetricProperty", "TransitiveProperty"),
}
_OF_CLASSES = {
    NamedNode(_RDFS + "subClassOf"),
    *_terms(_OWL, "complementOf", "disjointUnionOf", "disjointWith", "equivalentClass", "intersectionOf", "unionOf"),
}
_OF_RELATIONS = {
    *_terms(_RDFS, "domain", "range", "subPropertyOf"),
    *_terms(_OWL, "equivalentProperty", "inverseOf", "propertyDisjointWith"),
}
_OF_NODES = {
    *_terms(_RDF, "first", "rest"),
    *_terms(_OWL, "allValuesFrom", "hasValue", "onProperty", "someValuesFrom"),
}


_PROPERTY = NamedNode(_RDF + "Property")
_WITH_LITERALS = _terms(_OWL, "AnnotationProperty", "DatatypeProperty")
_LITERALS = {NamedNode(_RDFS + "Literal"), *_terms(_RDF, "langString", "HTML", "XMLLiteral")}
_ENDS = _terms(_RDFS, "domain", "range")
_RANGE, _REST = NamedNode(_RDFS + "range"), NamedNode(_RDF + "rest")
_ON_PROPERTY, _RESTRICTION = NamedNode(_OWL + "onProperty"), NamedNode(_OWL + "Restriction")
_BOTH_WAYS = {
    *_terms(_OWL, "disjointWith", "equivalentClass", "equivalentProperty", "inverseOf", "propertyDisjointWith")
}


def axioms(triples: Iterable[Triple]) -> list[Triple]:
    """Return the axioms of the vocabularies from which something may follow for *triples*.

    They are about classes and object properties: without annotations, properties with literals as values, and
    restrictions of these or by number, which a reasoner for OWL 2 DL does not take or nothing here is aligned to.

    Args:
        triples: An ontology with its alignments, and perhaps with facts.

    Returns:
        The axioms, with a declaration of each class and object property in them.

    Raises:
        ExternalError: The build did not fetch a vocabulary.
    """
    triples = list(triples)
    # of a term of no kind, as Dublin Core's are, this says that it is no object property
    otherwise = {triple.subject for triple in triples if triple.predicate == _TYPE and triple.object in _WITH_LITERALS}
    reached: set[Node] = {node for triple in triples for node in triple if isinstance(node, NamedNode)}
    waiting = list(reached - otherwise)
    about: dict[Node, list[Triple]] = defaultdict(list)
    for axiom in _all_axioms():
        about[axiom.subject].append(axiom)
        if axiom.predicate in _BOTH_WAYS:
            about[axiom.object].append(axiom)
    relevant: dict[Triple, None] = {}
    while waiting:
        for axiom in about[waiting.pop()]:
            relevant[axiom] = None
            new = {axiom.subject, axiom.object} - reached - otherwise
            reached |= new
            waiting += new
    return list(relevant)


@cache
def _all_axioms() -> tuple[Triple, ...]:
    return tuple(_logical([triple for name in TARGETS for triple in _read(name)]))


def _read(name: str) -> Iterator[Triple]:
    """Yield the triples of a vocabulary, with blank nodes that are not those of another one."""
    path = assets.asset(f"vocabularies/{name}.nq")
    if path is None:
        raise ExternalError(
            f"the build did not fetch the vocabulary {name}", remedy="install the program again, online"
        )
    for quad in parse(path=str(path), format=RdfFormat.N_QUADS):
        subject, value = (
            BlankNode(f"{name}{node.value}") if isinstance(node, BlankNode) else node
            for node in (quad.subject, quad.object)
        )
        yield Triple(subject, quad.predicate, value)


def _find_relations(triples: list[Triple]) -> set[Node]:
    """Return the object properties; a mere ``rdf:Property`` is one unless its values are said to be literals."""
    types: dict[Node, set[Node]] = defaultdict(set)
    with_literals: set[Node] = set()
    for subject, predicate, value in triples:
        if predicate == _TYPE:
            types[subject].add(value)
        elif predicate == _RANGE and (value in _LITERALS or str(value).startswith(f"<{PREFIXES['xsd']}")):
            with_literals.add(subject)
    mere = {node for node in types if _PROPERTY in types[node] and not types[node] & _WITH_LITERALS} - with_literals
    return mere | {node for node in types if types[node] & _RELATIONS}


def _logical(triples: list[Triple]) -> Iterator[Triple]:
    """Yield the axioms among *triples*, with a declaration of each class and object property in them."""
    relations = _find_relations(triples)
    left_out: set[Node] = {
        t.subject for t in triples if isinstance(t.subject, BlankNode) and isinstance(t.object, Literal)
    }
    left_out |= {t.subject for t in triples if t.predicate == _ON_PROPERTY and t.object not in relations}
    classes: set[Node] = set()
    for triple in triples:
        subject, predicate, value = triple
        if isinstance(value, Literal) or left_out & {subject, value}:
            continue
        if predicate in _OF_RELATIONS:
            is_of_classes = predicate in _ENDS
            if subject in relations and (is_of_classes or value in relations):
                classes.update([value] if is_of_classes else [])
                yield triple
        elif predicate in _OF_CLASSES:
            classes |= {subject, value}
            yield triple
        elif predicate in _OF_NODES and isinstance(subject, BlankNode):
            yield triple
        elif predicate == _TYPE and value in _CLASSES:
            classes.add(subject)
        elif predicate == _TYPE and value in _RELATIONS | {_RESTRICTION}:
            yield triple
    lists = {triple.subject for triple in triples if triple.predicate == _REST}
    yield from (Triple(node, _TYPE, _OBJECT_PROPERTY) for node in relations if isinstance(node, NamedNode))
    yield from (Triple(node, _TYPE, _CLASS) for node in classes - lists if isinstance(node, NamedNode | BlankNode))
