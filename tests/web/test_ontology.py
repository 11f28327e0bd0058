"""The ontology, and all that is published with it, is found at its IRI, as a page and as data."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from rdflib import Graph, URIRef
from starlette.testclient import TestClient

from stancegraph.ontology.modules import MODULES
from stancegraph.pipeline.snapshot import canonical
from stancegraph.rdf.namespaces import GRAPH, PREFIXES
from stancegraph.sparql.engine import Oxigraph, Rows
from stancegraph.web.negotiation import GRAPH_FORMATS
from tests.conftest import ROOT

BASE = PREFIXES["sg"].removesuffix("ontology#")
ONTOLOGY = ROOT / "ontology" / "stancegraph.ttl"
HTML = {"Accept": "text/html"}


def read(content: bytes, media_type: str) -> set[str]:
    """The triples of an answer, with blank nodes named by what they are connected to."""
    quads = parse(content, format=GRAPH_FORMATS[media_type])
    return {str(quad.triple) for quad in canonical(Quad(q.subject, q.predicate, q.object) for q in quads)}


class Page(HTMLParser):
    """The anchors of a page, and the addresses that it links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: list[str] = []
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.anchors += [attributes["id"] or ""] if "id" in attributes else []
        self.links |= {attributes["href"] or ""} if tag == "a" and "href" in attributes else set()


@pytest.mark.parametrize("media_type", GRAPH_FORMATS)
def test_every_term_is_at_the_iri_of_the_ontology(client: TestClient, media_type: str) -> None:
    done = client.get("/ontology", headers={"Accept": media_type})
    assert (done.status_code, done.headers["content-type"].split(";")[0]) == (200, media_type)
    assert "Accept" in done.headers["vary"]
    expected = read(ONTOLOGY.read_bytes(), "text/turtle")
    assert len(expected) > 1800
    assert read(done.content, media_type) == expected


def test_people_get_a_page_with_an_anchor_for_each_term(client: TestClient) -> None:
    done = client.get("/ontology", headers=HTML)
    assert done.status_code == 200
    page = Page(done.text)
    terms = {
        str(s).removeprefix(PREFIXES["sg"]) for s in Graph().parse(ONTOLOGY).subjects() if PREFIXES["sg"] in str(s)
    }
    assert len(terms) > 200
    assert terms <= set(page.anchors)
    assert len(set(page.anchors)) == len(page.anchors)
    assert not [link for link in page.links if link.startswith("#") and link[1:] not in page.anchors]
    assert "stancegraph ontology</h1>" in done.text


@pytest.mark.parametrize("name", [*MODULES, "alignments", "vocabularies", "labels/zh", "0.1.0", "0.2.0"])
def test_modules_and_versions_are_at_their_iris(client: TestClient, name: str) -> None:
    path = f"/ontology/{name}"
    for media_type in GRAPH_FORMATS:
        done = client.get(path, headers={"Accept": media_type})
        assert done.status_code == 200
        assert f"<{BASE}ontology" in " ".join(read(done.content, media_type))
    page = client.get(path, headers=HTML)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert client.get("/ontology/9.9.9").status_code == 404
    assert client.get("/ontology/labels/xx", headers=HTML).status_code == 404


def test_shapes_are_described_at_their_iris(client: TestClient) -> None:
    all_shapes = Graph().parse(data=client.get("/shapes", headers={"Accept": "text/turtle"}).text)
    names = {str(s) for s in all_shapes.subjects() if str(s).startswith(f"{BASE}shape/")}
    assert len(names) > 150
    page = Page(client.get("/shapes", headers=HTML).text)
    for name in sorted(names):
        path = name.removeprefix(BASE)
        here = Graph().parse(data=client.get(f"/{path}", headers={"Accept": "text/turtle"}).text)
        assert {str(subject) for subject in here.subjects() if isinstance(subject, URIRef)} == {name}
        leads_to = client.get(f"/{path}", headers=HTML, follow_redirects=False).headers["location"]
        assert leads_to.split("#")[1] in page.anchors
    assert client.get("/shape/Nothing").status_code == 404


def test_a_context_makes_keys_of_the_names_of_terms(client: TestClient) -> None:
    context = client.get("/ontology/context.jsonld").json()["@context"]
    assert context["holder"] == {"@id": f"{PREFIXES['sg']}holder", "@type": "@id"}
    stance = {"@context": context, "@id": "claim:x", "@type": "Stance", "holder": "actor:China", "unknown": "no term"}
    assert {str(quad.triple) for quad in parse(json.dumps(stance), format=RdfFormat.JSON_LD)} == {
        f"<{BASE}id/claim/x> <{PREFIXES['rdf']}type> <{PREFIXES['sg']}Stance>",
        f"<{BASE}id/claim/x> <{PREFIXES['sg']}holder> <{BASE}id/actor/China>",
    }


def own_iris(engine: Oxigraph) -> list[str]:
    """All IRIs of ours in the graph and in the shapes."""
    answer = engine.query(
        "SELECT DISTINCT ?iri { GRAPH ?g { ?s ?p ?o } VALUES ?n { 1 2 3 4 } "
        "BIND(IF(?n = 1, ?s, IF(?n = 2, ?p, IF(?n = 3, ?o, ?g))) AS ?iri) "
        f'FILTER(isIRI(?iri) && STRSTARTS(STR(?iri), "{BASE}")) }} ORDER BY ?iri'
    )
    assert isinstance(answer, Rows)
    shapes = [quad for path in (ROOT / "ontology" / "shapes").glob("*.ttl") for quad in parse(path=str(path))]
    nodes = {node for quad in shapes for node in (quad.subject, quad.predicate, quad.object)}
    in_shapes = {node.value for node in nodes if isinstance(node, NamedNode) and node.value.startswith(BASE)}
    return sorted({row["iri"].value for row in answer} | in_shapes)


@pytest.mark.parametrize("stride", [12, pytest.param(1, marks=pytest.mark.long)])
def test_every_iri_leads_to_its_description(client: TestClient, engine: Oxigraph, stride: int) -> None:
    """Each is followed as a program follows it: without its fragment, and to where it redirects."""
    iris = own_iris(engine)
    assert len(iris) > 2000
    documents: dict[str, set[str]] = {}
    undescribed = []
    for iri in iris[::stride]:
        document = iri.split("#")[0]
        if document not in documents:
            done = client.get(f"/{document.removeprefix(BASE)}", headers={"Accept": "application/n-triples"})
            lines = done.text.splitlines() if done.status_code == 200 else []
            documents[document] = {line.split(" ", 1)[0] for line in lines}
            documents[document] |= {line.split(" ")[2] for line in lines if f"<{PREFIXES['owl']}versionIRI>" in line}
        is_graph = iri.startswith(GRAPH) or iri == BASE
        if not (documents[document] if is_graph else f"<{iri}>" in documents[document]):
            undescribed.append(iri)
    assert not undescribed
