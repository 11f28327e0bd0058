"""The table of namespace prefixes, for every file that the program writes and every short name that it prints."""

from typing import Final

ID: Final = "https://w3id.org/stancegraph/id/"
GRAPH: Final = "https://w3id.org/stancegraph/graph/"

PREFIXES: Final[dict[str, str]] = {
    "sg": "https://w3id.org/stancegraph/ontology#",
    # things, by kind
    "actor": ID + "actor/",
    "forum": ID + "forum/",
    "place": ID + "place/",
    "policy": ID + "policy/",
    "post": ID + "post/",
    "pub": ID + "publication/",
    # records, by kind; the article comes next in their names
    "ambiguity": ID + "ambiguity/",
    "attribution": ID + "attribution/",
    "citation": ID + "citation/",
    "claim": ID + "claim/",
    "curation": ID + "curation/",
    "event": ID + "event/",
    "mention": ID + "mention/",
    "passage": ID + "passage/",
    "time-span": ID + "time/",
    "external": ID + "external/",
    # concepts, by scheme
    "attitude": ID + "attitude/",
    "certainty": ID + "certainty/",
    "eventtype": ID + "eventtype/",
    "factkind": ID + "factkind/",
    "issue": ID + "issue/",
    "kind": ID + "kind/",
    "level": ID + "level/",
    "mode": ID + "mode/",
    "part": ID + "part/",
    "position": ID + "position/",
    "rank": ID + "rank/",
    "status": ID + "status/",
    "verification": ID + "verification/",
    # published vocabularies
    "cito": "http://purl.org/spar/cito/",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def shorten(iri: str) -> str:
    """Return *iri* as a prefixed name by the longest matching namespace, or unchanged where none matches.

    >>> shorten("https://w3id.org/stancegraph/id/actor/China")
    'actor:China'
    >>> shorten("http://example.org/x")
    'http://example.org/x'
    """
    matches = [(len(namespace), prefix) for prefix, namespace in PREFIXES.items() if iri.startswith(namespace)]
    if not matches:
        return iri
    length, prefix = max(matches)
    return f"{prefix}:{iri[length:]}"


def expand(name: str) -> str | None:
    """Return the IRI of a prefixed *name*, or None where its prefix is not in the table.

    >>> expand("actor:China")
    'https://w3id.org/stancegraph/id/actor/China'
    >>> expand("China") is None
    True
    """
    prefix, colon, local = name.partition(":")
    namespace = PREFIXES.get(prefix)
    return namespace + local if colon and namespace else None
