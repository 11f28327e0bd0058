"""Real servers give the same answers as the embedded engine, and take up a snapshot without losing the old one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

import stancegraph
from stancegraph.errors import ExternalError
from stancegraph.pipeline import publishing
from stancegraph.pipeline.publishing import publish, published_content
from stancegraph.pipeline.snapshot import Snapshot, canonical, current
from stancegraph.pipeline.snapshot import publish as publish_here
from stancegraph.questions.parameters import Value
from stancegraph.rdf.namespaces import GRAPH
from stancegraph.sparql.endpoint import Endpoint, GraphStoreEndpoint
from stancegraph.sparql.engine import Oxigraph, Rows
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run
from tests.support.servers import SERVERS, Server

pytestmark = pytest.mark.long
CLAIM = "https://w3id.org/stancegraph/id/claim/china-brief-12-13/china-willing-contacts"
ASKED: list[tuple[str, dict[str, Value | list[Value]]]] = [
    ("stances-of-actor", {"actor": ["China", "NATO"], "issue": "Afghanistan"}),
    ("stances-of-actor", {"actor": "Chinese analysts", "attitude": "fears"}),
    ("voices-of-country", {"country": "China", "issue": "NATO in Asia"}),
    ("hopes-and-fears", {"actor": "China", "issue": "Afghanistan"}),
    ("events-over-time", {"since": "2009-01-01", "until": "2011-12-31"}),
    ("visits-and-meetings", {"actor": "China", "since": "2010-01-01"}),
    ("posts-at-date", {"date": "2009-06-01", "organization": "NATO"}),
    ("participants", {"event": "NATO summit in Chicago"}),
    ("attribution-chain", {"claim": CLAIM}),
    ("rivalry", {"first": "China", "second": "United States"}),
    ("issue-over-time", {"issue": "Maritime piracy"}),
]


def endpoints(server: Server) -> tuple[Endpoint, Endpoint]:
    """Where *server* is asked, and where it is updated."""
    return Endpoint(server.query, 120), Endpoint(
        server.update, 120, user=server.user, password=server.password, digest=server.digest
    )


@pytest.fixture(scope="module", params=list(SERVERS))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="module")
def snapshot(ours: Workspace, engine: Oxigraph) -> Snapshot:
    """The published snapshot; *engine* has built it."""
    published = current(ours.snapshots)
    assert published is not None
    return published


@pytest.fixture(scope="module")
def filled(server: Server, snapshot: Snapshot) -> Server:
    """The server with the article's snapshot in it, and a graph that has nothing to do with it."""
    asked, updated = endpoints(server)
    other = "<https://example.org/other>"
    wrong = f"<{CLAIM}> <https://w3id.org/stancegraph/ontology#holder> <https://w3id.org/stancegraph/id/actor/NATO>"
    updated.update(f"INSERT {{ GRAPH {other} {{ {wrong} }} }} WHERE {{}}")
    done = publish(snapshot, asked, updated)
    assert (done.content, done.reused, done.unchanged) == (snapshot.content, 0, False)
    return server


def values(rows: Rows) -> list[list[str | None]]:
    """The values of *rows*: a server may write a decimal without a fraction as an integer."""
    return [[None if term is None else term.value for term in row] for row in rows.rows]


def test_every_stored_question_has_the_same_answer(filled: Server) -> None:
    near, far = stancegraph.open(ROOT), stancegraph.open(ROOT, engine=filled.query)
    assert len(near.questions) >= 45
    for query in near.questions.values():
        ours, theirs = near.sparql(query.text), far.sparql(query.text)
        assert isinstance(ours, Rows)
        assert isinstance(theirs, Rows)
        assert values(theirs) == values(ours), query.name
    for name, given in ASKED:
        there, here = far.answer(far.bind(name, given)), near.answer(near.bind(name, given))
        assert values(there.rows) == values(here.rows), (name, given)


def test_evidence_and_portraits_are_the_same(filled: Server, run: Callable[..., Run]) -> None:
    for command in (["ask", "conditions", "--evidence"], ["show", "Ma Xiaotian", "--evidence"]):
        here, there = run(*command), run("--engine", filled.query, *command)
        assert there.status == 0, there.err
        assert there.out == here.out


def test_a_query_that_names_its_graphs_is_answered_from_them(filled: Server) -> None:
    far = stancegraph.open(ROOT, engine=filled.query)
    counted = far.sparql("SELECT (COUNT(*) AS ?n) FROM <https://example.org/other> WHERE { ?s ?p ?o }")
    assert isinstance(counted, Rows)
    assert [row["n"].value for row in counted] == ["1"]


def test_what_is_there_already_is_not_loaded_again(filled: Server, snapshot: Snapshot) -> None:
    publish(snapshot, *endpoints(filled))  # another test may have published another one
    assert publish(snapshot, *endpoints(filled)).unchanged


def test_the_command_publishes(filled: Server, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANCEGRAPH_PASSWORD", filled.password)
    options = ["--query", filled.query]
    options += ["--user", filled.user, *["--digest"] * filled.digest] if filled.user else []
    done = run("publish", filled.update, *options)
    assert done.status == 0, done.err
    assert "is there already" in done.out


def small(tmp_path: Path, *words: str) -> Snapshot:
    """A snapshot of one graph for each of *words*."""
    iri = "https://example.org/"
    data = [Quad(NamedNode(iri + w), NamedNode(iri + "p"), NamedNode(iri + "o"), NamedNode(GRAPH + w)) for w in words]
    return publish_here(tmp_path, canonical(data), "-".join(words), {})


def subjects(asked: Endpoint) -> set[str]:
    answer = Endpoint(asked.url, 60).query("SELECT ?s WHERE { ?s <https://example.org/p> ?o }")
    assert isinstance(answer, Rows)
    return {row["s"].value.rsplit("/", 1)[-1] for row in answer}


def test_a_publication_that_breaks_off_is_gone_on_from_and_the_old_one_answers(server: Server, tmp_path: Path) -> None:
    asked, updated = endpoints(server)
    publish(small(tmp_path, "one", "two"), asked, updated)
    assert subjects(asked) == {"one", "two"}
    new = small(tmp_path, "two", "three")

    class Breaking(Endpoint):
        left = 3  # updates: a graph is dropped and loaded, another one is dropped

        def update(self, text: str) -> None:
            self.left -= 1
            if self.left < 0:
                raise ExternalError("the line is cut")
            updated.update(text)

    with pytest.raises(ExternalError, match="the line is cut"):
        publish(new, Endpoint(asked.url, 60), Breaking(updated.url))
    assert subjects(asked) == {"one", "two"}
    done = publish(new, Endpoint(asked.url, 60), updated)
    assert (done.loaded, done.reused) == (1, 1)
    assert subjects(asked) == {"two", "three"}


def test_what_was_not_loaded_rightly_is_not_published(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, updated = endpoints(server)
    old = small(tmp_path, "one")
    publish(old, asked, updated)
    wrong = small(tmp_path, "four")
    insert = publishing._write_insert
    spoilt: Callable[..., str] = lambda graph, triples: insert(graph, triples).replace("/four>", "/five>", 1)  # noqa: E731
    monkeypatch.setattr(publishing, "_write_insert", spoilt)
    with pytest.raises(ExternalError):
        publish(wrong, Endpoint(asked.url, 60), updated)
    assert published_content(Endpoint(asked.url, 60)) == old.content
    monkeypatch.undo()
    publish(wrong, Endpoint(asked.url, 60), updated)
    assert subjects(asked) == {"four"}


def test_whole_graphs_can_be_loaded_by_the_graph_store_protocol(server: Server, tmp_path: Path) -> None:
    asked, updated = endpoints(server)
    store = GraphStoreEndpoint(server.graph_store, 60, server.user, server.password, server.digest)
    publish(small(tmp_path, "six", "seven"), Endpoint(asked.url, 60), updated, store=store)
    assert subjects(asked) == {"six", "seven"}


def test_a_store_says_when_it_holds_no_snapshot() -> None:
    """The program then asks it as it is; nothing is assumed of its graphs."""
    from tests.support.endpoint import serve

    with serve(Oxigraph(Store())) as url:
        assert Endpoint(url).graphs == ()
        assert published_content(Endpoint(url)) is None
