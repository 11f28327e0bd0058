"""A workspace: a folder with an ontology, data and queries, and where its snapshots are kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

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
        data = self.root / "data"
        for path in (self.root / "ontology" / f"{name}.ttl" for name in ("stancegraph", "alignments")):
            if path.is_file():
                yield SourceFile(path, self.graph_of(path))
        for pattern in ("vocabulary/*.ttl", "entities/*.ttl", "articles/*/*.ttl", "enrichment/*/*.ttl"):
            for path in sorted(data.glob(pattern)):
                if not _is_draft(path.parent):
                    yield SourceFile(path, self.graph_of(path))
        for path in self.link_files():
            yield SourceFile(path, self.graph_of(path))

    def graph_of(self, path: Path) -> str:
        """The named graph of what is read from *path*, whether or not the file is there."""
        folder, *rest = path.relative_to(self.root).parts[:-1]
        if folder == "ontology":
            return GRAPH + {"stancegraph": "ontology"}.get(path.stem, path.stem)
        if rest[0] == "articles":
            return f"{GRAPH}article/{rest[1]}"
        if rest[0] == "enrichment":
            return f"{GRAPH}enrichment/{rest[1]}/{path.stem}"
        return f"{GRAPH}links/{path.name.split('.')[0]}" if rest[0] == "links" else GRAPH + rest[0]

    def link_files(self) -> list[Path]:
        """The mappings to external data sets, a file for each target."""
        return sorted((self.root / "data" / "links").glob("*.sssom.tsv"))

    def shape_files(self) -> list[Path]:
        """The SHACL files."""
        return sorted((self.root / "ontology" / "shapes").glob("*.ttl"))

    def query_files(self, kind: str) -> list[Path]:
        """The stored queries of one *kind*, a folder of ``queries/``: ``ask``, ``check``, ``build``, ``federated`` …"""
        return sorted((self.root / "queries" / kind).glob("*.rq"))

    def build_files(self) -> list[Path]:
        """The files that a build depends on: what is read, what it is judged by, and what is concluded from it."""
        queries, links = self.root / "queries", self.root / "data" / "links"
        parts = [self.shape_files(), self.query_files("check"), sorted((queries / "build").rglob("*.rq"))]
        return [*(source.path for source in self.source_files()), *chain(*parts), *sorted(links.glob("*.toml"))]

    def relative(self, path: Path) -> str:
        """*path* as seen from the workspace, for messages."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)


def _is_draft(folder: Path) -> bool:
    """Whether *folder* is no part of the graph yet, because its sheet has not been compiled."""
    return (folder / "coding.txt").is_file() and not (folder / "facts.ttl").is_file()


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
