"""Clients of others work with what is served, and whatever they send is answered as the service says."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from pyoxigraph import QueryResultsFormat
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, SPARQLWrapper
from starlette.testclient import TestClient

import stancegraph
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Oxigraph, Rows
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.web.backend.task import Limits
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT

CSV = {"Accept": "text/csv"}
RDFS = PREFIXES["rdfs"]


@pytest.mark.long
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


@contextmanager
def remote(ours: Workspace, url: str, seconds: float) -> Iterator[TestClient]:
    """A server behind which the endpoint at *url* stands."""
    service = Service(ours, 1, limits=Limits(seconds), engine_url=url)
    try:
        with TestClient(application(ours, service)) as client:
            yield client
    finally:
        service.close()


def test_an_endpoint_can_stand_behind_the_server(site: str, ours: Workspace) -> None:
    with remote(ours, f"{site}/sparql", 60) as client:
        done = client.get("/queries/conditions", headers=CSV)
        snapshot = (ROOT / "tests" / "answers" / "conditions.csv").read_text(encoding="utf-8")
        assert done.text.replace("\r\n", "\n") == snapshot
        assert "etag" not in done.headers
        assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
        assert client.get("/sparql", params={"query": "ASK {"}).status_code == 400
        graph = client.get("/id/actor/China", headers={"Accept": "application/n-triples"})
        assert graph.text.count("\n") > 50
    with remote(ours, "http://127.0.0.1:1/sparql", 5) as client:
        dead = client.get("/sparql", params={"query": "ASK {}"})
        assert dead.status_code == 502
        assert dead.json()["title"]


@pytest.mark.early
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
    assert len(operations) == 78
    for operation in operations:
        bounded(hypothesis.given(case=operation.as_strategy())(lambda case: _sound(case)))()


def _sound(case: Any) -> None:
    response = case.call()
    assert response.status_code in {200, 400, 406, 410, 503, 504}, (response.status_code, response.content)
    assert b"Traceback" not in response.content
