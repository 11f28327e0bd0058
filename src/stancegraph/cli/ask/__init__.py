"""``stancegraph ask``: run a stored query, with the evidence behind every row if it is wanted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from stancegraph.api import QuestionAnswer
from stancegraph.cli.ask.federated import Mirror, federated
from stancegraph.cli.complete import complete_question
from stancegraph.cli.context import note, of
from stancegraph.cli.services import Cache, Contact
from stancegraph.errors import UsageError
from stancegraph.output.tables import Format, RowEvidence, show_table, write
from stancegraph.questions.claims import claim_columns
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.namespaces import shorten
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
    graph = of(context).graph
    question = graph.question(name)
    if show_help:
        print(explain(question))
        return
    values = parse_options(context.args, question)
    if picture is not None and picture.suffix not in {".svg", ".png"}:
        raise UsageError(f"{picture.name} is not a picture", subject="--picture", remedy="name a file .svg or .png")
    bound = graph.bind(name, values)
    complete = True
    if bound.is_federated:
        answer, complete = federated(graph, bound, contact, mirror or [], cache)
    else:
        answer = graph.answer(bound)
    if picture is not None:
        draw(answer, picture)
        return
    evidence = with_texts(answer, text) if show_evidence else []
    if format is Format.TABLE:
        show_table(answer.rows, question.title, evidence)
    else:
        write(answer.rows, format, sys.stdout.buffer, evidence)
    if not complete:
        raise typer.Exit(3)


def draw(answer: QuestionAnswer, path: Path) -> None:
    """Draw *answer* into the file at *path*.

    Raises:
        UsageError: where the question names no view, or no row has what its picture needs.
    """
    from stancegraph.files.writing import write_whole
    from stancegraph.output import pictures

    question = answer.question
    if question.view is None:
        raise UsageError("this question makes no picture", subject=question.name, remedy="ask it without --picture")
    picture = pictures.picture(answer.rows, question.view, answer.engine)
    if picture is None:
        raise UsageError("there is nothing to draw", subject=question.name, remedy="ask with other values")
    if path.suffix == ".png":
        content = pictures.png(picture)
    else:
        content = pictures.svg(picture, question.title, ground="#ffffff").encode("utf-8")
    write_whole(path, content)
    note(f"{path.name}: {picture.words}")


def parse_options(arguments: Sequence[str], query: StoredQuery) -> dict[str, list[str]]:
    """The words given for each parameter: ``--name value`` or ``--name=value``, repeated for several values."""
    given: dict[str, list[str]] = {}
    rest = list(arguments)
    while rest:
        option, equals, value = rest.pop(0).partition("=")
        if not option.startswith("--"):
            raise UsageError(
                f"unexpected argument {option!r}", subject=query.name, remedy="write parameters as --name VALUE"
            )
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


def with_texts(answer: QuestionAnswer, text: Path | None) -> list[RowEvidence]:
    """The evidence for every row of *answer*, with the words of its passages where there is a *text*."""
    if not claim_columns(answer.rows.variables):
        raise UsageError("this question has no claims to give evidence for", remedy="ask it without --evidence")
    words = read_text(text) if text is not None else None
    return [RowEvidence(row, chain, words) for row, chain in answer.evidence_by_row()]
