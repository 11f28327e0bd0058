"""Snapshots: immutable, content-addressed Oxigraph stores, published beside the old one by one atomic switch.

On disk::

    <snapshots>/<content digest>/store/         the Oxigraph store
    <snapshots>/<content digest>/workings/      what the next build starts from: `MATERIALISED`
    <snapshots>/<content digest>/manifest.json  its content, and the seals of its files (`stancegraph.pipeline.sealing`)
    <snapshots>/current                         which one is published, and the digest of what it was built from

A new snapshot is written under a temporary name and renamed when it is whole and on the disk; then ``current`` is
replaced. Both are single ``rename(2)`` calls, so that a reader sees the old snapshot or the new one, and a crash loses
neither. What else lies beside them, and is cleared away, is described in `stancegraph.pipeline.construction`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from errno import ENOENT
from itertools import count
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, Store

from stancegraph.errors import DataError, ExternalError
from stancegraph.isolation.deadline import step
from stancegraph.pipeline.construction import clear, locked, preparing, release, set_aside
from stancegraph.pipeline.sealing import REMEDY, DamagedError, Sealed, close_in, flush, seal, sealed, unsealed, verify

MATERIALISED = ("asserted", "closure")
"""Stores beside the published one, each of one graph: what was read, and the same with the conclusions of the rules."""
_KEPT = 3  # snapshots
_MAX_CONNECTED = 1_000  # blank nodes; lists of the ontology have some dozens
_MODULUS = 1 << 4096
_NAME = re.compile(r"[0-9a-f]{16}(-\d+)?")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A graph on the disk: *content* is the digest of its quads, *inputs* that of the files that it was built from."""

    path: Path
    content: str
    inputs: str
    quads: int
    counts: dict[str, int]
    checksum: int
    files: Mapping[str, Sealed] = field(default_factory=dict)

    def open(self, *, in_memory: bool = False) -> Store:
        """Open the store read-only, or a copy of it *in_memory*; raise what `open_store` raises."""
        return open_store(self.path, in_memory=in_memory)


def open_store(path: Path, *, in_memory: bool = False) -> Store:
    """Open the store of a snapshot and return it.

    Args:
        path: The folder of the snapshot.
        in_memory: Whether to copy the store into memory; else it is read-only, and several processes may read it.

    Raises:
        DamagedError: If a file of the store, or the manifest, is not as it was made.
        ExternalError: If the store cannot be read.
    """
    verify(path, _read_manifest(path)[1], "store")
    try:
        store = Store.read_only(str(path / "store"))
        if not in_memory:
            return store
        copy = Store()
        copy.bulk_extend(store)
        return copy
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: what RocksDB calls a corruption
        raise ExternalError(f"the snapshot cannot be read: {error}", file=path, remedy=REMEDY) from None


def _read_manifest(path: Path) -> tuple[dict[str, Any], dict[str, Sealed]]:
    """Read the manifest of the snapshot in *path* and the seals in it; raise `DamagedError` where it cannot be read."""
    manifest = path / "manifest.json"
    try:
        table = unsealed(manifest.read_bytes())
        return table, {name: Sealed(**seal) for name, seal in table["files"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"the snapshot cannot be read: {error}", file=manifest, remedy=REMEDY) from None


def verify_all(published: Snapshot) -> None:
    """Raise `DamagedError` if a file of the snapshot *published* is not as it was made."""
    verify(published.path, published.files)


def _is_sound(path: Path) -> bool:
    """Return whether *path* is the folder of a snapshot, all of whose files are as they were made."""
    try:
        verify(path, _read_manifest(path)[1])
    except DamagedError:
        return False
    return True


def canonical(quads: Iterable[Quad]) -> list[Quad]:
    """Return *quads*, each once, with blank nodes named by `RDFC-1.0 <https://www.w3.org/TR/rdf-canon/>`_.

    Raises:
        DataError: If too many blank nodes are connected, which might take for ever to name.
    """
    ground, with_blanks = set(), Dataset()
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            with_blanks.add(quad)
        else:
            ground.add(quad)
    _refuse_tangles(with_blanks)
    step("naming the blank nodes")
    with_blanks.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)  # the names depend on no other quads
    return [*ground, *with_blanks]


def _refuse_tangles(quads: Iterable[Quad]) -> None:
    """Raise `DataError` where more than `_MAX_CONNECTED` blank nodes are connected, which may take for ever to name."""
    groups: dict[str, list[str]] = {}
    for quad in quads:
        ends = {str(node) for node in (quad.subject, quad.object) if isinstance(node, BlankNode)}
        joined = [groups.setdefault(end, [end]) for end in ends]
        longest = max(joined, key=len, default=[])
        for group in joined:
            if group is not longest:
                longest += group
                groups.update(dict.fromkeys(group, longest))
        if len(longest) > _MAX_CONNECTED:
            raise DataError(
                f"more than {_MAX_CONNECTED} blank nodes are connected",
                subject=f"graph {str(quad.graph_name).strip('<>')}",
                remedy="give things IRIs, or split long lists",
            )


def checksum(quads: Iterable[Quad]) -> int:
    """Return the sum of the hashes of canonical *quads*, each of which comes once.

    The sums of added and removed quads can be added and subtracted, so that the sum of a large graph follows from what
    changed: AdHash, of Bellare and Micciancio, `A New Paradigm for Collision-Free Hashing:
    Incrementality at Reduced Cost <https://eprint.iacr.org/1997/001>`_, over SHAKE-256 and modulo 2^4096, for which the
    best attack known, Wagner's generalized birthday, takes some 2^128 steps.
    """
    return sum(_hash(quad) for quad in quads) % _MODULUS


def _hash(quad: Quad) -> int:
    return int.from_bytes(hashlib.shake_256(f"{quad} .\n".encode()).digest(512), "big")


def update_checksum(total: int, added: Iterable[Quad], removed: Iterable[Quad]) -> int:
    """Return the `checksum` of quads that had the sum *total* before canonical ones were *added* and *removed*."""
    return (total + checksum(added) - checksum(removed)) % _MODULUS


def digest_of(total: int) -> str:
    """Return the digest, in hexadecimal, of a content whose `checksum` is *total*."""
    return hashlib.sha256(total.to_bytes(512, "big")).hexdigest()


def content_digest(quads: Iterable[Quad]) -> str:
    """Return the digest of canonical *quads*, whatever their order."""
    return digest_of(checksum(quads))


def current(folder: Path) -> Snapshot | None:
    """Return the published snapshot under *folder*, or None where there is none or its manifest cannot be read."""
    try:
        published = unsealed((folder / "current").read_bytes())
        path = folder / published["snapshot"]
        manifest, files = _read_manifest(path)
        total = int(manifest["checksum"], 16)
        return Snapshot(
            path, manifest["content"], published["inputs"], manifest["quads"], manifest["counts"], total, files
        )
    except (OSError, ValueError, KeyError, TypeError, DamagedError):
        return None


def write_store(path: Path, quads: Iterable[Quad]) -> None:
    """Write *quads* as a store at *path*, optimised for reading; raise OSError where the disk refuses."""
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
    materialised: Mapping[str, Iterable[Quad]] | None = None,
    ignore_existing: bool = False,
) -> Snapshot:
    """Publish a new snapshot, or an existing one of the same content, and return it.

    Args:
        folder: The folder of the snapshots.
        quads: The canonical quads of the snapshot.
        inputs: The digest of the files that they were built from.
        counts: The number of things of each kind in them.
        materialised: The quads of each of `MATERIALISED`, without which the next build starts from scratch.
        ignore_existing: Whether to write a new snapshot even if there is a whole one of the same content.

    Raises:
        ExternalError: If the disk does not allow it; what was published before stays published.
    """
    total = checksum(quads)
    content = digest_of(total)
    with preparing(folder) as building:
        if ignore_existing or not _is_sound(folder / content[:16]):
            write_store(building / "store", quads)
            (building / "workings").mkdir()
            for name, contents in (materialised or {}).items():
                write_store(building / "workings" / name, contents)
        built = Snapshot(building, content, inputs, len(quads), counts, total)
        return switch(folder, building, built, ignore_existing=ignore_existing)


def switch(
    folder: Path, building: Path, built: Snapshot, *, previous: Snapshot | None = None, ignore_existing: bool = False
) -> Snapshot:
    """Publish what was built, named by its content, by replacing ``current``, and return the published snapshot.

    Args:
        folder: The folder of the snapshots.
        building: The folder in it that the new snapshot was made in.
        built: The new snapshot; a whole one of the same content that exists already is published in its place.
        previous: The snapshot that it updates; files that the two share by hard links are not hashed again.
        ignore_existing: Whether to publish the new one even if there is another one of the same content.

    Raises:
        OSError: If the disk refuses, or another build has removed the existing snapshot.
        ExternalError: If another build does not release the lock on *folder* in time.
    """
    if (building / "store").is_dir():
        close_in(building)
        built = replace(built, files=seal(building, *(() if previous is None else (previous.path, previous.files))))
        manifest = {"content": built.content, "quads": built.quads, "counts": built.counts}
        files = {name: asdict(seal) for name, seal in built.files.items()}
        _write(building / "manifest.json", {**manifest, "checksum": f"{built.checksum:x}", "files": files})
        flush(building)
    with locked(folder):
        name = built.content[:16]
        if ignore_existing:
            name = next(name for name in _possible_names(built.content) if not (folder / name).exists())
        final = folder / name
        if final.exists() and not _is_sound(final):  # an interrupted removal, or damage
            set_aside(final)
        if final.exists():
            os.utime(final / "manifest.json")  # it is the newest again
            built = replace(built, files=_read_manifest(final)[1])
        elif (building / "manifest.json").is_file():
            release(building)
            building.rename(final)
        else:
            raise FileNotFoundError(ENOENT, "another build has removed it in the meantime; build again")
        current_file = folder / f"current.{os.getpid()}"
        _write(current_file, {"snapshot": name, "inputs": built.inputs})
        flush(folder)  # nothing that `current` names may be missing
        current_file.replace(folder / "current")
        flush(folder)
        _prune(folder, name)
    clear(folder)
    return replace(built, path=final)


def _possible_names(content: str) -> Iterator[str]:
    """Yield the names that the folder of a snapshot of *content* may have, in order."""
    yield content[:16]
    yield from (f"{content[:16]}-{number}" for number in count(2))


def _write(path: Path, table: Mapping[str, Any]) -> None:
    with path.open("wb") as file:
        file.write(sealed(table))
        file.flush()
        os.fsync(file.fileno())


def _prune(folder: Path, name: str) -> None:
    """Set aside what is not a snapshot, and all but the newest ones: a reader may still have the last ones open."""
    with suppress(OSError):
        folders = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
        manifests = {path: path / "manifest.json" for path in folders if (path / "manifest.json").is_file()}
        newest = sorted(manifests, key=lambda path: manifests[path].stat().st_mtime_ns, reverse=True)
        for path in {*newest[_KEPT:], *folders} - {*newest[:_KEPT]}:
            if path.name != name:
                set_aside(path)
