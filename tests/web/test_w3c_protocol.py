"""The endpoint is by the standard: the W3C's tests of the SPARQL 1.1 Protocol and the Graph Store Protocol."""

from __future__ import annotations

import email
import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node
from starlette.testclient import TestClient

from stancegraph.pipeline import snapshot
from stancegraph.pipeline.snapshot import canonical, publish
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT
from tests.project.figures import note

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
    kind, document = NamedNode(PREFIXES["rdf"] + "type"), NamedNode("http://xmlns.com/foaf/0.1/Document")
    graphs = [NamedNode(f"http://kasei.us/2009/09/sparql/data/data{number}.rdf") for number in range(4)]
    publish(folder, canonical(Quad(graph, kind, document, graph) for graph in graphs), "w3c", {})
    service = Service(ours, folder=folder)
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
    note("W3C SPARQL 1.1 Protocol: requests", seen)
    note("W3C SPARQL 1.1 Protocol: updates among them, refused as such", refused)
    assert seen == 39
    assert refused == 12


DIRECT = "graphs are named by ?graph=IRI: their IRIs are not addresses of this service, to which a path could lead"
CREATION = "a POST cannot create a graph, which a later request would read: the service is read only"


@pytest.mark.long
def test_graphs_are_read_as_the_w3c_has_it(tmp_path_factory: pytest.TempPathFactory, ours: Workspace) -> None:
    """The W3C's tests of the Graph Store Protocol with indirect identification.

    What they write is refused, as the service is read only, and published as a snapshot instead; then it is read.
    """
    folder = W3C / "graph-store-protocol"
    if not folder.is_dir():
        pytest.skip("the W3C's tests are not part of the project; STANCEGRAPH_EXTERNAL can name their folder")
    graph = Graph().parse(folder / "manifest-indirect.ttl").parse(folder / "manifest-direct.ttl")
    excluded, read, refused = {DIRECT: 0, CREATION: 0}, 0, 0
    for entries in sorted(graph.objects(None, MF.entries), key=str):
        for test in Collection(graph, entries):
            needs = set(graph.objects(test, MF.requires))
            if MF.DirectGraphIdentification in needs:
                excluded[DIRECT] += 1
                continue
            if MF.POSTGraphCreation in needs:
                excluded[CREATION] += 1
                continue
            store = _Written(tmp_path_factory.mktemp("gsp"), ours)
            try:
                (requests,) = graph.objects(graph.value(test, MF.action), HT.requests)
                for request in Collection(graph, requests):
                    outcome = store.ask(graph, request, str(test).rsplit("#", 1)[-1])
                    read, refused = read + outcome, refused + (not outcome)
            finally:
                store.close()
    assert excluded == {DIRECT: 4, CREATION: 1}
    note("W3C Graph Store Protocol: requests that read", read)
    note("W3C Graph Store Protocol: requests that write, refused as such", refused)
    assert (read, refused) == (11, 12)


class _Written:
    """A service, and the graphs that have been written beside it."""

    def __init__(self, folder: Path, ours: Workspace) -> None:
        self.folder, self.graphs = folder, dict[str, list[bytes]]()
        self._publish()
        self.service = Service(ours, folder=folder)
        self.client = TestClient(application(ours, self.service), base_url="http://www.example")

    def close(self) -> None:
        self.service.close()

    def _publish(self) -> None:
        quads = [
            Quad(triple.subject, triple.predicate, triple.object, NamedNode(name))
            for name, bodies in self.graphs.items()
            for body in bodies
            for triple in parse(body, format=RdfFormat.TURTLE, base_iri=name, rename_blank_nodes=True)
        ]
        publish(self.folder, canonical(quads), str(self.graphs), {})

    def ask(self, graph: Graph, request: Node, name: str) -> bool:
        """Send *request*, and see that the answer is the one that is expected; whether it was one that reads."""
        method, path = str(graph.value(request, HT.methodName)), str(graph.value(request, HT.absolutePath))
        path = path.replace("/gsp?", "/graphs?", 1)
        listed = graph.value(request, HT.headers)
        headers = {
            str(graph.value(header, HT.fieldName)): str(graph.value(header, HT.fieldValue))
            for header in (Collection(graph, listed) if listed else ())
        }
        body = graph.value(graph.value(request, HT.body), CNT.chars)
        content = None if body is None else str(body).encode()
        done = self.client.request(method, path, headers=headers, content=content)
        if method not in {"GET", "HEAD"}:
            assert done.status_code == 405, name
            kind = headers.get("content-type", headers.get("Content-Type", ""))
            bodies = _parts(kind, content or b"") if kind.startswith("multipart/") else [content or b""]
            self._write(method, parse_qs(urlsplit(path).query, keep_blank_values=True), bodies)
            return False
        response = graph.value(request, HT.resp)
        expected = {str(one).rsplit("#", 1)[-1] for one in graph.objects(response, MF.expectedStatus)}
        assert {200: "OK", 404: "NotFound"}[done.status_code] in expected, name
        wanted = graph.value(graph.value(response, HT.body), CNT.chars)
        if wanted is not None:
            assert done.headers["content-type"].startswith("text/turtle"), name
            base = "http://www.example/"
            assert isomorphic(
                Graph().parse(data=done.text, format="turtle"),
                Graph().parse(data=str(wanted), format="turtle", publicID=base),
            ), name
        return True

    def _write(self, method: str, query: dict[str, list[str]], bodies: list[bytes]) -> None:
        name = query.get("graph", ["urn:example:default"])[0]
        before = self.service.version
        if method == "DELETE":
            self.graphs.pop(name, None)
        else:
            self.graphs[name] = [*(self.graphs.get(name, []) if method == "POST" else []), *bodies]
        self._publish()
        until = time.monotonic() + 30
        while self.service.version == before and snapshot.current(self.folder) != self.service.snapshot:
            self.service.refresh()
            assert time.monotonic() < until
            time.sleep(0.02)


def _parts(kind: str, content: bytes) -> list[bytes]:
    """What the parts of a form have in them."""
    message = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\n\n" + content.strip())
    return [payload for part in message.walk() if isinstance(payload := part.get_payload(decode=True), bytes)]
