"""Snapshots: immutable, content-addressed Oxigraph stores, published beside the old one by one atomic switch.

On disk::

    <snapshots>/<content digest>/store/         the Oxigraph store
    <snapshots>/<content digest>/workings/      what the next build goes on from: `WORKINGS`
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
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from errno import ENOENT
from itertools import count
from pathlib import Path

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, Store

from stancegraph.errors import OutsideError

WORKINGS = ("asserted", "closure")
"""Stores beside the published one, each of one graph: what was read, and that with what the rules conclude from it."""
_KEPT = 3
_BROKEN_OFF = 86_400  # seconds after which nobody is building any more
_MODULUS = 1 << 4096


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published graph: *content* is the digest of its quads, *inputs* that of the files that it was built from."""

    path: Path
    content: str
    inputs: str
    quads: int
    counts: dict[str, int]
    checksum: int

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


def canonical(quads: Iterable[Quad]) -> list[Quad]:
    """*quads*, each once, with blank nodes named by `RDFC-1.0 <https://www.w3.org/TR/rdf-canon/>`_."""
    named, tied = set(), Dataset()
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            tied.add(quad)
        else:
            named.add(quad)
    tied.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)  # the names depend on no other quads
    return [*named, *tied]


def checksum(quads: Iterable[Quad]) -> int:
    """The sum of the hashes of canonical *quads*, each of which comes once.

    Sums of what is added and removed can be added and subtracted, so that the sum of a large graph is had from that of
    what changed: AdHash, of Bellare and Micciancio, `A New Paradigm for Collision-Free Hashing:
    Incrementality at Reduced Cost <https://eprint.iacr.org/1997/001>`_, over SHAKE-256 and modulo 2^4096, for which the
    best attack known, Wagner's generalized birthday, takes some 2^128 steps.
    """
    return sum(_hash(quad) for quad in quads) % _MODULUS


def _hash(quad: Quad) -> int:
    return int.from_bytes(hashlib.shake_256(f"{quad} .\n".encode()).digest(512), "big")


def exchanged(total: int, added: Iterable[Quad], removed: Iterable[Quad]) -> int:
    """The `checksum` of what had the sum *total*, after canonical quads were *added* and others *removed*."""
    return (total + checksum(added) - checksum(removed)) % _MODULUS


def digest_of(total: int) -> str:
    """The digest that names the content with this `checksum`."""
    return hashlib.sha256(total.to_bytes(512, "big")).hexdigest()


def content_digest(quads: Iterable[Quad]) -> str:
    """The digest of canonical *quads*, in whichever order they come."""
    return digest_of(checksum(quads))


def current(folder: Path) -> Snapshot | None:
    """The published snapshot under *folder*; None where nothing is published or it is not whole."""
    try:
        published = json.loads((folder / "current").read_text(encoding="utf-8"))
        path = folder / published["snapshot"]
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        return Snapshot(
            path,
            manifest["content"],
            published["inputs"],
            manifest["quads"],
            manifest["counts"],
            int(manifest["checksum"], 16),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def preparing(folder: Path) -> Iterator[Path]:
    """A folder beside the snapshots in *folder* to make a new one in, which is gone afterwards unless it was published.

    Raises `OutsideError` where the disk does not allow what is done in it; what was published stays published.
    """
    building: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix="building-", dir=folder))
        yield building
    except OSError as error:
        raise OutsideError(
            f"the snapshot cannot be written: {error.strerror or error}",
            file=folder,
            remedy="make room or give write access; what was published before is still there",
        ) from None
    finally:
        if building is not None and building.exists():
            shutil.rmtree(building, ignore_errors=True)


def write_store(path: Path, quads: Iterable[Quad]) -> None:
    """Write *quads* as a store at *path*, in the form that is quickest to read."""
    store = Store(str(path))
    store.bulk_extend(quads)
    store.flush()
    store.optimize()


def publish(
    folder: Path,
    quads: Collection[Quad],
    inputs: str,
    counts: dict[str, int],
    *,
    workings: Mapping[str, Iterable[Quad]] | None = None,
    anew: bool = False,
) -> Snapshot:
    """Write canonical *quads* as a new snapshot, with its `WORKINGS`, and switch to it.

    One that is there already with the same content is taken, unless *anew* says that it may be damaged.
    Raises `OutsideError` where the disk does not allow it; what was published before stays published.
    """
    total = checksum(quads)
    content = digest_of(total)
    with preparing(folder) as building:
        if anew or not (folder / content[:16] / "manifest.json").is_file():
            write_store(building / "store", quads)
            (building / "workings").mkdir()
            for name, of_graph in (workings or {}).items():
                write_store(building / "workings" / name, of_graph)
        return switch(folder, building, Snapshot(building, content, inputs, len(quads), counts, total), anew=anew)


def switch(folder: Path, building: Path, made: Snapshot, *, anew: bool = False) -> Snapshot:
    """Publish what was *made* in the folder *building*: name it by its content, then replace ``current``.

    One that is there already with the same content is taken, unless *anew*. Raises OSError where the disk refuses.
    """
    name = made.content[:16]
    if anew:
        name = next(name for name in _names(made.content) if not (folder / name).exists())
    final = folder / name
    if not (final / "manifest.json").is_file():
        if not (building / "store").is_dir():
            raise FileNotFoundError(ENOENT, "another build has removed it meanwhile; build again")
        manifest = {"content": made.content, "quads": made.quads, "counts": made.counts}
        _write_json(building / "manifest.json", {**manifest, "checksum": f"{made.checksum:x}"})
        try:
            building.rename(final)
        except OSError:
            if not (final / "manifest.json").is_file():  # else another build was first, with the same content
                raise
    current_file = folder / f"current.{os.getpid()}"
    _write_json(current_file, {"snapshot": name, "inputs": made.inputs})
    current_file.replace(folder / "current")
    _prune(folder, name)
    return replace(made, path=final)


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
    """Remove all but the newest snapshots, as a reader may still have the last ones open; and what was broken off."""
    manifests = sorted(folder.glob("*/manifest.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for manifest in manifests[_KEPT:]:
        if manifest.parent.name != name:
            shutil.rmtree(manifest.parent, ignore_errors=True)
    for building in folder.glob("building-*"):
        with suppress(OSError):  # another build may remove it, too
            if time.time() - building.stat().st_mtime > _BROKEN_OFF:
                shutil.rmtree(building)
