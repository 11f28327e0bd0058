"""The endpoint is by the standard: the W3C's tests of the SPARQL 1.1 Protocol."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from starlette.testclient import TestClient

from stancegraph.prefixes import PREFIXES
from stancegraph.serving.application import application
from stancegraph.serving.service import Service
from stancegraph.snapshot import canonical, publish
from stancegraph.workspace import Workspace
from tests.conftest import ROOT

W3C = Path(os.environ.get("STANCEGRAPH_EXTERNAL", str(ROOT.parent / "shared" / "external"))) / "w3c-sparql11"


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
