"""What is published is what was read: whatever is saved while a build reads, and whatever kind of file it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from stancegraph.curation import merging
from stancegraph.errors import DataError, ExternalError
from stancegraph.files import ledger
from stancegraph.files.ledger import read_bytes, read_text, recording, retry_on_change, stamp
from stancegraph.ontology.naming import term_files as names
from stancegraph.pipeline import building, snapshot
from stancegraph.workspace.folders import Workspace
from tests.conftest import Run

pytestmark = pytest.mark.usefixtures("own_snapshots", "many_builds")


@pytest.fixture(scope="module")
def founded(lean_original: Path) -> Workspace:
    """The worked example with few shapes and checks: there are many builds."""
    return Workspace(lean_original)


FACTS = "data/articles/example/facts.ttl"
LINK = "data/links/wikidata.sssom.tsv"
CHECK = "queries/check/unattributed-claim.rq"
STEP = "queries/build/10-covers.rq"
RURITANIA = "https://w3id.org/stancegraph/id/example/Ruritania"
ALSO = f'<{RURITANIA}> <http://www.w3.org/2004/02/skos/core#altLabel> "Saved"@en .\n'


def content(space: Workspace) -> str:
    done = building.build(space)
    assert done.snapshot is not None, done.findings
    return done.snapshot.content


def saved(path: Path) -> None:
    """Save something else in *path*, of whichever kind it is, that leads to another graph or to other findings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ttl" and path.parent.name != "shapes":
        text += f"\n{ALSO}"
    elif path.parent.name == "check":
        text = text.replace("severity: violation", "severity: info")
    else:
        text += "\n# a remark\n"
    path.write_text(text, encoding="utf-8")


class Meanwhile:
    """Somebody who saves *path* before the file number *first* is read and undoes it before number *last* is."""

    def __init__(self, path: Path, first: int, last: int) -> None:
        self.path, self.first, self.last = path, first, last
        self.reads = 0
        self.kept = path.read_bytes()
        self.read = ledger.read_bytes

    def __call__(self, path: Path) -> bytes:
        self.reads += 1
        if self.reads == self.first:
            saved(self.path)
        if self.reads == self.last:
            self.path.write_bytes(self.kept)
        return self.read(path)


@pytest.mark.parametrize(
    ("name", "anew"),
    [
        pytest.param(FACTS, True, marks=pytest.mark.long),
        (FACTS, False),
        pytest.param(LINK, True, marks=pytest.mark.long),
        pytest.param(CHECK, True, marks=pytest.mark.long),
        pytest.param(STEP, True, marks=pytest.mark.long),
        pytest.param("ontology/shapes/stance.ttl", True, marks=pytest.mark.long),
    ],
    ids=lambda value: value.rpartition("/")[2] if isinstance(value, str) else "anew" if value else "going on",
)
def test_what_is_saved_and_undone_during_a_build_is_not_published(
    name: str, anew: bool, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At many moments: between any two files that are read."""
    sound = content(space)
    begun: list[None] = []
    begin = ledger.recording

    def counted(*given: Iterable[Path]) -> AbstractContextManager[ledger.Ledger]:
        begun.append(None)
        return begin(*given)

    monkeypatch.setattr(ledger, "recording", counted)
    other = space.root / "data" / "entities" / "more.ttl"
    path = space.root / name
    kept = path.read_bytes()

    def build_beside(meanwhile: Meanwhile, note: str) -> None:
        if anew:
            shutil.rmtree(space.snapshots)
        other.write_text(f"# {note}\n", encoding="utf-8")  # there is something to build
        with monkeypatch.context() as patched:
            patched.setattr(ledger, "read_bytes", meanwhile)
            building.build(space)

    undisturbed = Meanwhile(path, 0, 0)
    build_beside(undisturbed, "nobody saves")
    moments = 10 if anew else 4
    seen = 0
    for moment in range(1, undisturbed.reads + 1, max(1, undisturbed.reads // moments)):
        build_beside(Meanwhile(path, moment, moment + 30), str(moment))
        path.write_bytes(kept)
        assert content(space) == sound, moment
        seen += 1
    assert seen >= moments
    assert len(begun) > 2 * seen + 1 or not anew, "an edit that no build has met shows nothing"


@pytest.mark.parametrize(
    "step",
    [*(pytest.param(one, marks=pytest.mark.long) for one in ("read what changed", "infer", "publish")), "validate"],
)
def test_what_is_saved_at_a_step_and_undone_after_it_is_not_published(step: str, space: Workspace) -> None:
    facts = space.root / FACTS
    before = content(space)
    kept = facts.read_bytes()
    (space.root / "data" / "entities" / "more.ttl").write_text("# a remark\n", encoding="utf-8")
    steps = []

    def meanwhile(name: str) -> None:
        steps.append(name)
        facts.write_bytes(kept)
        if name == step:
            saved(facts)

    building.build(space, progress=meanwhile)
    assert step in steps
    facts.write_bytes(kept)
    assert content(space) == before


def test_what_is_saved_for_good_during_a_build_is_built_next(space: Workspace) -> None:
    before = content(space)
    shutil.rmtree(space.snapshots)
    building.build(space, progress=lambda step: saved(space.root / FACTS) if step == "publish" else None)
    first = snapshot.current(space.snapshots)
    assert first is not None
    assert first.content == before
    assert not building.is_current(space, first)
    assert content(space) != before


@pytest.mark.long
def test_a_file_that_comes_during_a_build_is_of_the_next_one(space: Workspace) -> None:
    before = content(space)
    shutil.rmtree(space.snapshots)
    new = space.root / "data" / "entities" / "more.ttl"

    def meanwhile(step: str) -> None:
        if step == "infer":
            new.write_text(ALSO, encoding="utf-8")

    building.build(space, progress=meanwhile)
    first = snapshot.current(space.snapshots)
    assert first is not None
    assert first.content == before
    assert content(space) != before


def test_files_that_never_rest_are_told(space: Workspace) -> None:
    shutil.rmtree(space.snapshots)
    attempts = []

    def busy(step: str) -> None:
        if step == "read":
            attempts.append(step)
            saved(space.root / FACTS)

    with pytest.raises(ExternalError, match="changed while they were being read") as raised:
        building.build(space, progress=busy)
    assert len(attempts) == 3
    assert raised.value.file == space.root / FACTS
    assert raised.value.remedy == "build again when nothing is writing to them"
    assert snapshot.current(space.snapshots) is None


@pytest.mark.long
def test_somebody_who_saves_all_the_time_is_never_published_wrongly(space: Workspace) -> None:
    """A thread saves and undoes as quickly as it can; builds that come to an end are of what was there."""
    facts = space.root / FACTS
    kept = facts.read_bytes()
    sound = content(space)
    saved(facts)
    other = facts.read_bytes()
    changed = content(space)
    stop = threading.Event()

    def edit() -> None:
        while not stop.is_set():
            for one in (kept, other):
                beside = facts.with_name(".facts")
                beside.write_bytes(one)
                beside.replace(facts)

    writer = threading.Thread(target=edit)
    writer.start()
    told, ended = 0, 0
    try:
        for _ in range(6):
            shutil.rmtree(space.snapshots, ignore_errors=True)
            try:
                assert content(space) in {sound, changed}
                ended += 1
            except ExternalError as error:
                told += "changed while they were being read" in error.message
    finally:
        stop.set()
        writer.join()
    assert ended + told == 6
    facts.write_bytes(kept)
    assert content(space) == sound


def test_a_file_that_only_looks_unchanged_is_found_where_it_is_read(tmp_path: Path) -> None:
    """Its stamp is that of the record, and its content is not: it is no longer believed."""
    path = tmp_path / "a.ttl"
    path.write_text("one")
    with recording():
        known = stamp(path, None)
    wrong = ledger.Stamp(*ledger._extract_state(path.stat()), sha256="0" * 64)
    believed = []

    def build() -> str:
        believed.append(stamp(path, wrong).sha256)
        return read_text(path)

    assert retry_on_change(build) == "one"
    assert believed == ["0" * 64, known.sha256]


@pytest.mark.parametrize("name", [FACTS, LINK, "data/links/wikidata.toml", CHECK, STEP, "ontology/shapes/stance.ttl"])
@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda path: path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes()), r"begins with a byte order mark \(BOM\)"),
        (lambda path: path.write_bytes(path.read_text().encode("utf-16")), r"begins with a byte order mark \(BOM\)"),
        (lambda path: path.write_bytes(path.read_bytes() + b"\n# \xff\n"), "not UTF-8"),
        (lambda path: (path.unlink(), subprocess.run(["mkfifo", path], check=True)), "not a regular file"),
        (lambda path: (path.unlink(), path.symlink_to("/dev/zero")), "not a regular file"),
        (lambda path: (path.unlink(), path.mkdir()), "not a regular file"),
        (lambda path: (path.unlink(), path.symlink_to("nowhere")), "cannot read it"),
        (lambda path: os.truncate(path, (1 << 30) + 1), "more than 1073741824 bytes"),
    ],
    ids=["BOM", "UTF-16", "Latin-1", "pipe", "device", "folder", "dangling", "huge"],
)
def test_what_cannot_be_read_as_text_is_told_by_name(
    name: str, damage: Callable[[Path], object], says: str, space: Workspace
) -> None:
    path = space.root / name
    damage(path)
    with pytest.raises((DataError, ExternalError), match=says) as raised:
        building.build(space)
    assert raised.value.file == path


def test_a_pipe_is_not_waited_for_even_if_it_came_just_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, file = tmp_path / "pipe.ttl", tmp_path / "file"
    os.mkfifo(pipe)
    file.write_text("")
    looked = file.stat()
    monkeypatch.setattr(Path, "stat", lambda path, **_: looked)
    with pytest.raises(DataError, match="not a regular file"):
        read_bytes(pipe)


HIDDEN = [
    "data/articles/example/.#facts.ttl",
    "data/articles/example/._facts.ttl",
    "data/articles/.third-x1y2/passages.ttl",
    "data/entities/.#all.ttl",
    "data/vocabulary/._issues.ttl",
    "data/enrichment/.wikidata/one.ttl",
    "data/enrichment/wikidata/._one.ttl",
    "data/links/._wikidata.sssom.tsv",
    "data/links/.#wikidata.sssom.tsv",
    "data/links/.wikidata.toml",
    "ontology/.#stancegraph.ttl",
    "ontology/shapes/._stance.ttl",
    "queries/check/.#many.rq",
    "queries/build/._10-covers.rq",
    "queries/build/owl-rl/.#prp-dom.rq",
    "queries/ask/._conditions.rq",
    "queries/federated/.#conditions.rq",
]


@pytest.mark.long
def test_what_is_hidden_is_no_part_of_a_workspace(space: Workspace, run: Callable[..., Run]) -> None:
    """The lock of an editor, which is a link to nowhere; what a system keeps beside a file; a folder not finished."""
    before = content(space)
    known = {*names(space.root)}
    for name in HIDDEN:
        path = space.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if ".#" in name:
            path.symlink_to("somebody@somewhere.1234")
        else:
            path.write_bytes(b"\0\5\x16\7\0\2")
    assert building.build(space).unchanged
    assert {*names(space.root)} == known
    shutil.rmtree(space.snapshots)
    assert content(space) == before
    for command in (["validate"], ["queries"], ["link", "list"], ["validate", str(space.root / "data")]):
        done = run("--workspace", str(space.root), *command)
        assert (done.status, done.err) == (0, ""), command
    assert [path for path in merging._turtle_files(space) if path.name.startswith(".")] == []
