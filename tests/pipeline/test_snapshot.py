"""A snapshot is whole before it is published, and the same files give the same graph."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from stancegraph.pipeline import building, snapshot
from stancegraph.pipeline.sealing import has_open_files
from stancegraph.pipeline.snapshot import (
    canonical,
    checksum,
    content_digest,
    current,
    digest_of,
    publish,
    update_checksum,
)
from stancegraph.workspace.folders import Workspace
from tests.pipeline.small_graph import graph, words_in


def test_the_newest_snapshot_is_published_and_the_old_one_stays_readable(tmp_path: Path) -> None:
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


def test_a_file_that_is_open_in_a_folder_is_seen(tmp_path: Path) -> None:
    inside, beside = tmp_path / "a" / "b" / "file", tmp_path / "ab"
    inside.parent.mkdir(parents=True)
    with beside.open("w"):
        assert not has_open_files(tmp_path / "a") or not Path("/proc/self/fd").is_dir()
        with inside.open("w"):
            assert has_open_files(tmp_path / "a")
        assert not has_open_files(tmp_path / "a") or not Path("/proc/self/fd").is_dir()


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    first = publish(tmp_path, canonical(graph("one")), "a", {})
    second = publish(tmp_path, canonical(graph("one")), "b", {})
    assert first.path == second.path
    published = current(tmp_path)
    assert published is not None
    assert published.inputs == "b"


def test_old_snapshots_are_pruned_and_the_published_one_is_not(tmp_path: Path) -> None:
    for number in range(6):
        publish(tmp_path, canonical(graph(str(number))), str(number), {})
    assert len(list(tmp_path.glob("*/manifest.json"))) == 3
    published = current(tmp_path)
    assert published is not None
    assert words_in(published.open()) == {"5"}


def test_all_that_is_published_is_on_the_disk_before_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: set[str] = set()
    fsync, replace_file = os.fsync, Path.replace

    def record_fsync(descriptor: int) -> None:
        flushed.add(os.readlink(f"/proc/self/fd/{descriptor}").rsplit("/building-")[-1])
        fsync(descriptor)

    def check_and_replace(path: Path, target: Path) -> Path:
        if target.name == "current":
            folder = tmp_path / content_digest(graph("one"))[:16]
            files = [path for path in folder.rglob("*") if path.name != ".lock"]
            names = {path.relative_to(tmp_path).as_posix().partition("/")[2] for path in files}
            stored = {name for name in names if not name.split("/")[-1].startswith(("LOG", "LOCK", "verified"))}
            assert stored <= {name.partition("/")[2] for name in flushed}
            assert str(tmp_path) in flushed
            assert len(stored) > 10
        return replace_file(path, target)

    monkeypatch.setattr(os, "fsync", record_fsync)
    monkeypatch.setattr(Path, "replace", check_and_replace)
    publish(tmp_path, canonical(graph("one")), "a", {})
    assert current(tmp_path) is not None


def test_the_digest_depends_on_the_content_and_not_on_its_history() -> None:
    all_of_it, some, other = graph("one", "two", "three"), graph("one", "two"), graph("four")
    assert content_digest(all_of_it) == content_digest(reversed(all_of_it))
    updated = update_checksum(checksum([*some, *other]), graph("three"), other)
    assert digest_of(updated) == content_digest(all_of_it)
    assert len({content_digest(quads) for quads in (all_of_it, some, other, [])}) == 4
    assert checksum(some) + checksum(other) != checksum(all_of_it)


def test_a_snapshot_without_a_store_is_never_published(tmp_path: Path) -> None:
    """None was written, as one with the same content was there; then another build removed that."""
    first = publish(tmp_path, canonical(graph("one")), "a", {})
    (tmp_path / "building-x").mkdir()
    with pytest.raises(FileNotFoundError, match="build again"):
        snapshot.switch(tmp_path, tmp_path / "building-x", replace(first, content="0" * 64))
    assert current(tmp_path) == first


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
