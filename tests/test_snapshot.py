"""Snapshots are whole or not there: nothing published is lost, and the same files give the same graph."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from stancegraph import building, snapshot
from stancegraph.errors import OutsideError
from stancegraph.snapshot import canonical, checksum, content_digest, current, digest_of, exchanged, publish
from stancegraph.workspace import Workspace
from tests.conftest import ROOT


def graph(*words: str) -> list[Quad]:
    node = NamedNode("https://example.org/s")
    return [Quad(node, NamedNode("https://example.org/p"), Literal(word), node) for word in words]


def words_in(store: Store) -> set[str]:
    return {quad.object.value for quad in store}


def test_the_newest_one_is_published_and_the_old_one_stays_readable(tmp_path: Path) -> None:
    assert current(tmp_path) is None
    publish(tmp_path, canonical(graph("one")), "a", {})
    first = current(tmp_path)
    assert first is not None
    old = first.open()
    publish(tmp_path, canonical(graph("two")), "b", {})
    second = current(tmp_path)
    assert second is not None
    assert words_in(second.open()) == {"two"}
    assert words_in(old) == {"one"}
    assert second.inputs == "b"


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    first = publish(tmp_path, canonical(graph("one")), "a", {})
    second = publish(tmp_path, canonical(graph("one")), "b", {})
    assert first.path == second.path
    published = current(tmp_path)
    assert published is not None
    assert published.inputs == "b"


def test_old_snapshots_are_pruned_and_the_published_one_never(tmp_path: Path) -> None:
    for number in range(6):
        publish(tmp_path, canonical(graph(str(number))), str(number), {})
    assert len(list(tmp_path.glob("*/manifest.json"))) == 3
    published = current(tmp_path)
    assert published is not None
    assert words_in(published.open()) == {"5"}


def test_what_a_killed_build_left_is_removed_a_day_later(tmp_path: Path) -> None:
    left, under_way = tmp_path / "building-left", tmp_path / "building-under-way"
    for folder in (left, under_way):
        (folder / "store").mkdir(parents=True)
    os.utime(left, (time.time() - 100_000,) * 2)
    publish(tmp_path, canonical(graph("one")), "a", {})
    assert (left.exists(), under_way.exists()) == (False, True)


def test_the_digest_is_of_what_is_there_in_whichever_way_it_came() -> None:
    all_of_it, some, other = graph("one", "two", "three"), graph("one", "two"), graph("four")
    assert content_digest(all_of_it) == content_digest(reversed(all_of_it))
    come_and_gone = exchanged(checksum([*some, *other]), graph("three"), other)
    assert digest_of(come_and_gone) == content_digest(all_of_it)
    assert len({content_digest(one) for one in (all_of_it, some, other, [])}) == 4
    assert checksum(some) + checksum(other) != checksum(all_of_it)


def test_what_has_no_store_is_never_published(tmp_path: Path) -> None:
    """One with the same content was there, so that none was written, and another build removed it then."""
    first = publish(tmp_path, canonical(graph("one")), "a", {})
    (tmp_path / "building-x").mkdir()
    with pytest.raises(FileNotFoundError, match="build again"):
        snapshot.switch(tmp_path, tmp_path / "building-x", replace(first, content="0" * 64))
    assert current(tmp_path) == first


def test_a_half_written_snapshot_is_none(tmp_path: Path) -> None:
    done = publish(tmp_path, canonical(graph("one")), "a", {})
    (done.path / "manifest.json").unlink()
    assert current(tmp_path) is None
    (tmp_path / "current").write_text("{", encoding="utf-8")
    assert current(tmp_path) is None


def test_a_damaged_store_is_one_clear_error(tmp_path: Path) -> None:
    done = publish(tmp_path, canonical(graph("one")), "a", {})
    shutil.rmtree(done.path / "store")
    with pytest.raises(OutsideError, match="cannot be read"):
        done.open()


def test_failing_to_write_leaves_what_was_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, canonical(graph("one")), "a", {})

    def full(path: Path, table: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot, "_write_json", full)
    with pytest.raises(OutsideError, match="No space left on device"):
        publish(tmp_path, canonical(graph("two")), "b", {})
    published = current(tmp_path)
    assert published is not None
    assert words_in(published.open()) == {"one"}
    assert not list(tmp_path.glob("building-*"))


def test_blank_nodes_do_not_change_the_digest() -> None:
    from pyoxigraph import RdfFormat, parse

    text = "@prefix : <https://example.org/> . :a :b [ :c [ :d 1 ] ] ."
    digests = {
        content_digest(canonical(parse(text, format=RdfFormat.TURTLE, rename_blank_nodes=True))) for _ in range(3)
    }
    assert len(digests) == 1


@pytest.mark.long
def test_the_same_files_give_the_same_graph(ours: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = []
    for name in ("one", "two"):
        monkeypatch.setenv("STANCEGRAPH_SNAPSHOTS", str(tmp_path / name))
        done = building.build(ours)
        assert done.snapshot is not None
        contents.append(done.snapshot.content)
    assert contents[0] == contents[1]
    again = building.build(ours)
    assert again.unchanged


@pytest.mark.long
def test_a_build_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    """The build is killed at several moments; what was published before answers each time."""
    environment = {**os.environ, "STANCEGRAPH_SNAPSHOTS": str(tmp_path)}
    command = [sys.executable, "-m", "stancegraph", "--workspace", str(ROOT), "build", "--force"]
    assert subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False).returncode == 0
    before = current(tmp_path)
    assert before is not None
    for wait in (0.4, 0.9, 1.4, 1.9):
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as build:
            time.sleep(wait)
            build.send_signal(signal.SIGKILL)
        after = current(tmp_path)
        assert after is not None
        assert after.content == before.content
        assert len(after.open()) == before.quads


def _publish_one(folder: str, word: str) -> None:
    publish(Path(folder), canonical(graph(word)), word, {})


@pytest.mark.long
def test_two_builds_at_once_both_end_and_one_is_published(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    builders = [context.Process(target=_publish_one, args=(str(tmp_path), word)) for word in ("one", "two", "one")]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(60)
        assert builder.exitcode == 0
    published = current(tmp_path)
    assert published is not None
    assert words_in(published.open()) in ({"one"}, {"two"})
