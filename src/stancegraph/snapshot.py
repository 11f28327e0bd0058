"""Snapshots: immutable, content-addressed Oxigraph stores, published beside the old one by one atomic switch.

On disk::

    <snapshots>/<content digest>/store/         the Oxigraph store
    <snapshots>/<content digest>/manifest.json  what is in it
    <snapshots>/current                         which one is published, and the digest of what it was built from

A new snapshot is written under a temporary name and renamed when it is whole; then ``current`` is replaced.
Both are single ``rename(2)`` calls, so that a reader sees the old snapshot or the new one, and a crash loses neither.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, Store

from stancegraph.errors import OutsideError

_KEPT = 3


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published graph: *content* is the SHA-256 of its canonical N-Quads, *inputs* that of what it was built from."""

    path: Path
    content: str
    inputs: str
    quads: int
    counts: dict[str, int]

    def open(self, *, in_memory: bool = False) -> Store:
        """The store, read-only, from where several processes may read at once; or a copy of it in memory."""
        return open_store(self.path, in_memory=in_memory)


def open_store(path: Path, *, in_memory: bool = False) -> Store:
    """The store of the snapshot in the folder *path*, as `Snapshot.open` gives it.

    Raises `OutsideError` where it cannot be read.
    """
    try:
        store = Store.read_only(str(path / "store"))
        if not in_memory:
            return store
        copy = Store()
        copy.bulk_extend(store)
        return copy
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: what RocksDB calls a corruption
        raise OutsideError(
            f"the snapshot cannot be read: {error}", file=path, remedy="run `stancegraph build --force`"
        ) from None


def canonical(quads: Iterable[Quad]) -> Dataset:
    """*quads* with blank nodes named by `RDFC-1.0 <https://www.w3.org/TR/rdf-canon/>`_."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def content_digest(dataset: Dataset) -> str:
    """The SHA-256 of the sorted N-Quads of a canonical *dataset*."""
    total = hashlib.sha256()
    for line in sorted(str(quad) for quad in dataset):
        total.update(line.encode("utf-8") + b" .\n")
    return total.hexdigest()


def current(folder: Path) -> Snapshot | None:
    """The published snapshot under *folder*; None where nothing is published or it is not whole."""
    try:
        published = json.loads((folder / "current").read_text(encoding="utf-8"))
        path = folder / published["snapshot"]
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        return Snapshot(path, manifest["content"], published["inputs"], manifest["quads"], manifest["counts"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def publish(folder: Path, dataset: Dataset, inputs: str, counts: dict[str, int], *, anew: bool = False) -> Snapshot:
    """Write a canonical *dataset* as a new snapshot and switch to it.

    One that is there already with the same content is taken, unless *anew* says that it may be damaged.
    Raises `OutsideError` where the disk does not allow it; what was published before stays published.
    """
    content = content_digest(dataset)
    name = content[:16]
    if anew:
        name = next(name for name in _names(content) if not (folder / name).exists())
    final = folder / name
    snapshot = Snapshot(final, content, inputs, len(dataset), counts)
    building: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (final / "manifest.json").is_file():
            building = Path(tempfile.mkdtemp(prefix="building-", dir=folder))
            store = Store(str(building / "store"))
            store.bulk_extend(dataset)
            store.flush()
            store.optimize()
            del store
            _write_json(building / "manifest.json", {"content": content, "quads": len(dataset), "counts": counts})
            try:
                building.rename(final)
            except OSError:
                if not (final / "manifest.json").is_file():  # else another build was first, with the same content
                    raise
        switch = folder / f"current.{os.getpid()}"
        _write_json(switch, {"snapshot": name, "inputs": inputs})
        switch.replace(folder / "current")
    except OSError as error:
        raise OutsideError(
            f"the snapshot cannot be written: {error.strerror or error}",
            file=folder,
            remedy="make room or give write access; what was published before is still there",
        ) from None
    finally:
        if building is not None and building.exists():
            shutil.rmtree(building, ignore_errors=True)
    _prune(folder, name)
    return snapshot


def _names(content: str) -> Iterator[str]:
    """The names that a snapshot of *content* may have, in order."""
    yield content[:16]
    yield from (f"{content[:16]}-{number}" for number in count(2))


def _write_json(path: Path, table: object) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(table, indent=2, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _prune(folder: Path, name: str) -> None:
    """Remove all but the newest snapshots: a reader may still have the last ones open."""
    manifests = sorted(folder.glob("*/manifest.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for manifest in manifests[_KEPT:]:
        if manifest.parent.name != name:
            shutil.rmtree(manifest.parent, ignore_errors=True)
