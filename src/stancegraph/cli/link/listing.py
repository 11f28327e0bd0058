"""``stancegraph link list``: the links, with what has become of each."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from stancegraph import terminal
from stancegraph.cli.context import of
from stancegraph.cli.services import file_of
from stancegraph.linking import sssom
from stancegraph.linking.sssom import Mapping
from stancegraph.output.tables import width


class State(StrEnum):
    """What has become of a link."""

    ACCEPTED = "accepted"
    CANDIDATE = "candidate"
    REJECTED = "rejected"


class _Format(StrEnum):
    TABLE = "table"
    JSON = "json"


def state_of(one: Mapping) -> State:
    """What has become of *one*."""
    return State.REJECTED if one.rejected else State.ACCEPTED if one.accepted else State.CANDIDATE


def list_links(
    context: typer.Context,
    target: Annotated[str | None, typer.Option(help="Only the links to this target.")] = None,
    state: Annotated[State | None, typer.Option(help="Only those of which this has become.")] = None,
    format: Annotated[_Format, typer.Option(help="How to print the list.")] = _Format.TABLE,
) -> None:
    """List the links. With what has become of each, and what it was checked against."""
    workspace = of(context).workspace
    paths = [file_of(workspace, target)] if target else workspace.link_files()
    found = [one for path in paths for one in sssom.read(path).mappings if state in (None, state_of(one))]
    if format is _Format.JSON:
        print(json.dumps([{**asdict(one), "state": state_of(one)} for one in found], indent=2, ensure_ascii=False))
        return
    from rich.table import Table

    table = Table("thing", "relation", "elsewhere", "called", "state", "why", header_style="bold")
    for one in found:
        cells = (one.subject_id, one.predicate_id, one.object_id, one.object_label, state_of(one).value, one.comment)
        table.add_row(*map(terminal.rich_text, cells))
    console = terminal.console(width=width())
    console.print(table)
    console.print(f"{len(found)} link{'s' if len(found) != 1 else ''}", style="dim")
