"""A lock that ends with its process, and what is done where there is none."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stancegraph.files import flock

WITHOUT = """
import sys
sys.modules["fcntl"] = None  # as on Windows
from stancegraph.cli import main as cli
from stancegraph.files import flock
from stancegraph.isolation import deadline
assert not flock.AVAILABLE
deadline.can_fork = lambda: False
for arguments in (["init", "w"], *(["--workspace", "w", *one] for one in (["build"], ["build", "--force"], ["check"]))):
    sys.argv = ["stancegraph", *arguments]
    try:
        cli.main()
    except SystemExit as stop:
        assert not stop.code, arguments
print(sorted(path.name.split("-")[0] for path in __import__("pathlib").Path("w/.stancegraph").iterdir()))
"""


def test_a_lock_is_held_by_one_who_writes_or_many_who_read(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    ends = [os.open(path, os.O_CREAT | os.O_RDWR) for _ in range(3)]
    assert flock.acquire(ends[0]) is True
    assert flock.acquire(ends[1]) is False
    flock.release(ends[0])
    assert flock.acquire(ends[1], exclusive=False) is True
    assert flock.acquire(ends[2], exclusive=False) is True
    assert flock.acquire(ends[0]) is False
    for end in ends[1:]:
        os.close(end)
    assert flock.acquire(ends[0]) is True
    os.close(ends[0])


def test_a_file_system_without_locks_is_told_from_a_lock_that_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", none)
    with (tmp_path / "lock").open("w") as file:
        assert flock.acquire(file.fileno()) is None


@pytest.mark.long
def test_where_there_are_no_locks_everything_is_done_without(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "STANCEGRAPH_SNAPSHOTS"}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert "'current'" in done.stdout
    assert "building" not in done.stdout
