"""``stancegraph queries``: list the stored questions."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from stancegraph import terminal
from stancegraph.cli.context import global_options
from stancegraph.output.tables import width
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.terminal import rich_text


class _Format(StrEnum):
    TABLE = "table"
    JSON = "json"


def command(
    context: typer.Context,
    tag: Annotated[str | None, typer.Option(help="List only the questions with this tag.")] = None,
    format: Annotated[_Format, typer.Option(help="The output format.")] = _Format.TABLE,
) -> None:
    """List the questions that can be asked, with their parameters."""
    graph = global_options(context).graph
    questions = [question for question in graph.all_questions.values() if tag is None or tag in question.tags]
    if format is _Format.JSON:
        print(json.dumps([_to_json(question) for question in questions], indent=2, ensure_ascii=False))
        return
    from rich.table import Table

    table = Table("question", "what it answers", "parameters", header_style="bold")
    for question in questions:
        options = " ".join(p.option if p.required else f"[{p.option}]" for p in question.parameters)
        table.add_row(rich_text(question.name), rich_text(question.title), rich_text(options))
    console = terminal.console(width=width())
    console.print(table)
    console.print(f"{len(questions)} questions. `stancegraph ask NAME --help` explains one.", style="dim")


def _to_json(question: StoredQuery) -> dict[str, object]:
    return {
        "name": question.name,
        "title": question.title,
        "description": question.description,
        "tags": list(question.tags),
        "params": {
            p.name: {"type": p.type, "class": p.klass, "label": p.label, "required": p.required}
            for p in question.parameters
        },
    }
