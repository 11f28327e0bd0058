"""A process that works for others reaches nobody, starts nothing, and writes only where it may."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stancegraph.workspace.scaffold import create_workspace
from tests.conftest import Run, no_traceback
from tests.support import canary as canaries
from tests.support.canary import Canary, respond

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"},
    reason="processes are cut off by seccomp, on Linux for x86-64 and ARM64",
)
CHECK = "".join(f"#+ {name}: x\n" for name in ("title", "description", "problem", "remedy")) + "#+ severity: info\n"
TRIED = """
import os, socket, sys
import pyoxigraph as ox
from stancegraph.isolation.confinement import confine
here, there = socket.socketpair()
assert confine(writing={writing})
here.sendall(b"x")  # what was open before stays open
assert there.recv(1) == b"x"
refused = []
for name, work in {{
    "internet": lambda: socket.socket(socket.AF_INET),
    "internet 6": lambda: socket.socket(socket.AF_INET6),
    "local": lambda: socket.socket(socket.AF_UNIX),
    "pair": lambda: socket.socketpair(),
    "packets": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "program": lambda: os.execv(sys.executable, [sys.executable, "-c", ""]),
    "service": lambda: list(ox.Store().query("SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")),
}}.items():
    try:
        work()
    except OSError:
        refused.append(name)
try:
    with open({path!r}, "w") as file:
        file.write("x")
    written = True
except OSError:
    written = False
print(len(refused), written)
"""


@pytest.fixture
def canary() -> Iterator[Canary]:
    with canaries.canary(respond("200 OK", '{"head":{"vars":["s"]},"results":{"bindings":[]}}')) as one:
        yield one


@pytest.mark.parametrize("writing", [True, False])
def test_a_process_that_is_cut_off_reaches_nobody(tmp_path: Path, canary: Canary, writing: bool) -> None:
    code = TRIED.format(writing=writing, address=canary.url, path=str(tmp_path / "file"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split() == ["7", str(writing)], done.stderr
    assert canary.requests == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("queries/check/calls.rq", CHECK + "SELECT ?subject WHERE {{ SERVICE <{url}> {{ ?subject ?p ?o }} }}"),
        ("queries/build/99-calls.rq", "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"),
        ("queries/build/owl-rl/calls.rq", "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"),
    ],
)  # fmt: skip
def test_no_rule_or_check_of_a_workspace_calls_anybody(
    tmp_path: Path, canary: Canary, monkeypatch: pytest.MonkeyPatch, file: str, text: str
) -> None:
    monkeypatch.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)
    create_workspace(tmp_path / "w")
    (tmp_path / "w" / file).write_text(text.format(url=canary.url), encoding="utf-8")
    command = [sys.executable, "-m", "stancegraph", "--workspace", str(tmp_path / "w"), "build"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    no_traceback(Run(done.returncode, done.stdout, done.stderr))
    assert done.returncode in {1, 3}, done.stdout
    assert canary.requests == []
