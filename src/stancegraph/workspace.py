"""A workspace: a folder with an ontology, data and queries, and where its snapshots are kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

import stancegraph
from stancegraph.errors import CallError
from stancegraph.prefixes import GRAPH

_FOLDERS = ("ontology", "data", "queries")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An RDF file of a workspace, and the named graph that its triples belong to."""

    path: Path
    graph: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with ``ontology/``, ``data/`` and ``queries/``."""

    root: Path

    @property
    def snapshots(self) -> Path:
        """The folder of the snapshots: ``.stancegraph`` in the workspace, or a user cache for the shipped one."""
        override = os.environ.get("STANCEGRAPH_SNAPSHOTS")
        if override:
            return Path(override)
        if self.root == _installed():
            import platformdirs

            return Path(platformdirs.user_cache_dir("stancegraph")) / stancegraph.__version__
        return self.root / ".stancegraph"

    def source_files(self) -> list[SourceFile]:
        """The RDF files that the graph is made of, in a fixed order, each with its named graph."""
        return list(self._source_files())

    def _source_files(self) -> Iterator[SourceFile]:
        for name, graph in (("stancegraph", "ontology"), ("alignments", "alignments")):
            path = self.root / "ontology" / f"{name}.ttl"
            if path.is_file():
                yield SourceFile(path, GRAPH + graph)
        for folder in ("vocabulary", "entities"):
            for path in sorted((self.root / "data" / folder).glob("*.ttl")):
                yield SourceFile(path, GRAPH + folder)
        for path in sorted((self.root / "data" / "articles").glob("*/*.ttl")):
            if (path.parent / "coding.txt").is_file() and not (path.parent / "facts.ttl").is_file():
                continue  # a draft is no part of the graph before its sheet has been compiled
            yield SourceFile(path, f"{GRAPH}article/{path.parent.name}")
        for path in sorted((self.root / "data" / "enrichment").glob("*/*.ttl")):
            yield SourceFile(path, f"{GRAPH}enrichment/{path.parent.name}/{path.stem}")
        for path in self.link_files():
            yield SourceFile(path, f"{GRAPH}links/{path.name.split('.')[0]}")

    def link_files(self) -> list[Path]:
        """The mappings to external data sets, a file for each target."""
        return sorted((self.root / "data" / "links").glob("*.sssom.tsv"))

    def shape_files(self) -> list[Path]:
        """The SHACL files."""
        return sorted((self.root / "ontology" / "shapes").glob("*.ttl"))

    def query_files(self, kind: str) -> list[Path]:
        """The stored queries of one *kind*, a folder of ``queries/``: ``ask``, ``check``, ``build``, ``federated`` …"""
        return sorted((self.root / "queries" / kind).glob("*.rq"))

    def digest(self) -> str:
        """The SHA-256 of all that a build depends on: every file, and the versions of what reads them."""
        total = hashlib.sha256(f"stancegraph {stancegraph.__version__} pyoxigraph {pyoxigraph.__version__}".encode())
        for folder in _FOLDERS:
            for path in sorted((self.root / folder).rglob("*")):
                if path.is_file() and path.suffix in {".ttl", ".rq", ".tsv", ".toml"}:
                    total.update(path.relative_to(self.root).as_posix().encode() + b"\0")
                    total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    def relative(self, path: Path) -> str:
        """*path* as seen from the workspace, for messages."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)


def _installed() -> Path:
    return Path(__file__).parent / "workspace"


def shipped() -> Workspace:
    """The workspace that comes with the program: inside the wheel, or the checkout that it runs from."""
    installed = _installed()
    return Workspace(installed if installed.is_dir() else Path(__file__).parents[2])


def is_workspace(folder: Path) -> bool:
    """Whether *folder* has the three folders of a workspace and an ontology."""
    return all((folder / name).is_dir() for name in _FOLDERS) and (folder / "ontology" / "stancegraph.ttl").is_file()


def find(folder: Path | None = None) -> Workspace:
    """The workspace at *folder*; without one, the current folder if it is a workspace, else the shipped one.

    Raises `CallError` where *folder* is not a workspace.
    """
    if folder is None:
        current = Path.cwd()
        return Workspace(current) if is_workspace(current) else shipped()
    root = folder.resolve()
    if not is_workspace(root):
        raise CallError(
            "not a workspace",
            file=folder,
            remedy=f"name a folder that has {', '.join(n + '/' for n in _FOLDERS)} and ontology/stancegraph.ttl",
        )
    return Workspace(root)
