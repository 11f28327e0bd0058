"""The recipes of docs/deploy, tried: a web server in front, the sandbox of the unit, the lines of the container.

What cannot be tried without a machine of its own is said in docs/deploy/README.md.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.servers import free_port, running

DEPLOY = ROOT / "docs" / "deploy"
pytestmark = pytest.mark.long


def _options(words: list[str]) -> list[str]:
    """Those of *words* that this `stancegraph serve` knows, each option with its value."""
    command = [sys.executable, "-m", "stancegraph", "serve", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=_plain()).stdout
    pairs = [words[place : place + 2] for place in range(0, len(words), 2)]
    assert all(name.startswith("--") for name, _ in pairs)
    return [word for pair in pairs if pair[0] in told for word in pair]


def _plain() -> dict[str, str]:
    return os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}


def _served(line: str) -> list[str]:
    """The options of ``serve`` in a *line* of a recipe."""
    return line.partition(" serve ")[2].split()


def _unit(name: str) -> str:
    text = (DEPLOY / "stancegraph.service").read_text(encoding="utf-8")
    (value,) = re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)
    assert isinstance(value, str)
    return value


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the published snapshot of the shipped workspace."""
    folder = tmp_path_factory.mktemp("snapshots")
    env = _plain() | {"STANCEGRAPH_SNAPSHOTS": str(folder)}
    subprocess.run([sys.executable, "-m", "stancegraph", "build"], check=True, capture_output=True, env=env)
    return folder


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory, snapshots: Path) -> Iterator[int]:
    """The port of nginx as the recipe has it, with shorter times, before a server as the unit starts it."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("no nginx: apt-get install nginx-light")
    folder, behind, port, up = tmp_path_factory.mktemp("nginx"), free_port(), free_port(), free_port()
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    changed = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{behind};",
        "timeout 10s;": "timeout 1s;",
        "=20r/s": "=1r/s",
    }
    for old, new in changed.items():
        assert old in site
        site = site.replace(old, new)
    site = re.sub(r"listen 80\b", f"listen 127.0.0.1:{port}", site)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/errors; user root; events {{ }}\n"
        f"http {{ access_log off; {temporary}\n{site}\n"
        f"server {{ listen 127.0.0.1:{up}; return 200; }} }}\n",
        encoding="utf-8",
    )
    options = _options(_served(_unit("ExecStart")))
    options[options.index("--port") + 1] = str(behind)
    serve = [sys.executable, "-m", "stancegraph", "serve", *options, "--no-log"]
    own = tmp_path_factory.mktemp("serve")
    os.environ["STANCEGRAPH_SNAPSHOTS"], before = str(snapshots), os.environ.get("STANCEGRAPH_SNAPSHOTS")
    try:
        with running(serve, own, f"http://127.0.0.1:{behind}/healthz"):
            checked = subprocess.run([program, "-t", "-c", str(folder / "nginx.conf")], capture_output=True, text=True)
            assert checked.returncode == 0, checked.stderr
            with running([program, "-c", str(folder / "nginx.conf")], folder, f"http://127.0.0.1:{up}/"):
                yield port
    finally:
        if before is None:
            del os.environ["STANCEGRAPH_SNAPSHOTS"]
        else:
            os.environ["STANCEGRAPH_SNAPSHOTS"] = before


def get(port: int, path: str, host: str = "graph.example.org", **headers: str) -> tuple[int, str]:
    """Status and body of what nginx answers."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host, **fields})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.read().decode("utf-8", errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", errors="replace")


def until_closed(connection: socket.socket) -> bytes:
    """All that comes until the other side ends it."""
    connection.settimeout(60)
    read = b""
    try:
        while piece := connection.recv(4096):
            read += piece
    except ConnectionResetError:
        pass
    return read


def test_pages_and_answers_come_through(front: int) -> None:
    status, page = get(front, "/", Accept="text/html")
    assert (status, "<h1" in page) == (200, True)
    status, answer = get(front, "/sparql?query=ASK%7B%7D", Accept="application/sparql-results+json")
    assert (status, json.loads(answer)["boolean"]) == (200, True)


def test_links_name_the_public_address(front: int) -> None:
    _, told = get(front, "/.well-known/void", Accept="text/turtle")
    assert "https://graph.example.org/" in told


def test_another_name_is_not_answered(front: int) -> None:
    for host in ("127.0.0.1", "rebind.example.net"):
        with pytest.raises((urllib.error.URLError, ConnectionError)):
            get(front, "/", host)


def test_what_is_for_this_machine_stays_there(front: int) -> None:
    assert get(front, "/edit/x")[0] == 403
    assert get(front, "/metrics")[0] == 200, "from here it may be looked at"


def test_what_is_too_large_is_refused(front: int) -> None:
    with socket.create_connection(("127.0.0.1", front)) as connection:
        head = "POST /sparql HTTP/1.1\r\nHost: graph.example.org\r\nContent-Length: 2000000\r\n\r\n"
        connection.sendall(head.encode("ascii"))
        assert b" 413 " in until_closed(connection).split(b"\r\n")[0]
    assert get(front, f"/?q={'x' * 40_000}")[0] == 414


@pytest.mark.early
@pytest.mark.parametrize(
    "begun",
    [
        "GET / HTTP/1.1\r\nHost: graph.example.org\r\nX-Slow: ",
        "POST /sparql HTTP/1.1\r\nHost: graph.example.org\r\nContent-Type: application/sparql-query\r\n"
        "Content-Length: 1000\r\n\r\nASK",
    ],
    ids=["headers", "a body"],
)
def test_who_sends_slowly_is_cut_off_and_holds_nobody_up(begun: str, front: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", front)) for _ in range(5)]
    for connection in slow:
        connection.sendall(begun.encode("ascii"))
    assert get(front, "/healthz")[0] == 200
    for connection in slow:
        with connection:
            assert b" 200 " not in until_closed(connection)


def test_one_address_has_so_many_requests_at_a_time(front: int) -> None:
    """The times that the recipe gives for more are longer here; another address is not held up."""
    statuses = []
    for _ in range(90):
        with socket.create_connection(("127.0.0.1", front), source_address=("127.0.0.2", 0)) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: graph.example.org\r\nConnection: close\r\n\r\n")
            statuses.append(until_closed(connection).split()[1])
    assert set(statuses) == {b"200", b"429"}
    assert statuses.count(b"200") >= 60
    assert get(front, "/healthz")[0] == 200


def test_one_address_has_so_many_connections(front: int) -> None:
    begun = "POST /sparql HTTP/1.1\r\nHost: graph.example.org\r\nContent-Length: 1000\r\n\r\n"
    many = [socket.create_connection(("127.0.0.1", front), source_address=("127.0.0.3", 0)) for _ in range(30)]
    for connection in many:
        connection.sendall(begun.encode("ascii"))
    refused = sum(b" 429 " in until_closed(connection) for connection in many)
    assert refused >= 15
    for connection in many:
        connection.close()


def test_the_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd-analyze: apt-get install systemd")
    unit = tmp_path / "stancegraph.service"
    text = (DEPLOY / "stancegraph.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/stancegraph/bin/stancegraph", sys.executable), encoding="utf-8")
    done = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    command = [program, "security", "--offline=true", "--threshold=15", str(unit)]
    scored = subprocess.run(command, capture_output=True, text=True, check=False)
    assert scored.returncode == 0, scored.stdout[-300:]


def test_it_serves_as_nobody_from_folders_that_it_cannot_write(snapshots: Path, tmp_path: Path) -> None:
    """As unit and container have it: no root, no network but its own, nothing to write but the snapshots and /tmp."""
    program = shutil.which("bwrap")
    if program is None:
        pytest.skip("no bubblewrap: apt-get install bubblewrap")
    subprocess.run(["chmod", "-R", "a+rwX", str(snapshots)], check=True)
    asked = (
        "import subprocess, sys, time, urllib.request, os\n"
        "server = subprocess.Popen([sys.executable, '-m', 'stancegraph', 'serve', '--port', '8000', '--no-log'])\n"
        "for _ in range(300):\n"
        "    try:\n"
        "        urllib.request.urlopen('http://127.0.0.1:8000/healthz').read()\n"
        "        break\n"
        "    except OSError:\n"
        "        assert server.poll() is None\n"
        "        time.sleep(0.1)\n"
        "for path in ('/', '/sparql?query=ASK%7B%7D', '/queries/stances-of-actor?actor=China&format=svg'):\n"
        "    print(urllib.request.urlopen('http://127.0.0.1:8000' + path).status)\n"
        "try:\n"
        "    open(sys.argv[1] + '/x', 'w')\n"
        "except OSError as error:\n"
        "    print(os.getuid(), type(error).__name__)\n"
        "server.terminate()\n"
        "print(server.wait(60))\n"
    )
    source = str(ROOT / "src")
    command = [program, "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    for folder in (str(ROOT), sys.prefix):  # which may lie in the folder that is hidden
        command += ["--ro-bind", folder, folder]
    command += ["--bind", str(snapshots), str(snapshots)]
    command += ["--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--die-with-parent", "--new-session"]
    command += ["--clearenv", "--setenv", "PATH", os.environ["PATH"], "--setenv", "PYTHONPATH", source]
    command += ["--setenv", "STANCEGRAPH_SNAPSHOTS", str(snapshots), "--setenv", "HOME", "/tmp", "--chdir", str(ROOT)]
    done = subprocess.run([*command, sys.executable, "-c", asked, source], capture_output=True, text=True, timeout=180)
    assert done.stdout.split() == ["200", "200", "200", "65534", "OSError", "0"], done.stdout + done.stderr


def _instructions() -> list[tuple[str, str]]:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" ", 1) for line in lines if line and not line.startswith("#")]
    return [(name, rest) for name, rest in pairs]


def test_the_container_runs_as_nobody_and_installs_nothing_that_is_not_pinned() -> None:
    told = _instructions()
    assert [rest for name, rest in told if name == "USER"] == ["65534:65534"]
    installs = [rest for name, rest in told if name == "RUN" and "/pip " in rest]
    assert len(installs) == 3
    assert all("--require-hashes" in rest or "--no-index" in rest for rest in installs)
    command = json.loads(next(rest for name, rest in told if name == "CMD"))
    assert command[0] == "serve"
    assert {"--host", "--port"} <= set(_options(command[1:]))


def test_the_lines_of_the_container_pin_the_tools_of_builds(tmp_path: Path) -> None:
    """Its line that takes the tools from hashes.txt, run. Those that install need the network; `.ci/run` has them."""
    (line,) = [rest for name, rest in _instructions() if name == "RUN" and rest.startswith("awk")]
    subprocess.run(["sh", "-ec", line.replace("> /tools.txt", f"> {tmp_path}/tools.txt")], cwd=ROOT, check=True)
    tools = re.findall(r"^([a-z-]+)==", (tmp_path / "tools.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(tools) == 9
    assert {"hatchling", "setuptools", "wheel"} <= set(tools)
    in_ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"\^\(([a-z|-]+)\)==", in_ci) == re.findall(r"\^\(([a-z|-]+)\)==", line)
