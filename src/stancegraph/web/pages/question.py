"""The page of a stored question: a sentence to complete, and the answer as a picture and a table."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from stancegraph.errors import UsageError
from stancegraph.questions.stored_query import Parameter, StoredQuery
from stancegraph.web.context import RequestContext
from stancegraph.web.pages import answers
from stancegraph.web.pages.rendering import capitalize, render_page

_SUGGESTION_LIMIT = 500  # of a field
_INPUT_TYPES = {"xsd:date": "date", "xsd:integer": "number"}
_FIELD_IN_SENTENCE = re.compile(r"\{(\w+)\}")

Values = Mapping[str, Sequence[str]]


def render_question(context: RequestContext, name: str, parameters: Values) -> str:
    """Render the page of a stored question: a form and, where all required parameters have a value, the answer.

    Args:
        context: What the request is answered from.
        name: The name of the question.
        parameters: The values of its parameters, as texts, by their names; as ``lang``, the languages in which labels
            are preferred; and as ``version``, in a permanent link, the data version for which it was made.

    Returns:
        The page in HTML. It also says so where a value does not fit its parameter.

    Raises:
        RequestError: 404; there is no such question that can be asked over HTTP.
        ExternalError: The engine fails.
    """
    query = context.question(name)
    values = {key: [text for text in texts if text.strip()] for key, texts in parameters.items()}
    languages = values.pop("lang", [])
    linked_version = next(iter(values.pop("version", [])), None)
    values = {key: texts for key, texts in values.items() if texts}
    outcome: dict[str, Any] = {"problem": None, "remedy": None, "table": None, "reasons": None, "figure": None}
    if all(parameter.name in values for parameter in query.parameters if parameter.required):
        try:
            answer = context.graph.ask(name, lang=languages, **values).first(context.max_rows)
            outcome["table"] = answers.build_table(context, answer.rows) if len(answer) else None
            outcome["figure"] = answers.draw_figure(context, query, answer.rows)
            outcome["reasons"] = None if len(answer) else _explain_empty_answer(context, query, values)
        except UsageError as error:
            outcome |= {"problem": capitalize(error.message), "remedy": capitalize(error.remedy)}
    version = context.version
    address = values | {"lang": languages}
    formats = ("csv", "json", "jsonld", "svg", "png")
    return render_page(
        context,
        "question.html",
        question=query,
        pieces=_split_sentence(context, query, values),
        other_version=linked_version if linked_version != version else None,
        languages=languages,
        permanent_link=context.question_url(query, address, version=version),
        links={name: context.question_url(query, address, format=name) for name in formats},
        workbench=f"{context.root}/workbench?question={query.name}",
        **outcome,
    )


def _split_sentence(context: RequestContext, query: StoredQuery, values: Values) -> list[dict[str, Any]]:
    """Split the sentence that asks the question into pieces: a ``text``, and the ``fields`` that follow it."""
    if not query.parameters:
        return []
    parameters = {parameter.name: parameter for parameter in query.parameters}
    sentence = query.sentence or f"{query.title}: " + ", ".join(f"{{{name}}}" for name in parameters)
    parts = _FIELD_IN_SENTENCE.split(sentence)
    return [
        {
            "text": text,
            "fields": [] if name is None else _build_fields(context, parameters[name], values.get(name) or [""]),
        }
        for text, name in zip(parts[::2], [*parts[1::2], None], strict=True)
    ]


def _build_fields(context: RequestContext, parameter: Parameter, values: Sequence[str]) -> list[dict[str, Any]]:
    """Return a field of the form for each of *values*; they share their suggestions."""
    suggestions: list[str] = []
    if parameter.type == "iri":
        names = {name.text for name in context.graph.find_names(parameter.klass) if name.is_preferred}
        suggestions = sorted(names, key=str.casefold)[:_SUGGESTION_LIMIT]
    return [
        {
            "id": f"p-{parameter.name}" + (f"-{number}" if number else ""),
            "name": parameter.name,
            "label": parameter.label,
            "required": parameter.required,
            "type": _INPUT_TYPES.get(parameter.type, "text"),
            "value": value,
            "list": f"l-{parameter.name}" if suggestions else None,
            "suggestions": suggestions if number == 0 else [],
        }
        for number, value in enumerate(values)
    ]


def _explain_empty_answer(context: RequestContext, query: StoredQuery, values: Values) -> list[str]:
    """Return in sentences how many rows there would be without each of the optional values, and without all of them."""
    with_value = [parameter for parameter in query.parameters if parameter.name in values]
    optional = [parameter for parameter in with_value if not parameter.required]
    left_out = {_quote_values([parameter], values): {parameter.name} for parameter in optional}
    if len(optional) > 1:
        left_out["any of these values"] = {parameter.name for parameter in optional}
    sentences = [
        f"Without {description} there would be {_count_rows(context, query, values, names)}."
        for description, names in left_out.items()
    ]
    if with_value and not optional:
        sentences.append(f"The graph records nothing of this kind for {_quote_values(with_value, values)}.")
    return sentences


def _quote_values(parameters: Sequence[Parameter], values: Values) -> str:
    """Return the values of *parameters* with their labels, such as ``“piracy” (issue)``."""
    return ", ".join(f"“{', '.join(values[each.name])}” ({each.label.lower()})" for each in parameters)


def _count_rows(context: RequestContext, query: StoredQuery, values: Values, left_out: Collection[str]) -> str:
    """Return in words how many rows the question has without the values of the parameters *left_out*."""
    remaining = {name: texts for name, texts in values.items() if name not in left_out}
    answer = context.graph.ask(query.name, **remaining).first(context.max_rows)
    count = len(answer)
    if count == 0:
        return "no rows"
    return "1 row" if count == 1 else f"{'more than ' if answer.rows.has_more else ''}{count} rows"
