"""Stored questions over HTTP: their parameters from an address, parts and further formats of their answers, and their
headers as data.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, NamedNode
from starlette.datastructures import URL

from stancegraph.errors import UsageError
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.engine import Rows, Term
from stancegraph.sparql.lookups import rows
from stancegraph.web import negotiation, pictures, protocol
from stancegraph.web.backend.task import CompleteAnswer, Head, Query
from stancegraph.web.context import RequestContext
from stancegraph.web.failures import NotAcceptableError, RequestError

FORMATS = {
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "jsonld": "application/ld+json",
    "svg": "image/svg+xml",
    "png": "image/png",
}
"""The values of ``format`` in an address, with their media types; it takes the place of the Accept header in a link."""

RESERVED = frozenset({"format", "lang", "limit", "offset", "version"})
"""The parameters of an address that are not parameters of the question."""

_OWN_FORMATS = ("application/ld+json", "image/svg+xml", "image/png")  # which no engine writes
_ALL_ROWS = 10**9  # the limit if only an offset is given


@dataclass(frozen=True, slots=True)
class QuestionRequest:
    """A request for the answer to a stored question.

    Attributes:
        question: The question.
        query: The query, with the values of its parameters.
        own_format: The media type of the answer, if no engine writes it.
        limit: How many rows to return at most; None for all.
        offset: How many rows to skip first.
    """

    question: StoredQuery
    query: Query
    own_format: str | None
    limit: int | None
    offset: int

    @property
    def is_plain(self) -> bool:
        """Whether the engine's own answer, streamed, is what is asked for."""
        return self.own_format is None and self.limit is None and self.offset == 0


def bind_request(
    context: RequestContext, name: str, parameters: Sequence[tuple[str, str]], accept: str | None
) -> QuestionRequest:
    """Parse a request for the answer to a stored question.

    Args:
        context: What the request is answered from.
        name: The name of the question.
        parameters: The parameters of the address, in their order.
        accept: The Accept header.

    Raises:
        RequestError: With 404 for an unknown question, 400 for parameters that do not suit it, 406 if no format is
            accepted, 410 if the address names another data version than the one served.
    """
    question = context.question(name)
    values: dict[str, list[str]] = {}
    for key, value in parameters:
        values.setdefault(key, []).append(value)
    reserved = {key: values.pop(key, None) for key in RESERVED}
    version = reserved["version"]
    if version is not None and version != [context.version]:
        raise RequestError(
            410,
            f"data version {version[0][:16]} is not the one being served",
            "remove `version` from the address",
        )
    format_name = (reserved["format"] or [""])[0]
    if format_name and format_name not in FORMATS:
        raise RequestError(400, f"format: {format_name!r} is not a format", f"use one of {', '.join(FORMATS)}")
    accept = FORMATS.get(format_name) or accept
    media_type = negotiation.choose(accept, [*negotiation.ROW_FORMATS, *_OWN_FORMATS])
    limit, offset = (_parse_number(key, reserved[key]) for key in ("limit", "offset"))
    try:
        text = context.graph.bind(name, values, lang=reserved["lang"] or ()).text
    except UsageError as error:
        raise RequestError(400, f"{error.subject}: {error.message}", error.remedy) from None
    own_format = media_type if media_type in _OWN_FORMATS else None
    formats = (next(iter(negotiation.ROW_FORMATS)), None, None) if own_format else protocol.choose_formats(accept)
    return QuestionRequest(question, Query(text, *formats), own_format, limit, offset or 0)


def _parse_number(name: str, texts: list[str] | None) -> int | None:
    if texts is None:
        return None
    if len(texts) != 1 or not texts[0].isascii() or not texts[0].isdigit() or len(texts[0]) > 9:
        raise RequestError(400, f"{name}: {' '.join(texts)!r} is not a whole number", "give one such as 100")
    return int(texts[0])


def answer_request(context: RequestContext, request: QuestionRequest, url: str) -> CompleteAnswer:
    """Return part of the rows of an answer, or a picture of them.

    Args:
        context: What the request is answered from.
        request: The request.
        url: The address of the request, from which those of the next and the previous part are made.

    Returns:
        The answer, whose headers give the number of all rows (``X-Total-Count``) and the addresses of the next and the
        previous part (``Link``, by `RFC 8288 <https://www.rfc-editor.org/rfc/rfc8288>`_).

    Raises:
        NotAcceptableError: The client accepts no format of rows.
        UsageError: A picture is asked for, and the question has none.
    """
    if request.query.row_format is None:
        raise NotAcceptableError
    limit = _ALL_ROWS if request.limit is None else request.limit
    part, total = rows(context.engine, request.query.text).part(request.offset, limit, count=True)
    offsets = {"next": request.offset + limit, "prev": max(0, request.offset - limit)}
    has_part = {"next": request.offset + limit < total and limit > 0, "prev": request.offset > 0}
    links = [
        f'<{URL(url).include_query_params(limit=limit, offset=offset)}>; rel="{relation}"'
        for relation, offset in offsets.items()
        if has_part[relation]
    ]
    headers = {"X-Total-Count": str(total), "Vary": "Accept"} | ({"Link": ", ".join(links)} if links else {})
    if request.own_format == "application/ld+json":
        document = to_json_ld(part, context.question_url(request.question, {}))
        body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
        return CompleteAnswer(Head(request.own_format, headers=headers), body)
    if request.own_format is not None:
        form = "png" if request.own_format == "image/png" else "svg"
        drawing = pictures.draw_question(context, request.question, part.first(context.max_rows), form)
        headers["Content-Disposition"] = f'attachment; filename="{request.question.name}.{form}"'
        return CompleteAnswer(Head(request.own_format, headers=headers), drawing)
    body = part.serialize(negotiation.ROW_FORMATS[request.query.row_format])
    return CompleteAnswer(Head(request.query.row_format, headers=headers), body)


def to_json_ld(answer: Rows, url: str) -> dict[str, Any]:
    """Return rows as `JSON-LD 1.1 <https://www.w3.org/TR/json-ld11/>`_.

    Args:
        answer: The rows.
        url: The address of the question, from which the IRIs of the answer are made.

    Returns:
        A document with a node for each row, and a property for each variable.
    """
    graph = [{"@type": f"{url}#row", **{name: _json_ld_value(term) for name, term in row.items()}} for row in answer]
    return {"@context": {"@vocab": f"{url}#"}, "@id": f"{url}#answer", "@graph": graph}


def _json_ld_value(term: Term) -> Any:
    if isinstance(term, NamedNode):
        return {"@id": term.value}
    if isinstance(term, BlankNode):
        return {"@id": f"_:{term.value}"}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value.endswith("#string"):
        return term.value
    return {"@value": term.value, "@type": term.datatype.value}


def describe_question(question: StoredQuery) -> dict[str, object]:
    """Return the header of a stored question as JSON."""
    parameters = [
        {
            "name": parameter.name,
            "label": parameter.label,
            "type": parameter.type,
            "class": parameter.klass,
            "required": parameter.required,
        }
        for parameter in question.parameters
    ]
    return {
        "name": question.name,
        "title": question.title,
        "description": question.description,
        "tags": list(question.tags),
        "parameters": parameters,
    }
