"""What a build was made from and what it found: the record that the next build goes on from.

A record lies beside the snapshots, in ``records/<digest of the inputs>.json``. Files whose size and times are as they
were are not read again, as in `git's index <https://git-scm.com/docs/racy-git>`_; what was changed less than two
seconds before it was read may change again within the same tick of a clock, and is.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph

import stancegraph
from stancegraph.errors import OutsideError
from stancegraph.findings import Finding, Findings, Severity
from stancegraph.workspace import Workspace
from stancegraph.writing import write_whole

_KEPT = 3
_TICK = 2_000_000_000  # nanoseconds
_PROGRAM = f"stancegraph {stancegraph.__version__} pyoxigraph {pyoxigraph.__version__}"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was read: its size in bytes, when it and its entry were changed in nanoseconds, and its SHA-256."""

    size: int
    modified: int
    entered: int
    sha256: str


@dataclass(frozen=True)
class Inputs:
    """The files that a build depends on, by their path in the workspace, and the program that reads them."""

    files: Mapping[str, Stamp]
    program: str = _PROGRAM

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all of it."""
        total = hashlib.sha256(self.program.encode())
        for path, stamp in sorted(self.files.items()):
            total.update(path.encode() + b"\0" + stamp.sha256.encode())
        return total.hexdigest()

    def differing(self, other: Inputs) -> set[str]:
        """The paths of what only one of the two has, or has in another form."""
        paths = {*self.files, *other.files}
        return {path for path in paths if _digest(self.files.get(path)) != _digest(other.files.get(path))}


def _digest(stamp: Stamp | None) -> str | None:
    return None if stamp is None else stamp.sha256


@dataclass(frozen=True, slots=True)
class Record:
    """What a build was made from, what was found, and the anatomies of queries that it needed."""

    inputs: Inputs
    findings: Findings = field(default_factory=Findings)
    anatomies: Mapping[str, Any] = field(default_factory=dict)


def inputs(workspace: Workspace, known: Record | None = None) -> Inputs:
    """The files of *workspace* that a build depends on; what is as it was in the *known* record is not read again.

    Raises `OutsideError` for a file that cannot be read.
    """
    before = known.inputs.files if known is not None else {}
    now = time.time_ns()
    found: dict[str, Stamp] = {}
    for path in workspace.build_files():
        name = workspace.relative(path)
        try:
            state = path.stat()
            old = before.get(name)
            times = (state.st_mtime_ns, state.st_ctime_ns)
            if old is None or (old.size, old.modified, old.entered) != (state.st_size, *times):
                if now - max(times) < _TICK:
                    times = (0, 0)
                old = Stamp(state.st_size, *times, hashlib.sha256(path.read_bytes()).hexdigest())
        except OSError as error:
            raise OutsideError(f"cannot read it: {error.strerror or error}", file=path) from None
        found[name] = old
    return Inputs(found)


def load(folder: Path, digest: str) -> Record | None:
    """The record of the build from inputs with this *digest*, in the *folder* of the snapshots; None without one."""
    try:
        table = json.loads(_path(folder, digest).read_text(encoding="utf-8"))
        stamps = {path: Stamp(*row) for path, row in table["files"].items()}
        found = {part: tuple(_finding(row) for row in rows) for part, rows in table["findings"].items()}
        return Record(Inputs(stamps, table["program"]), Findings(**found), dict(table["anatomies"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(folder: Path, record: Record) -> None:
    """Keep *record* in the *folder* of the snapshots, whole or not at all; the oldest of several are removed.

    Raises `OutsideError` where the disk refuses.
    """
    path = _path(folder, record.inputs.digest)
    table = {
        "program": record.inputs.program,
        "files": {name: (s.size, s.modified, s.entered, s.sha256) for name, s in sorted(record.inputs.files.items())},
        "findings": asdict(record.findings),
        "anatomies": record.anatomies,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(table).encode("utf-8"))
        others = sorted(path.parent.glob("*.json"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in others[_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise OutsideError(f"the record of the build cannot be written: {error.strerror or error}", file=path) from None


def _path(folder: Path, digest: str) -> Path:
    return folder / "records" / f"{digest[:16]}.json"


def _finding(row: dict[str, str]) -> Finding:
    return Finding(**{**row, "severity": Severity(row["severity"])})  # type: ignore[arg-type]
