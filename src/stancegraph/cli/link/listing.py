"""``stancegraph link list``: list the links and their states."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from stancegraph import terminal
from stancegraph.cli.context import global_options
from stancegraph.cli.services import mapping_file
from stancegraph.linking import sssom
from stancegraph.linking.sssom import Mapping
from stancegraph.output.tables import width


class State(StrEnum):
    """The states of a link."""

    ACCEPTED = "accepted"
    CANDIDATE = "candidate"
    REJECTED = "rejected"


class _Format(StrEnum):
    TABLE = "table"
    JSON = "json"


def state_of(link: Mapping) -> State:
    """Return the state of a link."""
    return State.REJECTED if link.rejected else State.ACCEPTED if link.accepted else State.CANDIDATE


def list_links(
    context: typer.Context,
    target: Annotated[str | None, typer.Option(metavar="TARGET", help="List only the links to this target.")] = None,
    state: Annotated[State | None, typer.Option(help="List only the links in this state.")] = None,
    format: Annotated[_Format, typer.Option(help="The output format.")] = _Format.TABLE,
) -> None:
    """List the links. Show the state of each, and what it was checked against."""
    workspace = global_options(context).workspace
    paths = [mapping_file(workspace, target)] if target else workspace.link_files()
    links = [link for path in paths for link in sssom.read(path).mappings if state in (None, state_of(link))]
    if format is _Format.JSON:
        print(json.dumps([{**asdict(link), "state": state_of(link)} for link in links], indent=2, ensure_ascii=False))
        return
    from rich.table import Table

    table = Table("thing", "relation", "elsewhere", "called", "state", "why", header_style="bold")
    for link in links:
        state_name = state_of(link).value
        cells = (link.subject_id, link.predicate_id, link.object_id, link.object_label, state_name, link.comment)
        table.add_row(*map(terminal.rich_text, cells))
    console = terminal.console(width=width())
    console.print(table)
    console.print(f"{len(links)} link{'s' if len(links) != 1 else ''}", style="dim")
