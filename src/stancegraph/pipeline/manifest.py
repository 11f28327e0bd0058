"""The record of a build: what it was made from and what it found, for the next build to start from.

A record lies beside the snapshots, in ``records/<digest of the inputs>.json``. Files whose stamps are unchanged are not
read again (`stancegraph.files.ledger`).
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

_KEPT = 3  # records
_PROGRAM = f"stancegraph {stancegraph.__version__} pyoxigraph {pyoxigraph.__version__}"


@dataclass(frozen=True)
class Inputs:
    """The files that a build depends on, by their path in the workspace, and the program that reads them."""

    files: Mapping[str, Stamp]
    program: str = _PROGRAM

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the program and of the paths and digests of all files, in hexadecimal."""
        total = hashlib.sha256(self.program.encode())
        for path, file in sorted(self.files.items()):
            total.update(path.encode() + b"\0" + file.sha256.encode())
        return total.hexdigest()

    def differing_paths(self, other: Inputs) -> set[str]:
        """Return the paths of the files that differ from those of *other*, or that only one of the two has."""
        paths = {*self.files, *other.files}
        return {path for path in paths if _digest_of(self.files.get(path)) != _digest_of(other.files.get(path))}


def _digest_of(file: Stamp | None) -> str | None:
    return None if file is None else file.sha256


@dataclass(frozen=True, slots=True)
class Record:
    """The inputs of a build, its findings, and the dependencies of the queries that it ran, in the form of JSON."""

    inputs: Inputs
    findings: Findings = field(default_factory=Findings)
    dependency_cache: Mapping[str, Any] = field(default_factory=dict)


def inputs(workspace: Workspace, known: Record | None = None) -> Inputs:
    """Return the files that a build of a workspace depends on, with their stamps.

    Args:
        workspace: The workspace.
        known: The record of an earlier build; files that look as they did then are not read again.

    Returns:
        The files, by their path in the workspace.

    Raises:
        DataError: If a file is not a regular file, or is too large.
        ExternalError: If a file cannot be read.
        ChangedError: If a file changes while the files are read.
    """
    known_files = known.inputs.files if known is not None else {}
    with current_ledger() as ledger:
        paths = {workspace.relative(path): path for path in workspace.build_files()}
        files = {name: stamp(path, known_files.get(name)) for name, path in paths.items()}
        if ledger.read:  # else each file was only looked at once, which leaves no time for changes in between
            ledger.confirm()
    return Inputs(files)


def load(folder: Path, digest: str) -> Record | None:
    """Return the record of the build from inputs with this *digest*, in the *folder* of the snapshots.

    Returns:
        The record, or None where there is none or it is damaged.
    """
    try:
        table = unsealed(path_of(folder, digest).read_bytes())
        stamps = {path: Stamp(*row) for path, row in table["files"].items()}
        findings = {part: tuple(_parse_finding(row) for row in rows) for part, rows in table["findings"].items()}
        return Record(Inputs(stamps, table["program"]), Findings(**findings), dict(table["dependency_cache"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(folder: Path, record: Record) -> None:
    """Write *record* into the *folder* of the snapshots, whole or not at all, and remove all but the newest records.

    Raises:
        ExternalError: If the disk refuses.
    """
    path = path_of(folder, record.inputs.digest)
    table = {
        "program": record.inputs.program,
        "files": {name: (*file.state, file.sha256) for name, file in sorted(record.inputs.files.items())},
        "findings": asdict(record.findings),
        "dependency_cache": record.dependency_cache,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, sealed(table))
        records = sorted(path.parent.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
        for old in records[_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise ExternalError(
            f"the record of the build cannot be written: {error.strerror or error}", file=path
        ) from None


def path_of(folder: Path, digest: str) -> Path:
    """Return the path of the record of a build from inputs with this *digest*, in the *folder* of the snapshots."""
    return folder / "records" / f"{digest[:16]}.json"


def _parse_finding(row: dict[str, str]) -> Finding:
    return Finding(**{**row, "severity": Severity(row["severity"])})  # type: ignore[arg-type]
