"""Whatever bombs are sent, a server stays healthy, and gives back the memory that they took."""

from __future__ import annotations

import threading
from collections import Counter
from urllib.parse import urlencode

import pytest

from stancegraph.errors import UsageError
from stancegraph.sparql.engine import Oxigraph
from stancegraph.web.backend.procedures import parse_view
from tests.project.figures import note
from tests.support.waiting import happens
from tests.web.attacks import ON_LINUX, PRODUCT, Site, requests, resident, serving, watching


@pytest.mark.early
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
    assert sorted(watch.taken)[-1] < 1.0, "its health is answered within a second"
    assert watch.most_memory < 250, f"{watch.most_memory} MiB"
    assert attacked.ask("ASK {}") == 200


def test_the_view_in_a_request_may_hold_nothing_but_names() -> None:
    assert parse_view("SELECT ?a {}") is None
    view = parse_view("#+ title: x\n#+ view: {type: chart, category: name}\nSELECT ?name {}")
    assert view is not None
    assert (view.type, dict(view.roles)) == ("chart", {"category": "name"})
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


@ON_LINUX
@pytest.mark.long
def test_the_memory_of_the_server_process_is_bounded(attacked: Site) -> None:
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
    metrics = attacked.get("/metrics")[1]
    ours = ("working", "queued", "stopped_total", "snapshot_age_seconds", "connections")
    for name in (*(f"stancegraph_{name}" for name in ours), "process_resident_memory_bytes", "process_open_fds"):
        assert name in metrics, name
    for place in ("sparql", "workbench", "picture", "healthz", "metrics"):
        assert f'place="{place}"' in metrics, place


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
            happens(lambda: resident(pid) <= (left or [0])[0], 15)  # memory is given back every ten seconds
            left.append(resident(pid))
    assert left[-1] <= left[0] + 8, f"MiB left by each round: {left}"
