"""JSON-LD with a context: the names of our terms are keys, and an object property has IRIs as its values.

See `JSON-LD 1.1 <https://www.w3.org/TR/json-ld11/>`_.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from stancegraph.rdf.namespaces import PREFIXES, prefixes

_TYPE = PREFIXES["rdf"] + "type"
_OBJECT_PROPERTY, _DATA_PROPERTY = PREFIXES["owl"] + "ObjectProperty", PREFIXES["owl"] + "DatatypeProperty"
_RANGE = PREFIXES["rdfs"] + "range"


def context(ontology: Iterable[Triple]) -> dict[str, Any]:
    """Return a context for data in the terms of an ontology.

    Args:
        ontology: The triples of the ontology.

    Returns:
        The prefixes that the process knows; our namespace as the vocabulary, so that a term without a prefix is ours;
        and for each object property that its values are IRIs, for each data property their datatype.
    """
    triples, sg = list(ontology), PREFIXES["sg"]
    kinds = {(t.subject.value, t.object.value) for t in triples if t.predicate.value == _TYPE and _are_iris(t)}
    ranges = {t.subject.value: t.object.value for t in triples if t.predicate.value == _RANGE and _are_iris(t)}
    terms: dict[str, Any] = {}
    for iri in sorted({iri for iri, _ in kinds if iri.startswith(sg)}):
        datatype = ranges.get(iri, "")
        if (iri, _OBJECT_PROPERTY) in kinds:
            terms[iri.removeprefix(sg)] = {"@id": iri, "@type": "@id"}
        elif (iri, _DATA_PROPERTY) in kinds and datatype.startswith(PREFIXES["xsd"]):
            terms[iri.removeprefix(sg)] = {"@id": iri, "@type": datatype}
    return {"@vocab": sg, **dict(prefixes()), **terms}


def _are_iris(triple: Triple) -> bool:
    return isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode)


def to_jsonld(quads: Iterable[Quad], names: Mapping[str, Any]) -> bytes:
    """Serialise quads by a context, with each named graph as a node of its own.

    Args:
        quads: The quads.
        names: The context.
    """
    from rdflib import Dataset

    lines = io.BytesIO()
    serialize(quads, lines, format=RdfFormat.N_QUADS)
    dataset = Dataset()
    dataset.parse(data=lines.getvalue(), format="nquads")
    return str(dataset.serialize(format="json-ld", context=names, indent=1, sort_keys=True)).encode("utf-8")
