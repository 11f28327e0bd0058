"""Each command does what it is for: those of graphs, entities and workspaces, on a small workspace."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.pipeline.snapshot import current
from stancegraph.workspace.folders import Workspace
from tests.conftest import Run
from tests.support.graph_store import serve_graph_store

Command = Callable[..., str]


@pytest.fixture
def facts(example: Path) -> Path:
    """The facts of the worked example."""
    return example / "data" / "articles" / "example" / "facts.ttl"


@pytest.mark.command("build", "sparql", "diff")
def test_a_change_is_built_and_compared_with_what_was_published(command: Command, facts: Path, example: Path) -> None:
    before = current(Workspace(example).snapshots)
    assert before is not None
    facts.write_text(facts.read_text("utf-8").replace('"Rudolf fears war."', '"Rudolf dreads war."'), "utf-8")
    assert "stances" in command("build")
    assert command("sparql", "ASK { ?stance ?label 'Rudolf dreads war.'@en }").startswith("true")
    assert "Rudolf dreads war." in command("diff", before.path.name)


@pytest.mark.command("validate", "check")
def test_a_sound_workspace_is_valid_and_whole(command: Command) -> None:
    assert command("validate") == "0 violations, 0 warnings, 0 infos\n"
    assert [line.endswith(": ok") for line in command("check").splitlines()] == [True] * 3


@pytest.mark.command("queries", "ask", "show")
def test_questions_are_listed_and_answered_and_a_thing_is_shown(command: Command) -> None:
    assert "stances-of-actor" in {query["name"] for query in json.loads(command("queries", "--format", "json"))}
    assert "Rudolf fears war." in command("ask", "stances-of-actor", "--actor", "Rudolf Rassendyll")
    assert "Strelsau" in command("show", "Ruritania")


@pytest.mark.command("export")
def test_the_graph_is_exported(command: Command, example: Path, tmp_path: Path) -> None:
    published = current(Workspace(example).snapshots)
    assert published is not None
    command("export", "--format", "nq", "-o", str(tmp_path / "graph.nq"))
    assert len((tmp_path / "graph.nq").read_text("utf-8").splitlines()) == published.quads
    command("export", "--format", "csv", "-o", str(tmp_path / "tables"))
    assert "Rudolf fears war." in (tmp_path / "tables" / "stances.csv").read_text("utf-8")


@pytest.mark.command("init")
def test_a_new_workspace_is_made(run: Callable[..., Run], tmp_path: Path) -> None:
    assert run("init", str(tmp_path / "new")).status == 0
    assert (tmp_path / "new" / "data" / "articles" / "example" / "facts.ttl").is_file()


@pytest.mark.command("publish")
@pytest.mark.parametrize("protocol", ["update", "graph store"])
def test_the_snapshot_is_published_into_a_store(command: Command, example: Path, protocol: str) -> None:
    snapshot = current(Workspace(example).snapshots)
    assert snapshot is not None
    with serve_graph_store() as store:
        options = ("--graph-store", store.graph_store) if protocol == "graph store" else ()
        published = command("publish", store.update, *options)
        assert f"{snapshot.quads} quads" in published
        assert (store.graphs_put > 0) == (protocol == "graph store")
        assert len(store.content) >= snapshot.quads
        assert "is there already" in command("publish", store.update)


@pytest.mark.command("entity merge")
def test_two_entities_are_merged(command: Command, facts: Path) -> None:
    assert "facts.ttl" in command("entity", "merge", "Syldavia", "Ruritania")
    text = facts.read_text(encoding="utf-8")
    assert ":Syldavia a sg:State" not in text
    assert "0 violations" in command("validate")
    command("build")
    assert command("show", "Syldavia").startswith("Ruritania"), "the name is an alias now"


@pytest.mark.command("entity split")
def test_an_entity_is_split(command: Command, facts: Path) -> None:
    command("entity", "split", "Ruritania", "actor:South", "--label", "the South", "--claim", "Lake Congress")
    assert "sg:convenedBy <https://w3id.org/stancegraph/id/actor/South>" in facts.read_text(encoding="utf-8")
    assert "0 violations" in command("validate")


@pytest.mark.command("serve")
def test_the_graph_is_served(example: Path) -> None:
    arguments = ["--workspace", str(example), "serve", "--port", "0", "--no-log", "--workers", "1"]
    with subprocess.Popen(
        [sys.executable, "-m", "stancegraph", *arguments], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stderr is not None
            addresses = (re.match(r"http://\S+:\d+/ answers", line) for line in server.stderr)
            address = next(match[0].split()[0] for match in addresses if match)
            with urllib.request.urlopen(f"{address}page/id/example/Rudolf", timeout=60) as answer:
                assert "Rudolf fears war." in answer.read().decode("utf-8")
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0
