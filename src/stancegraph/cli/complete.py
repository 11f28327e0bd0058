"""Completion in the shell: questions, their parameters, and what things are called.

Only what is published is looked at: a key press builds nothing, and a failure offers nothing.
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


def _graph(context: typer.Context) -> KnowledgeGraph:
    """The graph of the workspace that is named on the command line, as it is published."""
    folder = context.find_root().params.get("workspace")
    workspace = folders.find(Path(folder) if folder else None)

    def engine() -> Oxigraph:
        published = snapshot.current(workspace.snapshots)
        if published is None:
            raise ExternalError("nothing is published", file=workspace.snapshots)
        return Oxigraph(published.open())

    return KnowledgeGraph(workspace, engine)


def complete_question(context: typer.Context, incomplete: str) -> Iterator[str]:
    """The names of stored questions that begin as *incomplete* does."""
    try:
        names = [path.stem for path in _graph(context).workspace.query_files("ask")]
    except (StancegraphError, OSError):
        return
    yield from (name for name in names if name.startswith(incomplete))


def complete_parameter(context: typer.Context, incomplete: str) -> Iterator[str]:
    """The parameters of the question that has been named, or labels that its last parameter takes."""
    try:
        query = _graph(context).question(context.params.get("name") or "")
    except (StancegraphError, OSError):
        return
    given = list(context.args)
    options = {parameter.option: parameter for parameter in query.parameters}
    if given and given[-1] in options:
        if options[given[-1]].type == "iri":
            yield from _labels(context, incomplete, options[given[-1]].klass)
        return
    yield from (option for option in options if option.startswith(incomplete))


def complete_label(context: typer.Context, incomplete: str) -> Iterator[str]:
    """What things are called that begins as *incomplete* does."""
    yield from _labels(context, incomplete, None)


def _labels(context: typer.Context, incomplete: str, klass: str | None) -> Iterator[str]:
    try:
        known = _graph(context).labels(klass)
    except (StancegraphError, OSError):
        return
    yield from sorted({label for _, label, _ in known if label.startswith(incomplete)})


class AskCommand(TyperCommand):
    """The command ``ask``, which also completes the parameters of the question that is asked."""

    def shell_complete(self, ctx: typer.Context, incomplete: str) -> list[CompletionItem]:  # type: ignore[override]
        """What the command offers by itself, and the question's parameters, or the labels that one of them takes."""
        return [*super().shell_complete(ctx, incomplete), *map(CompletionItem, complete_parameter(ctx, incomplete))]
