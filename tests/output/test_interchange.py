"""Formats for others: whole, in their standards' terms, and with nothing asserted that is only said."""

from __future__ import annotations

import json
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from stancegraph import assets
from stancegraph.output.exporting import quads
from stancegraph.output.interchange.article_graph import ArticleGraph, article_graphs
from stancegraph.output.interchange.formats import InterchangeFile, to_bytes
from stancegraph.output.interchange.nanopublications import nanopublications
from stancegraph.rdf.namespaces import GRAPH, ID, PREFIXES
from stancegraph.sparql.engine import Oxigraph
from stancegraph.sparql.lookups import rows
from tests.conftest import Run
from tests.support.jena import run_jena

NAME = "china-brief-12-13"
SG, PROV, SCHEMA, OA = PREFIXES["sg"], "http://www.w3.org/ns/prov#", "http://schema.org/", "http://www.w3.org/ns/oa#"
REIFIES = NamedNode(PREFIXES["rdf"] + "reifies")
DISPUTED = f"""
SELECT DISTINCT ?claim
WHERE {{ ?curation <{SG}curates> ?claim ; <{SG}curationRank> <{ID}rank/Disputed> . ?claim a <{SG}Claim> }}
"""


@pytest.fixture(scope="module")
def article(engine: Oxigraph) -> ArticleGraph:
    return article_graphs(engine, f"{GRAPH}article/{NAME}")[0]


@cache
def vocabulary(name: str) -> list[Quad]:
    """The quads of a vocabulary of the W3C or of schema.org, as it is published."""
    path = assets.asset(f"vocabularies/{name}.nq")
    assert path is not None
    return list(parse(path=str(path), format=RdfFormat.N_QUADS))


def by_part(nanopublication: Iterable[Quad]) -> dict[str, set[Triple]]:
    """The triples of each graph, by what follows the ``#`` of its name."""
    parts: dict[str, set[Triple]] = defaultdict(set)
    for quad in nanopublication:
        parts[str(quad.graph_name).rpartition("#")[2].rstrip(">")].add(quad.triple)
    return parts


def load(nanopublication: list[Quad], **settings: Any) -> Any:
    """Give a nanopublication to the library of those who publish them."""
    from nanopub.nanopub import Nanopub
    from nanopub.nanopub_conf import NanopubConf
    from rdflib import ConjunctiveGraph

    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # it is written for rdflib 6
        graph = ConjunctiveGraph()
        written = serialize(nanopublication, format=RdfFormat.TRIG)
        assert written is not None
        graph.parse(data=written, format="trig")
        return Nanopub(rdf=graph, conf=NanopubConf(**settings))


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_nanopublication_is_valid(article: ArticleGraph) -> None:
    written = list(nanopublications(article))
    assert len(written) == len(article.outermost) > 150
    assert [load(one).is_valid for one in written] == [True] * len(written)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_nanopublication_can_be_signed(article: ArticleGraph) -> None:
    """With the quotation that one newspaper gives, and the article from it, by a key that is made for it."""
    from nanopub.profile import Profile

    quoted = next(one for one in nanopublications(article) if "global-partners-3-2-a#" in str(one[0].subject))
    profile = Profile("https://orcid.org/0000-0000-0000-0000", "Test of stancegraph")
    nanopublication = load(quoted, profile=profile)
    nanopublication.sign()
    assert nanopublication.source_uri.startswith("http")
    assert "/RA" in nanopublication.source_uri
    assert nanopublication.has_valid_trusty
    assert nanopublication.has_valid_signature


def test_nanopublications_hold_all_that_is_said_and_attribute_to_nobody_what_others_report(
    engine: Oxigraph, article: ArticleGraph
) -> None:
    put_forward, attributed = set(), 0
    for attribution, nanopublication in zip(article.outermost, nanopublications(article), strict=True):
        parts = by_part(nanopublication)
        chain = article.chain(attribution)
        put_forward |= {triple.subject for triple in parts["assertion"]}
        assert not any("/attribution/" in str(triple.subject) for triple in parts["assertion"])
        about = {triple for triple in parts["provenance"] if str(triple.subject).endswith("#assertion>")}
        to = {triple.object for triple in about if triple.predicate.value == f"{PROV}wasAttributedTo"}
        assert to == ({NamedNode(f"{ID}publication/{NAME}")} if len(chain) == 1 else set())
        attributed += len(to)
        assert set(chain) <= {triple.subject for triple in parts["provenance"]}
    query = f"SELECT ?claim WHERE {{ ?a <{SG}putsForward> ?claim FILTER NOT EXISTS {{ ?claim a <{SG}Attribution> }} }}"
    assert put_forward >= {row["claim"] for row in rows(engine, query)}
    assert 0 < attributed < len(article.outermost)


def test_what_is_disputed_is_so_in_every_nanopublication(engine: Oxigraph, article: ArticleGraph) -> None:
    """Somebody who has one of them alone must know."""
    disputed = {row["claim"] for row in rows(engine, DISPUTED)}
    seen = 0
    for nanopublication in nanopublications(article):
        parts = by_part(nanopublication)
        for claim in disputed & {triple.subject for triple in parts["assertion"]}:
            seen += 1
            assert any(
                triple.predicate.value == f"{SG}curates" and triple.object == claim for triple in parts["provenance"]
            ), claim
    assert seen >= 10


def test_reifiers_lose_nothing_and_assert_nothing_that_is_said(engine: Oxigraph, article: ArticleGraph) -> None:
    content = to_bytes(engine, InterchangeFile.RDF12, article.iri)
    triples = [quad.triple for quad in parse(content, format=RdfFormat.TURTLE)]
    reified = {triple.object for triple in triples if triple.predicate == REIFIES}
    asserted = {triple for triple in triples if triple.predicate != REIFIES}
    whole = {quad.triple for quad in quads(engine, article.iri)}
    by_attributions = {
        triple.object for triple in triples if triple.predicate == REIFIES and "/attribution/" in str(triple.subject)
    }
    assert asserted | by_attributions == whole
    assert not asserted & by_attributions
    subjects = {str(triple.subject) for triple in asserted}
    assert not [subject for subject in subjects if "/claim/" in subject]
    inner = {node for node in article.instances(f"{SG}Attribution")} - set(article.outermost)
    assert inner
    assert not [node for node in inner if str(node) in subjects]
    assert reified > by_attributions


@pytest.mark.long
@pytest.mark.java
def test_reifiers_are_read_by_jena_too(engine: Oxigraph, article: ArticleGraph, tmp_path: Path) -> None:
    content = to_bytes(engine, InterchangeFile.RDF12, article.iri)
    (tmp_path / "reified.ttl").write_bytes(content)
    counted = run_jena("riotcmd.riot", "--validate", "--count", tmp_path / "reified.ttl", folder=tmp_path)
    assert counted.split()[-1].replace(",", "") == str(len(list(parse(content, format=RdfFormat.TURTLE))))


def test_a_claim_reifies_the_triple_that_it_affirms_in_short(engine: Oxigraph, article: ArticleGraph) -> None:
    content = to_bytes(engine, InterchangeFile.RDF12, article.iri)
    short = {
        str(triple.subject)[1:-1].removeprefix(f"{ID}claim/{NAME}/"): triple.object
        for triple in (quad.triple for quad in parse(content, format=RdfFormat.TURTLE))
        if triple.predicate == REIFIES and "/claim/" in str(triple.subject)
    }
    china, nato = NamedNode(f"{ID}actor/China"), NamedNode(f"{ID}actor/NATO")
    assert short["china-works-with-nato"] == Triple(china, NamedNode(f"{ID}relation/Cooperates"), nato)
    assert short["russia-nato-partner"].object == nato
    query = f"SELECT ?claim WHERE {{ ?claim <{SG}polarity> ?polarity FILTER(?polarity != <{ID}polarity/Affirmed>) }}"
    names = {row["claim"].value.removeprefix(f"{ID}claim/{NAME}/") for row in rows(engine, query)}
    assert names
    assert not names & short.keys()


def test_annotations_follow_the_model_of_the_web(engine: Oxigraph, article: ArticleGraph) -> None:
    collection = json.loads(to_bytes(engine, InterchangeFile.ANNOTATIONS, article.iri))
    annotations = collection["first"]["items"]
    assert collection["total"] == len(annotations) == len({one["id"] for one in annotations}) > 150
    terms = {quad.subject.value for quad in vocabulary("oa") if isinstance(quad.subject, NamedNode)}
    kinds: set[str] = set()
    for one in annotations:
        assert (one["type"], one["motivation"]) == ("Annotation", "describing")
        assert one["target"]
        assert any(body["type"] == "TextualBody" and body["value"].startswith("China Brief") for body in one["body"])
        for target in one["target"]:
            selector = target["selector"]
            kinds |= {target["type"], selector["type"]}
            assert 0 <= selector["start"] < selector["end"]
    assert kinds == {"SpecificResource", "TextPositionSelector"}
    for name in (*kinds, "describing", "linking", "Annotation", "TextualBody", "TextQuoteSelector", "refinedBy"):
        assert OA + name in terms, name


def test_annotated_words_stand_where_they_are_said_to(
    engine: Oxigraph, article: ArticleGraph, article_text: Path
) -> None:
    text = article_text.read_text(encoding="utf-8")
    collection = json.loads(to_bytes(engine, InterchangeFile.ANNOTATIONS, article.iri))
    words = [
        (selector["refinedBy"]["exact"], text[selector["start"] : selector["end"]])
        for one in collection["first"]["items"]
        for selector in (target["selector"] for target in one["target"])
        if "refinedBy" in selector
    ]
    assert len(words) >= 15
    assert [exact for exact, passage in words if exact not in passage] == []


def test_reviews_of_claims_are_in_the_terms_of_schema_org(engine: Oxigraph, article: ArticleGraph) -> None:
    document = json.loads(to_bytes(engine, InterchangeFile.CLAIMREVIEW, article.iri))
    above: dict[str, set[str]] = defaultdict(set)
    domains: dict[str, set[str]] = defaultdict(set)
    for quad in vocabulary("schema"):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            if quad.predicate.value == PREFIXES["rdfs"] + "subClassOf":
                above[quad.subject.value].add(quad.object.value)
            elif quad.predicate.value == f"{SCHEMA}domainIncludes":
                domains[quad.subject.value].add(quad.object.value)

    def classes(name: str) -> set[str]:
        return {name}.union(*(classes(one) for one in above[name]))

    def check(node: dict[str, Any]) -> None:
        kinds = classes(SCHEMA + node["@type"])
        for key, value in node.items():
            assert key.startswith("@") or domains[SCHEMA + key] & kinds, (node["@type"], key)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    check(one)

    for review in document["@graph"]:
        check(review)
        assert "author" not in review["itemReviewed"], "who is only said to claim it"
        assert review["itemReviewed"]["description"].startswith("China Brief 12:13 ")
        assert review["reviewRating"]["alternateName"] == "disputed"
    assert len({review["@id"] for review in document["@graph"]}) == len(document["@graph"])
    disputed = {row["claim"].value for row in rows(engine, DISPUTED)}
    assert {review["itemReviewed"]["@id"] for review in document["@graph"]} == disputed
    assert len(disputed) >= 10


def test_only_articles_say_something(run: Callable[..., Run]) -> None:
    for format in InterchangeFile:
        done = run("export", "--format", format.value, "--graph", "vocabulary")
        assert done.status == 2
        assert "is no graph of an article" in done.err
        assert "--article" in done.err
        done = run("export", "--format", format.value, "--iris", "wikidata")
        assert (done.status, "RDF 1.1" in done.err) == (2, True)


def test_the_exports_are_written(run: Callable[..., Run], tmp_path: Path) -> None:
    for format in InterchangeFile:
        target = tmp_path / format.value
        assert run("export", "--format", format.value, "--article", NAME, "-o", str(target)).status == 0
        assert len(target.read_bytes()) > 10_000
