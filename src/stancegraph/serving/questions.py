"""The stored questions over HTTP: their parameters from an address, their rows in pages, their headers as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from stancegraph import stored_query
from stancegraph.engine import Rows
from stancegraph.errors import CallError
from stancegraph.serving import media, protocol
from stancegraph.serving.asking import ServedEngine
from stancegraph.serving.pool import NotAcceptableError, Task
from stancegraph.serving.protocol import RequestError
from stancegraph.serving.service import Served
from stancegraph.stored_query import StoredQuery
from stancegraph.values import parse_value, parse_values
from stancegraph.workspace import Workspace

FORMATS = {"json": "application/sparql-results+json", "csv": "text/csv"}  # for links in pages
_MOST = 10**9  # rows, where only an offset is given


@dataclass(frozen=True, slots=True)
class Page:
    """A part of an answer: so many rows, after so many."""

    limit: int
    offset: int


def bound(workspace: Workspace, service: Served, request: HttpRequest) -> tuple[Task, Page | None]:
    """The task of a stored question, with the parameters that the address has, and which page of it is wanted."""
    try:
        query = stored_query.find(request.path_params["name"], workspace.query_files("ask"))
    except CallError as error:
        raise RequestError(404, error.message, error.remedy) from None
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).append(value)
    accept = FORMATS.get(given.pop("format", [""])[0]) or request.headers.get("accept")
    limit, offset = (_whole(name, given.pop(name, None)) for name in ("limit", "offset"))
    page = None if limit is None and offset is None else Page(_MOST if limit is None else limit, offset or 0)
    try:
        text = query.bind(parse_values(partial(parse_value, ServedEngine(service)), query, given))
    except CallError as error:
        raise RequestError(400, f"{error.subject}: {error.message}", error.remedy) from None
    return Task(text, *protocol.forms(accept)), page


def _whole(name: str, words: list[str] | None) -> int | None:
    if words is None:
        return None
    if len(words) != 1 or not words[0].isascii() or not words[0].isdigit() or len(words[0]) > 9:
        raise RequestError(400, f"{name}: {' '.join(words)!r} is not a whole number", "give one such as 100")
    return int(words[0])


def paged(service: Served, task: Task, page: Page, request: HttpRequest) -> Response:
    """A page of the rows, with how many there are in all, and where the next and the one before begin."""
    if task.rows is None:
        raise NotAcceptableError
    answer = ServedEngine(service).query(task.text)
    assert isinstance(answer, Rows)
    rows = answer.rows
    part = Rows.of(answer.variables, rows[page.offset : page.offset + page.limit])
    places = {"next": page.offset + page.limit, "prev": max(0, page.offset - page.limit)}
    there = {"next": page.offset + page.limit < len(rows) and page.limit > 0, "prev": page.offset > 0}
    links = [
        f'<{request.url.include_query_params(limit=page.limit, offset=offset)}>; rel="{name}"'
        for name, offset in places.items()
        if there[name]
    ]
    headers = {"X-Total-Count": str(len(rows)), "Vary": "Accept"} | ({"Link": ", ".join(links)} if links else {})
    return Response(part.serialize(media.ROWS[task.rows]), headers=headers, media_type=task.rows)


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
