"""``stancegraph show``: all that the graph knows of one thing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from pyoxigraph import NamedNode

from stancegraph.cli.complete import complete_label
from stancegraph.cli.context import of
from stancegraph.errors import UsageError
from stancegraph.output.tables import Format, show_description, write
from stancegraph.sparql.lookups import lookup
from stancegraph.text import read_text


def command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="LABEL-OR-IRI", help="What to show.", autocompletion=complete_label)],
    show_evidence: Annotated[
        bool, typer.Option("--evidence", help="Say for each claim where, and on whose word.")
    ] = False,
    text: Annotated[
        Path | None, typer.Option(help="With --evidence: the article's text, to show the passages.")
    ] = None,
    format: Annotated[Format, typer.Option(help="The form of the answer.")] = Format.TABLE,
) -> None:
    """Show all that is known of one thing. What is inferred or disputed is marked."""
    graph = of(context).graph
    thing = graph.resolve(name)
    if format is Format.TTL:
        write(graph.sparql(lookup("description", thing=[thing])), format, sys.stdout.buffer)
        return
    description = graph.show(thing)
    if not description.sections:
        raise UsageError(f"the graph says nothing about {name!r}", remedy="look for it with `stancegraph sparql`")
    if format is not Format.TABLE:
        if show_evidence:
            raise UsageError("--evidence is shown in tables only", remedy="ask for the claims with `stancegraph ask`")
        write(description.rows, format, sys.stdout.buffer)
        return
    claims = {NamedNode(value.value) for value in [thing, *description.values]} if show_evidence else set()
    show_description(description, graph.evidence_by_claim(claims), read_text(text) if text is not None else None)
