"""The HTTP application: the SPARQL endpoint, and the stored questions by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from stancegraph import __version__, stored_query
from stancegraph.engine import Rows, solutions
from stancegraph.errors import CallError, OutsideError
from stancegraph.ontology import releases
from stancegraph.prefixes import PREFIXES
from stancegraph.serving import description, media, protocol
from stancegraph.serving import openapi as openapis
from stancegraph.serving.observing import Metrics, Observed
from stancegraph.serving.pool import BrokeOffError, BusyError, NotAcceptableError, Task, TooSlowError
from stancegraph.serving.protocol import RequestError
from stancegraph.serving.service import Served
from stancegraph.stored_query import StoredQuery
from stancegraph.values import parse_value, parse_values
from stancegraph.workspace import Workspace

_ROOT = PREFIXES["sg"].removesuffix("ontology#")
_EXPOSED = ["ETag", "Link", "Retry-After", "X-Snapshot", "X-Total-Count"]
_MOST = 10**9  # rows, where only an offset is given
_LARGEST = 1 << 20  # bytes of a request's body


class _Asked:
    """An engine whose answers come from the service, for looking labels up."""

    def __init__(self, service: Served) -> None:
        self.service = service

    def query(self, text: str) -> Rows | bool:
        """Answer *text*, a SELECT or an ASK."""
        json = next(iter(media.ROWS))
        pieces = self.service.run(Task(text, json, json, None))
        next(pieces)
        body = b"".join(pieces)
        if body.startswith(b'{"head":{},"boolean":'):
            return body.endswith(b"true}")
        return Rows(lambda: solutions(body, media.ROWS[json]))


def application(workspace: Workspace, service: Served, base: str | None = None) -> Starlette:
    """The application that serves *workspace* from *service*.

    *base* is the address that clients know it by; without it, the one that they ask at.
    """

    metrics = Metrics()

    async def sparql(request: HttpRequest) -> Response:
        if request.method in {"GET", "HEAD"} and not request.url.query:  # as the service description has it
            return await described(request)
        asked = protocol.task(await _read(request))
        return await _answered(service, asked, request)

    async def described(request: HttpRequest) -> Response:
        chosen = media.choose(request.headers.get("accept"), list(media.GRAPHS)) or next(iter(media.GRAPHS))
        sizes = await run_in_threadpool(_sizes, service)
        found = description.triples(base or str(request.base_url), service.version, sizes)
        return Response(
            description.in_format(found, media.GRAPHS[chosen]), media_type=chosen, headers={"Vary": "Accept"}
        )

    async def openapi(request: HttpRequest) -> Response:
        known = stored_query.load_all(workspace.query_files("ask"))
        return JSONResponse(openapis.description(known.values(), base or str(request.base_url)))

    async def thing(request: HttpRequest) -> Response:
        """An IRI of the graph names a thing, of which there are data elsewhere: 303, by the `TAG's finding
        <https://www.w3.org/2001/tag/doc/httpRange-14/2007-05-31/HttpRange-14>`_.
        """
        place = f"{(base or str(request.base_url)).rstrip('/')}/data{quote(request.url.path)}"
        return Response(status_code=303, headers={"Location": place, "Vary": "Accept"})

    async def named_graph(request: HttpRequest) -> Response:
        name = quote(_ROOT + request.url.path.lstrip("/"), safe="")
        place = f"{(base or str(request.base_url)).rstrip('/')}/graphs?graph={name}"
        return Response(status_code=303, headers={"Location": place})

    async def data(request: HttpRequest) -> Response:
        there, wanted = protocol.thing_task(await _read(request), _ROOT + request.path_params["path"])
        if not await run_in_threadpool(_Asked(service).query, there.text):
            raise RequestError(404, "the graph knows no such thing", "search with /queries or /sparql")
        return await _answered(service, wanted, request)

    async def release(request: HttpRequest) -> Response:
        path = workspace.root / "ontology" / "releases" / f"{request.path_params['version']}.ttl"
        known = {file.stem: file for file in releases.released(workspace.root)}
        if path.stem not in known:
            raise RequestError(404, "there is no such release", f"one of {', '.join(known)}")
        return Response(known[path.stem].read_bytes(), media_type="text/turtle")

    async def graph(request: HttpRequest) -> Response:
        there, wanted = protocol.graph_task(await _read(request))
        if there is not None and not await run_in_threadpool(_Asked(service).query, there.text):
            raise RequestError(404, "there is no such graph", "ask /sparql for the graphs that are there")
        return await _answered(service, wanted, request)

    async def question(request: HttpRequest) -> Response:
        asked, page = await run_in_threadpool(_bound, workspace, service, request)
        if page is None:
            return await _answered(service, asked, request)
        return await run_in_threadpool(_paged, service, asked, page, request)

    async def questions(request: HttpRequest) -> Response:
        known = stored_query.load_all(workspace.query_files("ask"))
        return JSONResponse([_described(query) for query in known.values()])

    async def scraped(request: HttpRequest) -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    async def health(request: HttpRequest) -> Response:
        return JSONResponse({"status": "ok", "version": __version__, "snapshot": service.version})

    return Starlette(
        routes=[
            Route("/sparql", sparql, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]),
            Route("/graphs", graph, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]),
            Route("/openapi.json", openapi),
            Route("/.well-known/void", described),
            Route("/ontology/{version}", release),
            Route("/ontology", thing),
            Route("/id/{path:path}", thing),
            Route("/graph/{path:path}", named_graph),
            Route("/data/{path:path}", data),
            Route("/queries", questions),
            Route("/queries/{name}", question),
            Route("/healthz", health),
            Route("/metrics", scraped),
        ],
        middleware=[
            Middleware(Observed, metrics=metrics),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "POST"],
                allow_headers=["*"],
                expose_headers=_EXPOSED,
            ),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
        exception_handlers={kind: _refused for kind in (*(kind for kind, _ in _STATUS), Exception)},
    )


def _sizes(service: Served) -> dict[str, int]:
    answer = _Asked(service).query(description.QUERY)
    assert isinstance(answer, Rows)
    return {row["graph"].value: int(row["triples"].value) for row in answer}


async def _read(request: HttpRequest) -> protocol.Request:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST:
            raise RequestError(413, f"the request has more than {_LARGEST} bytes")
    headers = {name.lower(): value for name, value in request.headers.items()}
    base = str(request.url.replace(query="", fragment=""))
    return protocol.Request(request.method, request.url.query, headers, body, base)


@dataclass(frozen=True, slots=True)
class _Page:
    """A part of an answer: so many rows, after so many."""

    limit: int
    offset: int


def _bound(workspace: Workspace, service: Served, request: HttpRequest) -> tuple[Task, _Page | None]:
    """The task of a stored question, with the parameters that the address has, and which page of it is wanted."""
    try:
        query = stored_query.find(request.path_params["name"], workspace.query_files("ask"))
    except CallError as error:
        raise RequestError(404, error.message, error.remedy) from None
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).append(value)
    limit, offset = (_whole(name, given.pop(name, None)) for name in ("limit", "offset"))
    page = None if limit is None and offset is None else _Page(_MOST if limit is None else limit, offset or 0)
    try:
        text = query.bind(parse_values(partial(parse_value, _Asked(service)), query, given))
    except CallError as error:
        raise RequestError(400, f"{error.subject}: {error.message}", error.remedy) from None
    return Task(text, *protocol.forms(request.headers.get("accept"))), page


def _whole(name: str, words: list[str] | None) -> int | None:
    if words is None:
        return None
    if len(words) != 1 or not words[0].isascii() or not words[0].isdigit() or len(words[0]) > 9:
        raise RequestError(400, f"{name}: {' '.join(words)!r} is not a whole number", "give one such as 100")
    return int(words[0])


def _paged(service: Served, task: Task, page: _Page, request: HttpRequest) -> Response:
    """A page of the rows, with how many there are in all, and where the next and the one before begin."""
    if task.rows is None:
        raise NotAcceptableError
    answer = _Asked(service).query(task.text)
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


def _described(query: StoredQuery) -> dict[str, object]:
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


async def _answered(service: Served, task: Task, request: HttpRequest) -> Response:
    """The answer to *task*, streamed; what goes wrong before the first piece has a status of its own."""
    service.look()
    headers = {"Vary": "Accept"}
    if service.version is not None:
        form = hashlib.sha256(f"{task.rows} {task.truth} {task.graphs}".encode()).hexdigest()
        tag = f'W/"{service.version[:16]}-{form[:8]}"'
        headers |= {"ETag": tag, "Cache-Control": "public, no-cache", "X-Snapshot": service.version}
        if request.method == "GET" and request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
    pieces = service.run(task)
    kind = await run_in_threadpool(_first, pieces)
    if request.method == "HEAD":
        pieces.close()  # type: ignore[attr-defined]
        return Response(headers=headers, media_type=kind)
    return StreamingResponse(pieces, headers=headers, media_type=kind)


def _first(pieces: Iterator[bytes]) -> str:
    return next(pieces).decode("ascii")


_STATUS: list[tuple[type[Exception], Callable[[Exception], tuple[int, str, str | None]]]] = [
    (RequestError, lambda e: (e.status, e.message, e.remedy)),  # type: ignore[attr-defined]
    (OutsideError, lambda e: (502, e.message, e.remedy)),  # type: ignore[attr-defined]
    (CallError, lambda e: (400, f"not SPARQL 1.1: {e.message}", e.remedy)),  # type: ignore[attr-defined]
    (NotAcceptableError, lambda e: (406, "the answer has no form that is accepted", "accept another media type")),
    (TooSlowError, lambda e: (504, "the query took longer than it may, and was stopped", "ask for less")),
    (BrokeOffError, lambda e: (503, "the query took more memory than it may, and was stopped", "ask for less")),
    (BusyError, lambda e: (503, "too many queries wait", "try again")),
]


async def _refused(request: HttpRequest, error: Exception) -> Response:
    """What went wrong, by `RFC 9457 <https://www.rfc-editor.org/rfc/rfc9457>`_."""
    status, message, remedy = next(
        (told(error) for kind, told in _STATUS if isinstance(error, kind)), (500, "the server failed", None)
    )
    problem = {"type": "about:blank", "status": status, "title": message} | ({"remedy": remedy} if remedy else {})
    headers = {"Retry-After": "1"} if status == 503 else {}
    return JSONResponse(problem, status, headers, "application/problem+json")
