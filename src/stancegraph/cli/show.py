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
from stancegraph.questions.parameters import resolve
from stancegraph.sparql.engine import Triples
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
    from stancegraph.questions.description import describe
    from stancegraph.questions.evidence import evidence

    engine = of(context).engine()
    thing = resolve(engine, name)
    if format is Format.TTL:
        described = engine.query(lookup("description", thing=[thing]))
        assert isinstance(described, Triples)
        write(described, format, sys.stdout.buffer)
        return
    shown = describe(engine, thing)
    if not shown.sections:
        raise UsageError(f"the graph says nothing of {name!r}", remedy="look for it with `stancegraph sparql`")
    if format is not Format.TABLE:
        if show_evidence:
            raise UsageError("--evidence has the table form only", remedy="ask for the claims with `stancegraph ask`")
        write(shown.rows, format, sys.stdout.buffer)
        return
    claims = {NamedNode(value.value) for value in [thing, *shown.values]} if show_evidence else set()
    told = evidence(engine, claims)
    show_description(shown, told, read_text(text) if text is not None else None)
