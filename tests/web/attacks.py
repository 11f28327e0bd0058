"""What enemies send: bombs of every kind, clients that hold what they do not use, and a watch on a server's health."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlencode

import pytest

from stancegraph.web import site as server_site
from stancegraph.web.metrics import Metrics
from stancegraph.web.routes import api, editing, pages, reconciliation
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT
from tests.web.load import children

SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d) }"
PRODUCT = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"
ON_LINUX = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="processes are inspected in /proc, on Linux"
)


@dataclass
class Site:
    """A server that runs: its process, and where it is."""

    process: subprocess.Popen[str]
    host: str
    port: int

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def get(self, path: str, seconds: float = 30, source: str | None = None, **headers: str) -> tuple[int, str]:
        """Status and body of what stands at *path*; asked from the address *source*, where one is given."""
        with socket.create_connection((self.host, self.port), seconds, (source, 0) if source else None) as connection:
            said = {"Host": f"{self.host}:{self.port}", "Connection": "close", **headers}
            head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
            connection.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        top, _, body = answer.partition(b"\r\n\r\n")
        return int(top.split()[1]), body.decode("utf-8", "replace")

    def ask(self, query: str, seconds: float = 30, source: str | None = None) -> int:
        """The status of the answer to *query*."""
        return self.get(f"/sparql?{urlencode({'query': query})}", seconds, source)[0]

    def post(self, path: str, body: bytes, kind: str = "application/x-www-form-urlencoded", seconds: float = 60) -> int:
        """The status of the answer to *body*; 0 where the server cuts the connection."""
        request = urllib.request.Request(self.address + path, body, {"Content-Type": kind})
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                while answer.read(1 << 20):
                    pass
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.read()
            return error.code
        except (urllib.error.URLError, ConnectionError, HTTPException):
            return 0


@contextmanager
def serving(*options: str, workspace: Path = ROOT, host: str = "127.0.0.1") -> Iterator[Site]:
    """A server with these *options*, ended afterwards."""
    command = [sys.executable, "-m", "stancegraph", "--workspace", str(workspace), "serve", "--host", host]
    process = subprocess.Popen(
        [*command, "--port", "0", "--no-log", *options], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stderr is not None
    reader = threading.Thread(target=process.stderr.read, daemon=True)
    try:
        for line in process.stderr:
            if found := re.match(r"http://\S+:(\d+)/ answers", line):
                break
        else:
            raise AssertionError("the server did not start")
        reader.start()
        yield Site(process, host, int(found[1]))
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        if reader.is_alive():
            reader.join(60)
        process.stderr.close()


@dataclass
class Watch:
    """What /healthz said all the while: statuses, and how long each answer took, in seconds."""

    statuses: list[int] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    most_memory: int = 0


@contextmanager
def watching(site: Site, every: float = 0.1) -> Iterator[Watch]:
    """Ask for the health of *site* again and again."""
    watch, over = Watch(), threading.Event()

    def look() -> None:
        while not over.wait(every):
            start = time.monotonic()
            try:
                watch.statuses.append(site.get("/healthz", 60)[0])
            except OSError:
                watch.statuses.append(0)
            watch.taken.append(time.monotonic() - start)
            watch.most_memory = max(watch.most_memory, resident(site.process.pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join(120)


def resident(process: int) -> int:
    """MiB of memory that a process has to itself."""
    told = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) >> 10 for line in told.splitlines() if line.startswith("RssAnon:"))


def open_files(process: int) -> int:
    """How many files, sockets and pipes a process has open."""
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def threads_of(process: int) -> int:
    """How many threads a process has."""
    return len(list(Path(f"/proc/{process}/task").iterdir()))


def holder_of(server: int) -> int:
    """The process that holds the snapshot of a *server*, and has workers below it; 0 where there is none now."""
    waiting = [server]
    while waiting:
        one = waiting.pop(0)
        below = children(one)
        for child in below:
            if children(child):
                return child
        waiting += below
    return 0


_YAML = "#+ view: {type: chart, category: [&a [" + "x," * 9 + "], &b [" + "*a," * 9 + "], &c [" + "*b," * 9 + "]]}\n"
BOMBS: dict[str, str] = {
    "digits": "1%" * 400_000,
    "underscores": "_" * 900_000,
    "dots and dashes": "a.-" * 300_000,
    "quotes": '"' * 900_000,
    "escaped quotes": '"' + '\\"' * 400_000,
    "long quotes": "'''" * 300_001,
    "braces": "SELECT * {" + "{" * 400_000,
    "negations": "ASK { FILTER(" + "!" * 400_000 + "true) }",
    "unions": "SELECT * { {}" + " UNION {}" * 90_000 + " }",
    "optionals": "SELECT * {" + " OPTIONAL {?s ?p ?o}" * 40_000 + " }",
    "sums": "SELECT (1" + "+1" * 400_000 + " AS ?x) {}",
    "a product": PRODUCT + " LIMIT 1500000",
    "a product, in order": PRODUCT + " ORDER BY ?c ?f",
    "a count": SLOW,
    "a pattern": "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '(a|a)*(a|a)*(a|a)*$')) }",
    "a path": "SELECT * { ?s (<urn:a>|!<urn:b>)* ?o . ?o (!<urn:c>)* ?p }",
    "text": "SELECT (GROUP_CONCAT(?c) AS ?x) WHERE { ?a ?b ?c . ?d ?e ?f }",
    "aliases": _YAML + "SELECT ?s ?p { ?s ?p ?o } LIMIT 3",
    "a view in brackets": "#+ view: " + "[" * 20_000 + "\nASK {}",
    "a view in braces": "#+ view: {" + "a: b, " * 100_000 + "}\nSELECT ?s { ?s ?p ?o } LIMIT 3",
    "values": "SELECT * { VALUES ?x {" + " 1" * 400_000 + " } VALUES ?y {" + " 1" * 2000 + " } }",
    "no character": "ASK { FILTER('\\ud800' = '\\udfff') } \ud800",
    "infinite": "SELECT (1e999 AS ?x) (xsd:double('INF') AS ?y) {}",
}
"""Queries, and what is none, that would take time or memory without end, each in its own way."""

JSON_BOMBS: dict[str, str] = {
    "depth": "[" * 400_000,
    "objects": '{"q":' * 100_000,
    "digits": '{"q": {"query": "x", "limit": ' + "9" * 500_000 + "}}",
    "infinite": '{"q": {"query": "x", "limit": 1e999}}',
    "no number": '{"q": {"query": "x", "limit": NaN}}',
    "half a character": '{"q": {"query": "\\ud800"}}',
    "names": json.dumps({f"q{n}": {"query": "x" * 16_000} for n in range(50)}),
    "types": json.dumps({"q": {"query": "x", "type": ["Actor"] * 3000}}),
    "properties": json.dumps({"q": {"query": "x", "properties": [{"pid": "at", "v": "2012"}] * 3000}}),
    "ids": json.dumps({"ids": ["actor/China"] * 50, "properties": [{"id": f"p{n}"} for n in range(3000)]}),
    "settings": json.dumps({"ids": ["actor/China"], "properties": [{"id": "holderAt", "settings": [1]}]}),
    "endless": json.dumps({"ids": ["actor/China"], "properties": [{"id": "label", "settings": {"limit": 1e300}}]}),
}
"""Batches and extensions of the Reconciliation API that would, too."""


def places() -> list[str]:
    """The addresses that a server has, as its routes say: whoever adds one has it attacked."""
    site, nothing = server_site.Site(Workspace(ROOT), cast(Any, None)), cast(Any, None)
    routes = [
        *pages.routes(site),
        *api.routes(site, Metrics()),
        *reconciliation.routes(site),
        *editing.routes(site, nothing, None),
    ]
    return sorted({route.path for route in routes})


def requests() -> Iterator[tuple[str, str, bytes, str]]:
    """Each bomb for each address: its name, path, body and type; an empty body is a GET."""
    form = "application/x-www-form-urlencoded"
    for name, bomb in BOMBS.items():
        query = quote(bomb.encode("utf-8", "surrogatepass"), safe="")
        for path in ("/sparql", "/picture", "/workbench", "/reconcile", "/edit"):
            yield f"{path}: {name}", path, f"query={query}&queries={query}&token={query}".encode(), form
        yield f"/sparql, direct: {name}", "/sparql", bomb.encode("utf-8", "surrogatepass"), "application/sparql-query"
        short = query[:9_000].rsplit("%", 1)[0]
        for place in places():
            path = re.sub(r"\{[^}]*\}", short[:3000].rsplit("%", 1)[0] or "x", place)
            given = "&".join(f"{one}={short[:1500]}" for one in ("query", "words", "prefix", "id", "question", "graph"))
            yield f"{place}: {name}", f"{path}?{given}", b"", ""
    for name, bomb in JSON_BOMBS.items():
        for parameter in ("queries", "extend"):
            yield f"/reconcile, {parameter}: {name}", "/reconcile", f"{parameter}={quote(bomb)}".encode(), form
        for place in ("check", "save"):
            yield f"/edit, {place}: {name}", f"/edit/nothing/{place}", bomb.encode(), "application/json"
    yield "/sparql: parameters", "/sparql", b"a&" * 400_000, form
    yield "/sparql: percents", "/sparql", b"query=" + b"%41" * 300_000, form
    yield "/sparql: accepted", "/sparql?query=ASK%7B%7D&x=" + "a," * 5000, b"", ""
