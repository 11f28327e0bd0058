"""An hour of mixed load: good clients beside enemies and new snapshots. `python -m benchmarks.soak --seconds 3600`.

Good clients ask questions, pages and health, and must see no error. Beside them one reads slowly, one goes away in the
middle, one sends bombs, one sends half requests, each from an address of its own; and every half minute a new snapshot
is published. What the server holds is counted at the beginning and at the end.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from stancegraph.pipeline import building
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT
from tests.web.attacks import PRODUCT, Site, open_files, requests, resident, serving, threads_of
from tests.web.load import held

GOOD = (
    "/healthz", "/queries/conditions", "/queries/hopes-and-fears?actor=China", "/data/id/actor/China",
    "/search?words=nato",
    f"/sparql?{urlencode({'query': 'SELECT ?s WHERE { ?s a <https://w3id.org/stancegraph/ontology#Stance> }'})}",
)  # fmt: skip
PAGES = ("/page/id/actor/China", "/queries/who-met-whom", "/", "/queries/stances-of-actor?actor=China")


def state(site: Site) -> dict[str, int]:
    """What a server holds: MiB of its own process and of all, open files, threads, and processes."""
    memory, _, processes = held(site.process.pid)
    pid = site.process.pid
    return {
        "server MiB": resident(pid),
        "all MiB": memory >> 10,
        "files": open_files(pid),
        "threads": threads_of(pid),
        "processes": processes,
    }


def soak(seconds: float, workspace: Path) -> dict[str, object]:
    """Load a server that serves *workspace*, a copy, for so many *seconds*; returns what was seen."""
    space = Workspace(workspace)
    good: Counter[str] = Counter()
    done: Counter[str] = Counter()
    wrong: list[str] = []
    slowest = 0.0
    over = threading.Event()

    def loop(work: Callable[[], None], pause: float = 0.0) -> threading.Thread:
        def run() -> None:
            while not over.is_set():
                work()
                over.wait(pause)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    with serving("--seconds", "5", "--workers", "4", "--memory", "512", workspace=workspace) as site:
        paths, pages = itertools.cycle(GOOD), itertools.cycle(PAGES)

        def ask(path: str, accept: str) -> None:
            nonlocal slowest
            start = time.monotonic()
            try:
                status, body = site.get(path, 60, Accept=accept)
            except OSError as error:
                status, body = 0, str(error)
            slowest = max(slowest, time.monotonic() - start)
            good[str(status)] += 1
            if status != 200:
                wrong.append(f"{path}: {status} {body[:200]}")

        def read_slowly() -> None:
            with (
                contextlib.suppress(OSError),
                socket.create_connection((site.host, site.port), 10, ("127.0.0.21", 0)) as one,
            ):
                one.sendall(f"GET /sparql?{urlencode({'query': PRODUCT})} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
                done["slow readers"] += 1
                for _ in range(30):
                    if over.wait(0.5) or not one.recv(1):
                        return

        def go_away() -> None:
            with (
                contextlib.suppress(OSError),
                socket.create_connection((site.host, site.port), 10, ("127.0.0.31", 0)) as one,
            ):
                one.sendall(f"GET /sparql?{urlencode({'query': PRODUCT})} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
                one.recv(1000)
                done["disconnects"] += 1

        def send_half() -> None:
            with (
                contextlib.suppress(OSError),
                socket.create_connection((site.host, site.port), 10, ("127.0.0.51", 0)) as one,
            ):
                one.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
                done["half requests"] += 1
                one.settimeout(30)
                one.recv(1)

        bombs = itertools.cycle(requests())

        def bomb() -> None:
            _, path, body, kind = next(bombs)
            with contextlib.suppress(OSError):
                if body:
                    site.post(path, body, kind)
                else:
                    site.get(path, 60, "127.0.0.41")
                done["bombs"] += 1

        def publish() -> None:
            places = workspace / "data" / "entities" / "places.ttl"
            text = places.read_text(encoding="utf-8").split("\n# soak")[0]
            places.write_text(
                f'{text}\n# soak {done["snapshots"]}\nplace:GulfOfAden skos:altLabel "Gulf {done["snapshots"]}"@en .\n',
                encoding="utf-8",
            )
            built = building.build(space)
            done["snapshots" if built.published else "snapshots refused"] += 1

        for path in (*GOOD, *PAGES):
            site.get(path, Accept="text/html")
            site.get(path)
        before = state(site)
        threads = [loop(lambda: ask(next(paths), "*/*"), 0.2) for _ in range(3)]
        threads += [loop(lambda: ask(next(pages), "text/html"), 0.3) for _ in range(2)]
        threads += [loop(read_slowly), loop(go_away, 2.0), loop(send_half), loop(bomb, 1.0), loop(publish, 30)]
        memory = [resident(site.process.pid)]  # of the server's process, in MiB, each minute
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            over.wait(min(60, rest))
            memory.append(resident(site.process.pid))
            print(f"{len(memory) - 1} min: {memory[-1]} MiB, {dict(good)}, {dict(done)}", file=sys.stderr, flush=True)
        over.set()
        for thread in threads:
            thread.join(120)
        time.sleep(15)  # what was cut has ended
        ask("/healthz", "*/*")
        after = state(site)
    return {
        "seconds": seconds, "good": dict(good), "errors to good clients": len(wrong), "examples": wrong[:10],
        "slowest good answer, s": round(slowest, 1), "enemies": dict(done), "before": before, "after": after,
        "MiB of the server, by the minute": memory,
    }  # fmt: skip


def main() -> int:
    """Run it on a copy of the workspace, and print what was seen."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=3600)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("ontology", "data", "queries"):
            shutil.copytree(ROOT / name, Path(folder) / name)
        assert building.build(Workspace(Path(folder))).published
        seen = soak(chosen.seconds, Path(folder))
    print(json.dumps(seen, indent=2))
    return int(bool(seen["errors to good clients"]))


if __name__ == "__main__":
    sys.exit(main())
