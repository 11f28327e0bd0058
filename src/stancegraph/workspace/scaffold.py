"""Creation of a workspace: what each one needs from the shipped one, and a worked example to copy from."""

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
_GITIGNORE = "# snapshots, which `stancegraph build` makes anew\n.stancegraph/\n"


def create_workspace(folder: Path) -> None:
    """Create a workspace, whole or not at all.

    Args:
        folder: Its root, which does not exist yet or is empty; folders above it are created, too.

    Raises:
        UsageError: *folder* exists, and is not an empty folder.
        ExternalError: The disk does not allow it.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(
            "it exists already, and is not an empty folder", file=folder, remedy="name a folder that is new or empty"
        )
    source = shipped().root
    staging: Path | None = None
    lock: int | None = None
    try:
        folder.resolve().parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder.resolve().parent)  # left by a creation that was interrupted
        staging = temporary_name(folder.resolve())
        staging.mkdir()
        lock = os.open(staging, os.O_RDONLY) if os.name != "nt" else None
        if lock is not None:
            try_lock(lock)
        for name in _COPIED:
            shutil.copytree(source / name, staging / name)
        links = staging / "data" / "links"
        links.mkdir()
        for description in files_in(source / "data" / "links", "*.toml"):  # the targets, without their links
            shutil.copy(description, links)
            mapping_set = sssom.read(description.with_name(f"{description.stem}{sssom.SUFFIX}")).with_rows([])
            sssom.write(mapping_set, links / f"{description.stem}{sssom.SUFFIX}")
        example = staging / "data" / "articles" / "example"
        example.mkdir(parents=True)
        (staging / "data" / "entities").mkdir()
        with files(__package__).joinpath("example", "example.ttl").open("rb") as facts:
            (example / "facts.ttl").write_bytes(facts.read())
        (staging / ".gitignore").write_text(_GITIGNORE, encoding="utf-8")
        staging.replace(folder)
    except OSError as error:
        raise ExternalError(
            f"cannot create the workspace: {error.strerror or error}",
            file=folder,
            remedy="choose a place that can be written to",
        ) from None
    finally:
        if lock is not None:
            os.close(lock)
        if staging is not None and staging.exists():
            shutil.rmtree(staging, ignore_errors=True)
