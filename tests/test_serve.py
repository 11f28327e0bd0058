"""`serve`: a read-only SPARQL endpoint by the standard, whose queries are bounded, and the stored questions by name."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
import schemathesis
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, parse
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, SPARQLWrapper
from starlette.testclient import TestClient

import stancegraph
from stancegraph.engine import Oxigraph, Rows
from stancegraph.prefixes import PREFIXES
from stancegraph.serving.application import application
from stancegraph.serving.media import GRAPHS, ROWS, TRUTH
from stancegraph.serving.pool import Limits
from stancegraph.serving.remote_service import RemoteService
from stancegraph.serving.service import Service
from stancegraph.snapshot import canonical, publish
from stancegraph.workspace import Workspace
from tests.conftest import ROOT, Run, no_traceback
from tests.servers import free_port

W3C = Path(os.environ.get("STANCEGRAPH_EXTERNAL", str(ROOT.parent / "shared" / "external"))) / "w3c-sparql11"
FORM = "application/x-www-form-urlencoded"
CSV = {"Accept": "text/csv"}
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d) }"
LARGE = "SELECT ?a ?d WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c ?a"
RDFS = PREFIXES["rdfs"]


@pytest.fixture(scope="module")
def service(ours: Workspace, engine: Oxigraph) -> Iterator[Service]:
    """The snapshot that *engine* has built, served by two workers."""
    running = Service(ours.snapshots, workers=2, limits=Limits(seconds=20, memory=1 << 30))
    yield running
    running.close()


@pytest.fixture(scope="module")
def client(ours: Workspace, service: Service) -> Iterator[TestClient]:
    with TestClient(application(ours, service), raise_server_exceptions=False) as running:
        yield running


@pytest.fixture(scope="module")
def site(ours: Workspace, engine: Oxigraph) -> Iterator[str]:
    """The program itself, on a port of loopback."""
    port = free_port()
    command = [sys.executable, "-m", "stancegraph", "--workspace", str(ROOT), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).read()
            break
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
    yield address
    process.send_signal(signal.SIGINT)
    process.wait(20)


def workers(service: Service) -> set[int]:
    """The processes below the holder of the pool."""
    holder = service._held.pool._holder.pid
    children = Path(f"/proc/{holder}/task/{holder}/children").read_text().split()
    return {int(child) for child in children}


@pytest.mark.parametrize("media", [*ROWS, "application/json"])
def test_rows_come_in_every_form(client: TestClient, engine: Oxigraph, media: str) -> None:
    query = f"SELECT ?s ?o WHERE {{ ?s <{RDFS}label> ?o }} ORDER BY ?s ?o LIMIT 50"
    done = client.get("/sparql", params={"query": query}, headers={"Accept": media})
    form = ROWS.get(media, QueryResultsFormat.JSON)
    assert done.status_code == 200
    assert done.headers["content-type"].split(";")[0] in ROWS
    expected = engine.query(query)
    assert isinstance(expected, Rows)
    assert done.content == expected.serialize(form)


@pytest.mark.parametrize("media", TRUTH)
def test_a_truth_value_comes_in_every_form_that_has_one(client: TestClient, media: str) -> None:
    done = client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": media})
    assert done.headers["content-type"].split(";")[0] == media
    assert "true" in done.text


@pytest.mark.parametrize(("media", "form"), GRAPHS.items())
def test_graphs_come_in_every_form(client: TestClient, media: str, form: RdfFormat) -> None:
    query = f"CONSTRUCT WHERE {{ <{PREFIXES['actor']}China> ?p ?o }}"
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


def test_a_query_that_takes_too_long_is_really_stopped(ours: Workspace, engine: Oxigraph) -> None:
    service = Service(ours.snapshots, workers=1, limits=Limits(seconds=1.0))
    try:
        with TestClient(application(ours, service)) as client:
            before = workers(service)
            assert client.get("/sparql", params={"query": SLOW}).status_code == 504
            done = client.get("/sparql", params={"query": "ASK {}"})
            assert done.status_code == 200
            assert not before & workers(service), "the worker still runs"
    finally:
        service.close()


def test_a_query_that_takes_too_much_memory_harms_no_other(ours: Workspace, engine: Oxigraph) -> None:
    service = Service(ours.snapshots, workers=1, limits=Limits(seconds=60, memory=64 << 20))
    try:
        with TestClient(application(ours, service)) as client:
            done = client.get("/sparql", params={"query": LARGE})
            assert done.status_code == 503
            assert "memory" in done.json()["title"]
            assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
    finally:
        service.close()


def test_when_too_many_wait_the_next_is_told_to_come_again(ours: Workspace, engine: Oxigraph) -> None:
    service = Service(ours.snapshots, workers=1, waiting=1, limits=Limits(seconds=3))
    try:
        with TestClient(application(ours, service)) as client:
            statuses: list[int] = []

            def ask() -> None:
                done = client.get("/sparql", params={"query": SLOW})
                statuses.append(done.status_code)
                if done.status_code == 503:
                    assert done.headers["retry-after"]

            threads = [threading.Thread(target=ask) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(set(statuses)) == [503, 504]
            assert statuses.count(503) >= 3
            assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
    finally:
        service.close()


def test_a_new_snapshot_is_taken_up_and_no_request_is_lost(tmp_path: Path, ours: Workspace) -> None:
    thing = NamedNode("http://example.org/thing")

    def put(number: int) -> None:
        graph = NamedNode("http://example.org/graph")
        quads = [Quad(thing, NamedNode(f"http://example.org/{name}"), Literal(str(number)), graph) for name in "ab"]
        publish(tmp_path, canonical(quads), str(number), {})

    put(0)
    service = Service(tmp_path, workers=2)
    seen: set[tuple[str, ...]] = set()
    statuses: set[int] = set()
    query = {"query": "SELECT DISTINCT ?o WHERE { ?s ?p ?o }"}
    try:
        with TestClient(application(ours, service)) as client:
            for number in range(1, 4):
                put(number)
                until = time.monotonic() + 30
                while (str(number),) not in seen:
                    done = client.get("/sparql", params=query, headers={"Accept": "text/csv"})
                    statuses.add(done.status_code)
                    seen.add(tuple(done.text.split()[1:]))
                    assert time.monotonic() < until
    finally:
        service.close()
    assert statuses == {200}
    assert seen == {("0",), ("1",), ("2",), ("3",)}, "an answer from two versions"


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
    asked = client.get("/sparql", params={"query": "ASK {}"}, headers={"Origin": "https://example.org"})
    assert asked.headers["access-control-allow-origin"] == "*"
    wrong = client.get("/sparql", headers={"Origin": "https://example.org"})
    assert wrong.headers["access-control-allow-origin"] == "*"


def test_every_stored_question_is_there_by_name(client: TestClient) -> None:
    known = client.get("/queries").json()
    assert len(known) == 58
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
        for media, form in GRAPHS.items():
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
    assert len(document["paths"]) == 59
    (parameter,) = [
        p for p in document["paths"]["/queries/stances-of-actor"]["get"]["parameters"] if p["name"] == "actor"
    ]
    assert parameter["required"] is True
    assert "sg" not in parameter["schema"]
    assert "ontology#Actor" in parameter["description"]


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
    assert client.get("/ontology", headers={"Accept": "text/turtle"}).status_code == 200


def test_a_base_that_is_given_is_where_links_lead(ours: Workspace, service: Service) -> None:
    with TestClient(application(ours, service, "https://example.org/graph/")) as client:
        first = client.get("/id/actor/China", follow_redirects=False)
        assert first.headers["location"] == "https://example.org/graph/data/id/actor/China"
        assert "<https://example.org/graph/sparql>" in client.get("/.well-known/void").text
        assert client.get("/openapi.json").json()["servers"] == [{"url": "https://example.org/graph"}]


EXCLUDED = "the service is read only: the W3C's tests of updates do not apply, and are refused"
MF, HT, CNT = (
    Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"),
    Namespace("http://www.w3.org/2011/http#"),
    Namespace("http://www.w3.org/2011/content#"),
)


@pytest.fixture(scope="module")
def conforming(tmp_path_factory: pytest.TempPathFactory, ours: Workspace) -> Iterator[TestClient]:
    """A service on the graphs that the W3C's tests name."""
    folder = tmp_path_factory.mktemp("w3c")
    kind, document = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["foaf"] + "Document")
    graphs = [NamedNode(f"http://kasei.us/2009/09/sparql/data/data{number}.rdf") for number in range(4)]
    publish(folder, canonical(Quad(graph, kind, document, graph) for graph in graphs), "w3c", {})
    service = Service(folder)
    with TestClient(application(ours, service), raise_server_exceptions=False) as client:
        yield client
    service.close()


def test_the_protocol_is_the_w3cs(conforming: TestClient) -> None:
    """Every test of the W3C's suite for the SPARQL 1.1 Protocol."""
    manifest = W3C / "protocol" / "manifest.ttl"
    if not manifest.is_file():
        pytest.skip("the W3C's tests are not part of the project; STANCEGRAPH_EXTERNAL can name their folder")
    graph = Graph().parse(manifest)
    seen, refused = 0, 0
    (entries,) = graph.objects(None, MF.entries)
    for test in Collection(graph, entries):
        name = str(test).rsplit("#", 1)[-1]
        (requests,) = graph.objects(graph.value(test, MF.action), HT.requests)
        for request in Collection(graph, requests):
            listed = graph.value(request, HT.headers)
            headers = {
                str(graph.value(header, HT.fieldName)): str(graph.value(header, HT.fieldValue))
                for header in (Collection(graph, listed) if listed else ())
            }
            body = graph.value(graph.value(request, HT.body), CNT.chars)
            path = str(graph.value(request, HT.absolutePath)).replace("/sparql/", "/sparql", 1)
            encoding = "utf-16" if "non_utf8" in name else "utf-8"
            content = None if body is None else str(body).encode(encoding)
            done = conforming.request(str(graph.value(request, HT.methodName)), path, headers=headers, content=content)
            response = graph.value(request, HT.resp)
            statuses = {str(status)[-3] for status in graph.objects(response, MF.expectedStatus)}
            seen += 1
            if name.startswith("update_"):
                refused += 1
                if "update" in headers.get("Content-Type", "") or "update=" in str(body):
                    assert done.status_code == 403, EXCLUDED
                continue
            assert str(done.status_code)[0] in statuses, (name, done.status_code, done.text)
            for truth in graph.objects(response, MF.expectedBoolean):
                assert done.json()["boolean"] is (str(truth) == "true"), name
    assert seen == 39
    assert refused == 12


def test_clients_of_others_work_unchanged(site: str, engine: Oxigraph) -> None:
    query = f"SELECT ?s ?o WHERE {{ ?s <{RDFS}label> ?o }} ORDER BY ?s ?o LIMIT 20"
    expected = engine.query(query)
    assert isinstance(expected, Rows)
    wrapper = SPARQLWrapper(f"{site}/sparql", returnFormat=JSON)
    wrapper.setQuery(query)
    answer: Any = wrapper.queryAndConvert()
    rows = answer["results"]["bindings"]
    assert [row["s"]["value"] for row in rows] == [row["s"].value for row in expected]
    rdflib = Graph(store=SPARQLStore(f"{site}/sparql"))
    found: Any = rdflib.query(query)
    assert [str(row.s) for row in found] == [row["s"].value for row in expected]
    curl = ["curl", "-sf", "-H", "Accept: text/csv", "--data-urlencode", f"query={query}", f"{site}/sparql"]
    assert subprocess.run(curl, capture_output=True, check=True).stdout == expected.serialize(QueryResultsFormat.CSV)
    graph = stancegraph.open(ROOT, engine=f"{site}/sparql")
    assert len(graph.ask("stances-of-actor", actor="China")) == len(
        stancegraph.open(ROOT).ask("stances-of-actor", actor="China")
    )


def test_a_server_that_is_killed_leaves_no_process(ours: Workspace, engine: Oxigraph) -> None:
    code = (
        "import sys, time; from pathlib import Path; from stancegraph.serving.service import Service\n"
        "if __name__ == '__main__':\n"
        "    service = Service(Path(sys.argv[1])); print(service._held.pool._holder.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(ours.snapshots)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        holder = int(server.stdout.readline())
        server.kill()
    until = time.monotonic() + 10
    while Path(f"/proc/{holder}").exists() and "Z" not in Path(f"/proc/{holder}/stat").read_text().split(")")[1][:3]:
        assert time.monotonic() < until, "the holder lives on"
        time.sleep(0.05)


def test_what_cannot_be_served_is_told(tmp_path: Path, run: Callable[..., Run]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("--workspace", str(ROOT), "serve", "--port", str(taken.getsockname()[1]))
    no_traceback(done)
    assert done.status == 3
    assert "cannot listen" in done.err
    with pytest.raises(stancegraph.OutsideError, match="nothing is published"):
        Service(tmp_path)


def test_an_endpoint_can_stand_behind_the_server(site: str, ours: Workspace) -> None:
    with TestClient(application(ours, RemoteService(f"{site}/sparql", 60))) as client:
        done = client.get("/queries/conditions", headers=CSV)
        snapshot = (ROOT / "tests" / "answers" / "conditions.csv").read_text(encoding="utf-8")
        assert done.text.replace("\r\n", "\n") == snapshot
        assert "etag" not in done.headers
        assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
        assert client.get("/sparql", params={"query": "ASK {"}).status_code == 400
        graph = client.get("/id/actor/China", headers={"Accept": "application/n-triples"})
        assert graph.text.count("\n") > 50
    with TestClient(application(ours, RemoteService("http://127.0.0.1:1/sparql", 5))) as client:
        dead = client.get("/sparql", params={"query": "ASK {}"})
        assert dead.status_code == 502
        assert dead.json()["title"]


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
    with caplog.at_level(logging.INFO, "stancegraph.serving"):
        client.get("/sparql", params={"query": "ASK { <http://example.org/secret> ?p ?o }"})
    line = json.loads(caplog.messages[-1])
    assert (line["method"], line["path"], line["status"], line["whole"]) == ("GET", "/sparql", 200, True)
    assert "secret" not in caplog.text
    metrics = client.get("/metrics").text
    assert 'stancegraph_requests_total{place="sparql",status="200"}' in metrics
    assert "stancegraph_request_seconds_bucket" in metrics


@pytest.mark.long
def test_comunica_works_unchanged(site: str, tmp_path: Path, engine: Oxigraph) -> None:
    """Comunica, a SPARQL client for JavaScript, from npm."""
    if shutil.which("npx") is None:
        pytest.skip("Comunica needs Node and npm")
    package = "@comunica/query-sparql@4.5.0"
    install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(tmp_path), package]
    subprocess.run(install, check=True, capture_output=True, timeout=300)
    query = f"SELECT ?s ?o WHERE {{ ?s <{RDFS}label> ?o }} ORDER BY ?s ?o LIMIT 20"
    command = [str(tmp_path / "node_modules" / ".bin" / "comunica-sparql"), f"sparql@{site}/sparql", query]
    done = subprocess.run([*command, "-t", "text/csv"], capture_output=True, text=True, timeout=120, check=True)
    expected = engine.query(query)
    assert isinstance(expected, Rows)
    found = {line.split(",")[0].strip('"<>') for line in done.stdout.splitlines()[1:]}
    assert found == {row["s"].value for row in expected}


@pytest.mark.long
def test_whatever_is_sent_the_server_answers_as_it_says(client: TestClient, ours: Workspace, service: Service) -> None:
    """Schemathesis makes requests from the OpenAPI document: no 500, no answer that it does not describe."""
    import hypothesis

    schema = schemathesis.openapi.from_asgi("/openapi.json", application(ours, service))

    bounded = hypothesis.settings(max_examples=5, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
    found: Any = schema.get_all_operations()
    operations = [operation.ok() for operation in found]
    assert len(operations) == 59
    for operation in operations:
        bounded(hypothesis.given(case=operation.as_strategy())(lambda case: _sound(case)))()


def _sound(case: Any) -> None:
    response = case.call()
    assert response.status_code in {200, 400, 406, 503, 504}, (response.status_code, response.text)
    assert "Traceback" not in response.text
