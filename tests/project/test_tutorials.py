"""Tutorials work as they are typed: their steps are run in order, in an empty folder, and the output is compared.

So are the how-to guides that begin with the same comment. A block with a title is a file that the reader writes, a
``shell`` block is typed, and a ``console`` block shows what a command prints. Installing and serving are left out.
With UPDATE_DOCS=1 the output is written anew, to be read in the diff.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.project.test_docs import PAGES, SCRATCH

STEP = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"\n]+)")?\n(?P<body>.*?)^```$', re.MULTILINE | re.DOTALL
)
NOT_RUN = re.compile(r"^(?:pip|python3 -m venv|source|git clone) |stancegraph serve|--watch", re.MULTILINE)
LESSONS = [page for page in PAGES if page.read_text(encoding="utf-8").startswith(SCRATCH)]


@dataclass
class Terminal:
    """A shell in an empty folder, in which ``stancegraph`` is the program under test."""

    home: Path
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.home / "scratch"
        self.folder.mkdir()
        program = self.home / "bin" / "stancegraph"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m stancegraph "$@"\n', encoding="utf-8")
        program.chmod(0o755)

    def type(self, commands: str) -> subprocess.CompletedProcess[str]:
        """Run *commands*; a ``cd`` holds for what is typed next."""
        place = self.home / "place"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("STANCEGRAPH_")}
        environment |= {
            "PATH": f"{self.home / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{ROOT / 'src'}",
            "COLUMNS": "110",
            "XDG_CACHE_HOME": str(self.home / "cache"),
        }
        if not (self.folder / "ontology").is_dir():  # the workspace that ships, whose snapshots are not the user's
            environment["STANCEGRAPH_SNAPSHOTS"] = os.environ["STANCEGRAPH_SNAPSHOTS"]
        done = subprocess.run(
            ["bash", "-c", f"{commands}\nstatus=$?\npwd > {shlex.quote(str(place))}\nexit $status"],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.folder = Path(place.read_text(encoding="utf-8").strip())
        return done


def shown(step: re.Match[str], terminal: Terminal) -> str:
    """Take a step, and return its block as it should stand in the page."""
    body, place = step["body"], terminal.folder / (step["title"] or "")
    if step["title"]:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(body, encoding="utf-8")
    elif step["language"] == "console":
        command = body.partition("\n")[0]
        assert command.startswith("$ "), body
        done = terminal.type(command[2:])
        lines = (done.stdout + done.stderr).splitlines()
        return "\n".join(["```console", command, *(line.rstrip() for line in lines), "```"])
    elif step["language"] == "shell" and not NOT_RUN.search(body):
        done = terminal.type(body)
        assert done.returncode == 0, f"{body}{done.stdout}{done.stderr}"
    elif step["language"] == "python":
        done = terminal.type(f"{shlex.quote(sys.executable)} - <<'END_OF_PYTHON'\n{body}END_OF_PYTHON")
        assert done.returncode == 0, f"{body}{done.stderr}"
    return step[0]


def test_each_tutorial_is_run() -> None:
    tutorials = {page for page in (ROOT / "docs" / "tutorials").glob("*.md") if page.stem != "index"}
    assert len(tutorials) >= 3
    assert tutorials <= set(LESSONS)


@pytest.mark.long
@pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.stem)
def test_each_step_does_what_the_page_says(page: Path, tmp_path: Path, snapshots: Path) -> None:
    terminal = Terminal(tmp_path)
    text = page.read_text(encoding="utf-8")
    steps = list(STEP.finditer(text))
    assert len(steps) > 3
    blocks = [shown(step, terminal) for step in steps]
    if os.environ.get("UPDATE_DOCS"):
        remaining = iter(blocks)
        page.write_text(STEP.sub(lambda step: next(remaining), text), encoding="utf-8")
    else:
        assert blocks == [step[0] for step in steps]
