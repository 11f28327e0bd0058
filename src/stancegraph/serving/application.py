"""The HTTP application: which address leads to what, and what goes wrong in which way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from stancegraph import __version__, stored_query
from stancegraph.engine import Rows
from stancegraph.errors import CallError, OutsideError
from stancegraph.ontology import releases
from stancegraph.prefixes import PREFIXES
from stancegraph.serving import description, media, pages, protocol, questions
from stancegraph.serving import openapi as openapis
from stancegraph.serving.asking import ServedEngine
from stancegraph.serving.observing import Metrics, Observed
from stancegraph.serving.pool import BrokeOffError, BusyError, NotAcceptableError, Task, TooSlowError
from stancegraph.serving.protocol import RequestError
from stancegraph.serving.service import Served
from stancegraph.workspace import Workspace

_ROOT = PREFIXES["sg"].removesuffix("ontology#")
_EXPOSED = ["ETag", "Link", "Retry-After", "X-Snapshot", "X-Total-Count"]
_LARGEST = 1 << 20  # bytes of a request's body


def application(workspace: Workspace, service: Served, base: str | None = None) -> Starlette:
    """The application that serves *workspace* from *service*.

    *base* is the address that clients know it by; without it, the one that they ask at.
    """

    metrics = Metrics()

    def at(request: HttpRequest) -> str:
        return (base or str(request.base_url)).rstrip("/")

    async def html(request: HttpRequest, make: Callable[[pages.Pages], str]) -> Response:
        """A page, made from one version of the data."""
        service.look()
        made = pages.Pages(workspace, service, at(request))
        for _ in range(3):
            version = service.version
            text = await run_in_threadpool(make, made)
            if service.version == version:
                break
        return HTMLResponse(text, headers={**pages.HEADERS, "Vary": "Accept"})

    async def home(request: HttpRequest) -> Response:
        return await html(request, pages.Pages.home)

    async def search(request: HttpRequest) -> Response:
        words = request.query_params.get("words", "")
        return await html(request, lambda made: made.search(words))

    async def page(request: HttpRequest) -> Response:
        return await html(request, lambda made: made.thing(request.path_params["path"]))

    async def part(request: HttpRequest) -> Response:
        name = request.url.path.rsplit("/", 1)[-1]
        kind = "text/css" if name.endswith(".css") else "image/svg+xml"
        return Response(pages.part(name), media_type=kind, headers={"Cache-Control": "public, max-age=3600"})

    async def refused(request: HttpRequest, error: Exception) -> Response:
        """What went wrong, as a page for browsers, and as data for programs."""
        problem = _problem(error)
        headers = {"Retry-After": "1"} if problem["status"] == 503 else {}
        if not _html(request):
            return JSONResponse(problem, problem["status"], headers, "application/problem+json")
        made = pages.Pages(workspace, service, at(request))
        text = made.problem(problem["status"], problem["title"], problem.get("remedy"))
        return HTMLResponse(text, problem["status"], {**headers, **pages.HEADERS})

    async def sparql(request: HttpRequest) -> Response:
        if request.method in {"GET", "HEAD"} and not request.url.query:  # as the service description has it
            return await described(request)
        asked = protocol.task(await _read(request))
        return await _answered(service, asked, request)

    async def described(request: HttpRequest) -> Response:
        chosen = media.choose(request.headers.get("accept"), list(media.GRAPHS)) or next(iter(media.GRAPHS))
        sizes = await run_in_threadpool(_sizes, service)
        found = description.triples(at(request), service.version, sizes)
        return Response(
            description.in_format(found, media.GRAPHS[chosen]), media_type=chosen, headers={"Vary": "Accept"}
        )

    async def openapi(request: HttpRequest) -> Response:
        known = stored_query.load_all(workspace.query_files("ask"))
        return JSONResponse(openapis.description(known.values(), at(request)))

    async def thing(request: HttpRequest) -> Response:
        """An IRI of the graph names a thing, of which there are data elsewhere: 303, by the `TAG's finding
        <https://www.w3.org/2001/tag/doc/httpRange-14/2007-05-31/HttpRange-14>`_.
        """
        place = f"{at(request)}/{'page' if _html(request) else 'data'}{quote(request.url.path)}"
        return Response(status_code=303, headers={"Location": place, "Vary": "Accept"})

    async def named_graph(request: HttpRequest) -> Response:
        name = quote(_ROOT + request.url.path.lstrip("/"), safe="")
        place = f"{at(request)}/graphs?graph={name}"
        return Response(status_code=303, headers={"Location": place})

    async def data(request: HttpRequest) -> Response:
        there, wanted = protocol.thing_task(await _read(request), _ROOT + request.path_params["path"])
        if not await run_in_threadpool(ServedEngine(service).query, there.text):
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
        if there is not None and not await run_in_threadpool(ServedEngine(service).query, there.text):
            raise RequestError(404, "there is no such graph", "ask /sparql for the graphs that are there")
        return await _answered(service, wanted, request)

    async def question(request: HttpRequest) -> Response:
        if _html(request):
            given = {name: request.query_params.getlist(name) for name in request.query_params}
            return await html(request, lambda made: made.question(request.path_params["name"], given))
        asked, page = await run_in_threadpool(questions.bound, workspace, service, request)
        if page is None:
            return await _answered(service, asked, request)
        return await run_in_threadpool(questions.paged, service, asked, page, request)

    async def question_list(request: HttpRequest) -> Response:
        if _html(request):
            return await html(request, pages.Pages.questions)
        known = stored_query.load_all(workspace.query_files("ask"))
        return JSONResponse([questions.described(query) for query in known.values()])

    async def scraped(request: HttpRequest) -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    async def health(request: HttpRequest) -> Response:
        return JSONResponse({"status": "ok", "version": __version__, "snapshot": service.version})

    return Starlette(
        routes=[
            Route("/sparql", sparql, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]),
            Route("/graphs", graph, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]),
            Route("/", home),
            Route("/search", search),
            Route("/page/{path:path}", page),
            Route("/style.css", part),
            Route("/icon.svg", part),
            Route("/openapi.json", openapi),
            Route("/.well-known/void", described),
            Route("/ontology/{version}", release),
            Route("/ontology", thing),
            Route("/id/{path:path}", thing),
            Route("/graph/{path:path}", named_graph),
            Route("/data/{path:path}", data),
            Route("/queries", question_list),
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
        exception_handlers={kind: refused for kind in (*(kind for kind, _ in _STATUS), Exception)},
    )


def _sizes(service: Served) -> dict[str, int]:
    answer = ServedEngine(service).query(description.QUERY)
    assert isinstance(answer, Rows)
    return {row["graph"].value: int(row["triples"].value) for row in answer}


def _html(request: HttpRequest) -> bool:
    """Whether a page is wanted, as browsers do: HTML before what programs read."""
    if request.query_params.get("format") in questions.FORMATS:
        return False
    accept = request.headers.get("accept") or "application/json"
    return media.choose(accept, [*questions.FORMATS.values(), "text/html"]) == "text/html"


async def _read(request: HttpRequest) -> protocol.Request:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST:
            raise RequestError(413, f"the request has more than {_LARGEST} bytes")
    headers = {name.lower(): value for name, value in request.headers.items()}
    base = str(request.url.replace(query="", fragment=""))
    return protocol.Request(request.method, request.url.query, headers, body, base)


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


def _problem(error: Exception) -> dict[str, Any]:
    """What *error* means, by `RFC 9457 <https://www.rfc-editor.org/rfc/rfc9457>`_."""
    status, message, remedy = next(
        (told(error) for kind, told in _STATUS if isinstance(error, kind)), (500, "the server failed", None)
    )
    problem = {"type": "about:blank", "status": status, "title": message}
    return problem | ({"remedy": remedy} if remedy else {})
