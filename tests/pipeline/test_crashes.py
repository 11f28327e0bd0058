"""What goes wrong for real: killed builds, a full disk, builds at once, damaged snapshots, endpoints that break off.

Each gives one clear message and the exit status of its kind, and what was published before still answers.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stancegraph.errors import ExternalError
from stancegraph.pipeline.snapshot import canonical, content_digest, current
from stancegraph.sparql.endpoint import Endpoint
from tests.conftest import Run
from tests.project.figures import note

Runner = Callable[..., Run]
pytestmark = pytest.mark.long
STANCEGRAPH = [sys.executable, "-m", "stancegraph"]


@pytest.fixture
def small(small: Path, tmp_path: Path) -> Path:
    """A small workspace of one's own."""
    return shutil.copytree(small, tmp_path / "small")


def run_in(
    workspace: Path, snapshots: Path, *arguments: str, limit: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*STANCEGRAPH, "--workspace", str(workspace), *arguments],
        env={**os.environ, "STANCEGRAPH_SNAPSHOTS": str(snapshots)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=limit,
    )


def change(workspace: Path, number: int) -> None:
    """Make the next build one of other content."""
    facts = workspace / "data" / "articles" / "example" / "facts.ttl"
    text = facts.read_text(encoding="utf-8").split("\n# changed")[0]
    facts.write_text(f'{text}\n# changed\n:Ruritania skos:altLabel "Name {number}"@en .\n', encoding="utf-8")


def is_whole(snapshots: Path) -> bool:
    """Whether what is published is there, and has the content that it says it has."""
    published = current(snapshots)
    return published is not None and content_digest(canonical(published.open())) == published.content


def test_a_build_may_be_killed_at_any_moment(small: Path, tmp_path: Path) -> None:
    snapshots = tmp_path / "snapshots"
    start = time.monotonic()
    assert run_in(small, snapshots, "build").returncode == 0
    taken = time.monotonic() - start
    chance = random.Random(1)
    killed = 0
    for number in range(15):
        change(small, number)
        before = current(snapshots)
        assert before is not None
        with subprocess.Popen(
            [*STANCEGRAPH, "--workspace", str(small), "build"],
            env={**os.environ, "STANCEGRAPH_SNAPSHOTS": str(snapshots)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as build:
            time.sleep(chance.uniform(0.3 * taken, taken))
            build.send_signal(signal.SIGKILL)
        killed += build.returncode == -signal.SIGKILL
        note("builds killed at random, the published snapshot whole", build.returncode == -signal.SIGKILL)
        assert is_whole(snapshots)
    assert killed > 5
    done = run_in(small, snapshots, "build")
    assert done.returncode == 0, done.stderr
    assert is_whole(snapshots)
    assert run_in(small, tmp_path / "others", "build").returncode == 0
    gone_on, from_the_beginning = current(snapshots), current(tmp_path / "others")
    assert gone_on is not None
    assert from_the_beginning is not None
    assert gone_on.content == from_the_beginning.content


def test_two_builds_at_once_both_end_well(small: Path, tmp_path: Path) -> None:
    snapshots = tmp_path / "snapshots"
    command = [*STANCEGRAPH, "--workspace", str(small), "build", "--force"]
    environment = {**os.environ, "STANCEGRAPH_SNAPSHOTS": str(snapshots)}
    builds = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [build.wait(60) for build in builds] == [0, 0]
    assert is_whole(snapshots)
    assert not list(snapshots.glob("building-*"))


@contextmanager
def disk_of(folder: Path, size: str) -> Iterator[bool]:
    """A file system of its own at *folder*, of *size*; whether it could be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    can_mount = shutil.which("mount") is not None
    mounted = can_mount and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True, timeout=20)


def no_large_files() -> None:
    """For a process to come: no file may grow beyond a hundred kilobytes, as on a disk that is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def test_a_full_disk_loses_nothing(small: Path, tmp_path: Path) -> None:
    """On a small file system that is filled up, or, where none can be mounted, under a limit for the size of files."""
    disk = tmp_path / "disk"
    with disk_of(disk, "40m") as mounted:
        assert run_in(small, disk, "build").returncode == 0
        before = current(disk)
        assert before is not None
        if mounted:
            with (disk / "ballast").open("wb") as ballast:
                ballast.write(b"\0" * (shutil.disk_usage(disk).free - 100_000))
        limit = None if mounted else no_large_files
        change(small, 1)
        done = run_in(small, disk, "build", limit=limit)
        assert done.returncode == 3
        assert "cannot be written" in done.stderr
        assert "Remedy: make room" in done.stderr
        assert "Traceback" not in done.stderr
        assert current(disk) == before
        asked = run_in(small, disk, "ask", "stances-of-actor", "--actor", "Rudolf Rassendyll", "--format", "csv")
        assert asked.returncode == 0
        assert "Rudolf fears war." in asked.stdout
        exported = run_in(small, disk, "export", "--format", "nq", "-o", str(disk / "all.nq"), limit=limit)
        assert exported.returncode == 3
        assert "cannot write it" in exported.stderr
        assert not (disk / "all.nq").exists()
        (disk / "ballast").unlink(missing_ok=True)
        assert run_in(small, disk, "build").returncode == 0
        assert is_whole(disk)


@pytest.mark.parametrize("damage", ["empty", "cut", "nonsense"])
def test_a_damaged_snapshot_is_told_with_its_remedy(small: Path, tmp_path: Path, damage: str) -> None:
    snapshots = tmp_path / "snapshots"
    assert run_in(small, snapshots, "build").returncode == 0
    published = current(snapshots)
    assert published is not None
    for path in (published.path / "store").iterdir():
        if path.is_file():
            content = path.read_bytes()
            path.write_bytes(
                {"empty": b"", "cut": content[: len(content) // 2], "nonsense": b"x" * len(content)}[damage]
            )
    for arguments in (["ask", "conditions"], ["sparql", "SELECT * WHERE { ?s ?p ?o }"], ["show", "Ruritania"]):
        done = run_in(small, snapshots, *arguments)
        assert done.returncode == 3, done.stdout
        assert "stancegraph build --force" in done.stderr
        assert "Traceback" not in done.stderr
    done = run_in(small, snapshots, "build", "--force")
    assert done.returncode == 0, done.stderr
    assert is_whole(snapshots)


HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: 1000\r\n\r\n"
GRAPHS = '{"head":{"vars":["graph"]},"results":{"bindings":[]}}'
WHOLE = HEAD.replace("1000", str(len(GRAPHS))) + GRAPHS


@contextmanager
def broken(answer: str, *, drip: float = 0) -> Iterator[str]:
    """An endpoint that says what graphs it has, and to the next question *answer*, a letter each *drip* seconds."""
    server = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        for said in (WHOLE, answer):
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                if said == WHOLE or not drip:
                    connection.sendall(said.encode())
                    continue
                for letter in said:
                    if stop.wait(drip):
                        return
                    try:
                        connection.sendall(letter.encode())
                    except OSError:
                        return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/sparql"
    finally:
        stop.set()
        server.close()
        thread.join(10)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (HEAD + '{"head":{"vars":["s"]},"results":{"bind', "did not answer"),
        (HEAD.replace("1000", "17") + "<html>Hi!</html>\n", "not what it should be"),
        ("HTTP/1.1 500 Oh\r\nContent-Length: 4\r\n\r\nbusy", "did not answer"),
        ("HTTP/1.1 503 No\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n", "did not answer"),
        ("nonsense\r\n\r\n", "did not answer"),
        ("", "did not answer"),
    ],
    ids=["cut", "a page", "500", "503", "no HTTP", "nothing"],
)
def test_an_endpoint_that_breaks_off_is_told(run: Runner, answer: str, says: str) -> None:
    with broken(answer) as url:
        done = run("--engine", url, "sparql", "SELECT * WHERE { ?s ?p ?o }")
    assert done.status == 3
    assert says in done.err
    assert url in done.err
    assert "Remedy" in done.err
    assert not done.out


def test_an_endpoint_that_drips_is_given_up(run: Runner) -> None:
    """Each letter is in time for a socket's timeout; the whole is not."""
    with broken(HEAD + " " * 1000, drip=0.2) as url:
        endpoint = Endpoint(url, timeout=2)
        assert endpoint.graphs == ()
        with pytest.raises(ExternalError, match="within 2 seconds"):
            endpoint.query("SELECT * WHERE { ?s ?p ?o }")
