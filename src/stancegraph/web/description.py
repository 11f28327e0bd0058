"""What the service and its data are, in RDF: `VoID <https://www.w3.org/TR/void/>`_ and `DCAT
<https://www.w3.org/TR/vocab-dcat-3/>`_ for the data, `SPARQL 1.1 Service Description
<https://www.w3.org/TR/sparql11-service-description/>`_ for the endpoint.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from stancegraph.rdf.namespaces import PREFIXES, prefixes
from stancegraph.web.negotiation import GRAPHS, ROWS

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID, _DCAT, _FORMATS = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#", "http://www.w3.org/ns/formats/"
_DCTERMS, _TYPE = PREFIXES["dcterms"], NamedNode(PREFIXES["rdf"] + "type")
_LICENSE = NamedNode("https://creativecommons.org/licenses/by/4.0/")
_FORMAT = {
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
QUERY = "SELECT ?graph (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
"""How many triples each graph has: what `triples` is given."""


def triples(base: str, version: str | None, graphs: Mapping[str, int]) -> list[Triple]:
    """What there is to say of the service at *base*, the *version* of its data, and the *graphs* with their sizes."""
    root = base.rstrip("/")
    endpoint, data, service = (
        NamedNode(f"{root}{path}") for path in ("/sparql", "/.well-known/void#data", "/sparql#service")
    )
    found: list[Triple] = []

    def say(subject: NamedNode, predicate: str, *objects: NamedNode | Literal) -> None:
        found.extend(Triple(subject, NamedNode(predicate), value) for value in objects)

    say(data, _TYPE.value, NamedNode(_VOID + "Dataset"), NamedNode(_DCAT + "Dataset"), NamedNode(_SD + "Dataset"))
    say(data, _DCTERMS + "title", Literal("stancegraph", language="en"))
    say(data, _DCTERMS + "license", _LICENSE)
    if version is not None:
        say(data, _DCTERMS + "identifier", Literal(version))
    say(data, _VOID + "sparqlEndpoint", endpoint)
    say(data, _VOID + "triples", Literal(sum(graphs.values())))
    say(data, _VOID + "uriSpace", Literal(PREFIXES["sg"].removesuffix("ontology#")))
    say(data, _VOID + "vocabulary", NamedNode(PREFIXES["sg"]), NamedNode(PREFIXES["skos"]))
    distribution = NamedNode(f"{root}/.well-known/void#distribution")
    say(data, _DCAT + "distribution", distribution)
    say(distribution, _TYPE.value, NamedNode(_DCAT + "Distribution"))
    say(distribution, _DCAT + "accessURL", endpoint)
    say(service, _TYPE.value, NamedNode(_SD + "Service"), NamedNode(_DCAT + "DataService"))
    say(service, _SD + "endpoint", endpoint)
    say(service, _DCAT + "endpointURL", endpoint)
    say(service, _DCAT + "servesDataset", data)
    say(service, _SD + "supportedLanguage", NamedNode(_SD + "SPARQL11Query"))
    say(service, _SD + "feature", NamedNode(_SD + "UnionDefaultGraph"))
    say(service, _SD + "resultFormat", *(NamedNode(_FORMATS + _FORMAT[name]) for name in [*ROWS, *GRAPHS]))
    say(service, _SD + "defaultDataset", data)
    for name, size in graphs.items():
        named = NamedNode(f"{root}/graphs#{name.rsplit('/graph/', 1)[-1]}")
        graph = NamedNode(f"{named.value}-graph")
        say(data, _SD + "namedGraph", named)
        say(named, _TYPE.value, NamedNode(_SD + "NamedGraph"))
        say(named, _SD + "name", NamedNode(name))
        say(named, _SD + "graph", graph)
        say(graph, _TYPE.value, NamedNode(_SD + "Graph"), NamedNode(_VOID + "Dataset"))
        say(graph, _VOID + "triples", Literal(size))
    return found


def in_format(found: list[Triple], form: RdfFormat) -> bytes:
    """*found* in a format of RDF, with the prefixes that it uses."""
    names = prefixes() | {"sd": _SD, "void": _VOID, "dcat": _DCAT, "formats": _FORMATS}
    used = {name: iri for name, iri in names.items() if any(iri in str(triple) for triple in found)}
    output = serialize(found, format=form, prefixes=used)
    assert output is not None
    return output
