"""``stancegraph show``: describe a thing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from pyoxigraph import NamedNode

from stancegraph.cli.complete import complete_label
from stancegraph.cli.context import global_options
from stancegraph.errors import UsageError
from stancegraph.output.tables import Format, show_description, write
from stancegraph.sparql.lookups import lookup
from stancegraph.text import read_text


def command(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="LABEL-OR-IRI", help="The thing to show.", autocompletion=complete_label)
    ],
    show_evidence: Annotated[
        bool, typer.Option("--evidence", help="Show for each claim where it is stated, and on whose word.")
    ] = False,
    text: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --evidence: the text of the article, to show the passages."),
    ] = None,
    from_triples: Annotated[
        bool, typer.Option("--from-triples", help="Show beside each claim's label the sentence that its triples make.")
    ] = False,
    format: Annotated[Format, typer.Option(help="The output format.")] = Format.TABLE,
) -> None:
    """Show all that is known about a thing. Inferred and disputed statements are marked."""
    graph = global_options(context).graph
    thing = graph.resolve(name)
    if format is Format.TTL:
        write(graph.sparql(lookup("description", thing=[thing])), format, sys.stdout.buffer)
        return
    description = graph.show(thing, from_triples=from_triples)
    if not description.sections:
        raise UsageError(f"the graph says nothing about {name!r}", remedy="look for it with `stancegraph sparql`")
    if format is not Format.TABLE:
        for option, given in (("--evidence", show_evidence), ("--from-triples", from_triples)):
            if given:
                raise UsageError("it is shown in tables only", subject=option, remedy=f"leave out {option} or --format")
        write(description.rows, format, sys.stdout.buffer)
        return
    claims = {NamedNode(value.value) for value in [thing, *description.values]} if show_evidence else set()
    show_description(description, graph.evidence_by_claim(claims), read_text(text) if text is not None else None)
