"""Snapshots: immutable, content-addressed Oxigraph stores, published beside the old one by one atomic switch.

On disk::

    <snapshots>/<content digest>/store/         the Oxigraph store
    <snapshots>/<content digest>/workings/      what the next build goes on from: `WORKINGS`
    <snapshots>/<content digest>/manifest.json  what is in it, and what its files are (`stancegraph.pipeline.sealing`)
    <snapshots>/current                         which one is published, and the digest of what it was built from

A new snapshot is written under a temporary name and renamed when it is whole and on the disk; then ``current`` is
replaced. Both are single ``rename(2)`` calls, so that a reader sees the old snapshot or the new one, and a crash loses
neither. What else stands beside them, and is cleared away, is told in `stancegraph.pipeline.construction`.
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
from stancegraph.pipeline.sealing import REMEDY, DamagedError, Sealed, flush, seal, sealed, unsealed, verify

WORKINGS = ("asserted", "closure")
"""Stores beside the published one, each of one graph: what was read, and that with what the rules conclude from it."""
_KEPT = 3
_TANGLED = 1_000  # blank nodes; lists of the ontology have some dozens
_MODULUS = 1 << 4096
_NAME = re.compile(r"[0-9a-f]{16}(-\d+)?")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published graph: *content* is the digest of its quads, *inputs* that of the files that it was built from."""

    path: Path
    content: str
    inputs: str
    quads: int
    counts: dict[str, int]
    checksum: int
    files: Mapping[str, Sealed] = field(default_factory=dict)

    def open(self, *, in_memory: bool = False) -> Store:
        """The store, read-only, from where several processes may read at once; or a copy of it in memory."""
        return open_store(self.path, in_memory=in_memory)


def open_store(path: Path, *, in_memory: bool = False) -> Store:
    """The store of the snapshot in the folder *path*, as `Snapshot.open` gives it.

    Raises `DamagedError` where a file of it is not as it was made, `ExternalError` where it cannot be read.
    """
    verify(path, _manifest(path)[1], "store")
    try:
        store = Store.read_only(str(path / "store"))
        if not in_memory:
            return store
        copy = Store()
        copy.bulk_extend(store)
        return copy
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: what RocksDB calls a corruption
        raise ExternalError(f"the snapshot cannot be read: {error}", file=path, remedy=REMEDY) from None


def _manifest(path: Path) -> tuple[dict[str, Any], dict[str, Sealed]]:
    """What is in the snapshot in the folder *path*, and what its files are; raises `DamagedError`."""
    manifest = path / "manifest.json"
    try:
        table = unsealed(manifest.read_bytes())
        return table, {name: Sealed(**one) for name, one in table["files"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"the snapshot cannot be read: {error}", file=manifest, remedy=REMEDY) from None


def verify_all(published: Snapshot) -> None:
    """Raise `DamagedError` where a file of what is *published* is not as it was made."""
    verify(published.path, published.files)


def _is_sound(path: Path) -> bool:
    """Whether the folder *path* has a snapshot, all of whose files are as they were made."""
    try:
        verify(path, _manifest(path)[1])
    except DamagedError:
        return False
    return True


def canonical(quads: Iterable[Quad]) -> list[Quad]:
    """*quads*, each once, with blank nodes named by `RDFC-1.0 <https://www.w3.org/TR/rdf-canon/>`_."""
    named, tied = set(), Dataset()
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            tied.add(quad)
        else:
            named.add(quad)
    _refuse_tangles(tied)
    step("naming the blank nodes")
    tied.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)  # the names depend on no other quads
    return [*named, *tied]


def _refuse_tangles(quads: Iterable[Quad]) -> None:
    """Raise `DataError` where more than `_TANGLED` blank nodes hang together, which may take for ever to name."""
    groups: dict[str, list[str]] = {}
    for quad in quads:
        ends = {str(node) for node in (quad.subject, quad.object) if isinstance(node, BlankNode)}
        joined = [groups.setdefault(end, [end]) for end in ends]
        longest = max(joined, key=len, default=[])
        for other in joined:
            if other is not longest:
                longest += other
                groups.update(dict.fromkeys(other, longest))
        if len(longest) > _TANGLED:
            raise DataError(
                f"more than {_TANGLED} blank nodes hang together",
                subject=f"graph {str(quad.graph_name).strip('<>')}",
                remedy="give things IRIs, or write long lists as several",
            )


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


def update_checksum(total: int, added: Iterable[Quad], removed: Iterable[Quad]) -> int:
    """The `checksum` of what had the sum *total*, after canonical quads were *added* and others *removed*."""
    return (total + checksum(added) - checksum(removed)) % _MODULUS


def digest_of(total: int) -> str:
    """The digest that names the content with this `checksum`."""
    return hashlib.sha256(total.to_bytes(512, "big")).hexdigest()


def content_digest(quads: Iterable[Quad]) -> str:
    """The digest of canonical *quads*, in whichever order they come."""
    return digest_of(checksum(quads))


def current(folder: Path) -> Snapshot | None:
    """The published snapshot under *folder*; None where nothing is published or its manifest cannot be read."""
    try:
        published = unsealed((folder / "current").read_bytes())
        path = folder / published["snapshot"]
        manifest, files = _manifest(path)
        return Snapshot(
            path,
            manifest["content"],
            published["inputs"],
            manifest["quads"],
            manifest["counts"],
            int(manifest["checksum"], 16),
            files,
        )
    except (OSError, ValueError, KeyError, TypeError, DamagedError):
        return None


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
    Raises `ExternalError` where the disk does not allow it; what was published before stays published.
    """
    total = checksum(quads)
    content = digest_of(total)
    with preparing(folder) as building:
        if anew or not _is_sound(folder / content[:16]):
            write_store(building / "store", quads)
            (building / "workings").mkdir()
            for name, of_graph in (workings or {}).items():
                write_store(building / "workings" / name, of_graph)
        return switch(folder, building, Snapshot(building, content, inputs, len(quads), counts, total), anew=anew)


def switch(
    folder: Path, building: Path, made: Snapshot, *, before: Snapshot | None = None, anew: bool = False
) -> Snapshot:
    """Publish what was *made* in the folder *building*: name it by its content, then replace ``current``.

    One that is there already with the same content and is whole is taken, unless *anew*. What *before* has in common
    with it by hard links is not hashed again. Raises OSError where the disk refuses.
    """
    if (building / "store").is_dir():
        made = replace(made, files=seal(building, *(() if before is None else (before.path, before.files))))
        manifest = {"content": made.content, "quads": made.quads, "counts": made.counts}
        files = {name: asdict(one) for name, one in made.files.items()}
        _write(building / "manifest.json", {**manifest, "checksum": f"{made.checksum:x}", "files": files})
        flush(building)
    with locked(folder):
        name = made.content[:16]
        if anew:
            name = next(name for name in _names(made.content) if not (folder / name).exists())
        final = folder / name
        if final.exists() and not _is_sound(final):  # a removal that was broken off, or damage
            set_aside(final)
        if final.exists():
            os.utime(final / "manifest.json")  # it is the newest again
            made = replace(made, files=_manifest(final)[1])
        elif (building / "manifest.json").is_file():
            release(building)
            building.rename(final)
        else:
            raise FileNotFoundError(ENOENT, "another build has removed it meanwhile; build again")
        current_file = folder / f"current.{os.getpid()}"
        _write(current_file, {"snapshot": name, "inputs": made.inputs})
        flush(folder)  # nothing that is named in `current` may be missing
        current_file.replace(folder / "current")
        flush(folder)
        _prune(folder, name)
    clear(folder)
    return replace(made, path=final)


def _names(content: str) -> Iterator[str]:
    """The names that a snapshot of *content* may have, in order."""
    yield content[:16]
    yield from (f"{content[:16]}-{number}" for number in count(2))


def _write(path: Path, table: Mapping[str, Any]) -> None:
    with path.open("wb") as file:
        file.write(sealed(table))
        file.flush()
        os.fsync(file.fileno())


def _prune(folder: Path, name: str) -> None:
    """Set aside all but the newest snapshots, as a reader may still have the last ones open, and what is none."""
    with suppress(OSError):
        folders = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
        known = {path: path / "manifest.json" for path in folders if (path / "manifest.json").is_file()}
        newest = sorted(known, key=lambda path: known[path].stat().st_mtime_ns, reverse=True)
        for path in {*newest[_KEPT:], *folders} - {*newest[:_KEPT]}:
            if path.name != name:
                set_aside(path)
