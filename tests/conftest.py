"""Fixtures that the tests share: the shipped workspace, its published graph, and a way to run the program."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from pyoxigraph import Quad, Store
from starlette.testclient import TestClient

from stancegraph.cli import main as cli
from stancegraph.ontology import java
from stancegraph.pipeline import building, inference, reading
from stancegraph.pipeline.incremental import analysis
from stancegraph.pipeline.reading import Reading
from stancegraph.sparql.engine import Oxigraph
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.web.backend.task import Limits
from stancegraph.workspace import folders
from stancegraph.workspace.folders import Workspace
from tests.support import speed
from tests.support.analysed import publish_analysed
from tests.support.small_workspaces import create_lean, create_small

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
ARTICLE = "china-brief-12-13"


@dataclass(frozen=True)
class Run:
    """The exit status of a run of the program, and what it printed to standard output and standard error."""

    status: int
    out: str
    err: str


settings.register_profile(
    "quick",
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
)
settings.register_profile(
    "deep", settings.get_profile("quick"), max_examples=400, derandomize=bool(os.environ.get("CI"))
)


def pytest_configure(config: pytest.Config) -> None:
    """Properties are tried on few values, and on many where STANCEGRAPH_HYPOTHESIS=deep or long tests are asked for."""
    expression = str(config.option.markexpr).replace("not long", "")
    settings.load_profile(os.environ.get("STANCEGRAPH_HYPOTHESIS") or ("deep" if "long" in expression else "quick"))
    speed.write_into_memory()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: item.get_closest_marker("early") is None)


def pytest_collection_finish() -> None:
    """Run the tests with what was imported for all of them."""
    speed.spare_collector()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs the extra ``ontology`` if it is not installed; no other place skips for that reason."""
    if item.get_closest_marker("java"):
        missing = [name for name in ("jpype", "jgo", "owlready2", "pylode") if find_spec(name) is None]
        if missing or java.find_java() is None:
            requirement = ", ".join(missing) or "a Java runtime"
            pytest.skip(f"needs {requirement}: pip install 'stancegraph[ontology]'")


@pytest.fixture(scope="session")
def ours() -> Workspace:
    """The workspace that ships with the program."""
    return folders.find(ROOT)


@pytest.fixture(scope="session", autouse=True)
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A temporary folder for snapshots, so that those of the user are left alone."""
    folder = tmp_path_factory.mktemp("snapshots")
    before = os.environ.get("STANCEGRAPH_SNAPSHOTS")
    os.environ["STANCEGRAPH_SNAPSHOTS"] = str(folder)
    yield folder
    if before is None:
        del os.environ["STANCEGRAPH_SNAPSHOTS"]
    else:
        os.environ["STANCEGRAPH_SNAPSHOTS"] = before


@pytest.fixture(scope="session")
def facts(ours: Workspace) -> Reading:
    """Everything that the shipped workspace asserts."""
    return reading.read_workspace(ours)


@pytest.fixture(scope="session")
def conclusions(ours: Workspace, facts: Reading) -> list[Quad]:
    """Everything that is inferred from `facts`."""
    return inference.infer(facts, ours)


@pytest.fixture
def store(facts: Reading, conclusions: list[Quad]) -> Store:
    """A copy of the graph that a test may change."""
    store = facts.store()
    store.extend(conclusions)
    return store


@pytest.fixture(scope="session")
def engine(ours: Workspace) -> Oxigraph:
    """An engine on the published graph of the shipped workspace."""
    built = building.build(ours)
    assert built.snapshot is not None, built.findings
    return Oxigraph(built.snapshot.open())


@pytest.fixture
def run(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Run]]:
    """A function that runs the program in this process, as ``main`` does.

    A test that is marked with commands must have run each of them with success.
    """
    succeeded: list[str] = []
    failures = request.session.testsfailed

    def run_program(*arguments: str, columns: str = "160") -> Run:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["stancegraph", *arguments])
        monkeypatch.setenv("COLUMNS", columns)
        try:
            cli.main()
            status = 0
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        captured = capsys.readouterr()
        if status == 0:
            succeeded.append(" ".join(arguments[2:] if arguments[:1] == ("--workspace",) else arguments))
        return Run(status, captured.out, captured.err)

    yield run_program
    for marker in request.node.iter_markers("command") if request.session.testsfailed == failures else ():
        for command in marker.args:
            assert [call for call in succeeded if f"{call} ".startswith(f"{command} ")], f"{command} did not succeed"


@pytest.fixture(scope="session")
def article_text() -> Path:
    """The path of the article's text, which is not part of the project; skips if it is missing."""
    configured = os.environ.get("STANCEGRAPH_ARTICLE_TEXT")
    path = Path(configured) if configured else ROOT.parent / "shared" / "article" / f"{ARTICLE}-china-and-nato.txt"
    if not path.is_file():
        pytest.skip(
            "the article's text is copyrighted and not part of the project; STANCEGRAPH_ARTICLE_TEXT may name the file"
        )
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as installed on the system."""
    program = shutil.which("chromium")
    if find_spec("playwright") is None or program is None:
        pytest.skip("needs Chromium (on Debian: apt-get install chromium) and pip install 'stancegraph[browser]'")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-quic"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped workspace, built and published, with its snapshots inside it."""
    folder = tmp_path_factory.mktemp("original")
    for name in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)
        publish_analysed(Workspace(folder))
    return folder


@pytest.fixture
def copy(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `original` for one test to change."""
    monkeypatch.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)
    return copy_workspace(original, tmp_path / "w")


def copy_workspace(original: Path, target: Path) -> Path:
    """Copy a workspace with its snapshots; the tables of their stores, which are never changed, are hard links."""

    def copy_or_link(source: str, destination: str) -> None:
        if source.endswith(".sst"):
            os.link(source, destination)
        else:
            shutil.copy2(source, destination)

    return Path(shutil.copytree(original, target, copy_function=copy_or_link))


def facts_of(copy: Path) -> Path:
    """Return the path of the shipped article's facts in a copy of the workspace."""
    return copy / "data" / "articles" / ARTICLE / "facts.ttl"


def no_traceback(done: Run) -> None:
    """Assert that a failure was reported by a message, not by a traceback."""
    assert "Traceback" not in done.err + done.out
    assert "Error:" not in done.err


@pytest.fixture(scope="module")
def service(ours: Workspace, engine: Oxigraph) -> Iterator[Service]:
    """A service with two workers on the snapshot that `engine` has built."""
    running = Service(ours, workers=2, limits=Limits(seconds=20, memory=1 << 30))
    yield running
    running.close()


@pytest.fixture(scope="module")
def client(ours: Workspace, service: Service) -> Iterator[TestClient]:
    """A client of the web application, in this process."""
    with TestClient(application(ours, service), raise_server_exceptions=False) as running:
        yield running


@pytest.fixture(scope="session")
def wikidata() -> Iterator[str]:
    """The address of a stand-in for Wikidata's query service, which nobody writes to."""
    from tests.support.wikidata import serve_wikidata

    with serve_wikidata() as url:
        yield url


@pytest.fixture(scope="module")
def site(ours: Workspace, engine: Oxigraph) -> Iterator[str]:
    """The address of a server in a process of its own, on a port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "stancegraph", "--workspace", str(ROOT), "serve", "--port", str(port), "--no-log"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).read()
            break
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
    yield address
    process.send_signal(signal.SIGINT)
    process.wait(20)


@pytest.fixture(scope="module")
def own_snapshots() -> Iterator[None]:
    """Let each workspace keep its snapshots inside it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)
        yield


@pytest.fixture(scope="module")
def many_builds() -> Iterator[None]:
    """Make many builds fast: each query is analysed once for all of them, and nothing waits for the disk."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(analysis, "analyse", functools.cache(analysis.analyse))
        patched.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example with few concepts, and labels in English alone, which builds fast."""
    return create_small(tmp_path_factory.mktemp("small") / "space")


@pytest.fixture(scope="session")
def lean(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace with few rules and without explanations, which builds faster still."""
    return create_lean(small, tmp_path_factory.mktemp("lean") / "space")


@pytest.fixture(scope="session")
def lean_original(lean: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lean workspace, built and published, with its snapshots in itself."""
    folder = tmp_path_factory.mktemp("lean-original") / "space"
    shutil.copytree(lean, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)
        publish_analysed(Workspace(folder))
    return folder


@pytest.fixture
def example(lean_original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lean workspace of one's own, built and published."""
    monkeypatch.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)
    return copy_workspace(lean_original, tmp_path / "example")


@pytest.fixture(scope="module")
def founded(own_snapshots: None, small: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small workspace, built and published."""
    space = folders.find(shutil.copytree(small, tmp_path_factory.mktemp("founded") / "space"))
    publish_analysed(space)
    return space


@pytest.fixture
def space(founded: Workspace, tmp_path: Path) -> Workspace:
    """A copy of `founded` for one test to change."""
    return folders.find(copy_workspace(founded.root, tmp_path / "space"))
