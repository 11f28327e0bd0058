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
from tests.robustness.fuzzing import KINDS, Case, Server, fuzz, make, published, spoil
from tests.support.program import returned


@pytest.mark.long
def test_nothing_that_is_spoilt_at_random_brings_the_program_down(tmp_path: Path) -> None:
    report = returned(fuzz, tmp_path, 45, 1)
    told = "\n\n".join(f"{case.seed}: {case.call!a}\n{said}" for case, said in report.failures)
    for kind, number in report.counts.items():
        note(f"bad inputs by chance: {kind}", number)
    assert not report.failures, told
    assert set(report.counts) == set(KINDS)
    assert sum(report.counts.values()) > 100
    assert {one.split()[1] for one in report.statuses} >= {"0", "1", "2"}, "some are sound, some are not"


def test_a_seed_stands_for_one_input(tmp_path: Path) -> None:
    for name in ("data/articles/example", "data/articles/new", "data/links", "data/vocabulary"):
        (tmp_path / name).mkdir(parents=True)
        for of in KINDS.values():
            for file in of.files:
                if file.startswith(f"{name}/"):
                    (tmp_path / file).write_text("a b\nc", encoding="utf-8")
    for kind in KINDS:
        assert make(tmp_path, kind, "7") == make(tmp_path, kind, "7")
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
def test_the_fuzzer_sees_what_is_wrong(tmp_path: Path) -> None:
    """A program that crashes, hangs, or fails as nobody foresaw is told of, and the next input runs."""
    told = returned(_told_of_faults, tmp_path)
    assert "crashes" in told["crash"]
    assert "hangs" in told["hang"]
    assert "internal error: ZeroDivisionError" in told["fault"]
    assert "status 9" in told["status"]
    assert "no remedy" in told["change"] or "has changed" in told["change"]


def _told_of_faults(folder: Path) -> dict[str, str]:
    from stancegraph.cli import main as cli

    os.environ.pop("STANCEGRAPH_SNAPSHOTS", None)
    fuzzing.HANG = 3.0
    original = published(folder / "original")
    told = {}
    for name, fault in FAULTS.items():
        cli._refuse_surrogates = lambda arguments, fault=fault: exec(fault, _names())  # type: ignore[misc]
        server = Server(original, folder / "w")
        server.start()
        told[name] = server.judge(Case("arguments", "1", ["queries"]))[1]
        server.stop()
    return told


def _names() -> dict[str, object]:
    return {"os": os, "pathlib": pathlib, "sys": sys, "time": time}
