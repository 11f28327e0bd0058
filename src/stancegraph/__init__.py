"""stancegraph: a knowledge graph of who holds which stance, on whose word, and where the source says so.

`open` gives a `KnowledgeGraph`, of which stored questions can be asked. What goes wrong is raised as a
`StancegraphError` with fields: `DataError`, `UsageError` or `ExternalError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stancegraph.errors import DataError, ExternalError, StancegraphError, UsageError

if TYPE_CHECKING:
    from stancegraph.api import KnowledgeGraph
    from stancegraph.api import open_graph as open

__version__ = "0.1.0"
__all__ = ["DataError", "ExternalError", "KnowledgeGraph", "StancegraphError", "UsageError", "open"]


def __getattr__(name: str) -> Any:
    """Import what the command line can do without only when it is asked for."""
    if name in {"KnowledgeGraph", "open"}:
        from stancegraph import api

        return api.open_graph if name == "open" else api.KnowledgeGraph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
