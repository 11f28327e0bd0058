"""A runner of commands on a lean workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run

Command = Callable[..., str]


@pytest.fixture
def command(example: Path, run: Callable[..., Run]) -> Command:
    """Run a command on the workspace *example*, which must succeed, and return what it prints."""

    def run_command(*arguments: str) -> str:
        done = run("--workspace", str(example), *arguments)
        assert done.status == 0, done.err
        return done.out + done.err

    return run_command
