"""What all addresses share: the site that is served, reading a request, answering it, and telling what went wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

from stancegraph.errors import CallError, OutsideError
from stancegraph.prefixes import PREFIXES
from stancegraph.serving import media, protocol, questions
from stancegraph.serving.moved import MovedError
from stancegraph.serving.pages import overview
from stancegraph.serving.pages.frame import Frame, headers
from stancegraph.serving.pool import BrokeOffError, BusyError, NotAcceptableError, TooLargeError, TooSlowError
from stancegraph.serving.protocol import RequestError
from stancegraph.serving.service import Served
from stancegraph.serving.task import Task
from stancegraph.workspace import Workspace

ROOT = PREFIXES["sg"].removesuffix("ontology#")
_LARGEST = 1 << 20  # bytes of a request's body


@dataclass(frozen=True, slots=True)
class Site:
    """*workspace*, served from *service*; *base* is the address that clients know it by, where it is another one.

    *allowed* are the endpoints that a query may call by SERVICE.
    """

    workspace: Workspace
    service: Served
    base: str | None = None
    allowed: frozenset[str] = frozenset()

    def at(self, request: HttpRequest) -> str:
        """The address at which *request* finds the site."""
        return (self.base or str(request.base_url)).rstrip("/")

    async def page(self, request: HttpRequest, make: Callable[[Frame], str], **further: str) -> Response:
        """The page that *make* makes, from one version of the data; *further* sources, as `headers` takes them."""
        self.service.look()

        def made() -> str:
            """In a thread of its own, as it asks and draws."""
            with self.service.pinned() as one:
                return make(Frame(self.workspace, one, self.at(request)))

        text = (await run_in_threadpool(made)).encode("utf-8")
        tag = f'W/"{hashlib.sha256(text).hexdigest()[:24]}"'
        said = {**headers(**further), "ETag": tag, "Cache-Control": "no-cache"}
        if request.method in {"GET", "HEAD"} and request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=said)
        return HTMLResponse(text, headers=said)

    async def answer(self, request: HttpRequest, task: Task) -> Response:
        """The answer to *task*, streamed; what goes wrong before the first piece has a status of its own."""
        self.service.look()
        said = {"Vary": "Accept"}
        if self.service.version is not None:
            form = hashlib.sha256(f"{task.rows} {task.truth} {task.graphs}".encode()).hexdigest()
            tag = f'W/"{self.service.version[:16]}-{form[:8]}"'
            said |= {"ETag": tag, "Cache-Control": "public, no-cache", "X-Snapshot": self.service.version}
            if request.method == "GET" and request.headers.get("if-none-match") == tag:
                return Response(status_code=304, headers=said)
        pieces = self.service.run(task)
        kind = await run_in_threadpool(_first, pieces)
        if request.method == "HEAD":
            pieces.close()  # type: ignore[attr-defined]
            return Response(headers=said, media_type=kind)
        return StreamingResponse(pieces, headers=said, media_type=kind)

    async def refusal(self, request: HttpRequest, error: Exception) -> Response:
        """What went wrong, as a page for browsers, and as data for programs."""
        if isinstance(error, MovedError):
            form = request.url.path.split("/")[1]  # its page, or its data
            return RedirectResponse(f"{self.at(request)}/{form}/{quote(error.path)}", 301)
        told = _problem(error)
        said = {"Retry-After": "1"} if told["status"] == 503 else {}
        if not wants_page(request):
            return JSONResponse(told, told["status"], said, "application/problem+json")
        frame = Frame(self.workspace, self.service, self.at(request))
        text = overview.problem(frame, told["status"], told["title"], told.get("remedy"))
        return HTMLResponse(text, told["status"], {**said, **headers()})


def wants_page(request: HttpRequest) -> bool:
    """Whether a page is wanted, as browsers do: HTML before what programs read."""
    if request.query_params.get("format") in questions.FORMATS:
        return False
    accept = request.headers.get("accept") or "application/json"
    return media.choose(accept, [*questions.FORMATS.values(), "text/html"]) == "text/html"


async def read(request: HttpRequest) -> protocol.Request:
    """A request of the SPARQL Protocol, whole; raises `RequestError` 413 where it is too large."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST:
            raise RequestError(413, f"the request has more than {_LARGEST} bytes")
    said = {name.lower(): value for name, value in request.headers.items()}
    base = str(request.url.replace(query="", fragment=""))
    return protocol.Request(request.method, request.url.query, said, body, base)


def _first(pieces: Iterator[bytes]) -> str:
    return next(pieces).decode("ascii")


FAILURES: list[tuple[type[Exception], Callable[[Exception], tuple[int, str, str | None]]]] = [
    (RequestError, lambda e: (e.status, e.message, e.remedy)),  # type: ignore[attr-defined]
    (OutsideError, lambda e: (502, e.message, e.remedy)),  # type: ignore[attr-defined]
    (CallError, lambda e: (400, e.message, e.remedy)),  # type: ignore[attr-defined]
    (NotAcceptableError, lambda e: (406, "the answer has no form that is accepted", "accept another media type")),
    (TooSlowError, lambda e: (504, "the query took longer than it may, and was stopped", "ask for less")),
    (TooLargeError, lambda e: (413, "the answer is larger than it may be", "ask for less, or with LIMIT")),
    (BrokeOffError, lambda e: (503, "the query took more memory than it may, and was stopped", "ask for less")),
    (BusyError, lambda e: (503, "too many queries wait", "try again")),
]
"""What can go wrong: the status of HTTP, the message and the remedy."""


def _problem(error: Exception) -> dict[str, Any]:
    """What *error* means, by `RFC 9457 <https://www.rfc-editor.org/rfc/rfc9457>`_."""
    status, message, remedy = next(
        (told(error) for kind, told in FAILURES if isinstance(error, kind)), (500, "the server failed", None)
    )
    problem = {"type": "about:blank", "status": status, "title": message}
    return problem | ({"remedy": remedy} if remedy else {})
