"""The modules of the ontology: a core for others to import alone, and what stands above it.

A term says by ``dcterms:isPartOf`` of which module it is. Each module imports those below it. What the ontology states,
whatever term it is about, stands in the lowest module that has, with those below it, every term of ours that the
statement names: so the modules together state what the ontology does, and each is taken from it when it is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from stancegraph.rdf.namespaces import PREFIXES

_SG, _OWL, _RDF, _DCTERMS = (PREFIXES[name] for name in ("sg", "owl", "rdf", "dcterms"))
_ONTOLOGY = NamedNode(_SG.removesuffix("#"))
_TYPE, _FIRST, _REST = (NamedNode(_RDF + name) for name in ("type", "first", "rest"))
_PART, _MEMBERS, _IMPORTS = NamedNode(_DCTERMS + "isPartOf"), NamedNode(_OWL + "members"), NamedNode(_OWL + "imports")
_VERSION, _VERSION_IRI = NamedNode(_OWL + "versionInfo"), NamedNode(_OWL + "versionIRI")
_SHARED = [NamedNode(_DCTERMS + name) for name in ("creator", "license", "publisher")]

MODULES = MappingProxyType(
    {
        "core": "Claims and stances, the attributions that put them forward, the citations and passages that these "
        "rest on, and how they are judged: the terms of the stancegraph ontology that others can import alone.",
        "international-relations": "Actors, posts, forums, events, undertakings and places, and what is said to be "
        "done by whom: the terms of the stancegraph ontology for international relations, above its core.",
        "bookkeeping": "Mentions, passages in their layout, open points, conflicts, and what external data state: the "
        "terms of the stancegraph ontology for those who code and edit, above its terms for international relations.",
    }
)
"""The modules, from the lowest, each by its name in its IRI, with a description."""


def module_iri(name: str) -> NamedNode:
    """Return the IRI of a module."""
    return NamedNode(f"{_ONTOLOGY.value}/{name}")


def extract_module(ontology: Iterable[Triple], name: str) -> list[Triple]:
    """Return a module of an ontology.

    Args:
        ontology: The whole ontology.
        name: The name of the module, of `MODULES`.

    Returns:
        The module: a header that imports the modules below it, and what the ontology states of their terms and its own.
        Of classes that are disjoint with one another, it says so of those that it and the modules below it have.

    Raises:
        ValueError: There is no such module.
    """
    level = list(MODULES).index(name)
    whole = _Whole.from_triples(ontology)
    kept = [
        part
        for subject, statements in whole.about.items()
        if isinstance(subject, NamedNode) and subject != _ONTOLOGY
        for statement in statements
        if whole.level_of(parts := whole.parts(statement)) == level
        for part in parts
    ]
    for subject, statements in whole.about.items():
        if isinstance(subject, BlankNode) and any(statement.predicate == _MEMBERS for statement in statements):
            kept += whole.restrict(statements, level)
    return list(dict.fromkeys([*_write_header(whole.about[_ONTOLOGY], name), *kept]))


@dataclass(frozen=True, slots=True)
class _Whole:
    """An ontology, by what its triples are about, and the number of the module of each term of ours."""

    about: Mapping[object, list[Triple]]
    levels: Mapping[object, int]

    @classmethod
    def from_triples(cls, triples: Iterable[Triple]) -> _Whole:
        """Read an ontology."""
        about: dict[object, list[Triple]] = defaultdict(list)
        for triple in triples:
            about[triple.subject].append(triple)
        numbers: dict[object, int] = {module_iri(name): number for number, name in enumerate(MODULES)}
        levels: dict[object, int] = {
            triple.subject: numbers[triple.object]
            for statements in list(about.values())
            for triple in statements
            if triple.predicate == _PART and triple.object in numbers
        }
        return cls(about, levels)

    def parts(self, statement: Triple) -> list[Triple]:
        """Return a statement with the expressions in it."""
        parts, waiting = [statement], [statement.object]
        while waiting:
            node = waiting.pop()
            if isinstance(node, BlankNode):
                parts += self.about[node]
                waiting += [part.object for part in self.about[node]]
        return parts

    def level_of(self, triples: Iterable[Triple]) -> int:
        """Return the number of the lowest module that has every term of ours that *triples* name."""
        return max(self.levels.get(node, 0) for triple in triples for node in triple)

    def restrict(self, axiom: Sequence[Triple], level: int) -> Iterator[Triple]:
        """Yield an axiom about several classes for those up to a module, if that says more than the modules below."""
        (members,) = (statement for statement in axiom if statement.predicate == _MEMBERS)
        left: list[NamedNode] = []
        node: Any = members.object
        while isinstance(node, BlankNode):
            cells: dict[NamedNode, Any] = {triple.predicate: triple.object for triple in self.about[node]}
            value, node = cells[_FIRST], cells[_REST]
            if isinstance(value, NamedNode) and self.levels.get(value, 0) <= level:
                left.append(value)
        ours = [self.levels[value] for value in left if value in self.levels]
        if len(ours) < 2 or max(ours) < level:
            return
        subject, cells_of_list = BlankNode(), [BlankNode() for _ in left]
        yield from (Triple(subject, part.predicate, part.object) for part in axiom if part is not members)
        yield Triple(subject, _MEMBERS, cells_of_list[0])
        ends: list[NamedNode | BlankNode] = [*cells_of_list[1:], NamedNode(_RDF + "nil")]
        for cell, value, rest in zip(cells_of_list, left, ends, strict=True):
            yield Triple(cell, _FIRST, value)
            yield Triple(cell, _REST, rest)


def _write_header(whole: Sequence[Triple], name: str) -> Iterator[Triple]:
    """Yield the header of a module, with licence, makers and version from that of the *whole* ontology."""
    iri = module_iri(name)
    texts = {"title": f"stancegraph {name.replace('-', ' ')}", "description": MODULES[name]}
    yield Triple(iri, _TYPE, NamedNode(_OWL + "Ontology"))
    for property_name, text in texts.items():
        yield Triple(iri, NamedNode(_DCTERMS + property_name), Literal(text, language="en"))
    names = list(MODULES)
    for below in names[: names.index(name)]:
        yield Triple(iri, _IMPORTS, module_iri(below))
    for triple in whole:
        if triple.predicate in _SHARED:
            yield Triple(iri, triple.predicate, triple.object)
        if triple.predicate == _VERSION and isinstance(triple.object, Literal):
            yield Triple(iri, _VERSION, triple.object)
            yield Triple(iri, _VERSION_IRI, NamedNode(f"{_ONTOLOGY.value}/{triple.object.value}/{name}"))
