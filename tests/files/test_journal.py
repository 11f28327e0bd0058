"""The journal by itself: who changes a workspace has it alone, and what cannot be changed is reported."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.errors import ExternalError, UsageError
from stancegraph.files import journal, locking, writing
from tests.conftest import Run
from tests.support import program
from tests.support.killing import read_tree
from tests.support.waiting import wait_until

Runner = Callable[..., Run]


def count_up(root: Path, times: int) -> None:
    """Add one, *times* times, to a number that stands in two files."""
    files = [root / "data" / "entities" / name for name in ("one.txt", "two.txt")]
    for _ in range(times):
        with journal.exclusive_access(root):
            numbers = {int(path.read_text(encoding="utf-8")) for path in files}
            (number,) = numbers
            journal.commit(root, {path: str(number + 1).encode() for path in files})


def watch_count(root: Path, report: Path) -> None:
    """Read the two files as a build does, until they reach their end; write *report* if they never differed."""
    files = [root / "data" / "entities" / name for name in ("one.txt", "two.txt")]
    seen = set()
    while "40" not in seen:
        with journal.shared_access(root):
            texts = {path.read_text(encoding="utf-8") for path in files}
        assert len(texts) == 1
        seen |= texts
    report.write_text(str(len(seen)), encoding="utf-8")


@pytest.mark.long
def test_no_writer_overwrites_another_and_a_reader_sees_whole_changes(root: Path, tmp_path: Path) -> None:
    journal.commit(root, {root / "data" / "entities" / name: b"0" for name in ("one.txt", "two.txt")})
    reader = program.started(watch_count, root, tmp_path / "report")
    writers = [program.started(count_up, root, 10) for _ in range(4)]
    for writer in writers:
        writer.join(60)
    reader.join(60)
    assert [process.exitcode for process in (*writers, reader)] == [0] * 5
    assert (root / "data" / "entities" / "one.txt").read_text(encoding="utf-8") == "40"
    assert int((tmp_path / "report").read_text(encoding="utf-8")) > 0


def hold(root: Path, ready: Path, exclusive: bool) -> None:
    """Lock a workspace until somebody ends this process."""
    with locking.locked(root, exclusive=exclusive):
        ready.write_text(str(os.getpid()), encoding="utf-8")
        signal.pause()


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_command_that_waits_too_long_names_the_process_that_it_waits_for(
    root: Path, tmp_path: Path, run: Runner, monkeypatch: pytest.MonkeyPatch, exclusive: bool
) -> None:
    holder = program.started(hold, root, tmp_path / "ready", exclusive)
    try:
        wait_until(lambda: (tmp_path / "ready").is_file())
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


@pytest.fixture
def read_only(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace on a disk that takes nothing."""
    open_file = os.open

    def refuse(path: str | Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    def guarded_open(path: str | Path, flags: int, *more: object, **named: object) -> int:
        if flags & (os.O_CREAT | os.O_RDWR | os.O_WRONLY) and Path(path).is_relative_to(root):
            refuse(path)
        return open_file(path, flags, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", guarded_open)
    monkeypatch.setattr(os, "access", lambda path, mode: not (mode & os.W_OK and Path(path).is_relative_to(root)))
    for name in ("mkdir", "replace", "rename", "unlink"):
        call = getattr(os, name)

        def guarded(path: str | Path, *more: object, call: Callable[..., None] = call, **named: object) -> None:
            if Path(path).is_relative_to(root):
                refuse(path)
            call(path, *more, **named)

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


def test_a_change_that_fails_at_its_first_file_is_undone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_tree(root)

    def replace(source: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(source), None, str(target))

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(ExternalError, match="cannot write it: Permission denied"):
        journal.commit(root, {root / "data" / "new" / "folder" / "a.txt": b"x", root / "data" / "b.txt": b"x"})
    assert read_tree(root) == before
    assert journal.unfinished_change(root) is None


def test_folders_on_other_file_systems_get_copies(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    move, refused = os.replace, []

    def replace(source: Path, target: Path) -> None:
        if Path(source).parent.name == "journal":
            refused.append(target)
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(source), None, str(target))
        move(source, target)

    monkeypatch.setattr(os, "replace", replace)
    more = root / "data" / "entities" / "more.ttl"
    more.chmod(0o600)
    journal.commit(root, {more: b"# new\n", root / "data" / "new.txt": b"x"})
    assert len(refused) == 2
    assert (more.read_bytes(), more.stat().st_mode & 0o777) == (b"# new\n", 0o600), "its mode is kept"
    assert not list((root / "data").rglob(f"*{writing.TEMPORARY_SUFFIX}"))


def test_hidden_files_are_not_changed_and_unchanged_files_are_not_written(root: Path) -> None:
    with pytest.raises(UsageError, match="hidden"):
        journal.commit(root, {root / "data" / ".x.ttl": b""})
    more = root / "data" / "entities" / "more.ttl"
    before = more.stat().st_mtime_ns
    journal.commit(root, {more: more.read_bytes(), root / "data" / "none.ttl": None})
    assert more.stat().st_mtime_ns == before
