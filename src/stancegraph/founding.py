"""Found a workspace: what every workspace needs from the one that ships, and an example to copy from."""

from __future__ import annotations

import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

from stancegraph.errors import CallError, OutsideError
from stancegraph.linking import mappings
from stancegraph.workspace import shipped

_COPIED = ("ontology", "data/vocabulary", "queries")
_IGNORED = "# snapshots, which `stancegraph build` makes anew\n.stancegraph/\n"


def found(folder: Path) -> None:
    """Make a workspace at *folder*, whole or not at all.

    Raises `CallError` where something is there already, `OutsideError` where the disk does not allow it.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise CallError("something is there already", file=folder, remedy="name a folder that is new or empty")
    source = shipped().root
    beside: Path | None = None
    try:
        folder.resolve().parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.resolve().parent))
        for name in _COPIED:
            shutil.copytree(source / name, beside / name)
        links = beside / "data" / "links"
        links.mkdir()
        for described in sorted((source / "data" / "links").glob("*.toml")):  # the targets, and no links yet
            shutil.copy(described, links)
            empty = mappings.read(described.with_name(f"{described.stem}{mappings.SUFFIX}")).with_rows([])
            mappings.write(empty, links / f"{described.stem}{mappings.SUFFIX}")
        example = beside / "data" / "articles" / "example"
        example.mkdir(parents=True)
        (beside / "data" / "entities").mkdir()
        with files("stancegraph").joinpath("template", "example.ttl").open("rb") as worked:
            (example / "facts.ttl").write_bytes(worked.read())
        (beside / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        beside.chmod(0o755)  # a temporary folder is closed to others
        beside.replace(folder)
    except OSError as error:
        raise OutsideError(
            f"cannot make it: {error.strerror or error}", file=folder, remedy="choose a place that can be written"
        ) from None
    finally:
        if beside is not None and beside.exists():
            shutil.rmtree(beside, ignore_errors=True)
