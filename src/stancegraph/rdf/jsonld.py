"""JSON-LD with a context: the names of our terms are keys, and the values of object properties are plain IRIs.

See `JSON-LD 1.1 <https://www.w3.org/TR/json-ld11/>`_. Oxigraph writes JSON-LD without terms, and rdflib changes
literals such as ``"01"^^xsd:integer`` on the way; what is written here is read back as the same quads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from stancegraph.rdf.namespaces import PREFIXES, prefixes, shorten

_TYPE, _RANGE = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "range"
_CLASS, _OBJECT_PROPERTY, _DATA_PROPERTY = (
    PREFIXES["owl"] + name for name in ("Class", "ObjectProperty", "DatatypeProperty")
)
_STRING = PREFIXES["xsd"] + "string"


def context(ontology: Iterable[Triple]) -> dict[str, Any]:
    """Return a context for data in the terms of an ontology.

    Args:
        ontology: The triples of the ontology.

    Returns:
        The prefixes that the process knows, and a term for each class and property of ours: the values of an object
        property are IRIs, and those of a data property have the datatype that is its range.
    """
    named = [
        (subject.value, predicate.value, value.value)
        for subject, predicate, value in ontology
        if isinstance(subject, NamedNode) and isinstance(value, NamedNode)
    ]
    ranges = {subject: value for subject, predicate, value in named if predicate == _RANGE}
    terms: dict[str, Any] = {}
    for iri, kind in sorted((subject, value) for subject, predicate, value in named if predicate == _TYPE):
        name, datatype = iri.removeprefix(PREFIXES["sg"]), ranges.get(iri, "")
        if name == iri or name in prefixes():
            continue
        if kind == _OBJECT_PROPERTY:
            terms[name] = {"@id": iri, "@type": "@id"}
        elif kind == _DATA_PROPERTY and datatype.startswith(PREFIXES["xsd"]):
            terms[name] = {"@id": iri, "@type": datatype}
        elif kind in {_CLASS, _DATA_PROPERTY}:
            terms[name] = {"@id": iri}
    return {**prefixes(), **terms}


def to_jsonld(quads: Iterable[Quad], names: Mapping[str, Any]) -> bytes:
    """Serialise quads by a context; each named graph is a node with the nodes in it.

    Args:
        quads: The quads.
        names: The context, as `context` returns it.

    Raises:
        TypeError: A quad is about a triple, which JSON-LD cannot say.
    """
    quads = list(quads)
    nodes = {node for quad in quads for node in (quad.subject, quad.predicate, quad.object, quad.graph_name)}
    iris = {getattr(node, "datatype", node) for node in nodes}
    schemes = {iri.value.split(":", 1)[0] for iri in iris if isinstance(iri, NamedNode)}  # no prefix may stand for one
    writer = _Writer({name: value for name, value in names.items() if name not in schemes})
    graphs: dict[str | None, dict[str, dict[str, Any]]] = {}
    for quad in quads:
        graph = None if isinstance(quad.graph_name, DefaultGraph) else writer.identifier(quad.graph_name)
        subject = writer.identifier(quad.subject)
        writer.add(graphs.setdefault(graph, {}).setdefault(subject, {"@id": subject}), quad)
    contents: list[dict[str, Any]] = [*graphs.pop(None, {}).values()]
    contents += [{"@id": graph, "@graph": [*described.values()]} for graph, described in graphs.items()]
    document = {"@context": writer.context, "@graph": contents}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


class _Writer:
    def __init__(self, context: dict[str, Any]) -> None:
        self.context = context
        terms = {name: value for name, value in context.items() if not isinstance(value, str)}  # those are prefixes
        self._terms = {value["@id"]: (name, value.get("@type")) for name, value in terms.items()}

    def identifier(self, node: object) -> str:
        """Return how a node is named as a subject or object."""
        if isinstance(node, BlankNode):
            return f"_:{node.value}"
        if not isinstance(node, NamedNode):
            raise TypeError(f"JSON-LD has no node for {node}")
        short = shorten(node.value)
        return short if short.split(":", 1)[0] in self.context else node.value

    def add(self, described: dict[str, Any], quad: Quad) -> None:
        """Add the predicate and object of a quad to what is said of its subject."""
        predicate, value = quad.predicate.value, quad.object
        if predicate == _TYPE and isinstance(value, NamedNode):
            key, written = "@type", self._terms.get(value.value, (self.identifier(value),))[0]
        else:
            key, coercion = self._terms.get(predicate, (self.identifier(quad.predicate), None))
            written = self._value(value, coercion)
        if key not in described:
            described[key] = written
        elif isinstance(described[key], list):
            described[key].append(written)
        else:
            described[key] = [described[key], written]

    def _value(self, value: object, coercion: str | None) -> Any:
        if not isinstance(value, Literal):
            name = self.identifier(value)
            return name if coercion == "@id" else {"@id": name}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        datatype = value.datatype.value
        if datatype == (coercion or _STRING):
            return value.value
        return {"@value": value.value} | ({} if datatype == _STRING else {"@type": self.identifier(value.datatype)})
