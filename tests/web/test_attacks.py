"""Under attack a server goes on: it answers others, is healthy or says that it is not, and holds nothing."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from starlette.testclient import TestClient

from stancegraph.errors import UsageError
from stancegraph.pipeline import building, snapshot
from stancegraph.pipeline.snapshot import canonical, publish
from stancegraph.sparql.engine import Oxigraph
from stancegraph.web.access import HostMiddleware, Token, allowed_host_names, parse_host
from stancegraph.web.application import application
from stancegraph.web.backend.cancelling import Cancellation, DisconnectedError
from stancegraph.web.backend.fair_queue import FairQueue, client_network
from stancegraph.web.backend.procedures import parse_view
from stancegraph.web.backend.service import Service
from stancegraph.web.backend.task import Limits, Query
from stancegraph.web.failures import BusyError, TooSlowError
from stancegraph.web.metrics import Metrics
from stancegraph.workspace.folders import Workspace
from tests.conftest import Run, no_traceback
from tests.project.figures import note
from tests.web.attacks import PRODUCT, SLOW, Site, holder_of, open_files, requests, resident, serving, watching
from tests.web.load import children

ON_LINUX = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="processes are looked at in /proc, on Linux"
)
KILLS = int(os.environ.get("STANCEGRAPH_KILLS", "200"))
SWITCHES = int(os.environ.get("STANCEGRAPH_SWITCHES", "8"))


def until(done: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether *done* comes true within *seconds*, which are a bound and no measure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.02)
    return done()


@pytest.fixture(scope="module")
def attacked(engine: Oxigraph) -> Iterator[Site]:
    """A server with little time and memory for each query."""
    with serving("--seconds", "3", "--memory", "512", "--workers", "2", "--edit") as site:
        yield site


# what is sent


@ON_LINUX
@pytest.mark.long
def test_a_server_stays_healthy_whatever_bombs_are_sent_where(attacked: Site) -> None:
    statuses: Counter[int] = Counter()
    with watching(attacked) as watch:
        for name, path, body, kind in requests():
            status = attacked.post(path, body, kind) if body else attacked.get(path)[0]
            statuses[status] += 1
            assert status in {
                0,
                200,
                303,
                307,
                400,
                403,
                404,
                405,
                406,
                408,
                413,
                414,
                415,
                421,
                422,
                431,
                502,
                503,
                504,
            }, (
                name,
                status,
            )
    assert statuses.total() == len(list(requests())) > 800
    note("bombs: requests, each address with each", statuses.total())
    note("bombs: answers of /healthz meanwhile, each within a second", len(watch.statuses))
    assert set(watch.statuses) == {200}
    assert len(watch.statuses) > 50
    assert sorted(watch.taken)[-1] < 1.0, "whoever asks for its health is told within a second"
    assert watch.most_memory < 250, f"{watch.most_memory} MiB"
    assert attacked.ask("ASK {}") == 200


def test_the_view_of_a_request_is_read_as_names_and_as_nothing_else() -> None:
    assert parse_view("SELECT ?a {}") is None
    named = parse_view("#+ title: x\n#+ view: {type: chart, category: name}\nSELECT ?name {}")
    assert named is not None
    assert (named.type, dict(named.roles)) == ("chart", {"category": "name"})
    for line in (
        "{type: chart, category: [a, b]}",
        "[",
        "{type: &a chart}",
        "{" + "a: b, " * 99 + "}",
        "chart",
        "{}",
        "{,}",
    ):
        with pytest.raises(UsageError):
            parse_view(f"#+ view: {line}\nSELECT ?a {{}}")


# clients that hold what they do not use


def asking(site: Site, query: str, source: str = "127.0.0.1") -> socket.socket:
    """A connection on which *query* was asked, and nothing was read yet."""
    connection = socket.create_connection((site.host, site.port), 30, (source, 0))
    request = f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    connection.sendall(request.encode())
    return connection


@pytest.mark.long
def test_a_client_that_goes_away_lets_its_worker_go_at_once(engine: Oxigraph) -> None:
    with serving("--seconds", "300", "--workers", "2") as site:
        for query in (SLOW, PRODUCT, SLOW, PRODUCT, SLOW):
            with (
                contextlib.closing(asking(site, query)) as one,
                contextlib.closing(asking(site, query, "127.0.0.2")) as two,
            ):
                if query == PRODUCT:
                    assert one.recv(100)
                    assert two.recv(100)
                else:
                    assert until(lambda: "stancegraph_working 2.0" in site.get("/metrics")[1])
            assert site.ask("ASK {}", 30) == 200, "five minutes are not over"


def test_an_answer_that_nobody_takes_is_let_go_of_whatever_the_collector_does(
    ours: Workspace, engine: Oxigraph
) -> None:
    service = Service(ours, 2, limits=Limits(300))
    gc.disable()
    try:
        for _ in range(4):
            answer = service.run(Query(PRODUCT, "text/csv", None, None))
            assert next(answer)
            answer.close()
        wanted = Cancellation()
        threading.Timer(0.3, wanted.cancel).start()
        with pytest.raises(DisconnectedError):
            service.run(Query(SLOW, "text/csv", None, None), cancellation=wanted)
        assert service.running == 0
        assert service.queue.queued == 0
        assert service.run(Query("ASK {}", None, "application/sparql-results+json", None)).read_all()
    finally:
        gc.enable()
        service.close()


@pytest.mark.long
def test_slow_readers_keep_no_worker_beyond_its_time(attacked: Site) -> None:
    over = threading.Event()

    def read_slowly(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            while not over.wait(0.5) and connection.recv(1):
                pass

    slow = [asking(attacked, PRODUCT, f"127.0.0.{20 + number}") for number in range(6)]
    threads = [threading.Thread(target=read_slowly, args=(one,)) for one in slow]
    for thread in threads:
        thread.start()
    try:
        assert until(lambda: attacked.ask("ASK {}") == 200, 60), "they read for ever"
        assert until(lambda: "stancegraph_connections 1.0" in attacked.get("/metrics")[1], 60), "they are cut"
    finally:
        over.set()
        for thread in threads:
            thread.join(10)


@ON_LINUX
@pytest.mark.long
def test_half_requests_are_cut_and_others_are_answered_meanwhile(engine: Oxigraph) -> None:
    with serving("--connections", "200", "--client-connections", "50") as site:
        before = open_files(site.process.pid)
        halves = []
        for number in range(400):
            one = socket.create_connection((site.host, site.port), 10, (f"127.0.0.{2 + number % 3}", 0))
            with contextlib.suppress(OSError):
                one.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            halves.append(one)
        assert site.ask("ASK {}") == 200, "others are answered"
        assert open_files(site.process.pid) - before <= 150 + 20, "of each client's connections, fifty"
        assert until(lambda: "stancegraph_connections 1.0" in site.get("/metrics")[1], 60), "they are cut"
        assert open_files(site.process.pid) <= before + 20
        for one in halves:
            one.close()
        body = socket.create_connection((site.host, site.port), 10)
        head = b"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sparql-query\r\n"
        body.sendall(head + b"Content-Length: 99\r\n\r\nASK")
        body.settimeout(60)
        assert b" 408 " in body.recv(1000), "a body that does not come is not waited for"
        body.close()


def test_each_client_has_a_fair_share() -> None:
    turns, seen, lock = FairQueue(3, 20), Counter[str](), threading.Lock()
    greedy = [Cancellation() for _ in range(25)]
    refused = Counter[type]()

    def want(one: Cancellation) -> None:
        try:
            turns.enter("greedy", 60, one)
            with lock:
                seen["greedy"] += 1
        except (BusyError, DisconnectedError) as error:
            with lock:
                refused[type(error)] += 1

    threads = [threading.Thread(target=want, args=(one,)) for one in greedy]
    for thread in threads:
        thread.start()
    assert until(lambda: seen["greedy"] == 2 and refused[BusyError] + turns.queued == 23), (seen, turns.queued)
    assert turns.queued == turns.max_client_waiting == 10
    turns.enter("modest", 0.0, Cancellation())  # no time to wait: a place is free
    with pytest.raises(BusyError):
        turns.enter("third", 0.0, Cancellation())
    turns.leave("greedy")
    assert until(lambda: seen["greedy"] == 3), "the one who has waited longest goes on"
    for one in greedy:
        one.cancel()
    for thread in threads:
        thread.join(30)
    assert turns.queued == 0
    assert refused[DisconnectedError] == 9


def test_a_client_is_a_network() -> None:
    assert client_network("192.0.2.1") != client_network("192.0.2.2")
    assert client_network("2001:db8::1") == client_network("2001:db8::ffff:1:2:3")
    assert client_network("2001:db8::1") != client_network("2001:db8:0:1::1")
    assert client_network("::ffff:192.0.2.1") == client_network("192.0.2.1")
    assert client_network("testclient") == "testclient"


@pytest.mark.long
def test_many_connections_of_one_client_leave_another_served(attacked: Site) -> None:
    over = threading.Event()

    def insist() -> None:
        while not over.is_set():
            with contextlib.suppress(OSError):
                attacked.ask(SLOW, 60, "127.0.0.9")

    threads = [threading.Thread(target=insist) for _ in range(25)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1)
        assert [attacked.ask("ASK {}", 60, "127.0.0.1") for _ in range(40)] == [200] * 40
    finally:
        over.set()
        for thread in threads:
            thread.join(90)


@ON_LINUX
@pytest.mark.long
def test_queries_that_are_stopped_leave_no_process_and_no_file_behind(ours: Workspace, engine: Oxigraph) -> None:
    killed: Counter[str] = Counter()
    service = Service(ours, 2, limits=Limits(0.15), on_kill=lambda reason: killed.update([reason]))
    try:
        holder = service._current.pool._fork_server.pid
        assert holder is not None
        assert until(lambda: len(children(holder)) == 3), "two that answer, and one that tells of their health"
        before = (len(os.listdir("/proc/self/fd")), len(children(holder)), threading.active_count())
        while killed["deadline"] < KILLS:
            with pytest.raises((TooSlowError, BusyError)):  # while a worker is forked anew, none may be there
                service.run(Query(SLOW, "text/csv", None, None)).read_all()
        note("queries stopped at their deadline, with nothing left behind", KILLS)
        assert until(lambda: len(children(holder)) == before[1])
        assert len(os.listdir("/proc/self/fd")) <= before[0]
        assert threading.active_count() <= before[2]
    finally:
        service.close()


# health


@ON_LINUX
@pytest.mark.long
def test_a_holder_that_dies_is_replaced_and_meanwhile_the_server_is_not_healthy(engine: Oxigraph) -> None:
    with serving("--workers", "2") as site:
        pid = site.process.pid
        for _ in range(3):
            os.kill(holder_of(pid), signal.SIGKILL)
            assert until(lambda: site.ask("ASK {}") == 200, 60)
            assert until(lambda: holder_of(pid) > 0, 60)
            assert until(lambda: site.get("/healthz")[0] == 200, 60)
        holder = holder_of(pid)
        os.kill(holder, signal.SIGSTOP)
        for child in children(holder):
            os.kill(child, signal.SIGKILL)
        status, told = site.get("/healthz")
        assert status == 503, told
        assert "problem" in told
        os.kill(holder, signal.SIGKILL)
        assert until(lambda: site.get("/healthz")[0] == 200, 60)


@ON_LINUX
def test_a_server_that_takes_too_much_memory_says_so(ours: Workspace, service: Service) -> None:
    for memory, status in ((1 << 40, 200), (1 << 20, 503)):
        with TestClient(application(ours, service, metrics=Metrics(service, max_memory=memory))) as client:
            told = client.get("/healthz")
            assert told.status_code == status
            assert ("MiB" in told.json().get("problem", "")) is (status == 503)


@ON_LINUX
def test_a_snapshot_that_cannot_be_read_is_told_and_tried_once(copy: Path) -> None:
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
                file.write_bytes(file.read_bytes()[:100])
            started: list[object] = []
            hold, service._open = service._open, lambda source: started.append(source) or hold(source)  # type: ignore[method-assign,func-returns-value]
            assert until(lambda: client.get("/healthz").json()["status"] == "stale", 60)
            for _ in range(50):
                told = client.get("/healthz")
                assert (told.status_code, told.json()["status"]) == (200, "stale")
                assert published.content[:16] in told.json()["stale"]
                asked = client.get("/sparql", params={"query": "ASK {}"})
                assert (asked.status_code, asked.headers["x-snapshot"]) == (200, good["snapshot"])
            assert len(started) == 1
    finally:
        service.close()


@ON_LINUX
def test_a_holder_whose_server_has_gone_ends_while_it_loads_and_afterwards(ours: Workspace, engine: Oxigraph) -> None:
    from multiprocessing import get_context

    from stancegraph.web.backend.fork_server import ForkServerConfig, run

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
            assert until(lambda want=str(number): want.encode() in service.run(query).read_all(), 60)  # type: ignore[misc]
            if number > 2:
                assert until(lambda: threading.active_count() <= (counted[0][1] if counted else 99))
                gone = counted[0][0] if counted else 10**6
                until(lambda most=gone: len(os.listdir("/proc/self/fd")) <= most, 10)  # type: ignore[misc]
                counted.append((len(os.listdir("/proc/self/fd")), threading.active_count()))
        assert len(counted) == SWITCHES - 2 > 4
        note("switches to new snapshots, with nothing left open", SWITCHES)
        assert max(counted) <= counted[0], counted
    finally:
        service.close()


# who is answered


def test_only_known_hosts_are_answered_on_loopback() -> None:
    assert allowed_host_names("0.0.0.0", None) is None
    assert allowed_host_names("::", "https://graph.example.org/", ["other.example"]) == frozenset(
        ["::", "graph.example.org", "other.example"]
    )
    names = allowed_host_names("127.0.0.1", "https://graph.example.org/")
    assert names == frozenset({"localhost", "127.0.0.1", "::1", "graph.example.org"})
    reached: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        reached.append("")
        from starlette.responses import Response

        await Response("here")(scope, receive, send)

    client = TestClient(HostMiddleware(app, names), base_url="http://127.0.0.1")
    for host in ("127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000", "graph.example.org", "localhost."):
        assert client.get("/", headers={"Host": host}).status_code == 200, host
    assert len(reached) == 6
    refused = {"evil.example": 421, "127.0.0.1.evil.example": 421}
    for host in ("[", "", "a b", "localhost:x", "[::1", "http://127.0.0.1", "127.0.0.1@evil.example"):
        refused[host] = 400
    for host, status in refused.items():
        told = client.get("/", headers={"Host": host})
        assert (told.status_code, told.headers["content-type"]) == (status, "application/problem+json"), host
    assert len(reached) == 6
    assert parse_host("é") is None


def test_a_token_that_lets_anybody_in_is_none(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for word in ("", " ", "short", "x" * 15):
        with pytest.raises(UsageError, match="characters"):
            Token(word)
        file = tmp_path / "token"
        file.write_text(word, encoding="utf-8")
        done = run("serve", "--edit", "--token-file", str(file))
        no_traceback(done)
        assert (done.status, "characters" in done.err) == (2, True), done.err
        assert word.strip() == "" or word not in done.err
    monkeypatch.setenv("STANCEGRAPH_TOKEN", "")
    assert run("serve", "--edit").status == 2
    monkeypatch.delenv("STANCEGRAPH_TOKEN")
    assert run("serve", "--edit", "--token-file", str(tmp_path / "nothing")).status == 2
    assert run("serve", "--edit", "--host", "0.0.0.0").status == 2
    assert run("serve", "--edit", "--token", "x" * 20).status == 2, (
        "a word in the arguments is seen by all of the machine"
    )
    assert "x" * 20 not in repr(Token("x" * 20))


@ON_LINUX
@pytest.mark.long
def test_memory_of_the_process_that_serves_all_is_bounded(attacked: Site) -> None:
    before = resident(attacked.process.pid)
    for path in ("/workbench", "/sparql", "/picture"):
        for query in (
            f"{PRODUCT} LIMIT 1500000",
            f"{PRODUCT} ORDER BY ?c",
            PRODUCT.replace("SELECT *", "CONSTRUCT { ?a ?e ?f }"),
        ):
            attacked.post(path, urlencode({"query": query}).encode())
    assert resident(attacked.process.pid) < before + 100
    for path in ("/healthz", "/metrics"):  # a place is counted once it was asked, and no other test need have asked it
        attacked.get(path)
    told = attacked.get("/metrics")[1]
    ours = ("working", "queued", "stopped_total", "snapshot_age_seconds", "connections")
    for name in (*(f"stancegraph_{one}" for one in ours), "process_resident_memory_bytes", "process_open_fds"):
        assert name in told, name
    for place in ("sparql", "workbench", "picture", "healthz", "metrics"):
        assert f'place="{place}"' in told, place


@ON_LINUX
@pytest.mark.long
def test_memory_that_bombs_took_is_given_back(engine: Oxigraph) -> None:
    """Of the parts of memory that glibc has for each thread it gives back no ends: each round left some MiB more."""
    bombs = [one for one in requests() if one[0].startswith("/reconcile, ")]
    assert len(bombs) > 20

    def send(site: Site, bombs: list[tuple[str, str, bytes, str]]) -> None:
        for _, path, body, kind in bombs:
            site.post(path, body, kind)

    with serving("--seconds", "5", "--workers", "4", "--memory", "512") as site:
        pid, left = site.process.pid, list[int]()
        for _ in range(3):
            clients = [threading.Thread(target=send, args=(site, bombs[part::3])) for part in range(3)]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            until(lambda: resident(pid) <= (left or [0])[0], 15)  # memory is given back every ten seconds
            left.append(resident(pid))
    assert left[-1] <= left[0] + 8, f"MiB left by each round: {left}"
