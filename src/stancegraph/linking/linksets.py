"""From mappings to linksets: the triples of what is accepted, and a description of the set by `VoID
<https://www.w3.org/TR/void/#linkset>`_.
"""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad

from stancegraph.linking.sssom import MappingSet
from stancegraph.rdf.namespaces import PREFIXES

_VOID = "http://rdfs.org/ns/void#"
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_INTEGER = NamedNode(PREFIXES["xsd"] + "integer")


def quads(of: MappingSet, graph: str) -> list[Quad]:
    """The linkset of *of* in *graph*, which is its name, too: a triple for each accepted row, and what the set is.

    All of it is in the one graph, so that what a file says comes and goes with the graph of the file.
    """
    name = NamedNode(graph)
    found = [
        Quad(
            NamedNode(of.expand(one.subject_id)),
            NamedNode(of.expand(one.predicate_id)),
            NamedNode(of.expand(one.object_id)),
            name,
        )
        for one in of.mappings
        if one.accepted
    ]
    if not found:
        return []
    about: list[tuple[NamedNode, NamedNode | Literal]] = [
        (_TYPE, NamedNode(f"{_VOID}Linkset")),
        (NamedNode(f"{_VOID}triples"), Literal(str(len(found)), datatype=_INTEGER)),
        (NamedNode(PREFIXES["dcterms"] + "source"), NamedNode(of.metadata["mapping_set_id"])),
        (NamedNode(PREFIXES["dcterms"] + "license"), NamedNode(of.metadata["license"])),
        (NamedNode(f"{_VOID}objectsTarget"), NamedNode(of.metadata["object_source"])),
        (NamedNode(f"{_VOID}subjectsTarget"), NamedNode(of.metadata["subject_source"])),
    ]
    used = dict.fromkeys(quad.predicate for quad in found)
    about += [(NamedNode(f"{_VOID}linkPredicate"), predicate) for predicate in used]
    return found + [Quad(name, predicate, value, name) for predicate, value in about]
