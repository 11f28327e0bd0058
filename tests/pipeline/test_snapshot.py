"""Snapshots are whole or not there: nothing published is lost, and the same files give the same graph."""

from __future__ import annotations

import errno
import hashlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from stancegraph.errors import ExternalError
from stancegraph.pipeline import building, construction, sealing, snapshot
from stancegraph.pipeline.construction import preparing
from stancegraph.pipeline.sealing import DamagedError
from stancegraph.pipeline.snapshot import (
    canonical,
    checksum,
    content_digest,
    current,
    digest_of,
    open_store,
    publish,
    update_checksum,
)
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT
from tests.project.figures import note
from tests.support.killed import killed


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


def test_what_a_killed_build_left_is_removed_by_the_next_one_and_what_is_under_way_is_not(tmp_path: Path) -> None:
    (tmp_path / "building-left" / "store").mkdir(parents=True)
    (tmp_path / "gone-half" / ("0" * 16)).mkdir(parents=True)
    (tmp_path / ("1" * 16) / "store").mkdir(parents=True)  # a removal that was broken off once
    (tmp_path / "current.1").write_text("")
    (tmp_path / "notes").mkdir()  # what is somebody else's
    with preparing(tmp_path) as under_way:
        publish(tmp_path, canonical(graph("one")), "a", {})
        assert under_way.exists()
        left = {path.name.split("-")[0] for path in tmp_path.iterdir()}
        assert left == {"building", "current", "notes", "publishing.lock", content_digest(graph("one"))[:16]}
    assert not under_way.exists()


def _names(folder: Path) -> list[str]:
    return sorted(path.name.split("-")[0] for path in folder.iterdir())


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.long), 13])
def test_whenever_a_build_is_killed_the_next_ones_publish_and_clear_away_what_it_left(
    step: int, tmp_path: Path
) -> None:
    """Of one that prunes, at each change that it makes; the next one has its content, or that of what it pruned."""
    before, after = tmp_path / "before", tmp_path / "after"
    for number in range(3):
        publish(before, canonical(graph(str(number))), str(number), {})
    tidy = _names(before)
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
        assert len([name for name in _names(after) if name not in tidy]) <= 1, moment
        assert not [name for name in _names(after) if name in {"building", "gone"}], moment
        shutil.rmtree(after)
        moment += step
    assert moment > 25


def test_what_is_left_under_the_name_of_a_snapshot_does_not_stand_in_its_way(tmp_path: Path) -> None:
    """A removal that was broken off, in any state; a file; a manifest that is not readable."""
    name = content_digest(graph("one"))[:16]
    cases = 0
    lefts: list[dict[str, str]] = [{"store/x": ""}, {"manifest.json": ""}, {"manifest.json": "{}"}, {}, {".": ""}]
    for left in lefts:
        for path, content in left.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(content)
        if left != {".": ""}:
            (tmp_path / name).mkdir(exist_ok=True, parents=True)
        assert words_in(publish(tmp_path, canonical(graph("one")), "a", {}).open()) == {"one"}
        shutil.rmtree(tmp_path)
        cases += 1
    assert cases == 5


def test_a_lock_that_is_never_let_go_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(construction, "_LOCK_SECONDS", 0)
    with construction.locked(tmp_path), pytest.raises(ExternalError, match="another build"):
        publish(tmp_path, canonical(graph("one")), "a", {})


def test_what_cannot_be_removed_is_out_of_the_way_and_goes_with_the_next_build(
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


DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "cut in half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "zeroed in the middle": lambda path: spoilt(path, lambda old: old[: len(old) // 3] + bytes(len(old) // 3)),
    "one bit turned": lambda path: spoilt(path, lambda old: old[:-1] + bytes(one ^ 1 for one in old[-1:])),
    "garbage appended": lambda path: spoilt(path, lambda old: old + b"garbage"),
}


def spoilt(path: Path, spoil: Callable[[bytes], bytes]) -> None:
    old = path.read_bytes()
    new = spoil(old)
    path.write_bytes(new + old[len(new) :])


@pytest.fixture(scope="module")
def whole(lean: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Path]:
    """A workspace with the worked example, and its snapshots, which went on once."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(lean, folder / "space")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("STANCEGRAPH_SNAPSHOTS", str(folder / "snapshots"))
        space = Workspace(folder / "space")
        building.build(space)
        (folder / "space" / "data" / "entities" / "more.ttl").write_text(
            "<https://w3id.org/stancegraph/id/example/Ruritania> "
            '<http://www.w3.org/2004/02/skos/core#altLabel> "More"@en .\n'
        )
        building.build(space)
    return space, folder / "snapshots"


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_damaged_store_is_opened(damage: str, whole: tuple[Workspace, Path], tmp_path: Path) -> None:
    """RocksDB would answer wrongly from some, and take all memory for others."""
    published = current(whole[1])
    assert published is not None
    copied = tmp_path / published.path.name
    seen = 0
    for name in ["manifest.json", *published.files]:
        if not name.startswith("workings/"):
            shutil.copytree(published.path, copied)
            before = (copied / name).read_bytes()
            DAMAGES[damage](copied / name)
            if not (copied / name).exists() or (copied / name).read_bytes() != before:
                for in_memory in (False, True):
                    with pytest.raises(DamagedError, match="cannot be read") as raised:
                        open_store(copied, in_memory=in_memory)
                    assert raised.value.file == copied / name
                    assert raised.value.remedy == "run `stancegraph build --force`"
                seen += 1
            shutil.rmtree(copied)
    note("damaged files of snapshots, found when opened", seen)
    assert seen >= 12


@pytest.mark.usefixtures("many_builds")
@pytest.mark.parametrize(
    ("damage", "every"),
    [("cut in half", 6), *(pytest.param(one, 5 if one == "zeroed" else 1, marks=pytest.mark.long) for one in DAMAGES)],
)
def test_a_build_mends_what_is_damaged(
    damage: str, every: int, whole: tuple[Workspace, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever file it is, of the store or of the workings, and whether or not there is something new to build."""
    space, snapshots = whole
    monkeypatch.setenv("STANCEGRAPH_SNAPSHOTS", str(tmp_path / "s"))
    sound = current(snapshots)
    assert sound is not None
    names = ["manifest.json", *sound.files, "../current", f"../records/{sound.inputs[:16]}.json"]
    assert len(names) > 40
    seen = 0
    for name in names[::every]:
        shutil.copytree(snapshots, tmp_path / "s")
        path = tmp_path / "s" / sound.path.name / name
        before = path.read_bytes()
        DAMAGES[damage](path)
        if not path.exists() or path.read_bytes() != before:
            done = building.build(space)
            assert not done.unchanged
            assert done.snapshot is not None
            assert done.snapshot.content == sound.content
            assert content_digest(canonical(done.snapshot.open())) == sound.content
            assert building.build(space).unchanged
            seen += 1
        shutil.rmtree(tmp_path / "s")
    note("damaged files of snapshots, mended by a build", seen)
    assert seen >= 40 // every - 2, names


def test_what_does_not_belong_to_a_store_is_damage(tmp_path: Path) -> None:
    """RocksDB would replay a log that is there, whoever has put it there."""
    done = publish(tmp_path, canonical(graph("one")), "a", {})
    (done.path / "store" / "000099.log").write_bytes(b"")
    with pytest.raises(DamagedError, match="does not belong"):
        done.open()


def test_a_large_store_is_hashed_once_and_again_where_it_looks_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "SMALL", 0)
    done = publish(tmp_path, canonical(graph("one")), "a", {})
    hashed: list[object] = []
    digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda file, name: hashed.append(file) or digest(file, name))  # type: ignore[func-returns-value]
    done.open()
    assert not hashed
    one = next(path for path in (done.path / "store").glob("*.sst"))
    shutil.copytree(done.path / "store", tmp_path / "copied")
    os.utime(one, (1, 1))
    done.open()
    assert len(hashed) == 1
    done.open()
    assert len(hashed) == 1
    one.write_bytes(bytes(one.stat().st_size))
    with pytest.raises(DamagedError, match="the content of the file has changed"):
        done.open()


def test_all_that_is_published_is_on_the_disk_before_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: set[str] = set()
    fsync, replace_file = os.fsync, Path.replace

    def noted(descriptor: int) -> None:
        flushed.add(os.readlink(f"/proc/self/fd/{descriptor}").rsplit("/building-")[-1])
        fsync(descriptor)

    def switched(path: Path, target: Path) -> Path:
        if target.name == "current":
            files = [one for one in (tmp_path / content_digest(graph("one"))[:16]).rglob("*") if one.name != ".lock"]
            names = {one.relative_to(tmp_path).as_posix().partition("/")[2] for one in files}
            kept = {name for name in names if not name.split("/")[-1].startswith(("LOG", "LOCK", "verified"))}
            assert kept <= {name.partition("/")[2] for name in flushed}
            assert str(tmp_path) in flushed
            assert len(kept) > 10
        return replace_file(path, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(Path, "replace", switched)
    publish(tmp_path, canonical(graph("one")), "a", {})
    assert current(tmp_path) is not None


def test_the_digest_is_of_what_is_there_in_whichever_way_it_came() -> None:
    all_of_it, some, other = graph("one", "two", "three"), graph("one", "two"), graph("four")
    assert content_digest(all_of_it) == content_digest(reversed(all_of_it))
    come_and_gone = update_checksum(checksum([*some, *other]), graph("three"), other)
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
    with pytest.raises(ExternalError, match="cannot be read"):
        done.open()


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
