"""What a build was made from and what it found: the record that the next build goes on from.

A record lies beside the snapshots, in ``records/<digest of the inputs>.json``. Files whose stamps are as they were are
not read again (`stancegraph.files.ledger`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph

import stancegraph
from stancegraph.errors import ExternalError
from stancegraph.files.ledger import Stamp, current_ledger, stamp
from stancegraph.files.writing import write_whole
from stancegraph.findings import Finding, Findings, Severity
from stancegraph.pipeline.sealing import sealed, unsealed
from stancegraph.workspace.folders import Workspace

_KEPT = 3
_PROGRAM = f"stancegraph {stancegraph.__version__} pyoxigraph {pyoxigraph.__version__}"


@dataclass(frozen=True)
class Inputs:
    """The files that a build depends on, by their path in the workspace, and the program that reads them."""

    files: Mapping[str, Stamp]
    program: str = _PROGRAM

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all of it."""
        total = hashlib.sha256(self.program.encode())
        for path, one in sorted(self.files.items()):
            total.update(path.encode() + b"\0" + one.sha256.encode())
        return total.hexdigest()

    def differing(self, other: Inputs) -> set[str]:
        """The paths of what only one of the two has, or has in another form."""
        paths = {*self.files, *other.files}
        return {path for path in paths if _digest(self.files.get(path)) != _digest(other.files.get(path))}


def _digest(one: Stamp | None) -> str | None:
    return None if one is None else one.sha256


@dataclass(frozen=True, slots=True)
class Record:
    """What a build was made from, what was found, and the dependency_cache of queries that it needed."""

    inputs: Inputs
    findings: Findings = field(default_factory=Findings)
    dependency_cache: Mapping[str, Any] = field(default_factory=dict)


def inputs(workspace: Workspace, known: Record | None = None) -> Inputs:
    """The files of *workspace* that a build depends on; what is as it was in the *known* record is not read again.

    Raises what `stancegraph.files.ledger.read_bytes` raises.
    """
    before = known.inputs.files if known is not None else {}
    with current_ledger() as ledger:
        paths = {workspace.relative(path): path for path in workspace.build_files()}
        found = {name: stamp(path, before.get(name)) for name, path in paths.items()}
        if ledger.read:  # else one look at each, which takes no time in which they could change
            ledger.confirm()
    return Inputs(found)


def load(folder: Path, digest: str) -> Record | None:
    """The record of the build from inputs with this *digest*, in the *folder* of the snapshots; None without one."""
    try:
        table = unsealed(path_of(folder, digest).read_bytes())
        stamps = {path: Stamp(*row) for path, row in table["files"].items()}
        found = {part: tuple(_finding(row) for row in rows) for part, rows in table["findings"].items()}
        return Record(Inputs(stamps, table["program"]), Findings(**found), dict(table["dependency_cache"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(folder: Path, record: Record) -> None:
    """Keep *record* in the *folder* of the snapshots, whole or not at all; the oldest of several are removed.

    Raises `ExternalError` where the disk refuses.
    """
    path = path_of(folder, record.inputs.digest)
    table = {
        "program": record.inputs.program,
        "files": {name: (*s.state, s.sha256) for name, s in sorted(record.inputs.files.items())},
        "findings": asdict(record.findings),
        "dependency_cache": record.dependency_cache,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, sealed(table))
        others = sorted(path.parent.glob("*.json"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in others[_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise ExternalError(
            f"the record of the build cannot be written: {error.strerror or error}", file=path
        ) from None


def path_of(folder: Path, digest: str) -> Path:
    """Where the record of the build from inputs with this *digest* is or would be, in the *folder* of the snapshots."""
    return folder / "records" / f"{digest[:16]}.json"


def _finding(row: dict[str, str]) -> Finding:
    return Finding(**{**row, "severity": Severity(row["severity"])})  # type: ignore[arg-type]
