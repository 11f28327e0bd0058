"""Hostile input: each case ends in time with one clear message and its remedy, and leaves everything as it was."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from stancegraph.workspace.folders import Workspace
from tests.project.figures import note
from tests.robustness.hostile import Hostile, cases
from tests.support import program
from tests.support.analysed import publish_analysed

CASES = cases()
MEMORY = 4 << 30
HEAVY = ("draft of", "sheet of", "literal of", "IRI of")
QUICK = [name for name in sorted(CASES) if not name.startswith(HEAVY)][::12]  # some of each kind, in every run
LONG = [name for name in CASES if name not in QUICK]


@pytest.fixture(scope="session")
def hostile_template(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace, built and published, with its snapshots in itself."""
    folder = shutil.copytree(small, tmp_path_factory.mktemp("founded") / "w")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)
        publish_analysed(Workspace(folder))
    return folder


def run_case(folder: Path, case: Hostile) -> subprocess.CompletedProcess[str]:
    """Run the program as the case has it, within generous bounds of time and memory."""
    environment = {name: value for name, value in os.environ.items() if name != "STANCEGRAPH_SNAPSHOTS"}
    return program.call(
        *("--workspace", str(folder)),
        *(argument.replace("{w}", str(folder)) for argument in case.arguments),
        environment=environment | {"STANCEGRAPH_STEP_SECONDS": str(case.step_seconds)},
        memory=MEMORY,
        seconds=120,
    )


def digests(folder: Path) -> dict[str, str]:
    """Map the files of a workspace and of what is published of it to their digests."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if not (name := path.relative_to(folder).as_posix()).startswith(".stancegraph/") or name.endswith("/current")
    }


def check_case(folder: Path, case: Hostile) -> None:
    """Run one case, and check that it ended as it must."""
    if case.spoil is not None:
        case.spoil(folder)
    before = digests(folder)
    note("bad inputs by hand")
    done = run_case(folder, case)
    output = done.stdout + done.stderr
    assert "Traceback" not in output, output[-3000:]
    assert "stancegraph: internal error" not in output, output
    assert done.returncode in case.status, (done.returncode, output[-3000:])
    assert all(word in output for word in case.says), output[-3000:]
    if done.returncode:
        assert len(done.stderr) < 4_000, "nobody reads a longer message"
        assert "Remedy" in output or "Try '" in output or "Usage:" in output, output
        assert not set(done.stderr) & set(map(chr, [*range(10), *range(11, 32), 127, 0x202E])), repr(done.stderr)
        assert digests(folder) == before


@pytest.mark.parametrize("name", QUICK)
def test_bad_input_is_one_clear_message(hostile_template: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(hostile_template, tmp_path / "w")
    check_case(tmp_path / "w", CASES[name])


@pytest.mark.long
@pytest.mark.parametrize("name", LONG)
def test_much_bad_input_is_one_clear_message(hostile_template: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(hostile_template, tmp_path / "w")
    check_case(tmp_path / "w", CASES[name])


def test_there_are_many_cases() -> None:
    assert len(CASES) > 200
    assert 20 < len(QUICK) < len(LONG)
