"""Reviews of claims: what the editors say against what an article puts forward, in the terms of schema.org.

Each is a `ClaimReview <https://schema.org/ClaimReview>`_. Its rating is the word that the editors use for it, and no
number, as they give none; and a claim has no author, but a description that says on whose word it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import NamedNode

from stancegraph.output.interchange.article_graph import ArticleGraph
from stancegraph.questions.evidence import Evidence, evidence
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID
from stancegraph.sparql.engine import Engine, Term
from stancegraph.sparql.lookups import lookup, rows

_NORMAL = NamedNode(f"{ID}rank/Normal")


def claim_reviews(engine: Engine, article: ArticleGraph) -> list[dict[str, Any]]:
    """Return what the editors say against claims of an article, or for them, as JSON-LD without its context.

    A curation whose rank is normal only explains how something was coded, and is no review.

    Args:
        engine: The engine to ask for names and chains of attribution.
        article: The graph of the article.

    Returns:
        A ``ClaimReview`` for each curation and each claim that it is about.

    Raises:
        ExternalError: The engine fails.
    """
    reviewed = [
        (curation, claim)
        for curation in article.instances(terms.CURATION)
        if _NORMAL not in article.values(curation, terms.CURATION_RANK)
        for claim in article.values(curation, terms.CURATES)
        if isinstance(claim, NamedNode)
    ]
    chains = evidence(engine, [claim for _, claim in reviewed])
    things = {value for curation, claim in reviewed for value in (claim, *_named(article, curation))}
    names = {row["thing"]: row["label"].value for row in rows(engine, lookup("names", thing=things))}
    return [
        _review(article, curation, claim, chains[claim.value], names)
        for curation, claim in reviewed
        if chains.get(claim.value)  # what is curated may be a citation, which nobody claims
    ]


def _named(article: ArticleGraph, curation: NamedNode) -> Iterator[NamedNode]:
    for predicate in (terms.CURATED_BY, terms.CURATION_RANK, terms.COUNTER_EVIDENCE):
        for value in article.values(curation, predicate):
            if isinstance(value, NamedNode):
                yield value


def _review(
    article: ArticleGraph, curation: NamedNode, claim: NamedNode, chains: Iterable[Evidence], names: dict[Term, str]
) -> dict[str, Any]:
    reason = " ".join(value.value for value in article.values(curation, terms.CURATION_REASON))
    rank = [names.get(value, value.value) for value in article.values(curation, terms.CURATION_RANK)]
    publications = dict.fromkeys(
        publication.value
        for chain in chains
        for passage in article.values(NamedNode(chain.levels[0].attribution), terms.STATED_IN)
        for publication in article.values(passage, terms.IN_PUBLICATION)
    )
    review: dict[str, Any] = {
        "@type": "ClaimReview",
        "@id": curation.value
        if len(article.values(curation, terms.CURATES)) == 1
        else f"{curation.value}#{_last(claim)}",
        "url": curation.value,
        "claimReviewed": names.get(claim, claim.value),
        "itemReviewed": {
            "@type": "Claim",
            "@id": claim.value,
            "name": names.get(claim, claim.value),
            "description": "\n".join(dict.fromkeys(chain.chain for chain in chains)),
            "appearance": [{"@type": "CreativeWork", "@id": publication} for publication in publications],
        },
        "author": [
            {"@type": "Organization", "@id": editor.value, "name": names.get(editor, editor.value)}
            for editor in article.values(curation, terms.CURATED_BY)
        ],
        "reviewRating": {"@type": "Rating", "alternateName": ", ".join(rank), "ratingExplanation": reason},
        "reviewBody": reason,
    }
    days = [value.value for value in article.values(curation, terms.CURATED_ON)]
    counter_evidence = [
        {"@type": "CreativeWork", "@id": value.value, "name": names.get(value, value.value)}
        for value in article.values(curation, terms.COUNTER_EVIDENCE)
    ]
    return (
        review
        | ({"datePublished": days[0]} if days else {})
        | ({"citation": counter_evidence} if counter_evidence else {})
    )


def _last(thing: NamedNode) -> str:
    return thing.value.rsplit("/", 1)[-1]
