"""``stancegraph ask``: ask a stored question, and show the evidence behind every row."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from stancegraph.api import QuestionAnswer
from stancegraph.cli.ask.federated import Mirror, ask_federated
from stancegraph.cli.complete import complete_question
from stancegraph.cli.context import global_options, note
from stancegraph.cli.services import Cache, Contact
from stancegraph.errors import UsageError
from stancegraph.output.evidence import RowEvidence
from stancegraph.output.tables import Format, show_table, write
from stancegraph.questions.claims import claim_columns
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.namespaces import shorten
from stancegraph.text import read_text


def command(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="The name of a question; `stancegraph queries` lists them.",
            autocompletion=complete_question,
        ),
    ] = None,
    show_evidence: Annotated[
        bool, typer.Option("--evidence", help="Show for each row where it is stated, and on whose word.")
    ] = False,
    text: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --evidence: the text of the article, to show the passages."),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the answer into this .svg or .png file instead."),
    ] = None,
    lang: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TAG",
            help="Show labels in this language, such as zh, where there are any, else in English; repeatable.",
        ),
    ] = None,
    contact: Contact = None,
    mirror: Mirror = None,
    cache: Cache = None,
    format: Annotated[Format, typer.Option(help="The output format.")] = Format.TABLE,
    show_help: Annotated[bool, typer.Option("--help", help="Explain the question and its parameters.")] = False,
) -> None:
    """Ask a stored question. Parameters are options, such as --actor China; they take labels, and can be repeated."""
    if name is None:
        if not show_help:
            raise UsageError("the name of a question is missing", remedy="name one that `stancegraph queries` lists")
        print(context.get_help())
        return
    graph = global_options(context).graph
    question = graph.question(name)
    if show_help:
        print(explain(question))
        return
    values = parse_options(context.args, question)
    if picture is not None and picture.suffix not in {".svg", ".png"}:
        raise UsageError(
            f"{picture.name} is neither SVG nor PNG",
            subject="--picture",
            remedy="name a .svg or .png file",
        )
    bound = graph.bind(name, values, lang=lang or ())
    complete = True
    if bound.is_federated:
        answer, complete = ask_federated(graph, bound, contact, mirror or [], cache)
    else:
        answer = graph.answer(bound)
    if picture is not None:
        draw(answer, picture)
        return
    evidence = collect_evidence(answer, text) if show_evidence else []
    if format is Format.TABLE:
        show_table(answer.rows, question.title, evidence)
    else:
        write(answer.rows, format, sys.stdout.buffer, evidence)
    if not complete:
        raise typer.Exit(3)


def draw(answer: QuestionAnswer, path: Path) -> None:
    """Draw an answer as a picture.

    Args:
        answer: The answer to a question whose header names a view.
        path: The file to write: PNG if it ends in ``.png``, else SVG.

    Raises:
        UsageError: The question names no view, or no row has what the picture needs.
        ExternalError: The picture cannot be drawn, or the file cannot be written.
    """
    from stancegraph.files.writing import write_whole
    from stancegraph.output import pictures

    question = answer.question
    if question.view is None:
        raise UsageError("this question has no picture", subject=question.name, remedy="ask it without --picture")
    picture = pictures.make_picture(answer.rows, question.view, answer.engine)
    if picture is None:
        raise UsageError("there is nothing to draw", subject=question.name, remedy="ask with other values")
    if path.suffix == ".png":
        content = pictures.to_png(picture)
    else:
        content = pictures.to_svg(picture, question.title, background="#ffffff").encode("utf-8")
    write_whole(path, content)
    note(f"{path.name}: {picture.description}")


def parse_options(arguments: Sequence[str], query: StoredQuery) -> dict[str, list[str]]:
    """Read the values of parameters from the command line.

    Args:
        arguments: ``--name value`` or ``--name=value``, repeated for several values.
        query: The stored question.

    Returns:
        The values of each parameter, by its name, as they were typed.

    Raises:
        UsageError: An argument is not an option, or an option has no value.
    """
    values: dict[str, list[str]] = {}
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
        values.setdefault(option.removeprefix("--").replace("-", "_"), []).append(value)
    return values


def explain(query: StoredQuery) -> str:
    """Return the help on a question: what it answers, and its parameters."""
    lines = [f"{query.name}: {query.title}", "", query.description.strip(), ""]
    usage = " ".join(p.option + " VALUE" if p.required else f"[{p.option} VALUE]" for p in query.parameters)
    lines += [f"Usage: stancegraph ask {query.name} {usage}".rstrip(), ""]
    if query.parameters:
        lines.append("Parameters (each may be repeated):")
        width = max(len(parameter.option) for parameter in query.parameters)
        for parameter in query.parameters:
            kind = f"a label or IRI of class {shorten(parameter.klass)}" if parameter.klass else parameter.type
            status = "required" if parameter.required else "optional"
            description = f". {parameter.description}" if parameter.description else ""
            lines.append(f"  {parameter.option:<{width}}  {parameter.label}: {kind}; {status}{description}")
        lines.append("")
    if query.tags:
        lines.append(f"Tags: {', '.join(query.tags)}")
    lines.append(f"File: {query.path.name}")
    return "\n".join(lines)


def collect_evidence(answer: QuestionAnswer, path: Path | None) -> list[RowEvidence]:
    """Return the evidence for every row of an answer.

    Args:
        answer: The answer.
        path: The file of the article's text, to quote the passages from it; None to leave them out.

    Raises:
        UsageError: The answer has no claims.
        ExternalError: The engine fails, or the file cannot be read.
    """
    if not claim_columns(answer.rows.variables):
        raise UsageError("this question has no claims to give evidence for", remedy="ask it without --evidence")
    text = read_text(path) if path is not None else None
    return [RowEvidence(row, chain, text) for row, chain in answer.evidence_by_row()]
