"""A change of several files is there as a whole, or not at all: whenever it is killed, and on a disk that is full."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import typer

from stancegraph.cli import main as cli
from stancegraph.errors import ExternalError, UsageError
from stancegraph.files import journal, locking, redo_log, writing
from stancegraph.linking import review, sssom
from stancegraph.pipeline import building
from stancegraph.workspace import folders, scaffold
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run, no_traceback
from tests.project.figures import note
from tests.support import killing, program
from tests.support.killing import KILLED, command, killed_at, restored, tree

Runner = Callable[..., Run]

MORE = """@prefix actor: <https://w3id.org/stancegraph/id/actor/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/stancegraph/ontology#> .

actor:Zubrowka a sg:State ;
    rdfs:label "Zubrowka"@en .

actor:Concierge a sg:UnnamedActor ;
    rdfs:label        "a concierge"@en ;
    sg:affiliatedWith actor:Zubrowka .
"""
TEXT = """The tale of Zenda

One

Zenda fears a war with Ruritania. It hopes for peace.

Two

Ruritania opposes the pact, officials said on Monday.
"""
SHEET = """
state Zenda: Zenda
publication coded: The tale of Zenda
  title: "The tale of Zenda"

@ front-1
no claim: A title.
@ one-0
no claim: A heading.
@ one-1-1
says OwnStatement
  stance zenda-fears-war: Zenda fears a war.
    holder: Zenda; attitude: Fears; position: Undeclared; certainty: Flat
    target: Ruritania
@ one-1-2
no claim: It repeats.
@ two-0
no claim: A heading.
@ two-1-1
no claim: It repeats.
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace beside texts: an example, a coded article that is not compiled, two states that are one."""
    folder = tmp_path_factory.mktemp("place")
    root = folder / "w"
    scaffold.create_workspace(root)
    (root / "data" / "entities" / "more.ttl").write_text(MORE, encoding="utf-8")
    links = sssom.read(ROOT / "data" / "links" / "wikidata.sssom.tsv")
    kind = next(one.object_category for one in links.mappings if one.subject_id == "actor:China")
    rows = [
        replace(one, subject_id="actor:Zubrowka", object_category=kind) for one in review.list_candidates(links)[:3]
    ]
    sssom.write(links.with_rows(rows), root / "data" / "links" / "wikidata.sssom.tsv")
    for name in ("tale", "other"):
        (folder / "texts").mkdir(exist_ok=True)
        (folder / "texts" / f"{name}.txt").write_text(TEXT.replace("tale", name), encoding="utf-8")
    (folder / "changed.txt").write_text(TEXT.replace("It hopes", "A word. It hopes"), encoding="utf-8")
    snapshots = os.environ["STANCEGRAPH_SNAPSHOTS"]
    os.environ["STANCEGRAPH_SNAPSHOTS"] = str(folder / "snapshots")
    try:
        assert building.build(Workspace(root)).published
        assert program.run(command, root, "article", "new", str(folder / "texts" / "tale.txt"), "--id", "coded") == 0
    finally:
        os.environ["STANCEGRAPH_SNAPSHOTS"] = snapshots
    (root / "data" / "articles" / "coded" / "coding.txt").write_text(SHEET, encoding="utf-8")
    return folder


@pytest.fixture
def root(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of one's own, with the snapshot of the first."""
    monkeypatch.setenv("STANCEGRAPH_SNAPSHOTS", str(place / "snapshots"))
    return Path(shutil.copytree(place / "w", tmp_path / "w"))


# what changes a workspace, each to be done in a process of its own


def _merge(root: Path) -> None:
    command(root, "entity", "merge", "Ruritania", "Zubrowka")


def _split(root: Path) -> None:
    command(root, "entity", "split", "Ruritania", "actor:South", "--label", "the South", "--claim", "Lake Congress")


def _without_java(root: Path, *arguments: str) -> None:
    from stancegraph.ontology import owlapi

    owlapi.format_turtle = _no_java
    command(root, *arguments)


def _no_java(path: Path) -> bytes:
    raise ExternalError("there is no Java here")


def _rename(root: Path) -> None:
    _without_java(root, "ontology", "rename", "Ambiguity", "Vagueness")


def _deprecate(root: Path) -> None:
    _without_java(root, "ontology", "deprecate", "holder", "--because", "It goes.")


def _release(root: Path) -> None:
    command(root, "ontology", "release", "99.0.0")


def _format(root: Path) -> None:
    from stancegraph.ontology import owlapi

    owlapi.format_turtle = lambda path: path.read_bytes() + b"# saved\n"
    command(root, "ontology", "format")


def _compile(root: Path) -> None:
    command(root, "article", "compile", "coded")


def _draft(root: Path) -> None:
    command(root, "article", "new", str(_home() / "texts" / "other.txt"), "--id", "other")


def _draft_folder(root: Path) -> None:
    from stancegraph.drafting import batch

    batch.ProcessPoolExecutor = lambda workers, context: ThreadPoolExecutor(1)  # type: ignore[attr-defined,assignment]
    command(root, "article", "batch", str(_home() / "texts"))


def _reanchor(root: Path) -> None:
    command(root, "article", "reanchor", "coded", str(_home() / "changed.txt"))


def _review(root: Path) -> None:
    command(root, "link", "review", "wikidata", "--reviewer", "A reviewer", said="r\nNo.\nr\nNo.\nu\nq\n")


def _home() -> Path:
    return Path(os.environ["STANCEGRAPH_SNAPSHOTS"]).parent


def _publish(root: Path) -> None:
    from stancegraph.web.editing import EditingSession

    building.build = building.published  # type: ignore[assignment]  # what is published has a test of its own
    EditingSession(Workspace(root)).publish("coded")


def _save(root: Path) -> None:
    from stancegraph.web.editing import EditingSession

    EditingSession(Workspace(root)).save("coded", "two-1-1", "no claim: It repeats.", "no claim: It is dull.")


def _remove(root: Path) -> None:
    folder = root / "data" / "articles" / "coded"
    gone: dict[Path, bytes | None] = dict.fromkeys(folder.iterdir())
    journal.commit(root, {**gone, root / "data" / "entities" / "more.ttl": b"# nothing\n"})


@dataclass(frozen=True)
class Change:
    """What changes a workspace, by how many changes before its last, and every which of its steps is looked at."""

    action: killing.Action
    between: int = 0
    stride: int = 1  # what takes long by itself is killed less often: its change is made as all others are


QUICK = [Change(_remove, stride=4)]
SLOW = [
    *(Change(one) for one in (_merge, _split, _rename, _deprecate, _release, _format, _compile, _draft, _reanchor)),
    Change(_save),
    Change(_publish, stride=4),
    Change(_draft_folder, between=1, stride=9),
    Change(_review, between=1),
]
CHANGES = [
    *(pytest.param(one, id=one.action.__name__) for one in QUICK),
    *(pytest.param(one, id=one.action.__name__, marks=pytest.mark.long) for one in SLOW),
]


def finished(root: Path) -> killing.Tree:
    """What a workspace is when it has been opened, as by every command; nothing unfinished is left in it."""
    folders.find(root)
    unfinished = [*root.rglob("journal*"), *root.rglob(f"*{writing.TEMPORARY_SUFFIX}")]
    assert not unfinished
    assert journal.unfinished_change(root) is None
    return tree(root)


@pytest.mark.parametrize("change", CHANGES)
def test_killed_at_any_step_it_is_as_before_or_as_after(
    root: Path, place: Path, tmp_path: Path, change: Change
) -> None:
    before = tree(root)
    states: list[killing.Tree] = [before]
    outcomes: list[killing.Tree] = []
    for at in count(1, change.stride):
        restored(root, place / "w")
        status = killed_at(root, at, change.action, tmp_path / "told")
        outcomes.append(finished(root))
        if status != KILLED:
            break
    note("changes of several files killed at each step, as before or as after", len(outcomes) - 1)
    assert status == 0 or (status, change.action) == (1, _reanchor), (tmp_path / "told").read_text(encoding="utf-8")
    after = outcomes[-1]
    assert after != before or change.action is _review
    for state in outcomes:
        states += [] if state in states else [state]
    assert len(states) == 2 + change.between, "as before, as after, and as after each of several changes"
    assert len(outcomes) * change.stride > 10
    # once it is there, it stays
    assert outcomes == sorted(outcomes, key=states.index) or change.action is _review


@pytest.mark.parametrize("change", CHANGES)
def test_on_a_full_disk_it_is_told_and_nothing_is_changed(
    root: Path, place: Path, tmp_path: Path, change: Change
) -> None:
    before = tree(root)
    refused, states = 0, [before]
    for at in count(1, change.stride):
        restored(root, place / "w")
        status = killed_at(root, at, change.action, tmp_path / "told", full=True)
        told = (tmp_path / "told").read_text(encoding="utf-8")
        assert "Traceback" not in told
        state = tree(root)
        states += [] if state in states else [state]
        assert finished(root) == state, "nothing was left to be done"
        if state != before and status != 3 and "failed" not in told.replace("0 failed", ""):
            break
        if change.action not in {_publish, _save, _remove}:  # which are no commands
            assert status in {1, 3}, told
            assert "No space left on device" in told
        refused += 1
    assert refused * change.stride > 3
    assert len(states) <= 2 + change.between


# the journal by itself


def counted(root: Path, times: int) -> None:
    """Add to a number that stands in two files, *times* times, as whoever reads, decides and writes."""
    files = [root / "data" / "entities" / name for name in ("one.txt", "two.txt")]
    for _ in range(times):
        with journal.exclusive_access(root):
            numbers = {int(path.read_text(encoding="utf-8")) for path in files}
            (number,) = numbers
            journal.commit(root, {path: str(number + 1).encode() for path in files})


def read_whole(root: Path, told: Path) -> None:
    """Read the two files as a build does, until they are at their end; *told* is there if they never differed."""
    files = [root / "data" / "entities" / name for name in ("one.txt", "two.txt")]
    seen = set()
    while "40" not in seen:
        with journal.shared_access(root):
            texts = {path.read_text(encoding="utf-8") for path in files}
        assert len(texts) == 1
        seen |= texts
    told.write_text(str(len(seen)), encoding="utf-8")


@pytest.mark.long
def test_nobody_overwrites_what_another_writes_and_a_reader_sees_whole_changes(root: Path, tmp_path: Path) -> None:
    journal.commit(root, {root / "data" / "entities" / name: b"0" for name in ("one.txt", "two.txt")})
    reader = program.started(read_whole, root, tmp_path / "told")
    writers = [program.started(counted, root, 10) for _ in range(4)]
    for writer in writers:
        writer.join(60)
    reader.join(60)
    assert [one.exitcode for one in (*writers, reader)] == [0] * 5
    assert (root / "data" / "entities" / "one.txt").read_text(encoding="utf-8") == "40"
    assert int((tmp_path / "told").read_text(encoding="utf-8")) > 0


def held(root: Path, ready: Path, exclusive: bool) -> None:
    """Have a workspace until somebody ends this process."""
    with locking.locked(root, exclusive=exclusive):
        ready.write_text(str(os.getpid()), encoding="utf-8")
        signal.pause()


@pytest.mark.parametrize("exclusive", [True, False])
def test_who_waits_for_too_long_is_told_for_whom(
    root: Path, tmp_path: Path, run: Runner, monkeypatch: pytest.MonkeyPatch, exclusive: bool
) -> None:
    holder = program.started(held, root, tmp_path / "ready", exclusive)
    try:
        until(lambda: (tmp_path / "ready").is_file())
        monkeypatch.setattr(locking, "MAX_WAIT", 0.1)
        done = run("--workspace", str(root), "ontology", "release", "99.0.0")
        assert done.status == 3
        assert (f"process {holder.pid} is changing the workspace" if exclusive else "a build that reads it") in done.err
        assert ".stancegraph/lock" in done.err
        assert "Remedy: wait until" in done.err
        assert run("--workspace", str(root), "queries").status == 0, "what needs no files goes on"
        build = run("--workspace", str(root), "build")
        assert (build.status, "is changing the workspace" in build.err) == ((3, True) if exclusive else (0, False))
    finally:
        holder.kill()
        holder.join(20)
    assert run("--workspace", str(root), "ontology", "release", "99.0.0").status == 0, "a lock ends with its process"


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def broken_off(root: Path, contents: dict[Path, bytes | None]) -> None:
    """What is left in a workspace where a change was killed right after it was committed."""
    with locking.locked(root, exclusive=True):
        redo_log.write(root, {redo_log.plan_step(root, path, content): content for path, content in contents.items()})


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """All commands of the program, by their words."""
    if hasattr(command, "commands"):
        for name, one in command.commands.items():
            yield from leaves(one, (*path, name))
    else:
        yield path


CALLS = {
    ("build",): [],
    ("check",): [],
    ("validate",): [],
    ("queries",): [],
    ("ask",): ["conditions"],
    ("sparql",): ["ASK {}"],
    ("show",): ["Ruritania"],
    ("export",): ["--format", "ttl"],
    ("publish",): ["http://127.0.0.1:9/update"],
    ("article", "new"): ["nowhere.txt", "--id", "new"],
    ("article", "batch"): ["nowhere"],
    ("article", "passages"): ["coded", "nowhere.txt"],
    ("article", "show"): ["coded"],
    ("article", "check"): ["coded"],
    ("article", "compile"): ["nowhere"],
    ("article", "reanchor"): ["coded", "nowhere.txt"],
    ("agree",): ["coded", "x", "y"],
    ("diff",): ["current"],
    ("serve",): ["--against", "wikidata"],
    ("entity", "merge"): ["Nobody", "Ruritania"],
    ("entity", "split"): ["Nobody", "actor:X", "--label", "X", "--claim", "Y"],
    ("link", "list"): [],
    ("link", "review"): ["nowhere", "--reviewer", "Somebody"],
    ("link", "candidates"): ["nowhere"],
    ("link", "check"): ["nowhere"],
    ("link", "enrich"): ["nowhere"],
    ("link", "quickstatements"): [],
    ("ontology", "check"): ["--no-facts"],
    ("ontology", "format"): ["--check"],
    ("ontology", "diff"): ["ontology/stancegraph.ttl", "ontology/stancegraph.ttl"],
    ("ontology", "rename"): ["nothing", "nobody"],
    ("ontology", "deprecate"): ["nothing", "--because", "x"],
    ("ontology", "release"): ["0"],
    ("ontology", "reference"): ["-o", os.devnull],
}
NO_WORKSPACE = {("init",): "it makes one"}


def test_each_command_is_known_to_finish_what_was_broken_off_or_to_have_no_workspace() -> None:
    assert {*CALLS, *NO_WORKSPACE} == {*leaves(typer.main.get_command(cli.app))}


@pytest.mark.parametrize(
    "called",
    [pytest.param(one, marks=pytest.mark.long if number % 3 else ()) for number, one in enumerate(CALLS)],
    ids=" ".join,
)
def test_each_command_finishes_what_was_broken_off(
    root: Path, run: Runner, monkeypatch: pytest.MonkeyPatch, called: tuple[str, ...]
) -> None:
    monkeypatch.setattr("stancegraph.ontology.java.find_java", lambda: None)
    new, old = root / "data" / "articles" / "coded" / "notes.txt", root / "data" / "entities" / "more.ttl"
    broken_off(root, {new: b"news", old: None})
    (root / ".stancegraph" / "journal-1-1").mkdir()
    assert journal.unfinished_change(root) == "A change of 2 files was interrupted: the next command completes it."
    no_traceback(run("--workspace", str(root), *called, *CALLS[called]))
    assert journal.unfinished_change(root) is None
    assert (new.read_bytes(), old.exists()) == (b"news", False)
    assert [path.name for path in (root / ".stancegraph").glob("journal*")] == []


def test_what_is_done_already_is_told(root: Path, run: Runner) -> None:
    """A command that was killed after its change was committed may be called again."""
    where = ("--workspace", str(root))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stancegraph.ontology.owlapi.format_turtle", _no_java)
        told = []
        for called in (
            ("entity", "merge", "https://w3id.org/stancegraph/id/example/Ruritania", "Zubrowka"),
            ("entity", "split", "Zubrowka", "actor:South", "--label", "the South", "--claim", "a concierge"),
            ("ontology", "rename", "Ambiguity", "Vagueness"),
            ("ontology", "deprecate", "holder", "--because", "It goes."),
            ("ontology", "release", "99.0.0"),
        ):
            assert run(*where, *called).status == 0
            again = run(*where, *called)
            assert again.status == 2
            told.append(again.err.splitlines()[0])
    says = [
        "the two are already the same entity",
        "the entity already exists",
        "is renamed already",
        "is deprecated already",
    ]
    for line, words in zip(told, [*says, "release 99.0.0 exists already"], strict=True):
        assert words in line


def test_the_python_api_and_a_build_finish_it_too(root: Path) -> None:
    for opened in (folders.find, lambda folder: building.build(Workspace(folder))):
        broken_off(root, {root / "data" / "articles" / "coded" / "notes.txt": str(opened).encode()})
        opened(root)
        assert journal.unfinished_change(root) is None


def test_what_somebody_wrote_since_is_not_overwritten(root: Path, run: Runner) -> None:
    more, sheet = root / "data" / "entities" / "more.ttl", root / "data" / "articles" / "coded" / "coding.txt"
    broken_off(root, {sheet: b"# new\n", more: b"# new\n"})
    os.replace(redo_log.journal_folder(root) / "1", more)  # that far it had come
    more.write_bytes(b"# written since\n")
    sheet.write_bytes(b"# written since, too\n")
    done = run("--workspace", str(root), "queries")
    assert (done.status, str(sheet) in done.err) == (1, True)
    assert "this file was changed since" in done.err
    assert "move the file away" in done.err
    sheet.rename(sheet.with_name("mine.txt"))
    assert run("--workspace", str(root), "queries").status == 0
    assert (more.read_bytes(), sheet.read_bytes()) == (b"# written since\n", b"# new\n")


@pytest.mark.parametrize(
    "path", ["../out.txt", "data/../../out.txt", "/out.txt", ".git/hooks/post-checkout", "data/.x/y", "linked/out.txt"]
)
def test_a_workspace_that_somebody_sent_writes_nowhere_else(root: Path, run: Runner, tmp_path: Path, path: str) -> None:
    (root / "linked").symlink_to(tmp_path, target_is_directory=True)
    broken_off(root, {root / "data" / "here.txt": b"news"})
    plan = redo_log.journal_folder(root) / "plan.json"
    plan.write_text(plan.read_text(encoding="utf-8").replace("data/here.txt", path), encoding="utf-8")
    done = run("--workspace", str(root), "queries")
    assert done.status == 1
    assert f"remove {locking.FOLDER}/journal" in done.err
    assert not [one for one in tmp_path.rglob("*") if one.name in {"out.txt", "post-checkout", "y"}]


def test_what_is_damaged_is_told(root: Path, run: Runner) -> None:
    damages = 0
    for name in ("plan.json", "0"):
        for content in (b"", b"[", b'[{"path": 1}]', b"\xff"):
            broken_off(root, {root / "data" / "here.txt": b"news"})
            (redo_log.journal_folder(root) / name).write_bytes(content)
            done = run("--workspace", str(root), "queries")
            no_traceback(done)
            assert (done.status, "is damaged" in done.err) == (1, True)
            assert "cannot be read" in (journal.unfinished_change(root) or "")
            assert not (root / "data" / "here.txt").exists()
            shutil.rmtree(redo_log.journal_folder(root))
            damages += 1
    assert damages == 8
    broken_off(root, {root / "data" / "here.txt": b"news"})
    (redo_log.journal_folder(root) / "0").unlink()
    (redo_log.journal_folder(root) / "0").mkdir()
    assert "cannot be read" in (journal.unfinished_change(root) or ""), "what cannot be read is told, too"


@pytest.fixture
def read_only(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace on a disk that takes nothing."""
    true_open = os.open

    def refused(path: str | Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    def opened(path: str | Path, flags: int, *more: object, **named: object) -> int:
        if flags & (os.O_CREAT | os.O_RDWR | os.O_WRONLY) and Path(path).is_relative_to(root):
            refused(path)
        return true_open(path, flags, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "access", lambda path, mode: not (mode & os.W_OK and Path(path).is_relative_to(root)))
    for name in ("mkdir", "replace", "rename", "unlink"):
        true = getattr(os, name)

        def guarded(path: str | Path, *more: object, true: Callable[..., None] = true, **named: object) -> None:
            if Path(path).is_relative_to(root):
                refused(path)
            true(path, *more, **named)

        monkeypatch.setattr(os, name, guarded)
    return root


def test_a_workspace_that_cannot_be_written_is_read_and_built(read_only: Path, run: Runner) -> None:
    for arguments in (["queries"], ["ask", "conditions"], ["validate"], ["link", "list"]):
        done = run("--workspace", str(read_only), *arguments)
        assert (done.status, "cannot" in done.err) in {(0, False), (1, False)}, done.err
    with journal.shared_access(read_only):
        pass
    done = run("--workspace", str(read_only), "ontology", "release", "99.0.0")
    assert done.status == 3
    assert "it cannot be written" in done.err
    assert "Remedy: give write access" in done.err


def test_a_change_that_cannot_be_finished_is_told(root: Path, run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = root / "data" / "entities" / "more.ttl", root / "data" / "articles" / "coded" / "coding.txt"
    true, refusing = os.replace, [two]

    def replace(source: Path, target: Path) -> None:
        if target in refusing:
            raise PermissionError(errno.EACCES, "Permission denied", str(source), None, str(target))
        true(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(ExternalError, match="only partly written") as told:
        journal.commit(root, {two: b"# new\n", one: b"# new\n"} | {root / "data" / "a.txt": b"x"})
    assert "the next command completes the change" in str(told.value)
    refusing[:] = [one, two, root / "data" / "a.txt"]
    done = run("--workspace", str(root), "queries")
    assert done.status == 3
    assert "cannot be completed: Permission denied" in done.err
    refusing.clear()
    assert run("--workspace", str(root), "queries").status == 0
    assert (one.read_bytes(), two.read_bytes()) == (b"# new\n", b"# new\n")


def test_what_is_refused_at_once_is_taken_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree(root)

    def replace(source: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(source), None, str(target))

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(ExternalError, match="cannot write it: Permission denied"):
        journal.commit(root, {root / "data" / "new" / "folder" / "a.txt": b"x", root / "data" / "b.txt": b"x"})
    assert tree(root) == before
    assert journal.unfinished_change(root) is None


def test_folders_of_other_file_systems_take_copies(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    true, refused = os.replace, []

    def replace(source: Path, target: Path) -> None:
        if Path(source).parent.name == "journal":
            refused.append(target)
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(source), None, str(target))
        true(source, target)

    monkeypatch.setattr(os, "replace", replace)
    more = root / "data" / "entities" / "more.ttl"
    more.chmod(0o600)
    journal.commit(root, {more: b"# new\n", root / "data" / "new.txt": b"x"})
    assert len(refused) == 2
    assert (more.read_bytes(), more.stat().st_mode & 0o777) == (b"# new\n", 0o600), "it is open to whom it was"
    assert not list((root / "data").rglob(f"*{writing.TEMPORARY_SUFFIX}"))


def test_hidden_files_are_not_changed_and_what_is_the_same_is_not_written(root: Path) -> None:
    with pytest.raises(UsageError, match="hidden"):
        journal.commit(root, {root / "data" / ".x.ttl": b""})
    more = root / "data" / "entities" / "more.ttl"
    before = more.stat().st_mtime_ns
    journal.commit(root, {more: more.read_bytes(), root / "data" / "none.ttl": None})
    assert more.stat().st_mtime_ns == before


# files by themselves


def test_what_killed_writers_left_goes_with_the_next_file_or_build(root: Path, run: Runner) -> None:
    killed = program.run(left_behind, root)
    assert killed == KILLED
    beside = [path.relative_to(root).as_posix() for path in root.rglob(f"*{writing.TEMPORARY_SUFFIX}")]
    assert len(beside) == 3
    assert all(Path(path).name.startswith(".") for path in beside)
    mine = writing.temporary_name(root / "data" / "mine.txt")
    with mine.open("xb") as file:
        assert writing.try_lock(file.fileno())
        writing.write_whole(root / "data" / "other.txt", b"x")
        assert mine.exists(), "what somebody still writes stays"
        assert not [path for path in (root / "data").glob(f".*{writing.TEMPORARY_SUFFIX}") if path != mine]
        assert run("--workspace", str(root), "build").status == 0
        assert [path for path in root.rglob(f"*{writing.TEMPORARY_SUFFIX}")] == [mine]


def left_behind(root: Path) -> None:
    """Begin three files, and be killed."""
    for folder in (root, root / "data", root / "data" / "articles" / "coded"):
        writing.temporary_name(folder / "x.ttl").write_bytes(b"half")
    os._exit(KILLED)


def test_a_file_keeps_its_mode_a_link_its_target_and_a_pipe_is_written_to(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    writing.write_whole(link, b"new")
    assert link.is_symlink()
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", 0o640)
    writing.write_whole(Path(os.devnull), b"gone")
    assert not Path(os.devnull).is_file()
    with pytest.raises(ExternalError, match="cannot write it"):
        writing.write_whole(tmp_path, b"")


@pytest.mark.long
def test_init_may_be_killed_and_the_next_one_cleans_up(tmp_path: Path, run: Runner) -> None:
    kills = 0
    for at in count(1, 60):
        status = killed_at(tmp_path, at, init, tmp_path.parent / "told")
        if status != KILLED:
            break
        kills += 1
        assert not (tmp_path / "new").exists()
        assert len(list(tmp_path.iterdir())) <= 1, "what the one before left is gone"
    assert kills > 3
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert folders.is_workspace(tmp_path / "new")


def init(folder: Path) -> None:
    """Make a new folders."""
    sys.argv = ["stancegraph", "init", str(folder / "new")]
    cli.main()


@pytest.mark.long
def test_killed_at_any_call_of_the_system_a_merge_is_whole(root: Path, place: Path) -> None:
    """As above, by the system itself: all calls that change names or files on the disk are counted."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    calls = "/^(rename|unlink|mkdir|rmdir|link|fsync|ftruncate|pwrite)"
    states: list[killing.Tree] = [tree(root)]
    kills = 0
    for at in count(1):
        restored(root, place / "w")
        done = subprocess.run(
            ["strace", "-f", "-o", os.devnull, "-e", f"inject={calls}:signal=KILL:when={at}", sys.executable, "-B",
             "-m", "stancegraph", "--workspace", str(root), "entity", "merge", "Ruritania", "Zubrowka"],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        if "ptrace" in done.stderr:
            pytest.skip("needs to be let trace processes")
        state = finished(root)
        if state not in states:
            states.append(state)
        if done.returncode == 0:
            break
        kills += 1
    assert kills > 10
    assert len(states) == 2
