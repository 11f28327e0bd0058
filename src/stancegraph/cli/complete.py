"""Shell completion of questions, their parameters, and labels.

Completion uses the published snapshot and never builds one. Where something fails, it offers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import CompletionItem, TyperCommand  # type: ignore[attr-defined]

from stancegraph.api import KnowledgeGraph
from stancegraph.errors import ExternalError, StancegraphError
from stancegraph.pipeline import snapshot
from stancegraph.sparql.engine import Oxigraph
from stancegraph.workspace import folders


def _published_graph(context: typer.Context) -> KnowledgeGraph:
    """Return the published graph of the workspace that the command line names."""
    folder = context.find_root().params.get("workspace")
    workspace = folders.find(Path(folder) if folder else None)

    def open_engine() -> Oxigraph:
        published = snapshot.current(workspace.snapshots)
        if published is None:
            raise ExternalError("nothing is published", file=workspace.snapshots)
        return Oxigraph(published.open())

    return KnowledgeGraph(workspace, open_engine)


def complete_question(context: typer.Context, incomplete: str) -> Iterator[str]:
    """Yield the names of stored questions that begin with *incomplete*."""
    try:
        names = [path.stem for path in _published_graph(context).workspace.query_files("ask")]
    except (StancegraphError, OSError):
        return
    yield from (name for name in names if name.startswith(incomplete))


def complete_parameter(context: typer.Context, incomplete: str) -> Iterator[str]:
    """Yield the parameters of the question on the command line, or the labels that its last parameter takes."""
    try:
        question = _published_graph(context).question(context.params.get("name") or "")
    except (StancegraphError, OSError):
        return
    parameters = {parameter.option: parameter for parameter in question.parameters}
    last = parameters.get(context.args[-1]) if context.args else None
    if last is None:
        yield from (option for option in parameters if option.startswith(incomplete))
    elif last.type == "iri":
        yield from _labels(context, incomplete, last.klass)


def complete_label(context: typer.Context, incomplete: str) -> Iterator[str]:
    """Yield the labels of things that begin with *incomplete*."""
    yield from _labels(context, incomplete, None)


def _labels(context: typer.Context, incomplete: str, klass: str | None) -> Iterator[str]:
    try:
        names = _published_graph(context).find_names(klass)
    except (StancegraphError, OSError):
        return
    yield from sorted({name.text for name in names if name.text.startswith(incomplete)})


class AskCommand(TyperCommand):
    """The command ``ask``, which also completes the parameters of the question."""

    def shell_complete(self, ctx: typer.Context, incomplete: str) -> list[CompletionItem]:  # type: ignore[override]
        """Return the completions of the command itself, and those of the question's parameters."""
        return [*super().shell_complete(ctx, incomplete), *map(CompletionItem, complete_parameter(ctx, incomplete))]
