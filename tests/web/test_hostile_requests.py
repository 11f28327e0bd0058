"""Whatever is sent: no failure of the server, no request to elsewhere, no file that is read."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import hypothesis
import pytest
from hypothesis import strategies as st
from starlette.testclient import TestClient

from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.workspace.folders import Workspace
from tests.project.figures import note

SECRET = "the content of a file that nobody may read"
ANSWERS = {200, 303, 304, 400, 403, 404, 405, 406, 410, 413, 415, 422, 503, 504}


class Canary:
    """A server that counts who calls it."""

    def __init__(self) -> None:
        calls: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                calls.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "application/sparql-results+json")
                row = b'{"o":{"type":"literal","value":"x"}}' if "broken" not in self.path else b"{"
                body = b'{"head":{"vars":["o"]},"results":{"bindings":[' + row + b"]}}"
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the names are http.server's

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.calls, self.server = calls, HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/sparql"


@pytest.fixture
def canary() -> Iterator[Canary]:
    one = Canary()
    yield one
    one.server.shutdown()
    one.server.server_close()


def calling(address: str) -> list[str]:
    """Queries that would call *address*, each in another spelling."""
    return [
        f"SELECT ?o WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT ?o WHERE {{ service silent <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT ?o WHERE {{ SERVICE # nothing\n <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT ?o WHERE {{ \\u0053ERVICE <{address}> {{ ?s ?p ?o }} }}",
        f"PREFIX x: <{address}> SELECT ?o WHERE {{ SERVICE x: {{ ?s ?p ?o }} }}",
        f"BASE <{address}> SELECT ?o WHERE {{ SERVICE <> {{ ?s ?p ?o }} }}",
        f"SELECT ?o WHERE {{ BIND(<{address}> AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}",
        f'SELECT ?o WHERE {{ BIND("<" AS ?x) SERVICE <{address}> {{ ?s ?p ?o }} }}',
        f"ASK {{ {{ SELECT ?o WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }} }} }}",
        f"LOAD <{address}>",
        f"SELECT ?o FROM <{address}> WHERE {{ ?s ?p ?o }}",
    ]


@pytest.mark.parametrize("place", ["/sparql", "/picture", "/workbench"])
def test_no_query_makes_the_server_call_another(client: TestClient, canary: Canary, place: str) -> None:
    for query in calling(canary.address):
        done = client.post(place, data={"query": query})
        assert done.status_code in {200, 400}, query
        assert "SERVICE" not in query.upper() or done.status_code == 400, query
    graphs = {"query": "ASK { ?s ?p ?o }", "default-graph-uri": canary.address}
    assert client.get("/sparql", params=graphs).json() == {"head": {}, "boolean": False}
    assert client.get("/graphs", params={"graph": canary.address}).status_code == 404
    assert canary.calls == []


def test_a_parameter_of_a_question_cannot_make_it_call_another(client: TestClient, canary: Canary) -> None:
    for value in (
        f'" }} SERVICE <{canary.address}> {{ ?a ?b ?c',
        canary.address,
        f"> }} SERVICE <{canary.address}> {{ <",
    ):
        for name, parameter in (("stances-of-actor", "actor"), ("find-claims", "words"), ("issue-over-time", "issue")):
            done = client.get(f"/queries/{name}", params={parameter: value})
            assert done.status_code in {200, 400}
    assert canary.calls == []


def test_an_endpoint_that_is_allowed_is_called_and_no_other(ours: Workspace, service: Service, canary: Canary) -> None:
    allowed = frozenset({canary.address})
    with TestClient(application(ours, service, allowed_endpoints=allowed), raise_server_exceptions=False) as client:
        known = "?s a <https://w3id.org/stancegraph/ontology#Alliance> . "
        query = f"SELECT ?o WHERE {{ {known}SERVICE <{canary.address}> {{ ?s ?p ?o }} }}"
        done = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
        assert done.text.split() == ["o", "x"]
        assert len(canary.calls) == 1
        for other in (canary.address + "/", canary.address.replace("127.0.0.1", "localhost"), "http://127.0.0.1:1/"):
            refused = client.get("/sparql", params={"query": query.replace(canary.address, other)})
            assert refused.status_code == 400
            assert canary.address in refused.json()["remedy"]
        broken = f"{canary.address}/broken"
        with TestClient(application(ours, service, allowed_endpoints=frozenset({broken}))) as another:
            failed = another.get("/sparql", params={"query": query.replace(canary.address, broken)})
            assert failed.status_code == 502
            assert "an endpoint that the query calls failed" in failed.json()["title"]
        canary.calls.pop()
        for query in calling(canary.address)[4:7]:
            assert client.get("/sparql", params={"query": query}).status_code == 400, query
    assert len(canary.calls) == 1


def test_no_file_is_read(client: TestClient, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text(f'<urn:x> <urn:y> "{SECRET}" .', encoding="utf-8")
    iri = secret.as_uri()
    for query in (
        f"SELECT * FROM <{iri}> WHERE {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{iri}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"SELECT * WHERE {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}",
        f"LOAD <{iri}>",
    ):
        assert SECRET not in client.get("/sparql", params={"query": query}).text
    for path in (
        f"/graphs?graph={quote(iri, safe='')}",
        f"/static/{quote(str(secret), safe='')}",
        f"/assets/{quote('../' * 12 + str(secret), safe='')}",
        f"/assets/{str(secret).lstrip('/')}",
        f"/queries/{quote(str(secret.with_suffix('')), safe='')}",
        f"/ontology/{quote('../../' + str(secret.with_suffix('')), safe='')}",
        f"/page/{quote(str(secret), safe='')}",
    ):
        done = client.get(path)
        assert done.status_code in ANSWERS
        assert SECRET not in done.text


WORDS = (
    "SELECT ASK CONSTRUCT DESCRIBE WHERE { } ( ) ?s ?p ?o . ; , <urn:x> <> a * + ^ / | FILTER BIND AS UNION OPTIONAL",
    "MINUS VALUES UNDEF GRAPH FROM NAMED SERVICE SILENT LIMIT OFFSET ORDER BY GROUP HAVING COUNT SUM \" ' \\ # \\u0000",
    "\x00 \u202e INSERT DELETE DATA LOAD 1 -1 1e999 'x'@en \"x\"^^<urn:t> REGEX(?o,'(a+)+$') BNODE() RAND() NOW()",
)
TOKENS = [word for line in WORDS for word in line.split(" ")]
QUERIES = st.one_of(
    st.lists(st.sampled_from(TOKENS), max_size=40).map(" ".join), st.text(max_size=200), st.binary(max_size=60)
)
PLACES = ["/sparql", "/picture", "/workbench", "/queries/find-claims", "/search", "/page/id/actor/China"]
NAMES = ["query", "words", "update", "default-graph-uri", "format", "limit", "version", "question", "x"]
ACCEPTED = ["*/*", "text/html", "text/csv", "application/ld+json", "image/png"]


@pytest.mark.early
@pytest.mark.long
def test_whatever_is_sent_is_answered_with_a_reason(client: TestClient, canary: Canary) -> None:
    seen: dict[int, int] = {}

    @hypothesis.settings(
        max_examples=int(os.environ.get("STANCEGRAPH_REQUESTS", "1500")),
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(
        place=st.sampled_from(PLACES),
        parameters=st.dictionaries(st.sampled_from(NAMES), QUERIES, max_size=3),
        accept=st.one_of(st.sampled_from(ACCEPTED), st.text(max_size=60)),
        posted=st.booleans(),
    )
    def send(place: str, parameters: dict[str, str | bytes], accept: str, posted: bool) -> None:
        encoded = "&".join(f"{name}={quote(value)}" for name, value in parameters.items())
        headers: Any = {"Accept": accept.encode("latin-1", "replace").replace(b"\n", b"").replace(b"\r", b"")}
        if posted:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            done = client.post(place, content=encoded.encode(), headers=headers)
        else:
            done = client.get(f"{place}?{encoded}", headers=headers)
        seen[done.status_code] = seen.get(done.status_code, 0) + 1
        assert done.status_code in ANSWERS, (done.status_code, done.text[-900:])
        assert "Traceback" not in done.text

    send()
    for status, number in seen.items():
        note(f"requests by chance, answered with {status}", number)
    assert canary.calls == []
    assert {200, 400} <= set(seen)
    end = time.monotonic() + 60  # a worker may still be at what was sent last
    while client.get("/healthz").status_code != 200:
        assert time.monotonic() < end
        time.sleep(0.1)
