"""Real SPARQL servers on loopback, each started and stopped by the test that needs it.

A test is skipped if its server is missing, and says so. The `oxigraph` server comes with the extra ``dev``, Virtuoso
with Debian's package ``virtuoso-opensource-7-bin``, and Fuseki as a jar from Maven Central that
``STANCEGRAPH_FUSEKI_JAR`` names.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SECONDS = 90  # that a server may take to start


@dataclass(frozen=True)
class Server:
    """The URLs of a server for queries, updates, the Graph Store Protocol and validation, and its credentials."""

    query: str
    update: str
    graph_store: str
    user: str | None = None
    password: str = ""
    digest: bool = False
    shacl: str | None = None


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], folder: Path, url: str) -> Iterator[None]:
    """Run *command* in *folder*, wait until *url* answers, and stop it when the block ends."""
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + SECONDS
            while True:
                try:
                    urllib.request.urlopen(url, timeout=5).read()
                    break
                except OSError as error:
                    log_text = (folder / "log.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
                    if getattr(error, "code", None) in (
                        400,
                        401,
                        404,
                        405,
                    ):  # it is up, although it rejects this request
                        break
                    assert process.poll() is None, log_text
                    assert time.monotonic() < deadline, log_text
                    time.sleep(0.2)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(20)


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """Run Oxigraph's own server."""
    beside_python = str(Path(sys.executable).parent)  # the environment need not be activated
    program = shutil.which("oxigraph", path=os.pathsep.join((beside_python, os.environ.get("PATH", ""))))
    if program is None:
        pytest.skip("no oxigraph server: pip install oxigraph")
    url = f"http://127.0.0.1:{free_port()}"
    command = [program, "serve", "--location", str(folder / "store"), "--bind", url.removeprefix("http://")]
    with running(command, folder, f"{url}/"):
        yield Server(f"{url}/query", f"{url}/update", f"{url}/store")


FUSEKI = """
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX ja: <http://jena.hpl.hp.com/2005/11/Assembler#>
[] a fuseki:Service ;
    fuseki:name "graph" ;
    fuseki:endpoint
        [ fuseki:operation fuseki:query ; fuseki:name "query" ] ,
        [ fuseki:operation fuseki:update ; fuseki:name "update" ] ,
        [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] ,
        [ fuseki:operation fuseki:shacl ; fuseki:name "shacl" ] ;
    fuseki:dataset [ a ja:MemoryDataset ] .
"""


@contextmanager
def fuseki(folder: Path) -> Iterator[Server]:
    """Run Apache Jena Fuseki with a dataset in memory."""
    jar = os.environ.get("STANCEGRAPH_FUSEKI_JAR")
    if jar is None or not Path(jar).is_file() or shutil.which("java") is None:
        pytest.skip(
            "no Fuseki: STANCEGRAPH_FUSEKI_JAR names its jar (Maven Central: jena-fuseki-server), run by Java 17"
        )
    port = free_port()
    url = f"http://127.0.0.1:{port}/graph"
    (folder / "fuseki.ttl").write_text(FUSEKI, encoding="utf-8")
    command = ["java", "-Xmx2g", "-jar", jar, "--localhost", f"--port={port}", "--config=fuseki.ttl"]
    with running(command, folder, f"{url}/query?query=ASK%7B%7D"):
        yield Server(f"{url}/query", f"{url}/update", f"{url}/data", shacl=f"{url}/shacl")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    """Run the open source edition of Virtuoso, as Debian packages it."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("no Virtuoso: apt-get install --no-install-recommends virtuoso-opensource-7-bin")
    http, sql = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(
        f"""[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
NumberOfBuffers = 40000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryCostEstimationTime = 100000
MaxQueryExecutionTime = 120
""",
        encoding="utf-8",
    )
    url = f"http://127.0.0.1:{http}"
    with running([program, "-f", "-c", "virtuoso.ini"], folder, f"{url}/sparql?query=ASK%7B%7D"):
        yield Server(f"{url}/sparql", f"{url}/sparql-auth", f"{url}/sparql-graph-crud-auth", "dba", "dba", True)


SERVERS = {"oxigraph": oxigraph, "fuseki": fuseki, "virtuoso": virtuoso}
