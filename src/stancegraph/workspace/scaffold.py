"""Found a workspace: what every workspace needs from the one that ships, and an example to copy from."""

from __future__ import annotations

import os
import shutil
from importlib.resources import files
from pathlib import Path

from stancegraph.errors import ExternalError, UsageError
from stancegraph.files.writing import remove_abandoned, temporary_name, try_lock
from stancegraph.linking import sssom
from stancegraph.workspace.folders import files_in, shipped

_COPIED = ("ontology", "data/vocabulary", "queries")
_IGNORED = "# snapshots, which `stancegraph build` makes anew\n.stancegraph/\n"


def create_workspace(folder: Path) -> None:
    """Make a workspace at *folder*, whole or not at all.

    Raises `UsageError` where something is there already, `ExternalError` where the disk does not allow it.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError("something is there already", file=folder, remedy="name a folder that is new or empty")
    source = shipped().root
    beside: Path | None = None
    held: int | None = None
    try:
        folder.resolve().parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder.resolve().parent)  # what was broken off before
        beside = temporary_name(folder.resolve())
        beside.mkdir()
        held = os.open(beside, os.O_RDONLY) if os.name != "nt" else None
        if held is not None:
            try_lock(held)
        for name in _COPIED:
            shutil.copytree(source / name, beside / name)
        links = beside / "data" / "links"
        links.mkdir()
        for described in files_in(source / "data" / "links", "*.toml"):  # the targets, and no links yet
            shutil.copy(described, links)
            empty = sssom.read(described.with_name(f"{described.stem}{sssom.SUFFIX}")).with_rows([])
            sssom.write(empty, links / f"{described.stem}{sssom.SUFFIX}")
        example = beside / "data" / "articles" / "example"
        example.mkdir(parents=True)
        (beside / "data" / "entities").mkdir()
        with files(__package__).joinpath("example", "example.ttl").open("rb") as worked:
            (example / "facts.ttl").write_bytes(worked.read())
        (beside / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        beside.replace(folder)
    except OSError as error:
        raise ExternalError(
            f"cannot make it: {error.strerror or error}", file=folder, remedy="choose a place that can be written"
        ) from None
    finally:
        if held is not None:
            os.close(held)
        if beside is not None and beside.exists():
            shutil.rmtree(beside, ignore_errors=True)
