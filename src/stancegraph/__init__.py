"""stancegraph: a knowledge graph of who holds which stance, on whose word, and where the source says so.

`open` gives a `KnowledgeGraph`, of which stored questions can be asked. What goes wrong is raised as a
`StancegraphError` with fields: `DataError`, `CallError` or `OutsideError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stancegraph.errors import CallError, DataError, OutsideError, StancegraphError

if TYPE_CHECKING:
    from stancegraph.knowledge_graph import KnowledgeGraph
    from stancegraph.knowledge_graph import open_graph as open

__version__ = "0.1.0"
__all__ = ["CallError", "DataError", "KnowledgeGraph", "OutsideError", "StancegraphError", "open"]


def __getattr__(name: str) -> Any:
    """Import what the command line can do without only when it is asked for."""
    if name in {"KnowledgeGraph", "open"}:
        from stancegraph import knowledge_graph

        return knowledge_graph.open_graph if name == "open" else knowledge_graph.KnowledgeGraph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
