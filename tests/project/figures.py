"""The figures of the documentation: what was tried, in one run. `python -m tests.project.figures > figures.md`.

The tests that count something note it (`note`) where STANCEGRAPH_FIGURES names a file; this program runs them all,
with an hour of mixed load beside them (`benchmarks.soak`; less with ``--seconds``), and prints one table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

MUCH = {"STANCEGRAPH_EDITS": "2000", "STANCEGRAPH_SWITCHES": "1000", "STANCEGRAPH_KILLS": "500"}
"""How much is tried, unless the environment says otherwise."""
FILES = (
    "web/test_w3c_protocol", "web/test_w3c_evaluation", "web/test_hostile_requests", "web/test_bounds",
    "web/test_attacks", "web/test_health", "sparql/test_lexer", "pipeline/test_damaged_snapshot",
    "pipeline/test_crashes", "files/test_killed_changes",
    "pipeline/test_edits", "robustness/test_hostile_input", "cli/test_bad_input", "robustness/test_fuzzing",
    "http/test_outbound",
)  # fmt: skip
"""The modules whose tests count."""


def note(what: str, number: int = 1) -> None:
    """Note that so much of something was tried, where somebody keeps count."""
    path = os.environ.get("STANCEGRAPH_FIGURES")
    if path:
        with open(path, "a", encoding="utf-8") as file:  # a line in one write, as several processes note
            file.write(json.dumps([what, number]) + "\n")


def noted(path: Path) -> Counter[str]:
    """The sums of what was noted in *path*."""
    sums: Counter[str] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        what, number = json.loads(line)
        sums[what] += number
    return sums


def _print(tried: Counter[str], load: dict[str, Any]) -> None:
    print("| what | tried |\n| --- | ---: |")
    for what, number in sorted(tried.items()):
        print(f"| {what} | {number:,} |")
    for what, value in load.items():
        print(f"| mixed load: {what} | {_words(value)} |")


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {number:,}" for key, number in value.items())
    if isinstance(value, list):  # of minutes, each tenth
        return ", ".join(map(str, value[::10])) or "none"
    return f"{value:,}" if isinstance(value, int) else str(value)


def main() -> int:
    """Run all, and print the table; the exit status is that of the tests and of the load."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=3600, help="of mixed load")
    options.add_argument("--noted", type=Path, help="only print the table of what was noted in this file")
    chosen = options.parse_args()
    if chosen.noted is not None:
        _print(noted(chosen.noted), {})
        return 0
    with tempfile.TemporaryDirectory() as folder:
        figures, load = Path(folder) / "figures", Path(folder) / "load.json"
        figures.touch()
        with load.open("w", encoding="utf-8") as output:
            soaking = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.soak", "--seconds", str(chosen.seconds)], stdout=output, cwd=ROOT
            )
            named = [f"tests/{file}.py" for file in FILES]
            tests = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pytest",
                    "-q",
                    "-m",
                    "long or not long",
                    "-o",
                    "faulthandler_timeout=0",
                    *named,
                ],
                cwd=ROOT,
                env={**MUCH, **os.environ, "STANCEGRAPH_FIGURES": str(figures)},
                stdout=sys.stderr,
                check=False,
            )
            status = soaking.wait()
        told: dict[str, Any] = json.loads(load.read_text(encoding="utf-8"))
        _print(noted(figures), told)
    return tests.returncode or status


if __name__ == "__main__":
    sys.exit(main())
