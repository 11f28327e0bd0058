"""Every command that opens a workspace first completes a change that was interrupted there."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.errors import ExternalError
from stancegraph.files import journal, locking, redo_log
from stancegraph.pipeline import building
from stancegraph.workspace import folders
from stancegraph.workspace.folders import Workspace
from tests.conftest import Run, no_traceback
from tests.files.changes import refuse_java
from tests.support.commands import commands
from tests.support.killing import interrupt_change

Runner = Callable[..., Run]

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
    ("ontology", "export"): ["-o", os.devnull],
    ("ontology", "reference"): ["-o", os.devnull],
}
QUICK = {("ask",), ("build",), ("publish",), ("article", "compile"), ("entity", "merge"), ("link", "list"),
         ("ontology", "rename"), ("ontology", "format")}  # fmt: skip
NO_WORKSPACE = {("init",): "it makes one"}


def test_every_command_completes_an_interrupted_change_or_has_no_workspace() -> None:
    assert {*CALLS, *NO_WORKSPACE} == {*commands()}


@pytest.mark.parametrize(
    "words",
    [pytest.param(words, marks=() if words in QUICK else pytest.mark.long) for words in CALLS],
    ids=" ".join,
)
def test_each_command_completes_an_interrupted_change(
    root: Path, run: Runner, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr("stancegraph.ontology.java.find_java", lambda: None)
    new, old = root / "data" / "articles" / "coded" / "notes.txt", root / "data" / "entities" / "more.ttl"
    interrupt_change(root, {new: b"news", old: None})
    (root / ".stancegraph" / "journal-1-1").mkdir()
    assert journal.unfinished_change(root) == "A change of 2 files was interrupted: the next command completes it."
    no_traceback(run("--workspace", str(root), *words, *CALLS[words]))
    assert journal.unfinished_change(root) is None
    assert (new.read_bytes(), old.exists()) == (b"news", False)
    assert [path.name for path in (root / ".stancegraph").glob("journal*")] == []


@pytest.mark.long
def test_a_change_that_was_made_already_is_reported(root: Path, run: Runner) -> None:
    """A command that was killed after its change was committed may be called again."""
    where = ("--workspace", str(root))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stancegraph.ontology.owlapi.format_turtle", refuse_java)
        messages = []
        for words in (
            ("entity", "merge", "https://w3id.org/stancegraph/id/example/Ruritania", "Zubrowka"),
            ("entity", "split", "Zubrowka", "actor:South", "--label", "the South", "--claim", "a concierge"),
            ("ontology", "rename", "Ambiguity", "Vagueness"),
            ("ontology", "deprecate", "holder", "--because", "It goes."),
            ("ontology", "release", "99.0.0"),
        ):
            assert run(*where, *words).status == 0
            again = run(*where, *words)
            assert again.status == 2
            messages.append(again.err.splitlines()[0])
    reasons = [
        "the two are already the same entity",
        "the entity already exists",
        "is renamed already",
        "is deprecated already",
    ]
    for message, reason in zip(messages, [*reasons, "release 99.0.0 exists already"], strict=True):
        assert reason in message


def test_the_python_api_and_a_build_complete_it_too(root: Path) -> None:
    for open_workspace in (folders.find, lambda folder: building.build(Workspace(folder))):
        interrupt_change(root, {root / "data" / "articles" / "coded" / "notes.txt": str(open_workspace).encode()})
        open_workspace(root)
        assert journal.unfinished_change(root) is None


def test_a_file_written_since_the_interruption_is_not_overwritten(root: Path, run: Runner) -> None:
    more, sheet = root / "data" / "entities" / "more.ttl", root / "data" / "articles" / "coded" / "coding.txt"
    interrupt_change(root, {sheet: b"# new\n", more: b"# new\n"})
    os.replace(redo_log.journal_folder(root) / "1", more)  # the first file had been replaced
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
    interrupt_change(root, {root / "data" / "here.txt": b"news"})
    plan = redo_log.journal_folder(root) / "plan.json"
    plan.write_text(plan.read_text(encoding="utf-8").replace("data/here.txt", path), encoding="utf-8")
    done = run("--workspace", str(root), "queries")
    assert done.status == 1
    assert f"remove {locking.FOLDER}/journal" in done.err
    assert not [path for path in tmp_path.rglob("*") if path.name in {"out.txt", "post-checkout", "y"}]


def test_a_damaged_journal_is_reported(root: Path, run: Runner) -> None:
    damages = 0
    for name in ("plan.json", "0"):
        for content in (b"", b"[", b'[{"path": 1}]', b"\xff"):
            interrupt_change(root, {root / "data" / "here.txt": b"news"})
            (redo_log.journal_folder(root) / name).write_bytes(content)
            done = run("--workspace", str(root), "queries")
            no_traceback(done)
            assert (done.status, "is damaged" in done.err) == (1, True)
            assert "cannot be read" in (journal.unfinished_change(root) or "")
            assert not (root / "data" / "here.txt").exists()
            shutil.rmtree(redo_log.journal_folder(root))
            damages += 1
    assert damages == 8
    interrupt_change(root, {root / "data" / "here.txt": b"news"})
    (redo_log.journal_folder(root) / "0").unlink()
    (redo_log.journal_folder(root) / "0").mkdir()
    assert "cannot be read" in (journal.unfinished_change(root) or ""), "nor can a folder be"


def test_a_change_that_cannot_be_completed_is_reported(
    root: Path, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = root / "data" / "entities" / "more.ttl", root / "data" / "articles" / "coded" / "coding.txt"
    move, refusing = os.replace, [second]

    def replace(source: Path, target: Path) -> None:
        if target in refusing:
            raise PermissionError(errno.EACCES, "Permission denied", str(source), None, str(target))
        move(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(ExternalError, match="only partly written") as raised:
        journal.commit(root, {second: b"# new\n", first: b"# new\n"} | {root / "data" / "a.txt": b"x"})
    assert "the next command completes the change" in str(raised.value)
    refusing[:] = [first, second, root / "data" / "a.txt"]
    done = run("--workspace", str(root), "queries")
    assert done.status == 3
    assert "cannot be completed: Permission denied" in done.err
    refusing.clear()
    assert run("--workspace", str(root), "queries").status == 0
    assert (first.read_bytes(), second.read_bytes()) == (b"# new\n", b"# new\n")
