"""Hostile input: each case ends in time with one clear message and its remedy, and leaves everything as it was."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from stancegraph.workspace.scaffold import create_workspace
from tests.project.figures import note
from tests.robustness.hostile import Hostile, cases
from tests.support import program

CASES = cases()
MEMORY = 4 << 30
HEAVY = ("draft of", "sheet of", "literal of", "IRI of")
QUICK = [name for name in sorted(CASES) if not name.startswith(HEAVY)][::12]  # of each sort some, at every change
LONG = [name for name in CASES if name not in QUICK]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace, built and published, with its snapshots in itself."""
    folder = tmp_path_factory.mktemp("founded") / "w"
    create_workspace(folder)
    done = call(folder, Hostile("", ("build",)))
    assert done.returncode == 0, done.stderr
    return folder


def call(folder: Path, case: Hostile) -> subprocess.CompletedProcess[str]:
    """Run the program as the case has it, within bounds of time and memory that no honest call comes near."""
    environment = {name: value for name, value in os.environ.items() if name != "STANCEGRAPH_SNAPSHOTS"}
    return program.call(
        *("--workspace", str(folder)),
        *(argument.replace("{w}", str(folder)) for argument in case.arguments),
        environment=environment | {"STANCEGRAPH_STEP_SECONDS": str(case.step_seconds)},
        memory=MEMORY,
        seconds=120,
    )


def state(folder: Path) -> dict[str, str]:
    """The files of a workspace and what is published of it, by their digests."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if not (name := path.relative_to(folder).as_posix()).startswith(".stancegraph/") or name.endswith("/current")
    }


def judge(folder: Path, case: Hostile) -> None:
    """Run one case, and see that it ended as it must."""
    if case.spoil is not None:
        case.spoil(folder)
    before = state(folder)
    note("bad inputs by hand")
    done = call(folder, case)
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said[-3000:]
    assert "stancegraph: internal error" not in said, said
    assert done.returncode in case.status, (done.returncode, said[-3000:])
    assert all(word in said for word in case.says), said[-3000:]
    if done.returncode:
        assert len(done.stderr) < 4_000, "a message that nobody reads"
        assert "Remedy" in said or "Try '" in said or "Usage:" in said, said
        assert not set(done.stderr) & set(map(chr, [*range(10), *range(11, 32), 127, 0x202E])), repr(done.stderr)
        assert state(folder) == before


@pytest.mark.parametrize("name", QUICK)
def test_bad_input_is_one_clear_message(founded: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(founded, tmp_path / "w")
    judge(tmp_path / "w", CASES[name])


@pytest.mark.long
@pytest.mark.parametrize("name", LONG)
def test_much_bad_input_is_one_clear_message(founded: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(founded, tmp_path / "w")
    judge(tmp_path / "w", CASES[name])


def test_there_are_many_cases() -> None:
    assert len(CASES) > 200
    assert 20 < len(QUICK) < len(LONG)
