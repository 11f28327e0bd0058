"""Many clients beside slow queries and a new snapshot: no error, no answer from two versions, nothing that grows."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from stancegraph.pipeline import building
from stancegraph.workspace.folders import Workspace
from tests.web.load import Load, address, ask, clients, held
from tests.web.test_bounds import SLOW

pytestmark = pytest.mark.long
SECONDS = float(os.environ.get("STANCEGRAPH_LOAD_SECONDS", "30"))
FRESH = 3  # snapshots that are published meanwhile


@pytest.mark.early
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="what processes hold is read from /proc, on Linux")
def test_many_clients_for_some_time_see_no_error_and_nothing_grows(copy: Path) -> None:
    space = Workspace(copy)
    command = [sys.executable, "-m", "stancegraph", "--workspace", str(copy), "serve", "--port", "0", "--no-log"]
    with subprocess.Popen([*command, "--seconds", "15", "--workers", "4"], stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        (site,) = re.findall(r"http://[\d.:]+(?=/)", server.stderr.readline())
        short = [
            f"{site}/queries/conditions",
            f"{site}/queries/hopes-and-fears?actor=China",
            address(f"{site}/sparql", "SELECT ?s WHERE { ?s a <https://w3id.org/stancegraph/ontology#Stance> }"),
            f"{site}/data/id/actor/China",
            f"{site}/healthz",
        ]
        pages = [f"{site}/page/id/actor/China", f"{site}/queries/who-met-whom", f"{site}/search?words=nato"]
        clients(short + pages, 4, 3)  # what is loaded once is loaded
        before = held(server.pid)
        slow, told, seen = Load(), Load(), Load()
        until = time.monotonic() + SECONDS
        running = [
            threading.Thread(target=lambda: merge(told, clients(short, 6, SECONDS))),
            threading.Thread(target=lambda: merge(seen, clients(pages, 2, SECONDS, "text/html"))),
            threading.Thread(target=keep_asking, args=(address(f"{site}/sparql", SLOW), slow, until)),
        ]
        for thread in running:
            thread.start()
        for number in range(FRESH):
            time.sleep(SECONDS / (FRESH + 1))
            labels = copy / "data" / "entities" / "places.ttl"
            text = labels.read_text(encoding="utf-8")
            labels.write_text(text.replace("Gulf of Aden", f"Gulf of Aden {number}", 1), encoding="utf-8")
            assert building.build(space).published
        for thread in running:
            thread.join(SECONDS + 60)
            assert not thread.is_alive()
        merge(told, clients(short, 4, 3))  # the last snapshot may have come when the others had ended
        clients(short + pages, 4, 3)
        time.sleep(1)
        after = held(server.pid)
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
    print(f"{len(told.latencies)} requests, {len(seen.latencies)} pages, {len(slow.latencies)} slow queries stopped")
    assert not told.wrong + seen.wrong + slow.wrong
    assert set(told.statuses) == {200}
    assert set(seen.statuses) == {200}
    assert set(slow.statuses) == {504}
    assert len(told.versions - {""}) == FRESH + 1
    assert len(told.latencies) > 10 * SECONDS
    memory, files, processes = (later / earlier for later, earlier in zip(after, before, strict=True))
    assert processes == 1
    assert files < 1.5, (before, after)
    assert memory < 2, (before, after)
    shutil.rmtree(copy)


def merge(into: Load, load: Load) -> None:
    into.statuses.update(load.statuses)
    into.latencies.extend(load.latencies)
    into.versions |= load.versions
    into.wrong.extend(load.wrong)


def keep_asking(url: str, load: Load, until: float) -> None:
    while time.monotonic() < until:
        ask(url, load, "*/*")
