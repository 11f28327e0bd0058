"""Workspaces: folders with an ontology, data and queries, and the place where their snapshots are kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import stancegraph
from stancegraph.errors import DataError, UsageError
from stancegraph.files import journal
from stancegraph.files.ledger import list_once
from stancegraph.rdf.namespaces import GRAPH, declare
from stancegraph.workspace import namespaces
from stancegraph.workspace.namespaces import Namespaces

_FOLDERS = ("ontology", "data", "queries")


Kind = Literal["ontology", "data", "mappings"]
"""The kind of a source file: Turtle that defines terms, Turtle that states facts, or links in SSSOM/TSV."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a workspace that the graph is made of, the IRI of its named graph, and its kind."""

    path: Path
    graph: str
    kind: Kind = "data"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with ``ontology/``, ``data/`` and ``queries/``; a process that has one knows its prefixes.

    Args:
        root: The folder.

    Raises:
        DataError: The file of prefixes is malformed, or gives a prefix another meaning than that of another workspace.
    """

    root: Path

    def __post_init__(self) -> None:
        try:
            declare(self.namespaces().prefixes)
        except ValueError as error:
            raise DataError(
                f"a prefix is that of another workspace: {error}",
                file=self.root / namespaces.FILE,
                remedy="open the two in processes of their own, or give the prefix another name",
            ) from None

    def __reduce__(self) -> tuple[type[Workspace], tuple[Path]]:
        """Pickle what the workspace is made from, so that another process makes it, and knows its prefixes, too."""
        return Workspace, (self.root,)

    @property
    def snapshots(self) -> Path:
        """The folder of the snapshots: ``.stancegraph`` in the workspace, or a user cache for the installed one.

        The environment variable ``STANCEGRAPH_SNAPSHOTS`` names another one.
        """
        override = os.environ.get("STANCEGRAPH_SNAPSHOTS")
        if override:
            return Path(override)
        if self.root == _installed_root():
            import platformdirs

            return Path(platformdirs.user_cache_dir("stancegraph")) / stancegraph.__version__
        return self.root / ".stancegraph"

    def source_files(self) -> list[SourceFile]:
        """Return the files that the graph is made of, in a fixed order, each with its named graph."""
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
        for path in self.label_files():  # behind the files that describe what they name: a finding is about those
            yield SourceFile(path, self.graph_of(path), "ontology")

    def graph_of(self, path: Path) -> str:
        """Return the IRI of the named graph for a source file of the workspace.

        Args:
            path: The file below the root; it need not exist.
        """
        folder, *subfolders = path.relative_to(self.root).parts[:-1]
        if folder == "ontology" and subfolders == ["labels"]:
            return f"{GRAPH}labels/{path.stem}"
        if folder == "ontology":
            return GRAPH + {"stancegraph": "ontology"}.get(path.stem, path.stem)
        if subfolders[0] == "articles":
            return f"{GRAPH}article/{subfolders[1]}"
        if subfolders[0] == "enrichment":
            return f"{GRAPH}enrichment/{subfolders[1]}/{path.stem}"
        return f"{GRAPH}links/{path.name.split('.')[0]}" if subfolders[0] == "links" else GRAPH + subfolders[0]

    def namespaces(self) -> Namespaces:
        """Return its prefixes and the place of its IRIs: those of the program where it has no file of its own.

        Raises:
            DataError: The file is malformed.
        """
        own = self.root / namespaces.FILE
        return namespaces.read(own if own.is_file() else _shipped_root() / namespaces.FILE)

    def link_files(self) -> list[Path]:
        """Return the files of mappings to external data sets, one for each target."""
        return self._list("data/links", "*.sssom.tsv")

    def target_files(self) -> list[Path]:
        """Return the files that describe the data sets that links lead to."""
        return self._list("data/links", "*.toml")

    def label_files(self) -> list[Path]:
        """Return the files of labels of the ontology and its vocabularies, one for each language but English."""
        return self._list("ontology/labels", "*.ttl")

    def ontology_files(self) -> list[Path]:
        """Return the files that Protégé edits: the ontology, what imports it, and the labels."""
        return [*self._list("ontology", "*.ttl"), *self.label_files()]

    def shape_files(self) -> list[Path]:
        """Return the files of SHACL shapes."""
        return self._list("ontology/shapes", "*.ttl")

    def query_files(self, kind: str) -> list[Path]:
        """Return the stored queries of a *kind*, a folder in ``queries/``: ``ask``, ``check``, ``federated`` …"""
        return self._list(f"queries/{kind}", "*.rq")

    def _list(self, folder: str, pattern: str) -> list[Path]:
        return list_once(self.root / folder, pattern, lambda: files_in(self.root / folder, pattern))

    def build_files(self) -> list[Path]:
        """Return the files that a build depends on: sources, shapes, checks, inference rules, and targets of links."""
        queries = [path for kind in ("check", "build", "build/owl-rl") for path in self.query_files(kind)]
        return [*(source.path for source in self.source_files()), *self.shape_files(), *queries, *self.target_files()]

    def relative(self, path: Path) -> str:
        """Return *path* relative to the root, with slashes, for messages; unchanged where it is outside."""
        within, text = f"{self.root}{os.sep}", str(path)  # each build asks hundreds of times, and pathlib is slow
        return text.removeprefix(within).replace(os.sep, "/") if text.startswith(within) else text


def files_in(folder: Path, pattern: str) -> list[Path]:
    """List the files of a workspace.

    Names that begin with a dot are left out, and whatever is in a folder of such a name: locks and backups of editors,
    files that a system keeps beside others, and folders that were not finished.

    Args:
        folder: The folder to look in.
        pattern: A glob pattern relative to *folder*.

    Returns:
        The matching paths, sorted.
    """
    length = len(str(folder))
    return sorted(path for path in folder.glob(pattern) if f"{os.sep}." not in str(path)[length:])


def _is_draft(folder: Path) -> bool:
    """Return whether *folder* is not yet part of the graph, because its coding sheet has not been compiled."""
    return (folder / "coding.txt").is_file() and not (folder / "facts.ttl").is_file()


def _installed_root() -> Path:
    return Path(stancegraph.__file__).parent / "shipped"


def _shipped_root() -> Path:
    installed = _installed_root()
    return installed if installed.is_dir() else Path(stancegraph.__file__).parents[2]


def shipped() -> Workspace:
    """Return the workspace that comes with the program: inside the wheel, or the checkout that it runs from."""
    return Workspace(_shipped_root())


def is_workspace(folder: Path) -> bool:
    """Return whether *folder* has the three folders of a workspace and an ontology."""
    return all((folder / name).is_dir() for name in _FOLDERS) and (folder / "ontology" / "stancegraph.ttl").is_file()


def find(folder: Path | None = None) -> Workspace:
    """Find a workspace, and finish a change to it that was interrupted.

    Args:
        folder: Its root. None for the current folder where that is a workspace, else for the one that comes with the
            program.

    Raises:
        UsageError: *folder* is not a workspace.
        DataError: A file was changed since the interrupted change, or the log of that change is damaged; or the
            file of prefixes is malformed, or gives a prefix another meaning than a workspace that is open.
        ExternalError: The interrupted change cannot be finished.
    """
    workspace = _locate(folder)
    journal.recover(workspace.root)
    return workspace


def _locate(folder: Path | None) -> Workspace:
    if folder is None:
        current = Path.cwd()
        return Workspace(current) if is_workspace(current) else shipped()
    root = folder.resolve()
    if not is_workspace(root):
        raise UsageError(
            "not a workspace",
            file=folder,
            remedy=f"name a folder that has {', '.join(name + '/' for name in _FOLDERS)} and ontology/stancegraph.ttl",
        )
    return Workspace(root)
