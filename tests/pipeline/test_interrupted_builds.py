"""Builds that are killed, that fail or that run side by side: nothing published is lost, and nothing is left behind."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stancegraph.errors import ExternalError
from stancegraph.pipeline import construction, snapshot
from stancegraph.pipeline.construction import preparing
from stancegraph.pipeline.snapshot import (
    canonical,
    content_digest,
    current,
    publish,
)
from tests.conftest import ROOT
from tests.pipeline.small_graph import graph, words_in
from tests.support.killed import killed


def test_a_build_removes_what_a_killed_one_left_and_nothing_that_is_under_way(tmp_path: Path) -> None:
    (tmp_path / "building-left" / "store").mkdir(parents=True)
    (tmp_path / "gone-half" / ("0" * 16)).mkdir(parents=True)
    (tmp_path / ("1" * 16) / "store").mkdir(parents=True)  # an interrupted removal
    (tmp_path / "current.1").write_text("")
    (tmp_path / "notes").mkdir()  # which belongs to somebody else
    with preparing(tmp_path) as under_way:
        publish(tmp_path, canonical(graph("one")), "a", {})
        assert under_way.exists()
        left = {path.name.split("-")[0] for path in tmp_path.iterdir()}
        assert left == {"building", "current", "notes", "publishing.lock", content_digest(graph("one"))[:16]}
    assert not under_way.exists()


def file_kinds(folder: Path) -> list[str]:
    return sorted(path.name.split("-")[0] for path in folder.iterdir())


@pytest.mark.early
@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.long), 29])
def test_whenever_a_build_is_killed_the_next_ones_publish_and_clean_up(step: int, tmp_path: Path) -> None:
    """A build that prunes is killed at each change that it makes; the next has its content, or what it pruned."""
    before, after = tmp_path / "before", tmp_path / "after"
    for number in range(3):
        publish(before, canonical(graph(str(number))), str(number), {})
    tidy = file_kinds(before)
    moment = 1
    while True:
        shutil.copytree(before, after)
        if not killed(moment, "publish", str(after), "new"):
            break
        for word in ("new", "0", "1", "2", "new"):
            done = publish(after, canonical(graph(word)), word, {})
            assert done.content == content_digest(graph(word))
            assert words_in(done.open()) == {word}
            assert current(after) == done
        assert len(list(after.glob("*/manifest.json"))) == 3, moment
        assert len([name for name in file_kinds(after) if name not in tidy]) <= 1, moment
        assert not [name for name in file_kinds(after) if name in {"building", "gone"}], moment
        shutil.rmtree(after)
        moment += step
    assert moment > 25


def test_leftovers_under_the_name_of_a_snapshot_do_not_stand_in_its_way(tmp_path: Path) -> None:
    """An interrupted removal, in any state; a file; a manifest that is not readable."""
    name = content_digest(graph("one"))[:16]
    cases = 0
    leftovers: list[dict[str, str]] = [{"store/x": ""}, {"manifest.json": ""}, {"manifest.json": "{}"}, {}, {".": ""}]
    for leftover in leftovers:
        for path, content in leftover.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(content)
        if leftover != {".": ""}:
            (tmp_path / name).mkdir(exist_ok=True, parents=True)
        assert words_in(publish(tmp_path, canonical(graph("one")), "a", {}).open()) == {"one"}
        shutil.rmtree(tmp_path)
        cases += 1
    assert cases == 5


def test_a_build_does_not_wait_for_a_lock_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(construction, "_LOCK_SECONDS", 0)
    with construction.locked(tmp_path), pytest.raises(ExternalError, match="another build"):
        publish(tmp_path, canonical(graph("one")), "a", {})


def test_a_folder_that_cannot_be_removed_is_moved_away_and_goes_with_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is still open may write into its folder while that is removed."""

    def not_empty(path: Path, **named: object) -> None:
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(path))

    with monkeypatch.context() as patched, preparing(tmp_path) as building:
        (building / "store").mkdir()
        patched.setattr(shutil, "rmtree", not_empty)
    assert not list(tmp_path.glob("building-*"))
    assert list(tmp_path.glob("gone-*/*/store"))
    with preparing(tmp_path):
        assert not list(tmp_path.rglob("store"))


def test_failing_to_write_leaves_what_was_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, canonical(graph("one")), "a", {})

    def full(path: Path, table: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot, "_write", full)
    with pytest.raises(ExternalError, match="No space left on device"):
        publish(tmp_path, canonical(graph("two")), "b", {})
    published = current(tmp_path)
    assert published is not None
    assert words_in(published.open()) == {"one"}
    assert not list(tmp_path.glob("building-*"))


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


def publish_word(folder: str, word: str) -> None:
    publish(Path(folder), canonical(graph(word)), word, {})


@pytest.mark.long
def test_two_builds_at_once_both_end_and_one_is_published(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    builders = [context.Process(target=publish_word, args=(str(tmp_path), word)) for word in ("one", "two", "one")]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(60)
        assert builder.exitcode == 0
    published = current(tmp_path)
    assert published is not None
    assert words_in(published.open()) in ({"one"}, {"two"})
