"""Many clients at once: what they ask, how long the answers take, and what the server's processes hold meanwhile."""

from __future__ import annotations

import contextlib
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode


@dataclass
class Load:
    """What a number of clients saw: statuses, latencies in seconds, and what else was wrong."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def percentile(self, part: float) -> float:
        """The latency that *part* of the answers keep within."""
        return sorted(self.latencies)[min(len(self.latencies) - 1, int(part * len(self.latencies)))]


def ask(url: str, load: Load, accept: str, look: Callable[[bytes], str | None] = lambda body: None) -> None:
    """Ask once; *look* says what is wrong with the answer."""
    start = time.perf_counter()
    request = urllib.request.Request(url, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            body = answer.read()
            load.statuses[answer.status] += 1
            load.versions.add(answer.headers.get("X-Snapshot", ""))
            found = look(body)
            if found:
                load.wrong.append(found)
    except urllib.error.HTTPError as error:
        load.statuses[error.code] += 1
        if error.code == 503 and error.headers.get("Retry-After") is None:
            load.wrong.append("503 without Retry-After")
    except OSError as error:
        load.wrong.append(f"{url}: {error}")
    load.latencies.append(time.perf_counter() - start)


def clients(addresses: Sequence[str], number: int, seconds: float, accept: str = "*/*") -> Load:
    """*number* clients, who ask the *addresses* in turn for so many *seconds*."""
    load, until = Load(), time.monotonic() + seconds

    def client(place: int) -> None:
        while time.monotonic() < until:
            ask(addresses[place % len(addresses)], load, accept)
            place += 1

    threads = [threading.Thread(target=client, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return load


def address(site: str, text: str) -> str:
    """The address of a query at an endpoint."""
    return f"{site}?{urlencode({'query': text})}"


def children(process: int) -> list[int]:
    """The processes that a process has started, from whichever of its threads."""
    lines = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            lines.append(task.read_text())
    return [int(child) for line in lines for child in line.split()]


def held(process: int) -> tuple[int, int, int]:
    """What a process and those below it hold: KiB of memory, open files, and how many processes they are."""
    memory, files, number = 0, 0, 0
    waiting = [process]
    while waiting:
        one = waiting.pop()
        try:
            status = Path(f"/proc/{one}/status").read_text()
            files += len(list(Path(f"/proc/{one}/fd").iterdir()))
            waiting += children(one)
        except OSError:
            continue
        number += 1
        memory += next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:"))
    return memory, files, number
