"""A damaged snapshot is never opened, and the next build mends it."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.errors import ExternalError
from stancegraph.pipeline import building, sealing
from stancegraph.pipeline.sealing import DamagedError
from stancegraph.pipeline.snapshot import (
    canonical,
    content_digest,
    current,
    open_store,
    publish,
)
from stancegraph.workspace.folders import Workspace
from tests.pipeline.small_graph import graph
from tests.project.figures import note
from tests.support.small_workspaces import drop_unnamed_terms

DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "cut in half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "zeroed in the middle": lambda path: damage_bytes(path, lambda old: old[: len(old) // 3] + bytes(len(old) // 3)),
    "one bit flipped": lambda path: damage_bytes(path, lambda old: old[:-1] + bytes(byte ^ 1 for byte in old[-1:])),
    "garbage appended": lambda path: damage_bytes(path, lambda old: old + b"garbage"),
}


def damage_bytes(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Replace the beginning of a file by what *change* makes of its content."""
    old = path.read_bytes()
    new = change(old)
    path.write_bytes(new + old[len(new) :])


@pytest.fixture(scope="module")
def whole(lean: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Path]:
    """A workspace with hardly anything in it, and its snapshots, which went on once."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(lean, folder / "space")
    shutil.rmtree(folder / "space" / "data" / "articles")
    drop_unnamed_terms(folder / "space")
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
    [
        ("cut in half", 13),
        *(pytest.param(name, 5 if name == "zeroed" else 1, marks=pytest.mark.long) for name in DAMAGES),
    ],
)
def test_a_build_mends_a_damaged_snapshot(
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


def test_a_file_that_does_not_belong_to_a_store_is_damage(tmp_path: Path) -> None:
    """RocksDB would replay a log that is there, whoever has put it there."""
    done = publish(tmp_path, canonical(graph("one")), "a", {})
    (done.path / "store" / "000099.log").write_bytes(b"")
    with pytest.raises(DamagedError, match="does not belong"):
        done.open()


def test_a_large_store_is_hashed_once_and_again_when_its_files_look_different(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "SMALL", 0)
    done = publish(tmp_path, canonical(graph("one")), "a", {})
    hashed: list[object] = []
    digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda file, name: hashed.append(file) or digest(file, name))  # type: ignore[func-returns-value]
    done.open()
    assert not hashed
    table = next((done.path / "store").glob("*.sst"))
    shutil.copytree(done.path / "store", tmp_path / "copied")
    os.utime(table, (1, 1))
    done.open()
    assert len(hashed) == 1
    done.open()
    assert len(hashed) == 1
    table.write_bytes(bytes(table.stat().st_size))
    with pytest.raises(DamagedError, match="the content of the file has changed"):
        done.open()


def test_a_half_written_snapshot_does_not_count(tmp_path: Path) -> None:
    done = publish(tmp_path, canonical(graph("one")), "a", {})
    (done.path / "manifest.json").unlink()
    assert current(tmp_path) is None
    (tmp_path / "current").write_text("{", encoding="utf-8")
    assert current(tmp_path) is None


def test_a_missing_store_is_one_clear_error(tmp_path: Path) -> None:
    done = publish(tmp_path, canonical(graph("one")), "a", {})
    shutil.rmtree(done.path / "store")
    with pytest.raises(ExternalError, match="cannot be read"):
        done.open()
