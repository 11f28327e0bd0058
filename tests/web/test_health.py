"""A server is healthy or says that it is not, and what it stops or replaces leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from starlette.testclient import TestClient

from stancegraph.pipeline import building, snapshot
from stancegraph.pipeline.snapshot import canonical, publish
from stancegraph.sparql.engine import Oxigraph
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.web.backend.task import Limits, Query
from stancegraph.web.failures import BusyError, TooSlowError
from stancegraph.web.metrics import Metrics
from stancegraph.workspace.folders import Workspace
from tests.project.figures import note
from tests.support.waiting import happens
from tests.web.attacks import ON_LINUX, SLOW, holder_of, serving
from tests.web.load import children

KILLS = int(os.environ.get("STANCEGRAPH_KILLS", "200"))
SWITCHES = int(os.environ.get("STANCEGRAPH_SWITCHES", "8"))


@ON_LINUX
@pytest.mark.long
def test_stopped_queries_leave_no_process_and_no_file_behind(ours: Workspace, engine: Oxigraph) -> None:
    killed: Counter[str] = Counter()
    service = Service(ours, 2, limits=Limits(0.15), on_kill=lambda reason: killed.update([reason]))
    try:
        holder = service._current.pool._fork_server.pid
        assert holder is not None
        assert happens(lambda: len(children(holder)) == 3), "two that answer, and one that tells of their health"
        before = (len(os.listdir("/proc/self/fd")), len(children(holder)), threading.active_count())
        while killed["deadline"] < KILLS:
            with pytest.raises((TooSlowError, BusyError)):  # while a worker is forked anew, none may be there
                service.run(Query(SLOW, "text/csv", None, None)).read_all()
        note("queries stopped at their deadline, with nothing left behind", KILLS)
        assert happens(lambda: len(children(holder)) == before[1])
        assert len(os.listdir("/proc/self/fd")) <= before[0]
        assert threading.active_count() <= before[2]
    finally:
        service.close()


@ON_LINUX
@pytest.mark.long
def test_a_fork_server_that_dies_is_replaced_and_meanwhile_the_server_is_unhealthy(engine: Oxigraph) -> None:
    with serving("--workers", "2") as site:
        pid = site.process.pid
        holder = holder_of(pid)
        for _ in range(3):
            assert holder, "the server has workers"
            os.kill(holder, signal.SIGKILL)
            assert happens(partial(lambda ended: holder_of(pid) not in (0, ended), holder), 60)
            holder = holder_of(pid)
            assert happens(lambda: site.get("/healthz")[0] == 200, 60)
            assert happens(lambda: site.ask("ASK {}") == 200, 60)
        assert happens(lambda: len(children(holder)) == 3), "two that answer, and one that tells of their health"
        os.kill(holder, signal.SIGSTOP)
        assert happens(lambda: _is_stopped(holder))
        for child in children(holder):
            os.kill(child, signal.SIGKILL)
        status, body = site.get("/healthz")
        assert status == 503, body
        assert "problem" in body
        os.kill(holder, signal.SIGKILL)
        assert happens(lambda: site.get("/healthz")[0] == 200, 60)


@ON_LINUX
def test_a_worker_that_would_be_given_no_task_does_not_vouch_for_the_server(ours: Workspace, engine: Oxigraph) -> None:
    service = Service(ours, 1)
    try:
        assert happens(lambda: service.health(1).problem is None)
        service._current.pool._generation += 1  # as when the fork server has ended and another one is loading
        assert service.health(0.1).problem is not None
    finally:
        service.close()


def _is_stopped(process: int) -> bool:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@ON_LINUX
def test_a_server_that_uses_too_much_memory_reports_it(ours: Workspace, service: Service) -> None:
    for memory, status in ((1 << 40, 200), (1 << 20, 503)):
        with TestClient(application(ours, service, metrics=Metrics(service, max_memory=memory))) as client:
            health = client.get("/healthz")
            assert health.status_code == status
            assert ("MiB" in health.json().get("problem", "")) is (status == 503)


@pytest.mark.long
@ON_LINUX
def test_an_unreadable_snapshot_is_reported_and_tried_once(copy: Path) -> None:
    space = Workspace(copy)
    service = Service(space, 1)
    try:
        with TestClient(application(space, service)) as client:
            good = client.get("/healthz").json()
            assert good["status"] == "ok"
            places = copy / "data" / "entities" / "places.ttl"
            places.write_text(places.read_text(encoding="utf-8").replace("Gulf of Aden", "Bay", 1), encoding="utf-8")
            published = building.build(space).snapshot
            assert published is not None
            for file in (published.path / "store").glob("*.sst"):
                beginning = file.read_bytes()[:100]
                file.unlink()  # other snapshots may have the same file
                file.write_bytes(beginning)
            started: list[object] = []
            hold, service._open = service._open, lambda source: started.append(source) or hold(source)  # type: ignore[method-assign,func-returns-value]
            assert happens(lambda: client.get("/healthz").json()["status"] == "stale", 60)
            for _ in range(50):
                health = client.get("/healthz")
                assert (health.status_code, health.json()["status"]) == (200, "stale")
                assert published.content[:16] in health.json()["stale"]
                answer = client.get("/sparql", params={"query": "ASK {}"})
                assert (answer.status_code, answer.headers["x-snapshot"]) == (200, good["snapshot"])
            assert len(started) == 1
    finally:
        service.close()


@pytest.mark.long
@ON_LINUX
def test_a_fork_server_ends_with_its_server_whether_or_not_it_has_loaded(ours: Workspace, engine: Oxigraph) -> None:
    from multiprocessing import get_context

    from stancegraph.web.backend.fork_server import run
    from stancegraph.web.backend.task import ForkServerConfig

    published = snapshot.current(ours.snapshots)
    assert published is not None
    holding = ForkServerConfig(ours.root, published.content, published.path, None, 2, Limits())
    for early in (True, False):
        here, there = socket.socketpair()
        holder = get_context("spawn").Process(target=run, args=(there, holding))
        holder.start()
        there.close()
        if not early:
            assert here.recv(1)
        here.close()
        holder.join(30)
        assert holder.exitcode == 0, "it goes on without anybody to answer"


@pytest.mark.long
@ON_LINUX
def test_switches_leave_no_file_open_and_no_thread(tmp_path: Path, ours: Workspace) -> None:
    def put(number: int) -> None:
        thing = NamedNode("http://example.org/thing")
        publish(tmp_path, canonical([Quad(thing, thing, Literal(str(number)), thing)]), str(number), {})

    put(0)
    service = Service(ours, 1, folder=tmp_path)
    query = Query("SELECT ?o WHERE { ?s ?p ?o }", "text/csv", None, None)
    try:
        counted: list[tuple[int, int]] = []
        for number in range(1, SWITCHES + 1):
            put(number)
            service.refresh()
            assert happens(lambda want=str(number): want.encode() in service.run(query).read_all(), 60)  # type: ignore[misc]
            if number > 2:
                assert happens(lambda: threading.active_count() <= (counted[0][1] if counted else 99))
                gone = counted[0][0] if counted else 10**6
                happens(lambda most=gone: len(os.listdir("/proc/self/fd")) <= most, 10)  # type: ignore[misc]
                counted.append((len(os.listdir("/proc/self/fd")), threading.active_count()))
        assert len(counted) == SWITCHES - 2 > 4
        note("switches to new snapshots, with nothing left open", SWITCHES)
        assert max(counted) <= counted[0], counted
    finally:
        service.close()
