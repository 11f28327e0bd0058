"""Workspaces under version control."""

from __future__ import annotations

import subprocess
from pathlib import Path


def commit(root: Path, *names: str) -> None:
    """Make a git repository of a workspace, with the files and folders of these names in its first commit."""
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q"], ["add", *names], ["commit", "-q", "-m", "one"]):
        subprocess.run(["git", *identity, *command], cwd=root, check=True, capture_output=True)
