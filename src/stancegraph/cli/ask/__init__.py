"""``stancegraph ask``: run a stored query, with the evidence behind every row if it is wanted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pyoxigraph import NamedNode

from stancegraph.cli.ask.federated import Mirror, federated
from stancegraph.cli.complete import complete_question
from stancegraph.cli.context import note, of
from stancegraph.cli.link.options import Cache, Contact
from stancegraph.errors import UsageError
from stancegraph.output.tables import Format, RowEvidence, show_table, write
from stancegraph.questions.parameters import parse_value, parse_values
from stancegraph.questions.stored_query import StoredQuery, find
from stancegraph.rdf.namespaces import shorten
from stancegraph.sparql.engine import Answer, Engine, Rows
from stancegraph.sparql.lexer import keywords
from stancegraph.text import read_text


def command(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(help="The question; `stancegraph queries` lists them.", autocompletion=complete_question),
    ] = None,
    show_evidence: Annotated[
        bool, typer.Option("--evidence", help="Say for each row where, and on whose word.")
    ] = False,
    text: Annotated[
        Path | None, typer.Option(help="With --evidence: the article's text, to show the passages.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Draw the answer into FILE.svg or FILE.png instead.", metavar="FILE")
    ] = None,
    contact: Contact = None,
    mirror: Mirror = None,
    cache: Cache = None,
    format: Annotated[Format, typer.Option(help="The form of the answer.")] = Format.TABLE,
    show_help: Annotated[bool, typer.Option("--help", help="Explain the question and its parameters.")] = False,
) -> None:
    """Ask a stored question. Parameters are options: --actor China. They take labels, and may be repeated."""
    if name is None:
        if not show_help:
            raise UsageError("which question?", remedy="name one that `stancegraph queries` lists")
        print(context.get_help())
        return
    workspace = of(context).workspace
    query = find(name, [*workspace.query_files("ask"), *workspace.query_files("federated")])
    if show_help:
        print(explain(query))
        return
    given = parse_options(context.args, query)
    query.check(given)  # before anything is built
    if picture is not None and picture.suffix not in {".svg", ".png"}:
        raise UsageError(f"{picture.name} is no picture", subject="--picture", remedy="name a file .svg or .png")
    engine = of(context).engine()
    bound = query.bind(parse_values(partial(parse_value, engine), query, given))
    whole = True
    if "SERVICE" in keywords(bound):
        answer, whole = federated(workspace, engine, bound, contact, mirror or [], cache)
    else:
        answer = engine.query(bound)
    if picture is not None:
        draw(engine, query, answer, picture)
        return
    told = tell(engine, answer, text) if show_evidence and isinstance(answer, Rows) else []
    if format is Format.TABLE and isinstance(answer, Rows):
        show_table(answer, query.title, told)
    else:
        write(answer, format, sys.stdout.buffer, told)
    if not whole:
        raise typer.Exit(3)


def draw(engine: Engine, query: StoredQuery, answer: Answer, path: Path) -> None:
    """Draw *answer* into the file at *path*; raise `UsageError` where *query* names no view, or nothing can be seen."""
    from stancegraph.files.writing import write_whole
    from stancegraph.output import pictures

    if query.view is None or not isinstance(answer, Rows):
        raise UsageError("this question makes no picture", subject=query.name, remedy="ask it without --picture")
    drawn = pictures.picture(answer, query.view, engine)
    if drawn is None:
        raise UsageError("there is nothing to draw", subject=query.name, remedy="ask with other values")
    white = "#ffffff"
    write_whole(
        path,
        pictures.png(drawn) if path.suffix == ".png" else pictures.svg(drawn, query.title, white).encode("utf-8"),
    )
    note(f"{path.name}: {drawn.words}")


def parse_options(arguments: Sequence[str], query: StoredQuery) -> dict[str, list[str]]:
    """The words given for each parameter: ``--name value`` or ``--name=value``, repeated for several values."""
    given: dict[str, list[str]] = {}
    rest = list(arguments)
    while rest:
        option, equals, value = rest.pop(0).partition("=")
        if not option.startswith("--"):
            raise UsageError(f"{option!r} stands alone", subject=query.name, remedy="write parameters as --name VALUE")
        if not equals:
            if not rest:
                raise UsageError(f"{option} has no value", subject=query.name, remedy=f"write {option} VALUE")
            value = rest.pop(0)
        given.setdefault(option.removeprefix("--").replace("-", "_"), []).append(value)
    return given


def explain(query: StoredQuery) -> str:
    """What a question answers, and its parameters."""
    lines = [f"{query.name}: {query.title}", "", query.description.strip(), ""]
    usage = " ".join(p.option + " VALUE" if p.required else f"[{p.option} VALUE]" for p in query.parameters)
    lines += [f"Usage: stancegraph ask {query.name} {usage}".rstrip(), ""]
    if query.parameters:
        lines.append("Parameters (each may be repeated):")
        width = max(len(parameter.option) for parameter in query.parameters)
        for parameter in query.parameters:
            kind = f"a label or IRI of class {shorten(parameter.klass)}" if parameter.klass else parameter.type
            need = "required" if parameter.required else "optional"
            note = f". {parameter.description}" if parameter.description else ""
            lines.append(f"  {parameter.option:<{width}}  {parameter.label}: {kind}; {need}{note}")
        lines.append("")
    if query.tags:
        lines.append(f"Tags: {', '.join(query.tags)}")
    lines.append(f"File: {query.path.name}")
    return "\n".join(lines)


def tell(engine: Engine, answer: Rows, text: Path | None) -> list[RowEvidence]:
    """The evidence for every row: for each column that holds a claim, every chain."""
    from stancegraph.questions.evidence import evidence

    columns = [index for index, name in enumerate(answer.variables) if name.startswith("claim")]
    if not columns:
        raise UsageError("this question has no claims to give evidence for", remedy="ask it without --evidence")
    claims = [(number, row[index]) for number, row in enumerate(answer.rows) for index in columns]
    nodes = [(number, claim) for number, claim in claims if isinstance(claim, NamedNode)]
    found = evidence(engine, {claim for _, claim in nodes})
    words = read_text(text) if text is not None else None
    return [RowEvidence(number, one, words) for number, claim in nodes for one in found.get(claim.value, ())]
