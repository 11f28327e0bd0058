"""Generate the file of an article's passages from its text."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from stancegraph.rdf import namespaces, terms
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.rdf.turtle import write_document
from stancegraph.text import PASSAGE, Layout, digest, passages

_COMMENT = "Generated from the article's text by `stancegraph article passages`; do not edit."
_TYPE = NamedNode(f"{PREFIXES['rdf']}type")


def to_turtle(text: str, layout: Layout, slug: str) -> str:
    """Return the ``passages.ttl`` of an article: Turtle that people can read, byte-identical for the same text.

    Args:
        text: The text of the article.
        layout: The layout of the text.
        slug: The name of the article's folder.
    """
    prefixes = namespaces.prefixes() | {"": f"{PASSAGE}{slug}/"}
    return write_document(_triples(text, layout, slug), prefixes, _COMMENT)


def _triples(text: str, layout: Layout, slug: str) -> Iterator[Triple]:
    publication = NamedNode(layout.publication)
    yield Triple(publication, NamedNode(terms.TEXT_SHA256), Literal(digest(text)))
    for passage in passages(text, layout):
        subject = NamedNode(f"{PASSAGE}{slug}/{passage.name}")
        yield Triple(subject, _TYPE, NamedNode(terms.PASSAGE))
        yield Triple(subject, NamedNode(terms.IN_PUBLICATION), publication)
        yield Triple(subject, NamedNode(terms.PASSAGE_KIND), NamedNode(f"{ID}kind/{passage.kind}"))
        yield Triple(subject, NamedNode(terms.SECTION), Literal(passage.section))
        yield Triple(subject, NamedNode(terms.PARAGRAPH_NUMBER), Literal(passage.paragraph))
        yield Triple(subject, NamedNode(terms.SENTENCE_NUMBER), Literal(passage.sentence))
        yield Triple(subject, NamedNode(terms.CHAR_START), Literal(passage.start))
        yield Triple(subject, NamedNode(terms.CHAR_END), Literal(passage.end))
        yield Triple(subject, NamedNode(terms.SHA256), Literal(passage.sha256))
