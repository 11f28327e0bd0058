"""The service and its data, described in RDF.

The data by `VoID <https://www.w3.org/TR/void/>`_ and `DCAT <https://www.w3.org/TR/vocab-dcat-3/>`_, the endpoint by
`SPARQL 1.1 Service Description <https://www.w3.org/TR/sparql11-service-description/>`_.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from stancegraph.rdf.namespaces import PREFIXES, prefixes
from stancegraph.web.context import IRI_ROOT
from stancegraph.web.negotiation import GRAPH_FORMATS, ROW_FORMATS

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID, _DCAT, _FORMATS = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#", "http://www.w3.org/ns/formats/"
_DCTERMS, _TYPE = PREFIXES["dcterms"], NamedNode(PREFIXES["rdf"] + "type")
_LICENSE = NamedNode("https://creativecommons.org/licenses/by/4.0/")
_FORMAT_NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
    "application/trig": "TriG",
    "application/n-quads": "N-Quads",
}
GRAPH_SIZES_QUERY = (
    "SELECT ?graph (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
)
"""The query for the number of triples in each graph, which `describe` needs."""


def describe(base_url: str, version: str | None, graph_sizes: Mapping[str, int]) -> list[Triple]:
    """Describe the service and its data.

    Args:
        base_url: The address of the service.
        version: The digest of the snapshot, if it is known.
        graph_sizes: The number of triples in each graph, by its IRI.
    """
    root = base_url.rstrip("/")
    endpoint, data, service = (
        NamedNode(f"{root}{path}") for path in ("/sparql", "/.well-known/void#data", "/sparql#service")
    )
    triples: list[Triple] = []

    def add(subject: NamedNode, predicate: str, *objects: NamedNode | Literal) -> None:
        triples.extend(Triple(subject, NamedNode(predicate), value) for value in objects)

    add(data, _TYPE.value, NamedNode(_VOID + "Dataset"), NamedNode(_DCAT + "Dataset"), NamedNode(_SD + "Dataset"))
    add(data, _DCTERMS + "title", Literal("stancegraph", language="en"))
    add(data, _DCTERMS + "license", _LICENSE)
    if version is not None:
        add(data, _DCTERMS + "identifier", Literal(version))
    add(data, _VOID + "sparqlEndpoint", endpoint)
    add(data, _VOID + "triples", Literal(sum(graph_sizes.values())))
    add(data, _VOID + "uriSpace", Literal(IRI_ROOT))
    add(data, _VOID + "vocabulary", NamedNode(PREFIXES["sg"]), NamedNode(PREFIXES["skos"]))
    distribution = NamedNode(f"{root}/.well-known/void#distribution")
    add(data, _DCAT + "distribution", distribution)
    add(distribution, _TYPE.value, NamedNode(_DCAT + "Distribution"))
    add(distribution, _DCAT + "accessURL", endpoint)
    add(service, _TYPE.value, NamedNode(_SD + "Service"), NamedNode(_DCAT + "DataService"))
    add(service, _SD + "endpoint", endpoint)
    add(service, _DCAT + "endpointURL", endpoint)
    add(service, _DCAT + "servesDataset", data)
    add(service, _SD + "supportedLanguage", NamedNode(_SD + "SPARQL11Query"))
    add(service, _SD + "feature", NamedNode(_SD + "UnionDefaultGraph"))
    formats = [NamedNode(_FORMATS + _FORMAT_NAMES[media_type]) for media_type in [*ROW_FORMATS, *GRAPH_FORMATS]]
    add(service, _SD + "resultFormat", *formats)
    add(service, _SD + "defaultDataset", data)
    for iri, size in graph_sizes.items():
        named_graph = NamedNode(f"{root}/graphs#{iri.rsplit('/graph/', 1)[-1]}")
        graph = NamedNode(f"{named_graph.value}-graph")
        add(data, _SD + "namedGraph", named_graph)
        add(named_graph, _TYPE.value, NamedNode(_SD + "NamedGraph"))
        add(named_graph, _SD + "name", NamedNode(iri))
        add(named_graph, _SD + "graph", graph)
        add(graph, _TYPE.value, NamedNode(_SD + "Graph"), NamedNode(_VOID + "Dataset"))
        add(graph, _VOID + "triples", Literal(size))
    return triples


def serialize_triples(triples: list[Triple], rdf_format: RdfFormat) -> bytes:
    """Return *triples* in *rdf_format*, with the prefixes that they use."""
    namespaces = prefixes() | {"sd": _SD, "void": _VOID, "dcat": _DCAT, "formats": _FORMATS}
    used = {prefix: iri for prefix, iri in namespaces.items() if any(iri in str(triple) for triple in triples)}
    output = io.BytesIO()
    serialize(triples, output, format=rdf_format, prefixes=used)
    return output.getvalue()
