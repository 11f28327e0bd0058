"""`serve`: forms of answers, wrong requests, stored questions, graphs, IRIs and descriptions."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from typing import Any

import openapi_spec_validator
import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, parse
from starlette.testclient import TestClient

from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.sparql.engine import Oxigraph, Rows
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.web.negotiation import BOOLEAN_FORMATS, GRAPH_FORMATS, ROW_FORMATS
from stancegraph.web.questions import RESERVED
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT

FORM = "application/x-www-form-urlencoded"
CSV = {"Accept": "text/csv"}
RDFS = PREFIXES["rdfs"]


@pytest.mark.parametrize("media", [*ROW_FORMATS, "application/json"])
def test_rows_come_in_every_form(client: TestClient, engine: Oxigraph, media: str) -> None:
    query = f"SELECT ?s ?o WHERE {{ ?s <{RDFS}label> ?o }} ORDER BY ?s ?o LIMIT 50"
    done = client.get("/sparql", params={"query": query}, headers={"Accept": media})
    form = ROW_FORMATS.get(media, QueryResultsFormat.JSON)
    assert done.status_code == 200
    assert done.headers["content-type"].split(";")[0] in ROW_FORMATS
    expected = engine.query(query)
    assert isinstance(expected, Rows)
    assert done.content == expected.serialize(form)


@pytest.mark.parametrize("media", BOOLEAN_FORMATS)
def test_a_truth_value_comes_in_every_form_that_has_one(client: TestClient, media: str) -> None:
    done = client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": media})
    assert done.headers["content-type"].split(";")[0] == media
    assert "true" in done.text


@pytest.mark.parametrize(("media", "form"), GRAPH_FORMATS.items())
def test_graphs_come_in_every_form(client: TestClient, media: str, form: RdfFormat) -> None:
    query = f"CONSTRUCT WHERE {{ <{ID}actor/China> ?p ?o }}"
    done = client.post("/sparql", data={"query": query}, headers={"Accept": media})
    assert done.headers["content-type"].split(";")[0] == media
    assert len(set(parse(done.content, format=form))) > 5


def test_a_large_answer_is_whole(client: TestClient, engine: Oxigraph) -> None:
    query = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
    lines = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.count("\r\n")
    rows = engine.query(query)
    assert isinstance(rows, Rows)
    assert lines == len(rows) + 1 > 10_000


WRONG: dict[str, tuple[str, dict[str, Any], bytes | None, dict[str, str], int]] = {
    "no query": ("GET", {"nothing": "x"}, None, {}, 400),
    "two queries": ("GET", {"query": ["ASK {}", "ASK {}"]}, None, {}, 400),
    "no SPARQL": ("GET", {"query": "ASK {"}, None, {}, 400),
    "an update": ("POST", {}, b"CLEAR ALL", {"Content-Type": "application/sparql-update"}, 403),
    "an update in a form": ("POST", {}, b"update=CLEAR+ALL", {"Content-Type": FORM}, 403),
    "an update for a query": ("GET", {"query": "CLEAR ALL"}, None, {}, 400),
    "an unknown type": ("POST", {}, b"ASK {}", {"Content-Type": "text/plain"}, 415),
    "bytes that are no text": ("POST", {}, b"ASK {} # \xff", {"Content-Type": "application/sparql-query"}, 400),
    "a form that is none accepted": ("GET", {"query": "ASK {}"}, None, {"Accept": "image/png"}, 406),
    "truth as CSV": ("GET", {"query": "ASK {}"}, None, {"Accept": "text/csv"}, 406),
    "a graph that is no IRI": ("GET", {"query": "ASK {}", "default-graph-uri": "no iri"}, None, {}, 400),
    "another method": ("DELETE", {"query": "ASK {}"}, None, {}, 405),
    "too much": ("POST", {}, b"#" * (2 << 20), {"Content-Type": "application/sparql-query"}, 413),
    "another server": ("GET", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, None, {}, 400),
    "another server, in disguise": (
        "GET", {"query": "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, None, {}, 400
    ),
    "a file": ("GET", {"query": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"}, None, {}, 200),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_request_is_told_with_its_status(client: TestClient, name: str) -> None:
    method, parameters, body, headers, status = WRONG[name]
    done = client.request(method, "/sparql", params=parameters, content=body, headers=headers)
    assert done.status_code == status
    assert "Traceback" not in done.text
    assert "root:" not in done.text
    if status != 200:
        assert done.headers["content-type"] == "application/problem+json"
        assert done.json()["status"] == status
        assert done.json()["title"]


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/sparql", params={"query": "ASK {}"})
    tag = first.headers["etag"]
    again = client.get("/sparql", params={"query": "ASK {}"}, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    another = {"If-None-Match": tag, "Accept": "application/sparql-results+xml"}
    other = client.get("/sparql", params={"query": "ASK {}"}, headers=another)
    assert other.status_code == 200


def test_head_and_cross_origin_requests(client: TestClient) -> None:
    head = client.head("/sparql", params={"query": "ASK {}"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == "application/sparql-results+json"
    for origin in ("https://example.org", "null", "http://testserver"):
        asked = client.get("/sparql", params={"query": "ASK {}"}, headers={"Origin": origin})
        assert "access-control-allow-origin" not in asked.headers, "no page of another site reads what is served here"


def test_pages_of_other_sites_read_it_where_their_origin_is_named(ours: Workspace, service: Service) -> None:
    with TestClient(application(ours, service, origins=["https://example.org"])) as client:
        for origin, allowed in (("https://example.org", "https://example.org"), ("https://other.example", None)):
            asked = client.get("/sparql", params={"query": "ASK {}"}, headers={"Origin": origin})
            assert asked.headers.get("access-control-allow-origin") == allowed
            wrong = client.get("/sparql", params={"query": "ASK"}, headers={"Origin": origin})
            assert (wrong.status_code, wrong.headers.get("access-control-allow-origin")) == (400, allowed)


def test_every_stored_question_is_there_by_name(client: TestClient) -> None:
    known = client.get("/queries").json()
    assert len(known) == 77
    for question in known:
        if not any(parameter["required"] for parameter in question["parameters"]):
            done = client.get(f"/queries/{question['name']}", headers={"Accept": "text/csv"})
            assert done.status_code == 200, question["name"]
            snapshot = (ROOT / "tests" / "answers" / f"{question['name']}.csv").read_text(encoding="utf-8")
            assert done.text.replace("\r\n", "\n") == snapshot, question["name"]


def test_the_parameters_of_a_question_are_checked(client: TestClient) -> None:
    path = "/queries/stances-of-actor"
    assert client.get(path, params={"actor": "China"}).status_code == 200
    several = client.get(path, params={"actor": ["China", "NATO"]}, headers=CSV).text.splitlines()
    assert len(several) > len(client.get(path, params={"actor": "NATO"}, headers=CSV).text.splitlines())
    for parameters, said in (
        ({"actor": "Chona"}, "did you mean"),
        ({"actor": 'x" } SERVICE <http://example.org/> { '}, "is not an IRI"),
        ({"nobody": "x"}, "no parameter"),
        ({}, "needs"),
    ):
        done = client.get(path, params=parameters)
        assert done.status_code == 400
        assert said in done.text
    assert client.get("/queries/no-such-question").status_code == 404
    assert client.get("/queries/..%2F..%2Fpyproject.toml").status_code == 404


def test_graphs_are_read_by_the_graph_store_protocol(client: TestClient) -> None:
    name = "https://w3id.org/stancegraph/graph/ontology"
    done = client.get("/graphs", params={"graph": name}, headers={"Accept": "application/n-triples"})
    expected = {quad.triple for quad in parse(path=str(ROOT / "ontology" / "stancegraph.ttl"), format=RdfFormat.TURTLE)}
    assert len(set(parse(done.content, format=RdfFormat.N_TRIPLES))) == len(expected)
    whole = client.get("/graphs?default", headers={"Accept": "application/n-triples"})
    assert len(whole.content) > len(done.content)
    assert client.get("/graphs", params={"graph": "http://example.org/none"}).status_code == 404
    assert client.get("/graphs").status_code == 400
    assert client.put("/graphs", params={"graph": name}, content=b"").status_code == 405


def test_what_is_served_is_described(client: TestClient, engine: Oxigraph) -> None:
    sd, void = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
    counted = engine.query("SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(counted, Rows)
    for path in ("/sparql", "/.well-known/void"):
        for media, form in GRAPH_FORMATS.items():
            done = client.get(path, headers={"Accept": media})
            assert done.status_code == 200
            found = {(str(q.predicate), str(q.object)) for q in parse(done.content, format=form)}
            assert (f"<{void}triples>", str(next(iter(counted))["n"])) in found
            assert (f"<{sd}endpoint>", "<http://testserver/sparql>") in found
            assert (f"<{sd}feature>", f"<{sd}UnionDefaultGraph>") in found
            assert sum(predicate == f"<{sd}namedGraph>" for predicate, _ in found) >= 8


def test_the_questions_are_described_by_openapi(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    openapi_spec_validator.validate(document)
    assert document["openapi"] == "3.1.0"
    assert len(document["paths"]) == 78
    (parameter,) = [
        p for p in document["paths"]["/queries/stances-of-actor"]["get"]["parameters"] if p["name"] == "actor"
    ]
    assert parameter["required"] is True
    assert "sg" not in parameter["schema"]
    assert "ontology#Actor" in parameter["description"]


@pytest.mark.long
def test_every_iri_of_the_graph_resolves(client: TestClient, engine: Oxigraph) -> None:
    root = "https://w3id.org/stancegraph"
    things = engine.query(f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{root}/id/")) }} ORDER BY ?s')
    assert isinstance(things, Rows)
    iris = [row["s"].value for row in things]
    assert len(iris) > 1000
    for iri in iris[::40]:
        path = iri.removeprefix(root)
        first = client.get(path, follow_redirects=False)
        assert (first.status_code, first.headers["location"]) == (303, f"http://testserver/data{path}")
        done = client.get(path, headers={"Accept": "application/n-triples"})
        assert done.status_code == 200
        assert f"<{iri}>" in done.text
    assert client.get("/id/actor/Nobody").status_code == 404
    ontology = client.get("/graph/ontology", headers={"Accept": "text/turtle"})
    assert ontology.status_code == 200
    assert "sg:Stance" in ontology.text
    assert client.get("/ontology/0.1.0").content == (ROOT / "ontology" / "releases" / "0.1.0.ttl").read_bytes()
    assert client.get("/ontology/..%2F..%2Fpyproject").status_code == 404


def test_a_base_that_is_given_is_where_links_lead(ours: Workspace, service: Service) -> None:
    with TestClient(application(ours, service, "https://example.org/graph/")) as client:
        first = client.get("/id/actor/China", follow_redirects=False)
        assert first.headers["location"] == "https://example.org/graph/data/id/actor/China"
        assert "<https://example.org/graph/sparql>" in client.get("/.well-known/void").text
        assert client.get("/openapi.json").json()["servers"] == [{"url": "https://example.org/graph"}]


def test_pages_of_an_answer_tell_how_many_rows_there_are(client: TestClient) -> None:
    whole = client.get("/queries/unsourced", headers=CSV).text.splitlines()
    place: str | None = "/queries/unsourced?limit=50"
    rows: list[str] = []
    while place is not None:
        done = client.get(place, headers=CSV)
        assert int(done.headers["x-total-count"]) == len(whole) - 1
        rows += done.text.splitlines()[1:]
        following = re.findall(r'<([^>]*)>; rel="next"', done.headers.get("link", ""))
        place = following[0] if following else None
    assert rows == whole[1:]
    assert 'rel="prev"' in done.headers["link"]
    for wrong in ("limit=x", "limit=-1", "offset=1.5", "limit=1&limit=2", "limit=99999999999"):
        assert client.get(f"/queries/unsourced?{wrong}").status_code == 400
    beyond = client.get("/queries/unsourced?offset=100000", headers=CSV)
    assert beyond.text.splitlines() == whole[:1]


def test_requests_are_counted_and_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "stancegraph.web"):
        client.get("/sparql", params={"query": "ASK { <http://example.org/secret> ?p ?o }"})
    line = json.loads(caplog.messages[-1])
    assert (line["method"], line["path"], line["status"], line["whole"]) == ("GET", "/sparql", 200, True)
    assert "secret" not in caplog.text
    metrics = client.get("/metrics").text
    assert 'stancegraph_requests_total{place="sparql",status="200"}' in metrics
    assert "stancegraph_request_seconds_bucket" in metrics


def test_a_question_is_answered_as_json_ld(client: TestClient) -> None:
    done = client.get("/queries/conditions", headers={"Accept": "application/ld+json"})
    assert done.headers["content-type"].startswith("application/ld+json")
    assert client.get("/queries/conditions?format=jsonld").json() == done.json()
    found = list(parse(done.content, format=RdfFormat.JSON_LD))
    vocabulary = "http://testserver/queries/conditions#"
    assert len({quad.subject for quad in found if quad.object == NamedNode(f"{vocabulary}row")}) == 2
    names = [quad.object for quad in found if quad.predicate == NamedNode(f"{vocabulary}holderName")]
    assert Literal("China", language="en") in names
    claims = [quad.object for quad in found if quad.predicate == NamedNode(f"{vocabulary}claim")]
    assert all(isinstance(claim, NamedNode) for claim in claims)
    typed = client.get("/queries/use-of-force?format=jsonld&limit=1").json()["@graph"]
    assert typed[0]["deaths"] == {"@value": "3", "@type": "http://www.w3.org/2001/XMLSchema#integer"}


def test_names_in_an_address_that_are_no_parameters_are_no_questions_parameters(client: TestClient) -> None:
    names = {parameter["name"] for one in client.get("/queries").json() for parameter in one["parameters"]}
    assert not names & RESERVED
    assert client.get("/queries/conditions?format=exe").status_code == 400


OPTIMISED = """
import sys
from pathlib import Path
from starlette.testclient import TestClient
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.web.backend.task import Limits
from stancegraph.workspace.folders import Workspace
if __debug__:
    sys.exit("the assertions are there")
ours = Workspace(Path(sys.argv[1]))
service = Service(ours, workers=1, limits=Limits(seconds=60, memory=1 << 30))
with TestClient(application(ours, service), raise_server_exceptions=False) as client:
    for path in sys.argv[2:]:
        for accept in ("text/html", "application/json"):
            print(client.get(path, headers={"Accept": accept}).status_code, path, accept)
service.close()
"""


@pytest.mark.long
def test_without_assertions_everything_is_answered_as_with_them(ours: Workspace, engine: Oxigraph) -> None:
    """Under ``python -O`` no work may be missing that somebody did inside an assertion."""
    paths = [
        *("/", "/queries", "/queries/stances-of-actor?actor=China&limit=2", "/page/id/actor/China"),
        *("/search?words=nato", "/healthz", "/sparql?query=ASK%7B%7D", "/queries/hopes-and-fears"),
    ]
    done = subprocess.run(
        [sys.executable, "-O", "-c", OPTIMISED, str(ours.root), *paths], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 2 * len(paths)
    assert not [line for line in lines if line[:3] not in {"200", "406"}], done.stdout
