"""A change of several files is made as a whole or not at all: whenever it is killed, and on a disk that is full."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from stancegraph.cli import main as cli
from stancegraph.files import journal, writing
from stancegraph.workspace import folders
from tests.files.changes import CHANGES, Change, publish, reanchor, remove, review, save
from tests.project.figures import note
from tests.support import killing
from tests.support.killing import KILLED, read_tree, restore, run_copied, run_killed


def finish(root: Path) -> killing.Tree:
    """Open a workspace, as every command does, and return its files; nothing unfinished is left in it."""
    folders.find(root)
    unfinished = [*root.rglob("journal*"), *root.rglob(f"*{writing.TEMPORARY_SUFFIX}")]
    assert not unfinished
    assert journal.unfinished_change(root) is None
    return read_tree(root)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_killed_at_any_step_is_made_or_not_made(
    root: Path, template: Path, tmp_path: Path, change: Change
) -> None:
    before = read_tree(root)
    states: list[killing.Tree] = [before]
    status = run_copied(root, change.action, tmp_path / "copies", tmp_path / "log")
    outcomes, last = [], finish(root)
    for copy in sorted((tmp_path / "copies").iterdir()):
        shutil.rmtree(root)
        outcomes.append(finish(copy.rename(root)))
    middle = len(outcomes) // 2
    restore(root, template / "w")
    assert run_killed(root, middle + 1, change.action, tmp_path / "log of the killed one") == KILLED
    assert finish(root) == outcomes[middle], "a copy is what a killed one leaves"
    note("steps of changes of several files, as before or as after where killed there", len(outcomes))
    outcomes.append(last)
    assert status == 0 or (status, change.action) == (1, reanchor), (tmp_path / "log").read_text(encoding="utf-8")
    after = outcomes[-1]
    assert after != before or change.action is review
    for state in outcomes:
        states += [] if state in states else [state]
    assert len(states) == 2 + change.between, "as before, as after, and as after each of several changes"
    assert len(outcomes) > 10
    assert outcomes == sorted(outcomes, key=states.index) or change.action is review, "what was made stays made"


@pytest.mark.parametrize("change", CHANGES)
def test_a_full_disk_is_reported_and_nothing_is_changed(
    root: Path, template: Path, tmp_path: Path, change: Change
) -> None:
    before = read_tree(root)
    failures, states = 0, [before]
    for step in count(1, change.stride):
        restore(root, template / "w")
        status = run_killed(root, step, change.action, tmp_path / "log", full=True)
        log = (tmp_path / "log").read_text(encoding="utf-8")
        assert "Traceback" not in log
        state = read_tree(root)
        states += [] if state in states else [state]
        assert finish(root) == state, "nothing was left to be done"
        if state != before and status != 3 and "failed" not in log.replace("0 failed", ""):
            break
        if change.action not in {publish, save, remove}:  # which are not commands
            assert status in {1, 3}, log
            assert "No space left on device" in log
        failures += 1
    assert failures * change.stride > 3
    assert len(states) <= 2 + change.between


@pytest.mark.long
def test_init_may_be_killed_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    kills = 0
    for step in count(1, 60):
        status = run_killed(tmp_path, step, init, tmp_path.parent / "log")
        if status != KILLED:
            break
        kills += 1
        assert not (tmp_path / "new").exists()
        assert len(list(tmp_path.iterdir())) <= 1, "what the killed one left is gone"
    assert kills > 3
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert folders.is_workspace(tmp_path / "new")


def init(folder: Path) -> None:
    """Make a new workspace."""
    sys.argv = ["stancegraph", "init", str(folder / "new")]
    cli.main()


@pytest.mark.long
def test_a_merge_killed_at_any_system_call_is_whole(root: Path, template: Path) -> None:
    """As above, by the system itself: every call that changes names or files on the disk is counted."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    calls = "/^(rename|unlink|mkdir|rmdir|link|fsync|ftruncate|pwrite)"
    states: list[killing.Tree] = [read_tree(root)]
    kills = 0
    for step in count(1):
        restore(root, template / "w")
        done = subprocess.run(
            ["strace", "-f", "-o", os.devnull, "-e", f"inject={calls}:signal=KILL:when={step}", sys.executable, "-B",
             "-m", "stancegraph", "--workspace", str(root), "entity", "merge", "Ruritania", "Zubrowka"],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        if "ptrace" in done.stderr:
            pytest.skip("needs to be allowed to trace processes")
        state = finish(root)
        if state not in states:
            states.append(state)
        if done.returncode == 0:
            break
        kills += 1
    assert kills > 10
    assert len(states) == 2
