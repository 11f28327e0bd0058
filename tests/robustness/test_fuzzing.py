"""Input that is spoilt at random never gets more than one clear message out of the program."""

from __future__ import annotations

import os
import pathlib
import random
import sys
import time
from pathlib import Path

import pytest

from tests.project.figures import note
from tests.robustness import fuzzing
from tests.robustness.fuzz_inputs import KINDS, Case, make, spoil
from tests.robustness.fuzzing import Server, fuzz, prepare_in_child
from tests.support.program import returned


@pytest.mark.early
@pytest.mark.long
def test_nothing_that_is_spoilt_at_random_brings_the_program_down(tmp_path: Path) -> None:
    report = returned(fuzz, tmp_path, 45, 1)
    failures = "\n\n".join(f"{case.seed}: {case.call!a}\n{problem}" for case, problem in report.failures)
    for kind, number in report.counts.items():
        note(f"bad inputs by chance: {kind}", number)
    assert not report.failures, failures
    assert set(report.counts) == set(KINDS)
    assert sum(report.counts.values()) > 100
    assert {name.split()[1] for name in report.statuses} >= {"0", "1", "2"}, "some are sound, some are not"


def test_a_seed_stands_for_one_input(tmp_path: Path) -> None:
    for name in ("data/articles/example", "data/articles/new", "data/links", "data/vocabulary"):
        (tmp_path / name).mkdir(parents=True)
        for kind in KINDS.values():
            for file in kind.files:
                if file.startswith(f"{name}/"):
                    (tmp_path / file).write_text("a b\nc", encoding="utf-8")
    for name in KINDS:
        assert make(tmp_path, name, "7") == make(tmp_path, name, "7")
    seen = {spoil(b"one two three", random.Random(number)) for number in range(200)}
    assert len(seen) > 100


FAULTS = {
    "crash": "os.kill(os.getpid(), 11)",
    "hang": "time.sleep(60)",
    "fault": "1 / 0",
    "status": "sys.exit(9)",
    "change": "(pathlib.Path(sys.argv[2]) / 'data/x.ttl').write_text('x'), sys.exit(2)",
}


@pytest.mark.long
def test_the_fuzzer_finds_every_sort_of_fault(tmp_path: Path) -> None:
    """A crash, a hang and an unforeseen failure are reported, and the next input runs."""
    problems = returned(find_faults, tmp_path)
    assert "crashes" in problems["crash"]
    assert "hangs" in problems["hang"]
    assert "stancegraph: internal error: ZeroDivisionError" in problems["fault"]
    assert "status 9" in problems["status"]
    assert "no remedy" in problems["change"] or "has changed" in problems["change"]


def find_faults(folder: Path) -> dict[str, str]:
    from stancegraph.cli import main as cli

    os.environ.pop("STANCEGRAPH_SNAPSHOTS", None)
    fuzzing.HANG = 3.0
    original = prepare_in_child(folder / "original")
    problems = {}
    for name, fault in FAULTS.items():
        cli._refuse_surrogates = lambda arguments, fault=fault: exec(fault, _names())  # type: ignore[misc]
        server = Server(original, folder / "w")
        server.start()
        problems[name] = server.judge(Case("arguments", "1", ["queries"]))[1]
        server.stop()
    return problems


def _names() -> dict[str, object]:
    return {"os": os, "pathlib": pathlib, "sys": sys, "time": time}
