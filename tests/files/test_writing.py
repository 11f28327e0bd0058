"""A single file is written as a whole, and what killed writers left is removed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.errors import ExternalError
from stancegraph.files import writing
from tests.conftest import Run
from tests.support import program
from tests.support.killing import KILLED


def test_what_killed_writers_left_goes_with_the_next_file_or_build(root: Path, run: Callable[..., Run]) -> None:
    assert program.run(leave_half_files, root) == KILLED
    abandoned = list(root.rglob(f"*{writing.TEMPORARY_SUFFIX}"))
    assert len(abandoned) == 3
    assert all(path.name.startswith(".") for path in abandoned)
    own = writing.temporary_name(root / "data" / "mine.txt")
    with own.open("xb") as file:
        assert writing.try_lock(file.fileno())
        writing.write_whole(root / "data" / "other.txt", b"x")
        assert own.exists(), "what somebody still writes stays"
        assert not [path for path in (root / "data").glob(f".*{writing.TEMPORARY_SUFFIX}") if path != own]
        assert run("--workspace", str(root), "build").status == 0
        assert [path for path in root.rglob(f"*{writing.TEMPORARY_SUFFIX}")] == [own]


def leave_half_files(root: Path) -> None:
    """Begin three files, and be killed."""
    for folder in (root, root / "data", root / "data" / "articles" / "coded"):
        writing.temporary_name(folder / "x.ttl").write_bytes(b"half")
    os._exit(KILLED)


def test_a_file_keeps_its_mode_a_link_its_target_and_a_pipe_is_written_to(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    writing.write_whole(link, b"new")
    assert link.is_symlink()
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", 0o640)
    writing.write_whole(Path(os.devnull), b"gone")
    assert not Path(os.devnull).is_file()
    with pytest.raises(ExternalError, match="cannot write it"):
        writing.write_whole(tmp_path, b"")
