"""The core of the ontology: claims, who puts them forward, and where that is said, for others to import alone.

A term of the core says so by ``dcterms:isPartOf``. The module is taken from the ontology, so that the two never differ:
it has what the ontology says of these terms, as far as that needs no other term of ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from stancegraph.rdf.namespaces import PREFIXES

_SG, _OWL, _RDF, _DCTERMS = (PREFIXES[name] for name in ("sg", "owl", "rdf", "dcterms"))
_ONTOLOGY = NamedNode(_SG.removesuffix("#"))
CORE = NamedNode(f"{_ONTOLOGY.value}/core")
"""The IRI of the module."""
_TYPE, _FIRST, _REST = (NamedNode(_RDF + name) for name in ("type", "first", "rest"))
_PART, _MEMBERS = NamedNode(_DCTERMS + "isPartOf"), NamedNode(_OWL + "members")
_VERSION, _VERSION_IRI = NamedNode(_OWL + "versionInfo"), NamedNode(_OWL + "versionIRI")
_SHARED = [NamedNode(_DCTERMS + name) for name in ("creator", "license", "publisher")]


def extract_core(ontology: Iterable[Triple]) -> list[Triple]:
    """Return the module of an ontology whose terms others can import alone.

    Args:
        ontology: The whole ontology.

    Returns:
        The module: a header, the terms of the core, and the axioms that name no other term of ours. Of classes that are
        disjoint with one another, those of the core stay so.
    """
    triples = list(ontology)
    about: dict[object, list[Triple]] = defaultdict(list)
    for triple in triples:
        about[triple.subject].append(triple)
    members = {triple.subject for triple in triples if triple.predicate == _PART and triple.object == CORE}
    kept = [triple for member in members for triple in _closed(about[member], about, members)]
    for triple in triples:
        if triple.predicate == _MEMBERS and isinstance(triple.subject, BlankNode):
            kept += _restrict_axiom(triple, about, members)
    used = {node for triple in kept for node in triple if isinstance(node, NamedNode)}
    foreign = [t for t in triples if t.subject in used - members - {_ONTOLOGY} and t.predicate == _TYPE]
    return list(dict.fromkeys([*_write_header(about[_ONTOLOGY], about), *foreign, *kept]))


def _write_header(whole: Sequence[Triple], about: dict[object, list[Triple]]) -> Iterator[Triple]:
    """Yield the header of the module, with licence, makers and version of the *whole*."""
    texts = {
        "title": "stancegraph core",
        "description": "Claims and stances, the attributions that put them forward, the citations and passages that "
        "these rest on, and how they are judged: the terms of the stancegraph ontology that others can import alone.",
    }
    yield Triple(CORE, _TYPE, NamedNode(_OWL + "Ontology"))
    for name, text in texts.items():
        yield Triple(CORE, NamedNode(_DCTERMS + name), Literal(text, language="en"))
    for triple in whole:
        if triple.predicate in _SHARED:
            yield Triple(CORE, triple.predicate, triple.object)
        if triple.predicate == _VERSION and isinstance(triple.object, Literal):
            yield Triple(CORE, _VERSION, triple.object)
            yield Triple(CORE, _VERSION_IRI, NamedNode(f"{_ONTOLOGY.value}/{triple.object.value}/core"))
    for name in (*texts, "creator", "license", "publisher", "isPartOf"):
        yield from about[NamedNode(_DCTERMS + name)]


def _closed(statements: Iterable[Triple], about: dict[object, list[Triple]], members: Set[object]) -> Iterator[Triple]:
    """Yield the statements, each with the expressions in it, that name no term of ours but *members*."""
    for statement in statements:
        parts, waiting = [statement], [statement.object]
        while waiting:
            node = waiting.pop()
            if isinstance(node, BlankNode):
                parts += about[node]
                waiting += [part.object for part in about[node]]
        named = {node for part in parts for node in part if isinstance(node, NamedNode)}
        if not {node for node in named if node.value.startswith(_SG)} - members:
            yield from parts


def _restrict_axiom(axiom: Triple, about: dict[object, list[Triple]], members: Set[object]) -> Iterator[Triple]:
    """Yield an axiom about several classes for those of them that are *members* or of others, if two are left."""
    left: list[NamedNode] = []
    node: Any = axiom.object
    while isinstance(node, BlankNode):
        cells: dict[NamedNode, Any] = {triple.predicate: triple.object for triple in about[node]}
        value, node = cells[_FIRST], cells[_REST]
        if isinstance(value, NamedNode) and (value in members or not value.value.startswith(_SG)):
            left.append(value)
    if len(set(left) & members) < 2:
        return
    yield from (triple for triple in about[axiom.subject] if triple.predicate != _MEMBERS)
    cells_of_list = [BlankNode() for _ in left]
    yield Triple(axiom.subject, _MEMBERS, cells_of_list[0])
    ends: list[NamedNode | BlankNode] = [*cells_of_list[1:], NamedNode(_RDF + "nil")]
    for cell, value, rest in zip(cells_of_list, left, ends, strict=True):
        yield Triple(cell, _FIRST, value)
        yield Triple(cell, _REST, rest)
