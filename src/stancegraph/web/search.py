"""Search for things by parts of their names."""

from __future__ import annotations

from dataclasses import dataclass

from stancegraph.api import KnowledgeGraph
from stancegraph.rdf.language import ENGLISH
from stancegraph.rdf.namespaces import ID, shorten
from stancegraph.web.context import RequestContext

_MAX_HITS = 50  # things that the search page lists


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing whose label or alias matches a search, with its label in English."""

    iri: str
    label: str


def search(graph: KnowledgeGraph, text: str, limit: int) -> list[Hit]:
    """Find the things whose label or alias, in any language, contains *text*, in any case.

    Args:
        graph: The graph.
        text: Part of a name.
        limit: How many things to return at most.

    Returns:
        First the things with such a name in English, then those that have it in another language; of these, first those
        with a name that starts with *text*, then those in which a word does, then the others; short names before long
        ones.
    """
    folded = text.strip().casefold()
    ranks: dict[str, tuple[bool, bool, bool, int, str]] = {}
    preferred_labels: dict[str, str] = {}
    for name in graph.find_names() if folded else []:
        iri, label = name.thing, name.text.casefold()
        if name.is_preferred:
            preferred_labels[iri] = name.text
        if folded in label and iri.startswith(ID):
            starts = (not label.startswith(folded), f" {folded}" not in f" {label}")
            rank = (name.language != ENGLISH, *starts, len(label), label)
            ranks[iri] = min(rank, ranks.get(iri, rank))
    ordered = sorted(ranks, key=lambda iri: (ranks[iri], iri))[:limit]
    return [Hit(iri, preferred_labels.get(iri, ranks[iri][-1])) for iri in ordered]


def list_hits(context: RequestContext, text: str) -> list[dict[str, str | None]]:
    """Return what `search` finds for *text*, each thing with the address of its page, its name and its kind."""
    return [
        {"href": context.href(hit.iri), "name": hit.label, "kind": shorten(hit.iri).split(":")[0]}
        for hit in search(context.graph, text, _MAX_HITS)
    ]
