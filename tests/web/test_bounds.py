"""What is served is bounded in time, memory and number, and a new snapshot is taken up without a pause."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from starlette.testclient import TestClient

import stancegraph
from stancegraph.pipeline.snapshot import canonical, publish
from stancegraph.sparql.engine import Oxigraph
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.web.backend.task import Limits, Query
from stancegraph.web.failures import TooLargeError
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run, no_traceback

SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d) }"
LARGE = "SELECT ?a ?d WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c ?a"


def workers(service: Service) -> set[int]:
    """The processes below the holder of the pool that answer clients."""
    pool = service._current.pool
    holder, prober = pool._fork_server.pid, pool._probe_worker
    children = Path(f"/proc/{holder}/task/{holder}/children").read_text().split()
    return {int(child) for child in children} - {prober.pid if prober is not None else 0}


def test_a_query_that_takes_too_long_is_really_stopped(ours: Workspace, engine: Oxigraph) -> None:
    service = Service(ours, workers=1, limits=Limits(seconds=1.0))
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
    service = Service(ours, workers=1, limits=Limits(seconds=60, memory=64 << 20))
    try:
        with TestClient(application(ours, service)) as client:
            done = client.get("/sparql", params={"query": LARGE})
            assert done.status_code == 503
            assert "memory" in done.json()["title"]
            assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
    finally:
        service.close()


@pytest.mark.long
def test_when_too_many_wait_the_next_is_told_to_come_again(ours: Workspace, engine: Oxigraph) -> None:
    service = Service(ours, workers=1, max_waiting=1, limits=Limits(seconds=3))
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


@pytest.mark.long
def test_a_new_snapshot_is_taken_up_and_no_request_is_lost(tmp_path: Path, ours: Workspace) -> None:
    thing = NamedNode("http://example.org/thing")

    def put(number: int) -> None:
        graph = NamedNode("http://example.org/graph")
        quads = [Quad(thing, NamedNode(f"http://example.org/{name}"), Literal(str(number)), graph) for name in "ab"]
        publish(tmp_path, canonical(quads), str(number), {})

    put(0)
    service = Service(ours, workers=2, folder=tmp_path)
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


def test_a_server_that_is_killed_leaves_no_process(ours: Workspace, engine: Oxigraph) -> None:
    code = (
        "import sys, time; from pathlib import Path; from stancegraph.web.backend.service import Service\n"
        "from stancegraph.workspace.folders import Workspace\n"
        "if __name__ == '__main__':\n"
        "    service = Service(Workspace(Path(sys.argv[1])))\n"
        "    print(service._current.pool._fork_server.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(ours.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        holder = int(server.stdout.readline())
        server.kill()
    until = time.monotonic() + 10
    while Path(f"/proc/{holder}").exists() and "Z" not in Path(f"/proc/{holder}/stat").read_text().split(")")[1][:3]:
        assert time.monotonic() < until, "the holder lives on"
        time.sleep(0.05)


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_end_ends_what_is_under_way_first(engine: Oxigraph, number: int) -> None:
    command = [sys.executable, "-m", "stancegraph", "--workspace", str(ROOT), "serve", "--port", "0", "--no-log"]
    with subprocess.Popen([*command, "--seconds", "2"], stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        (address,) = re.findall(r"http://[\d.:]+/", server.stderr.readline())
        statuses: list[int] = []

        def ask() -> None:
            try:
                urllib.request.urlopen(f"{address}sparql?{urlencode({'query': SLOW})}", timeout=30)
            except urllib.error.HTTPError as error:
                statuses.append(error.code)

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.7)
        server.send_signal(number)
        asking.join(30)
        assert server.wait(30) == 0
        assert statuses == [504], "the query that was under way got its answer"
        assert "Traceback" not in server.stderr.read()


@pytest.mark.long
def test_what_cannot_be_served_is_told(tmp_path: Path, ours: Workspace, run: Callable[..., Run]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("--workspace", str(ROOT), "serve", "--port", str(taken.getsockname()[1]))
    no_traceback(done)
    assert done.status == 3
    assert "cannot listen" in done.err
    with pytest.raises(stancegraph.ExternalError, match="nothing is published"):
        Service(ours, folder=tmp_path)


def test_an_answer_that_is_too_large_is_broken_off(ours: Workspace, engine: Oxigraph) -> None:
    service = Service(ours, workers=1, limits=Limits(seconds=20, answer=200_000))
    try:
        given = 0
        with pytest.raises(TooLargeError):  # noqa: PT012 - it comes in the midst of what is given
            for piece in service.run(Query("SELECT * WHERE { ?s ?p ?o }", "text/csv", None, None)):
                given += len(piece)
        assert 0 < given <= 200_000
        assert b"".join(service.run(Query("ASK {}", "text/csv", "application/sparql-results+json", None)))
    finally:
        service.close()
