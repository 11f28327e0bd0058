"""Nanopublications: for each statement of an article a small dataset that says what is claimed, and on whose word.

They follow the `guidelines <https://nanopub.net/guidelines/working_draft/>`_: the assertion describes the claims, the
provenance holds the chain of attribution with its passages and citations, and what editors remark, and the publication
information names the editors. They are not signed; ``np sign``, of the library `nanopub
<https://github.com/Nanopublication/nanopub-py>`_, gives them their lasting IRIs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad, Triple

from stancegraph.output.interchange.article_graph import RDF_TYPE, ArticleGraph
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.sparql.engine import Term

UNSIGNED = "http://purl.org/nanopub/temp/"
"""Where the IRIs of nanopublications begin until they are signed, by convention."""
NAMESPACES = {"np": "http://www.nanopub.org/nschema#"}
"""Further prefixes for the format."""
_NP, _PROV = NAMESPACES["np"], "http://www.w3.org/ns/prov#"
_PARTS = ("assertion", "provenance", "pubinfo")
_PART_PROPERTIES = ("hasAssertion", "hasProvenance", "hasPublicationInfo")
_SOURCE, _ATTRIBUTED, _DERIVED = (
    NamedNode(_PROV + name) for name in ("hadPrimarySource", "wasAttributedTo", "wasDerivedFrom")
)
_CREATOR, _CREATED, _LABEL = (
    NamedNode(PREFIXES["dcterms"] + "creator"),
    NamedNode(PREFIXES["dcterms"] + "created"),
    NamedNode(PREFIXES["rdfs"] + "label"),
)


def nanopublications(article: ArticleGraph) -> Iterator[list[Quad]]:
    """Yield a nanopublication for each outermost attribution of an article.

    The assertion is attributed to somebody only where the article speaks in its own name. What it reports of others is
    derived from the attribution, whose chain says who is said to have said it.

    Args:
        article: The graph of the article.

    Yields:
        The quads of a nanopublication, in its four graphs.
    """
    for attribution in article.outermost:
        yield list(_nanopublication(article, attribution))


def _nanopublication(article: ArticleGraph, attribution: NamedNode) -> Iterable[Quad]:
    base = UNSIGNED + quote(attribution.value.removeprefix(f"{ID}attribution/")) + "#"
    head, whole = NamedNode(f"{base}Head"), NamedNode(base)
    assertion, provenance, publication_information = (NamedNode(base + part) for part in _PARTS)
    yield Quad(whole, RDF_TYPE, NamedNode(f"{_NP}Nanopublication"), head)
    for name, part in zip(_PART_PROPERTIES, (assertion, provenance, publication_information), strict=True):
        yield Quad(whole, NamedNode(_NP + name), part, head)

    chain = article.chain(attribution)
    content = article.content(article.claims(chain))
    yield from _in_graph(assertion, (triple for node in content for triple in article.described(node)))

    sources = article.values(attribution, terms.ATTRIBUTED_TO)
    for source in sources:
        yield Quad(assertion, _SOURCE, source, provenance)
        if len(chain) == 1:
            yield Quad(assertion, _ATTRIBUTED, source, provenance)
    yield Quad(assertion, _DERIVED, attribution, provenance)
    places = [
        value
        for node in chain
        for name in (terms.STATED_IN, terms.VIA_CITATION)
        for value in article.values(node, name)
    ]
    described = dict.fromkeys((*chain, *places, *article.remarks((*content, *chain))))
    yield from _in_graph(provenance, (triple for node in described for triple in article.described(node)))

    codings = [node for node in article.remarks(sources) if set(article.values(node, terms.CURATES)) <= set(sources)]
    label = Literal(f"What {attribution.value.removeprefix(f'{ID}attribution/')} puts forward", language="en")
    about_the_whole: list[tuple[NamedNode, Term]] = [(_LABEL, label), (_DERIVED, NamedNode(article.iri))]
    for property, predicate in ((terms.CURATED_BY, _CREATOR), (terms.CURATED_ON, _CREATED)):
        about_the_whole += [(predicate, value) for coding in codings for value in article.values(coding, property)]
    for predicate, value in dict.fromkeys(about_the_whole):
        yield Quad(whole, predicate, value, publication_information)


def _in_graph(name: NamedNode, triples: Iterable[Triple]) -> Iterator[Quad]:
    return (Quad(triple.subject, triple.predicate, triple.object, name) for triple in triples)
