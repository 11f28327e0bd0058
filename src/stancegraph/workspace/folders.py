"""A workspace: a folder with an ontology, data and queries, and where its snapshots are kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import stancegraph
from stancegraph.errors import UsageError
from stancegraph.files import journal
from stancegraph.files.ledger import list_once
from stancegraph.rdf.namespaces import GRAPH

_FOLDERS = ("ontology", "data", "queries")


Kind = Literal["ontology", "data", "mappings"]
"""What an RDF file is: Turtle that defines terms, Turtle that states facts, or links in SSSOM/TSV."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An RDF file of a workspace, the named graph that its triples belong to, and its kind."""

    path: Path
    graph: str
    kind: Kind = "data"


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
        return list_once(self.root, "sources", lambda: list(self._source_files()))

    def _source_files(self) -> Iterator[SourceFile]:
        data = self.root / "data"
        for path in (self.root / "ontology" / f"{name}.ttl" for name in ("stancegraph", "alignments")):
            if path.is_file():
                yield SourceFile(path, self.graph_of(path), "ontology")
        for pattern in ("vocabulary/*.ttl", "entities/*.ttl", "articles/*/*.ttl", "enrichment/*/*.ttl"):
            for path in files_in(data, pattern):
                if not _is_draft(path.parent):
                    yield SourceFile(path, self.graph_of(path), "data")
        for path in self.link_files():
            yield SourceFile(path, self.graph_of(path), "mappings")

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
        return self._listed("data/links", "*.sssom.tsv")

    def target_files(self) -> list[Path]:
        """The descriptions of the data sets that links lead to."""
        return self._listed("data/links", "*.toml")

    def shape_files(self) -> list[Path]:
        """The SHACL files."""
        return self._listed("ontology/shapes", "*.ttl")

    def query_files(self, kind: str) -> list[Path]:
        """The stored queries of one *kind*, a folder of ``queries/``: ``ask``, ``check``, ``build``, ``federated`` …"""
        return self._listed(f"queries/{kind}", "*.rq")

    def _listed(self, folder: str, pattern: str) -> list[Path]:
        return list_once(self.root / folder, pattern, lambda: files_in(self.root / folder, pattern))

    def build_files(self) -> list[Path]:
        """The files that a build depends on: what is read, what it is judged by, and what is concluded from it."""
        queries = [path for kind in ("check", "build", "build/owl-rl") for path in self.query_files(kind)]
        return [*(source.path for source in self.source_files()), *self.shape_files(), *queries, *self.target_files()]

    def relative(self, path: Path) -> str:
        """*path* as seen from the workspace, for messages."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)


def files_in(folder: Path, pattern: str) -> list[Path]:
    """The files of a workspace below *folder* that match *pattern*, in a fixed order.

    What begins with a dot, or is in a folder that does, is none of them: locks and copies of editors, what a system
    keeps beside each file, and folders that were not finished.
    """
    length = len(str(folder))
    return sorted(path for path in folder.glob(pattern) if f"{os.sep}." not in str(path)[length:])


def _is_draft(folder: Path) -> bool:
    """Whether *folder* is no part of the graph yet, because its sheet has not been compiled."""
    return (folder / "coding.txt").is_file() and not (folder / "facts.ttl").is_file()


def _installed() -> Path:
    return Path(stancegraph.__file__).parent / "shipped"


def shipped() -> Workspace:
    """The workspace that comes with the program: inside the wheel, or the checkout that it runs from."""
    installed = _installed()
    return Workspace(installed if installed.is_dir() else Path(stancegraph.__file__).parents[2])


def is_workspace(folder: Path) -> bool:
    """Whether *folder* has the three folders of a workspace and an ontology."""
    return all((folder / name).is_dir() for name in _FOLDERS) and (folder / "ontology" / "stancegraph.ttl").is_file()


def find(folder: Path | None = None) -> Workspace:
    """The workspace at *folder*; without one, the current folder if it is a workspace, else the shipped one.

    A change of it that was broken off is finished first. Raises `UsageError` where *folder* is not a workspace, and
    what `journal.recover` raises.
    """
    found = _found(folder)
    journal.recover(found.root)
    return found


def _found(folder: Path | None) -> Workspace:
    if folder is None:
        current = Path.cwd()
        return Workspace(current) if is_workspace(current) else shipped()
    root = folder.resolve()
    if not is_workspace(root):
        raise UsageError(
            "not a workspace",
            file=folder,
            remedy=f"name a folder that has {', '.join(n + '/' for n in _FOLDERS)} and ontology/stancegraph.ttl",
        )
    return Workspace(root)
