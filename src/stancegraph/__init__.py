"""stancegraph: a knowledge graph of who holds which stance, on whose word, and where exactly the source says so.

`open` opens a graph, as a `KnowledgeGraph` that answers stored questions and SPARQL. A failure that the caller can act
on is raised as a `StancegraphError`: a `DataError`, a `UsageError` or an `ExternalError`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancegraph.errors import DataError, ExternalError, StancegraphError, UsageError

if TYPE_CHECKING:
    from stancegraph.api import KnowledgeGraph

__version__ = "0.1.0"
__all__ = ["DataError", "ExternalError", "KnowledgeGraph", "StancegraphError", "UsageError", "open"]


def open(folder: Path | str | None = None, *, engine: str | None = None, in_memory: bool = False) -> KnowledgeGraph:
    """Open the graph of a workspace; build it first if no snapshot of it is published.

    Args:
        folder: The workspace; by default the current folder if it is a workspace, else the one that ships with the
            program.
        engine: The URL of a SPARQL 1.1 endpoint that answers in place of the snapshot. Nothing is built then.
        in_memory: Whether to hold the snapshot in memory. Loading takes some seconds per million quads; many questions
            are then answered several times as fast.

    Raises:
        UsageError: *folder* is not a workspace.
        DataError: The workspace has violations, so it cannot be built.
        ExternalError: A file cannot be read, or the snapshot cannot be written or opened.

    Examples:
        >>> import stancegraph
        >>> graph = stancegraph.open()
        >>> graph.resolve("China").value
        'https://w3id.org/stancegraph/id/actor/China'
    """
    from stancegraph.api import KnowledgeGraph
    from stancegraph.pipeline.building import published
    from stancegraph.sparql.engine import Oxigraph
    from stancegraph.workspace import folders

    workspace = folders.find(None if folder is None else Path(folder))
    if engine is not None:
        from stancegraph.sparql.endpoint import Endpoint

        return KnowledgeGraph(workspace, Endpoint(engine))
    build = published(workspace)
    if build.snapshot is None:
        raise DataError(
            f"{len(build.findings)} findings keep it from being built; the first is: {build.findings[0]}",
            file=workspace.root,
            remedy="`stancegraph validate` lists them all",
        )
    return KnowledgeGraph(workspace, Oxigraph(build.snapshot.open(in_memory=in_memory)))


def __getattr__(name: str) -> Any:
    """Import `KnowledgeGraph` when it is first used, because the command line starts faster without it."""
    if name == "KnowledgeGraph":
        from stancegraph.api import KnowledgeGraph

        return KnowledgeGraph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
