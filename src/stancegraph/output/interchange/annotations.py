"""Web annotations: at each passage, who puts forward what there, in words.

They follow the `Web Annotation Data Model <https://www.w3.org/TR/annotation-model/>`_, in JSON-LD. The texts of
articles are not in them; a client finds a passage by the positions of its characters, and quoted words by the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyoxigraph import NamedNode

from stancegraph.output.interchange.article_graph import ArticleGraph
from stancegraph.questions.evidence import Evidence, evidence
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import GRAPH
from stancegraph.sparql.engine import Engine, Term


def annotation_collection(engine: Engine, articles: Sequence[ArticleGraph]) -> dict[str, Any]:
    """Return the annotations of articles, one for each outermost attribution, as JSON-LD.

    Each body says the whole chain of attribution, so that nobody takes what is reported for what the article holds.

    Args:
        engine: The engine to ask for the chains in words.
        articles: The graphs of the articles.

    Raises:
        ExternalError: The engine fails.
    """
    claims = {
        (article, node): article.claims(article.chain(node)) for article in articles for node in article.outermost
    }
    chains = evidence(engine, dict.fromkeys(claim for several in claims.values() for claim in several))
    items = [
        _annotation(article, attribution, [chain for claim in several for chain in chains.get(claim.value, ())])
        for (article, attribution), several in claims.items()
    ]
    about = articles[0].iri if len(articles) == 1 else GRAPH
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"{about}#annotations",
        "type": "AnnotationCollection",
        "label": "Who puts forward what",
        "total": len(items),
        "first": {"id": f"{about}#annotation-page", "type": "AnnotationPage", "startIndex": 0, "items": items},
    }


def _annotation(article: ArticleGraph, attribution: NamedNode, chains: Sequence[Evidence]) -> dict[str, Any]:
    body: list[dict[str, Any]] = []
    for chain in chains:
        if chain.levels[0].attribution == attribution.value:
            body.append(
                {
                    "type": "TextualBody",
                    "purpose": "describing",
                    "value": "\n".join((chain.chain, *chain.remarks)),
                    "language": "en",
                    "format": "text/plain",
                }
            )
            body.append({"type": "SpecificResource", "purpose": "linking", "source": chain.claim})
    words = [value.value for node in article.chain(attribution) for value in article.values(node, terms.QUOTED_WORDS)]
    passages = article.values(attribution, terms.STATED_IN)
    target = [_target(article, passage) for passage in passages]
    if len(passages) == 1:  # of several, none is said to hold the words
        quotation = {"type": "TextQuoteSelector"}
        target += [_target(article, passages[0], refined_by={**quotation, "exact": exact}) for exact in words]
    creators = [
        creator.value
        for remark in article.remarks(article.values(attribution, terms.ATTRIBUTED_TO))
        for creator in article.values(remark, terms.CURATED_BY)
    ]
    return {
        "id": f"{attribution.value}#annotation",
        "type": "Annotation",
        "motivation": "describing",
        **({"creator": list(dict.fromkeys(creators))} if creators else {}),
        "body": body,
        "target": target,
    }


def _target(article: ArticleGraph, passage: Term, refined_by: dict[str, str] | None = None) -> dict[str, Any]:
    start, end = (int(article.values(passage, name)[0].value) for name in (terms.CHAR_START, terms.CHAR_END))
    selector: dict[str, Any] = {"type": "TextPositionSelector", "start": start, "end": end}
    if refined_by is not None:
        selector["refinedBy"] = refined_by
    source = article.values(passage, terms.IN_PUBLICATION)[0].value
    return {"type": "SpecificResource", "source": source, "selector": selector}
