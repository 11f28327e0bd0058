"""Clients that hold what they do not use, or want more than their share, keep no one else from being served."""

from __future__ import annotations

import contextlib
import gc
import socket
import threading
import time
from collections import Counter
from urllib.parse import urlencode

import pytest

from stancegraph.sparql.engine import Oxigraph
from stancegraph.web.backend.cancelling import Cancellation, DisconnectedError
from stancegraph.web.backend.fair_queue import FairQueue, client_network
from stancegraph.web.backend.service import Service
from stancegraph.web.backend.task import Limits, Query
from stancegraph.web.failures import BusyError
from stancegraph.workspace.folders import Workspace
from tests.support.waiting import happens
from tests.web.attacks import ON_LINUX, PRODUCT, SLOW, Site, open_files, serving


def open_request(site: Site, query: str, source: str = "127.0.0.1") -> socket.socket:
    """Open a connection, ask *query* on it, and read nothing."""
    connection = socket.create_connection((site.host, site.port), 30, (source, 0))
    request = f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    connection.sendall(request.encode())
    return connection


@pytest.mark.long
def test_the_worker_of_a_client_that_disconnects_is_freed_at_once(engine: Oxigraph) -> None:
    with serving("--seconds", "300", "--workers", "2") as site:
        for query in (SLOW, PRODUCT, SLOW, PRODUCT, SLOW):
            with (
                contextlib.closing(open_request(site, query)) as first,
                contextlib.closing(open_request(site, query, "127.0.0.2")) as second,
            ):
                if query == PRODUCT:
                    assert first.recv(100)
                    assert second.recv(100)
                else:
                    assert happens(lambda: "stancegraph_working 2.0" in site.get("/metrics")[1])
            assert site.ask("ASK {}", 30) == 200, "five minutes are not over"


@pytest.mark.long
def test_an_abandoned_answer_frees_its_worker_even_without_garbage_collection(
    ours: Workspace, engine: Oxigraph
) -> None:
    service = Service(ours, 2, limits=Limits(300))
    gc.disable()
    try:
        for _ in range(4):
            answer = service.run(Query(PRODUCT, "text/csv", None, None))
            assert next(answer)
            answer.close()
        cancellation = Cancellation()
        threading.Timer(0.3, cancellation.cancel).start()
        with pytest.raises(DisconnectedError):
            service.run(Query(SLOW, "text/csv", None, None), cancellation=cancellation)
        assert service.running == 0
        assert service.queue.queued == 0
        assert service.run(Query("ASK {}", None, "application/sparql-results+json", None)).read_all()
    finally:
        gc.enable()
        service.close()


@pytest.mark.long
def test_slow_readers_keep_no_worker_beyond_the_time_limit(attacked: Site) -> None:
    over = threading.Event()

    def read_slowly(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            while not over.wait(0.5) and connection.recv(1):
                pass

    slow = [open_request(attacked, PRODUCT, f"127.0.0.{20 + number}") for number in range(6)]
    threads = [threading.Thread(target=read_slowly, args=(connection,)) for connection in slow]
    for thread in threads:
        thread.start()
    try:
        assert happens(lambda: attacked.ask("ASK {}") == 200, 60), "they read for ever"
        assert happens(lambda: "stancegraph_connections 1.0" in attacked.get("/metrics")[1], 60), (
            "they are disconnected"
        )
    finally:
        over.set()
        for thread in threads:
            thread.join(10)


@pytest.mark.early
@ON_LINUX
@pytest.mark.long
def test_half_requests_are_disconnected_and_others_are_answered_meanwhile(engine: Oxigraph) -> None:
    with serving("--connections", "200", "--client-connections", "50") as site:
        before = open_files(site.process.pid)
        halves = []
        for number in range(400):
            connection = socket.create_connection((site.host, site.port), 10, (f"127.0.0.{2 + number % 3}", 0))
            with contextlib.suppress(OSError):
                connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            halves.append(connection)
        assert site.ask("ASK {}") == 200, "others are answered"
        assert open_files(site.process.pid) - before <= 150 + 20, "of each client's connections, fifty"
        assert happens(lambda: "stancegraph_connections 1.0" in site.get("/metrics")[1], 60), "they are disconnected"
        assert open_files(site.process.pid) <= before + 20
        for connection in halves:
            connection.close()
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

    def enter(cancellation: Cancellation) -> None:
        try:
            turns.enter("greedy", 60, cancellation)
            with lock:
                seen["greedy"] += 1
        except (BusyError, DisconnectedError) as error:
            with lock:
                refused[type(error)] += 1

    threads = [threading.Thread(target=enter, args=(cancellation,)) for cancellation in greedy]
    for thread in threads:
        thread.start()
    assert happens(lambda: seen["greedy"] == 2 and refused[BusyError] + turns.queued == 23), (seen, turns.queued)
    assert turns.queued == turns.max_client_waiting == 10
    turns.enter("modest", 0.0, Cancellation())  # no time to wait: a place is free
    with pytest.raises(BusyError):
        turns.enter("third", 0.0, Cancellation())
    turns.leave("greedy")
    assert happens(lambda: seen["greedy"] == 3), "the one who has waited longest goes on"
    for cancellation in greedy:
        cancellation.cancel()
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
