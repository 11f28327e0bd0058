"""The stored questions over HTTP: their parameters from an address, their answers in pages, in further forms, and their
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
"""What ``format`` in an address can be, for links; without it, the Accept header says what is wanted."""

RESERVED = frozenset({"format", "limit", "offset", "version"})
"""Names in an address that are no parameters of a question."""

_OURS = ("application/ld+json", "image/svg+xml", "image/png")  # forms that no engine writes
_MOST = 10**9  # rows, where only an offset is given


@dataclass(frozen=True, slots=True)
class QuestionRequest:
    """A stored question that is asked: the query, which rows of it are wanted, and in which form beyond an engine's."""

    question: StoredQuery
    query: Query
    form: str | None
    limit: int | None
    offset: int

    @property
    def plain(self) -> bool:
        """Whether the engine's own answer will do, streamed."""
        return self.form is None and self.limit is None and self.offset == 0


def bound(
    context: RequestContext, name: str, parameters: Sequence[tuple[str, str]], accept: str | None
) -> QuestionRequest:
    """What a request for the question *name* with these *parameters* asks.

    Raises `RequestError`: 404 for an unknown question, 400 for parameters that do not fit it, 406 where no form is
    accepted, 410 where the address names a data version that is not the one that answers.
    """
    question = context.question(name)
    given: dict[str, list[str]] = {}
    for key, value in parameters:
        given.setdefault(key, []).append(value)
    reserved = {key: given.pop(key, None) for key in RESERVED}
    version = reserved["version"]
    if version is not None and version != [context.version]:
        raise RequestError(
            410, f"the data version {version[0][:16]} is not the one that answers", "leave version out of the address"
        )
    named = (reserved["format"] or [""])[0]
    if named and named not in FORMATS:
        raise RequestError(400, f"format: {named!r} is none", f"one of {', '.join(FORMATS)}")
    accept = FORMATS.get(named) or accept
    form = negotiation.choose(accept, [*negotiation.ROWS, *_OURS])
    limit, offset = (_whole(key, reserved[key]) for key in ("limit", "offset"))
    try:
        text = context.graph.bind(name, given).text
    except UsageError as error:
        raise RequestError(400, f"{error.subject}: {error.message}", error.remedy) from None
    ours = form if form in _OURS else None
    forms = (next(iter(negotiation.ROWS)), None, None) if ours else protocol.forms(accept)
    return QuestionRequest(question, Query(text, *forms), ours, limit, offset or 0)


def _whole(name: str, words: list[str] | None) -> int | None:
    if words is None:
        return None
    if len(words) != 1 or not words[0].isascii() or not words[0].isdigit() or len(words[0]) > 9:
        raise RequestError(400, f"{name}: {' '.join(words)!r} is not a whole number", "give one such as 100")
    return int(words[0])


def answered(context: RequestContext, asked: QuestionRequest, url: str) -> CompleteAnswer:
    """A page of the rows, with how many there are in all, and where the next and the one before begin; or a picture.

    *url* is the address that was asked. Raises `UsageError` where the question makes no picture.
    """
    if asked.query.rows is None:
        raise NotAcceptableError
    limit = _MOST if asked.limit is None else asked.limit
    part, total = rows(context.engine, asked.query.text).part(asked.offset, limit, count=True)
    places = {"next": asked.offset + limit, "prev": max(0, asked.offset - limit)}
    there = {"next": asked.offset + limit < total and limit > 0, "prev": asked.offset > 0}
    links = [
        f'<{URL(url).include_query_params(limit=limit, offset=offset)}>; rel="{name}"'
        for name, offset in places.items()
        if there[name]
    ]
    said = {"X-Total-Count": str(total), "Vary": "Accept"} | ({"Link": ", ".join(links)} if links else {})
    if asked.form == "application/ld+json":
        address = context.address(asked.question, {})
        body = json.dumps(linked(part, address), ensure_ascii=False).encode("utf-8", "replace")
        return CompleteAnswer(Head(asked.form, headers=said), body)
    if asked.form is not None:
        form = "png" if asked.form == "image/png" else "svg"
        drawn = pictures.saved(context, asked.question, part.first(context.most), form)
        said["Content-Disposition"] = f'attachment; filename="{asked.question.name}.{form}"'
        return CompleteAnswer(Head(asked.form, headers=said), drawn)
    return CompleteAnswer(Head(asked.query.rows, headers=said), part.serialize(negotiation.ROWS[asked.query.rows]))


def linked(answer: Rows, address: str) -> dict[str, Any]:
    """Rows as `JSON-LD 1.1 <https://www.w3.org/TR/json-ld11/>`_: a node for each row, a property for each variable.

    The properties are those of the question at *address*.
    """
    graph = [{"@type": f"{address}#row", **{name: _json(term) for name, term in row.items()}} for row in answer]
    return {"@context": {"@vocab": f"{address}#"}, "@id": f"{address}#answer", "@graph": graph}


def _json(term: Term) -> Any:
    if isinstance(term, NamedNode):
        return {"@id": term.value}
    if isinstance(term, BlankNode):
        return {"@id": f"_:{term.value}"}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value.endswith("#string"):
        return term.value
    return {"@value": term.value, "@type": term.datatype.value}


def described(query: StoredQuery) -> dict[str, object]:
    """What a stored question is, for programs."""
    parameters = [
        {"name": p.name, "label": p.label, "type": p.type, "class": p.klass, "required": p.required}
        for p in query.parameters
    ]
    return {
        "name": query.name,
        "title": query.title,
        "description": query.description,
        "tags": list(query.tags),
        "parameters": parameters,
    }
