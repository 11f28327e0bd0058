"""The reference of the ontology, from ``ontology/stancegraph.ttl`` and ``ontology/alignments.ttl``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import NamedNode

from documentation.markdown import code, plain
from documentation.vocabulary import alignments, heading, link, node, ontology
from stancegraph.rdf.namespaces import PREFIXES, shorten

KINDS: Mapping[str, str] = {
    "classes": "owl:Class",
    "object properties": "owl:ObjectProperty",
    "data properties": "owl:DatatypeProperty",
    "annotation properties": "owl:AnnotationProperty",
}
"""The kinds of terms, each with the class that OWL has for it."""
_CHARACTERISTICS = (
    "Functional",
    "InverseFunctional",
    "Transitive",
    "Symmetric",
    "Asymmetric",
    "Reflexive",
    "Irreflexive",
)
_RELATIONS = (
    ("Subclass of", "rdfs:subClassOf"),
    ("Subproperty of", "rdfs:subPropertyOf"),
    ("Domain", "rdfs:domain"),
    ("Range", "rdfs:range"),
    ("Inverse of", "owl:inverseOf"),
    ("Disjoint with", "owl:disjointWith"),
)


def declared(kind: str) -> list[NamedNode]:
    """The terms of a *kind* that the ontology declares, by name."""
    terms = [term for term in ontology().of_type(KINDS[kind]) if term.value.startswith(PREFIXES["sg"])]
    return sorted(terms, key=lambda term: term.value.casefold())


def terms(kind: str) -> str:
    """All terms of a *kind*, with definition, example, domain, range and mappings."""
    return "\n\n".join(map(_term, declared(kind)))


def _term(term: NamedNode) -> str:
    vocabulary = ontology()
    opening = f"### {heading(term)}\n\n**{plain(vocabulary.text(term, 'rdfs:label'))}**: "
    return opening + plain(vocabulary.text(term, "skos:definition")) + "\n\n" + "\n".join(_facts(term))


def _facts(term: NamedNode) -> Iterator[str]:
    """What is stated of *term*, each in an item of a list."""
    vocabulary = ontology()
    example = vocabulary.text(term, "skos:example")
    if example:
        yield f"- Example: {plain(example)}"
    for words, relation in _RELATIONS:
        values = [" or ".join(map(link, vocabulary.classes(value))) for value in vocabulary.values(term, relation)]
        if any(values):
            yield f"- {words}: {', '.join(filter(None, values))}"
    for words, relation in (("Subclasses", "rdfs:subClassOf"), ("Subproperties", "rdfs:subPropertyOf")):
        below = sorted(
            (quad.subject for quad in vocabulary.store.quads_for_pattern(None, node(relation), term)), key=str
        )
        if below:
            yield f"- {words}: {', '.join(link(one) for one in below if isinstance(one, NamedNode))}"
    types = {shorten(value.value) for value in vocabulary.values(term, "rdf:type") if isinstance(value, NamedNode)}
    kinds = [name.lower() for name in _CHARACTERISTICS if f"owl:{name}Property" in types]
    if kinds:
        yield f"- Characteristics: {', '.join(kinds)}"
    mappings = sorted(alignments().store.quads_for_pattern(term, None, None), key=str)
    if mappings:
        targets = [
            f"{code(shorten(q.predicate.value))} {link(q.object)}" for q in mappings if isinstance(q.object, NamedNode)
        ]
        yield f"- Mapped to: {', '.join(targets)}"
    yield f"- IRI: <{term.value}>"
