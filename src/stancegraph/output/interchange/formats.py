"""The formats by their names on the command line, and how each is written."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from pyoxigraph import RdfFormat, serialize

from stancegraph.errors import UsageError
from stancegraph.output.interchange.annotations import annotation_collection
from stancegraph.output.interchange.article_graph import ArticleGraph, article_graphs
from stancegraph.output.interchange.claim_reviews import claim_reviews
from stancegraph.output.interchange.nanopublications import NAMESPACES, nanopublications
from stancegraph.output.interchange.reifiers import reified, sentence_patterns
from stancegraph.rdf.namespaces import GRAPH, prefixes
from stancegraph.sparql.engine import Engine


class InterchangeFile(StrEnum):
    """The formats for statements of articles with their sources."""

    NANOPUB = "nanopub"
    RDF12 = "rdf12"
    ANNOTATIONS = "annotations"
    CLAIMREVIEW = "claimreview"


def to_bytes(engine: Engine, format: InterchangeFile, graph: str | None = None) -> bytes:
    """Return what articles say, and what is said of it, in a format that others read.

    Args:
        engine: The engine to ask.
        format: ``nanopub`` is TriG, ``rdf12`` Turtle of RDF 1.2, and the others JSON-LD.
        graph: The IRI of the graph of the only article; None for all articles.

    Raises:
        UsageError: The graph is not that of an article.
        ExternalError: The engine fails.
    """
    if graph is not None and not graph.startswith(f"{GRAPH}article/"):
        raise UsageError(
            f"{format.value} holds what articles say, and {graph} is no graph of an article",
            remedy="name an article with --article, or leave out --graph",
        )
    return _WRITERS[format](engine, article_graphs(engine, graph))


def _write_nanopublications(engine: Engine, articles: Sequence[ArticleGraph]) -> bytes:
    quads = [quad for article in articles for nanopublication in nanopublications(article) for quad in nanopublication]
    output = io.BytesIO()
    serialize(quads, output, format=RdfFormat.TRIG, prefixes={**prefixes(), **NAMESPACES})
    return output.getvalue()


def _write_reified(engine: Engine, articles: Sequence[ArticleGraph]) -> bytes:
    patterns = sentence_patterns(engine)
    triples = [triple for article in articles for triple in reified(article, patterns)]
    output = io.BytesIO()
    serialize(dict.fromkeys(triples), output, format=RdfFormat.TURTLE, prefixes=dict(prefixes()))
    return output.getvalue()


def _write_annotations(engine: Engine, articles: Sequence[ArticleGraph]) -> bytes:
    return _to_json(annotation_collection(engine, articles))


def _write_claim_reviews(engine: Engine, articles: Sequence[ArticleGraph]) -> bytes:
    reviews = [review for article in articles for review in claim_reviews(engine, article)]
    return _to_json({"@context": "https://schema.org", "@graph": reviews})


def _to_json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


_WRITERS: dict[InterchangeFile, Callable[[Engine, Sequence[ArticleGraph]], bytes]] = {
    InterchangeFile.NANOPUB: _write_nanopublications,
    InterchangeFile.RDF12: _write_reified,
    InterchangeFile.ANNOTATIONS: _write_annotations,
    InterchangeFile.CLAIMREVIEW: _write_claim_reviews,
}
