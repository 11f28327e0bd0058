"""Completion in the shell: questions, their parameters, and what things are called.

Only what is published is looked at: a key press builds nothing, and a failure offers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import CompletionItem, TyperCommand  # type: ignore[attr-defined]

from stancegraph.errors import StancegraphError
from stancegraph.pipeline import snapshot
from stancegraph.questions.parameters import labels
from stancegraph.questions.stored_query import find
from stancegraph.sparql.engine import Oxigraph
from stancegraph.workspace import folders


def _workspace(context: typer.Context) -> folders.Workspace:
    folder = context.find_root().params.get("workspace")
    return folders.find(Path(folder) if folder else None)


def complete_question(context: typer.Context, incomplete: str) -> Iterator[str]:
    """The names of stored questions that begin as *incomplete* does."""
    try:
        names = [path.stem for path in _workspace(context).query_files("ask")]
    except (StancegraphError, OSError):
        return
    yield from (name for name in names if name.startswith(incomplete))


def complete_parameter(context: typer.Context, incomplete: str) -> Iterator[str]:
    """The parameters of the question that has been named, or labels that its last parameter takes."""
    try:
        query = find(context.params.get("name") or "", _workspace(context).query_files("ask"))
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
        published = snapshot.current(_workspace(context).snapshots)
        known = [] if published is None else labels(Oxigraph(published.open()), klass)
    except (StancegraphError, OSError):
        return
    yield from sorted({label for _, label, _ in known if label.startswith(incomplete)})


class AskCommand(TyperCommand):
    """The command ``ask``, which also completes the parameters of the question that is asked."""

    def shell_complete(self, ctx: typer.Context, incomplete: str) -> list[CompletionItem]:  # type: ignore[override]
        """What the command offers by itself, and the question's parameters, or the labels that one of them takes."""
        return [*super().shell_complete(ctx, incomplete), *map(CompletionItem, complete_parameter(ctx, incomplete))]
