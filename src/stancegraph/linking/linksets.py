"""Linksets: the triples of accepted mappings, with a description of the set in VoID.

A mapping to a code, such as one of ISO 3166, has the code for its value, as a literal: nothing is the same as a code.

See `Describing Linked Datasets with the VoID Vocabulary, section 5 <https://www.w3.org/TR/void/#linkset>`_.
"""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad

from stancegraph.linking.sssom import CODE, Mapping, MappingSet
from stancegraph.rdf.namespaces import PREFIXES

_VOID = "http://rdfs.org/ns/void#"
_SSSOM = "https://w3id.org/sssom/"
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_INTEGER = NamedNode(PREFIXES["xsd"] + "integer")


def to_quads(mapping_set: MappingSet, graph: str) -> list[Quad]:
    """Return the linkset of a mapping set: a triple for each accepted mapping, and what describes the set.

    Args:
        mapping_set: The mapping set.
        graph: The IRI of the linkset, and of the named graph that has all its quads, so that they come and go together.

    Returns:
        The quads; none if no mapping is accepted.

    Raises:
        DataError: A prefix is not in the ``curie_map`` of the set.
    """
    name = NamedNode(graph)
    links = [
        Quad(
            NamedNode(mapping_set.expand(mapping.subject_id)),
            NamedNode(mapping_set.expand(mapping.predicate_id)),
            _value(mapping_set, mapping),
            name,
        )
        for mapping in mapping_set.mappings
        if mapping.accepted
    ]
    if not links:
        return []
    metadata = mapping_set.metadata
    description: list[tuple[NamedNode, NamedNode | Literal]] = [
        (
            _TYPE,
            NamedNode(_VOID + ("Linkset" if any(isinstance(link.object, NamedNode) for link in links) else "Dataset")),
        ),
        (NamedNode(f"{_VOID}triples"), Literal(str(len(links)), datatype=_INTEGER)),
        (NamedNode(PREFIXES["dcterms"] + "source"), NamedNode(metadata["mapping_set_id"])),
        (NamedNode(PREFIXES["dcterms"] + "license"), NamedNode(metadata["license"])),
        (NamedNode(f"{_VOID}objectsTarget"), NamedNode(metadata["object_source"])),
        (NamedNode(f"{_VOID}subjectsTarget"), NamedNode(metadata["subject_source"])),
    ]
    predicates = dict.fromkeys(link.predicate for link in links)
    description += [(NamedNode(f"{_VOID}linkPredicate"), predicate) for predicate in predicates]
    mappings = NamedNode(metadata["mapping_set_id"])
    of_mappings: list[tuple[NamedNode, NamedNode | Literal]] = [(_TYPE, NamedNode(f"{_SSSOM}MappingSet"))]
    if title := metadata.get("mapping_set_title"):
        of_mappings.append((NamedNode(PREFIXES["dcterms"] + "title"), Literal(title, language="en")))
    return [
        *links,
        *(Quad(name, predicate, value, name) for predicate, value in description),
        *(Quad(mappings, predicate, value, name) for predicate, value in of_mappings),
    ]


def _value(mapping_set: MappingSet, mapping: Mapping) -> NamedNode | Literal:
    if mapping.predicate_id == CODE:
        return Literal(mapping.object_id.partition(":")[2])
    return NamedNode(mapping_set.expand(mapping.object_id))
