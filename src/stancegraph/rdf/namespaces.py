"""Namespaces: those that the program names itself, and the prefixes of the workspace that a process works with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stancegraph.rdf.prefixes import PrefixMap

ID: Final = "https://w3id.org/stancegraph/id/"
GRAPH: Final = "https://w3id.org/stancegraph/graph/"

PREFIXES: Final = PrefixMap(
    {
        "sg": "https://w3id.org/stancegraph/ontology#",
        "dcterms": "http://purl.org/dc/terms/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "http://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""The namespaces whose terms Python names; the others are declared in a workspace's ``ontology/namespaces.toml``."""

_declared = PREFIXES


def declare(prefixes: Mapping[str, str]) -> None:
    """Make the prefixes of a workspace known to the process, as a locale is: to all that it reads and prints from now.

    Args:
        prefixes: Prefixes with their namespaces.

    Raises:
        ValueError: One of them stands for another namespace already.
    """
    global _declared
    for prefix, namespace in prefixes.items():
        if _declared.get(prefix, namespace) != namespace:
            raise ValueError(f"{prefix!r} stands for {_declared[prefix]} already")
    _declared = _declared | prefixes


def prefixes() -> PrefixMap:
    """Return the prefixes that the process knows: the program's own, and those of the workspaces that it opened."""
    return _declared


def shorten(iri: str) -> str:
    """Return *iri* as a prefixed name by the prefixes that the process knows, or unchanged.

    >>> shorten("http://www.w3.org/2004/02/skos/core#Concept")
    'skos:Concept'
    """
    return _declared.shorten(iri)


def expand(name: str) -> str | None:
    """Return the IRI of a prefixed *name*, or None where the process does not know its prefix.

    >>> expand("sg:Stance")
    'https://w3id.org/stancegraph/ontology#Stance'
    """
    return _declared.expand(name)
