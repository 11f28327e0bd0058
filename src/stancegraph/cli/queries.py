"""``stancegraph queries``: list the stored queries."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from stancegraph import terminal
from stancegraph.cli.context import of
from stancegraph.output.tables import width
from stancegraph.terminal import rich_text


class _Format(StrEnum):
    TABLE = "table"
    JSON = "json"


def command(
    context: typer.Context,
    tag: Annotated[str | None, typer.Option(help="Only the questions with this tag.")] = None,
    format: Annotated[_Format, typer.Option(help="How to print the list.")] = _Format.TABLE,
) -> None:
    """List the questions that can be asked. Each with its parameters."""
    questions = of(context).graph.all_questions.values()
    chosen = [question for question in questions if tag is None or tag in question.tags]
    if format is _Format.JSON:
        table = [
            {
                "name": query.name,
                "title": query.title,
                "description": query.description,
                "tags": list(query.tags),
                "params": {
                    p.name: {"type": p.type, "class": p.klass, "label": p.label, "required": p.required}
                    for p in query.parameters
                },
            }
            for query in chosen
        ]
        print(json.dumps(table, indent=2, ensure_ascii=False))
        return
    from rich.table import Table

    table_view = Table("question", "what it answers", "parameters", header_style="bold")
    for query in chosen:
        options = " ".join(p.option if p.required else f"[{p.option}]" for p in query.parameters)
        table_view.add_row(rich_text(query.name), rich_text(query.title), rich_text(options))
    console = terminal.console(width=width())
    console.print(table_view)
    console.print(f"{len(chosen)} questions. `stancegraph ask NAME --help` explains one.", style="dim")
