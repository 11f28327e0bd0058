"""The page of a stored question: a sentence to fill in, and the answer as picture and table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from stancegraph.errors import UsageError
from stancegraph.questions.stored_query import Parameter, StoredQuery
from stancegraph.web.context import RequestContext
from stancegraph.web.pages import answers
from stancegraph.web.pages.rendering import render, sentence

_CHOICES = 500  # suggestions for a parameter
_KINDS = {"xsd:date": "date", "xsd:integer": "number"}
_PLACE = re.compile(r"\{(\w+)\}")


def page(context: RequestContext, name: str, given: Mapping[str, Sequence[str]]) -> str:
    """The question *name* as a form, and its answer, where all that it needs is *given*.

    ``version`` in *given* is the data version that a permanent link was made for.
    """
    query = context.question(name)
    values = {key: [word for word in words if word.strip()] for key, words in given.items()}
    wanted = next(iter(values.pop("version", [])), None)
    values = {key: words for key, words in values.items() if words}
    told: dict[str, Any] = {"problem": None, "remedy": None, "table": None, "empty": None, "figure": None}
    needed = [p for p in query.parameters if p.required and p.name not in values]
    if not needed:
        try:
            answer = context.graph.ask(name, **values).first(context.max_rows)
            told["table"] = answers.table(context, answer.rows) if len(answer) else None
            told["figure"] = answers.figure(context, query, answer.rows)
            told["empty"] = None if len(answer) else _why_empty(context, query, values)
        except UsageError as error:
            told |= {"problem": f"{error.message}.", "remedy": sentence(error.remedy)}
    version = context.version
    return render(
        context,
        "question.html",
        question=query,
        pieces=_pieces(context, query, values),
        stale=wanted if wanted is not None and wanted != version else None,
        here=context.question_url(query, values, version=version),
        links={
            form: context.question_url(query, values, format=form) for form in ("csv", "json", "jsonld", "svg", "png")
        },
        workbench=f"{context.root}/workbench?question={query.name}",
        **told,
    )


def _pieces(context: RequestContext, query: StoredQuery, values: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """The sentence that asks the question: words, and fields between them."""
    if not query.parameters:
        return []
    named = {parameter.name: parameter for parameter in query.parameters}
    asked = query.sentence or f"{query.title}: " + ", ".join(f"{{{name}}}" for name in named)
    parts = _PLACE.split(asked)
    pieces: list[dict[str, Any]] = []
    for words, name in zip(parts[::2], [*parts[1::2], None], strict=True):
        pieces.append({"words": words, "fields": []})
        if name is not None:
            pieces[-1]["fields"] = _fields(context, named[name], values.get(name) or [""])
    return pieces


def _fields(context: RequestContext, parameter: Parameter, values: Sequence[str]) -> list[dict[str, Any]]:
    """A field for each value; they share their suggestions."""
    choices: list[str] = []
    if parameter.type == "iri":
        found = {label for _, label, preferred in context.graph.labels(parameter.klass) if preferred}
        choices = sorted(found, key=str.casefold)[:_CHOICES]
    return [
        {
            "id": f"p-{parameter.name}" + (f"-{number}" if number else ""),
            "name": parameter.name,
            "label": parameter.label,
            "required": parameter.required,
            "kind": _KINDS.get(parameter.type, "text"),
            "value": value,
            "list": f"l-{parameter.name}" if choices else None,
            "choices": choices if number == 0 else [],
        }
        for number, value in enumerate(values)
    ]


def _why_empty(context: RequestContext, query: StoredQuery, values: Mapping[str, Sequence[str]]) -> list[str]:
    """What there would be without each of the values that may be left out, and without all of them."""
    spare = [parameter for parameter in query.parameters if parameter.name in values and not parameter.required]
    leavings = {f"{one.label.lower()} “{', '.join(values[one.name])}”": {one.name} for one in spare}
    if len(spare) > 1:
        leavings["any of these"] = {one.name for one in spare}
    lines = []
    for words, left in leavings.items():
        kept = {name: words for name, words in values.items() if name not in left}
        answer = context.graph.ask(query.name, **kept).first(context.max_rows)
        number = len(answer)
        told = f"are {'more than ' if answer.rows.has_more else ''}{number} rows"
        lines.append(f"Without {words} there {'is 1 row' if number == 1 else told}.")
    if not spare and values:
        words = ", ".join(
            f"{p.label.lower()} “{', '.join(values[p.name])}”" for p in query.parameters if p.name in values
        )
        lines.append(f"The graph knows {words}, and has nothing of this kind about it.")
    return lines
