"""Things by parts of their names."""

from __future__ import annotations

from dataclasses import dataclass

from stancegraph.api import KnowledgeGraph
from stancegraph.rdf.namespaces import ID, shorten
from stancegraph.web.context import RequestContext

_LISTED = 50  # things that a search shows


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing whose label or alias was searched for, by its preferred label."""

    iri: str
    label: str


def search(graph: KnowledgeGraph, words: str, limit: int) -> list[Hit]:
    """At most *limit* things whose label or alias contains *words*, whatever the case.

    Those whose name begins so come first, then those in which a word does, and short names before long ones.
    """
    folded = words.strip().casefold()
    ranks: dict[str, tuple[bool, bool, int, str]] = {}
    preferred_labels: dict[str, str] = {}
    for iri, label, is_preferred in graph.labels() if folded else []:
        name = label.casefold()
        if is_preferred:
            preferred_labels[iri] = label
        if folded in name and iri.startswith(ID):
            rank = (not name.startswith(folded), f" {folded}" not in f" {name}", len(name), name)
            ranks[iri] = min(rank, ranks.get(iri, rank))
    ordered = sorted(ranks, key=lambda iri: (ranks[iri], iri))[:limit]
    return [Hit(iri, preferred_labels.get(iri, ranks[iri][-1])) for iri in ordered]


def listing(context: RequestContext, words: str) -> list[dict[str, str | None]]:
    """The things that `search` gives for *words*, each with the address of its page, its name and its kind."""
    return [
        {"href": context.href(hit.iri), "name": hit.label, "kind": shorten(hit.iri).split(":")[0]}
        for hit in search(context.graph, words, _LISTED)
    ]
