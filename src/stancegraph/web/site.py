"""What all routes share: the site that is served, and functions to read a request, answer it, and report an error."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from traceback import format_exception
from typing import Any, TypeVar
from urllib.parse import quote

import anyio
from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from stancegraph.web import negotiation, protocol, questions
from stancegraph.web.backend.answering import AnswerStream
from stancegraph.web.backend.cancelling import Cancellation
from stancegraph.web.backend.service import TaskService
from stancegraph.web.backend.task import Call, Query, Task
from stancegraph.web.failures import InternalError, MovedError, RequestError, TooSlowError, problem_details
from stancegraph.web.metrics import LOG
from stancegraph.web.security_headers import headers as security_headers
from stancegraph.workspace.folders import Workspace

MAX_BODY = 1 << 20
"""How many bytes the body of a request may have."""
_BODY_SECONDS = 20.0  # for a request to be sent
_EXTRA_SECONDS = 5.0  # beyond the deadline of a task, for the last of its answer to be sent
_MAX_THREADS = 200  # that wait for workers: more than the workers and their queue ever need
T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """The site that is served.

    Attributes:
        workspace: The workspace.
        service: What runs the tasks of requests.
        base_url: The address that clients know, if it is not the one that each request uses.
        allowed_endpoints: The endpoints that a query may call with SERVICE.
        seconds: How long a task may take, until the last byte is sent.
        render_problem: Makes the page that says what went wrong, from the address of the site, the data version,
            the HTTP status, the problem and the remedy; without it, browsers get JSON too.
    """

    workspace: Workspace
    service: TaskService
    base_url: str | None = None
    allowed_endpoints: frozenset[str] = frozenset()
    seconds: float = 30.0
    render_problem: Callable[[str, str | None, int, str, str | None], str] | None = None
    _limiters: dict[int, CapacityLimiter] = field(default_factory=dict)

    def root(self, request: HttpRequest) -> str:
        """Return the address of the site for *request*, without a slash at its end."""
        return (self.base_url or str(request.base_url)).rstrip("/")

    async def page(self, request: HttpRequest, name: str, arguments: Mapping[str, Any], **sources: str) -> Response:
        """Return a page.

        Args:
            request: The request.
            name: The procedure that makes the page, of `stancegraph.web.backend.procedures`.
            arguments: The arguments of the procedure.
            **sources: Further sources of its content, as `stancegraph.web.security_headers.headers` takes them.
        """
        body, _ = await self.make(request, name, arguments)
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
        headers = {**security_headers(**sources), "ETag": tag, "Cache-Control": "no-cache"}
        if request.method in {"GET", "HEAD"} and request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return HTMLResponse(body, headers=headers)

    async def make(self, request: HttpRequest, name: str, arguments: Mapping[str, Any]) -> tuple[bytes, AnswerStream]:
        """Have a worker call a procedure.

        Returns:
            The whole answer, and the closed stream that it was read from, for its head.
        """
        answer = await self._start(request, Call(name, self.root(request), arguments))
        try:
            return await self._in_thread(answer.read_all), answer
        finally:
            await self._in_thread(answer.close)

    async def data(self, request: HttpRequest, name: str, arguments: Mapping[str, Any]) -> Response:
        """Have a worker call a procedure, and return its answer with its own status, headers and media type."""
        body, answer = await self.make(request, name, arguments)
        return Response(body, answer.head.status, dict(answer.head.headers), answer.head.media_type)

    async def answer(self, request: HttpRequest, task: Task) -> Response:
        """Return the answer to *task*, streamed; an error before its first piece has an HTTP status of its own."""
        self.service.refresh()
        headers = {"Vary": "Accept"}
        variant = repr(task if isinstance(task, Call) else formats_of(task))
        variant_digest = hashlib.sha256(variant.encode("utf-8", "replace")).hexdigest()
        tag = _entity_tag(self.service.version, variant_digest)
        if tag is not None and request.method == "GET" and request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers | _caching_headers(tag, self.service.version))
        started = time.monotonic()
        answer = await self._start(request, task)
        tag = _entity_tag(answer.version, variant_digest)
        headers |= (_caching_headers(tag, answer.version) if tag is not None else {}) | dict(answer.head.headers)
        if request.method == "HEAD":
            await self._in_thread(answer.close)
            return Response(headers=headers, media_type=answer.head.media_type)
        remaining = self.seconds + _EXTRA_SECONDS - (time.monotonic() - started)
        return _StreamedAnswer(answer, remaining, self._limiter(), headers)

    async def _start(self, request: HttpRequest, task: Task) -> AnswerStream:
        self.service.refresh()
        client = request.client.host if request.client else ""
        cancellation = Cancellation()
        watcher = asyncio.create_task(_cancel_on_disconnect(request, cancellation))
        try:
            return await self._in_thread(partial(self.service.run, task, client, cancellation))
        finally:
            watcher.cancel()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await anyio.to_thread.run_sync(work, limiter=self._limiter())

    def _limiter(self) -> CapacityLimiter:
        """Return the limiter of threads that wait for workers, apart from other threads; one for each event loop."""
        loop = id(asyncio.get_running_loop())
        if loop not in self._limiters:
            self._limiters.clear()
            self._limiters[loop] = CapacityLimiter(_MAX_THREADS)
        return self._limiters[loop]

    async def error_response(self, request: HttpRequest, error: Exception) -> Response:
        """Return what went wrong: a page for browsers, problem details for programs, or a redirect."""
        if isinstance(error, MovedError):
            section = request.url.path.split("/")[1]  # ``page`` or ``data``
            return RedirectResponse(f"{self.root(request)}/{section}/{quote(error.path)}", 301)
        problem = problem_details(error)
        status = problem["status"]
        if status == 500:
            LOG.error("%s", error if isinstance(error, InternalError) else "".join(format_exception(error)))
        headers = {"Retry-After": "1"} if status == 503 else {}
        if self.render_problem is None or not wants_page(request):
            return JSONResponse(problem, status, headers, "application/problem+json")
        version = self.service.version
        text = self.render_problem(self.root(request), version, status, problem["title"], problem.get("remedy"))
        return HTMLResponse(text, status, {**headers, **security_headers()})


async def _cancel_on_disconnect(request: HttpRequest, cancellation: Cancellation) -> None:
    """Cancel the work for *request* when its client disconnects; whatever else the client sends is ignored."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    cancellation.cancel()


class _StreamedAnswer(StreamingResponse):
    """The pieces of an answer, sent within some seconds; the answer is closed, whatever becomes of the client."""

    def __init__(self, answer: AnswerStream, seconds: float, limiter: CapacityLimiter, headers: dict[str, str]) -> None:
        self.answer, self.seconds, self.limiter = answer, seconds, limiter
        super().__init__(self._pieces(), answer.head.status, headers, answer.head.media_type)

    async def _pieces(self) -> AsyncIterator[bytes]:
        while True:
            piece = await anyio.to_thread.run_sync(next, self.answer, b"", limiter=self.limiter, abandon_on_cancel=True)
            if not piece:
                return
            yield piece

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces; raise `TooSlowError` if that takes too long, so that the connection is cut off."""
        try:
            async with asyncio.timeout(max(0.1, self.seconds)):
                await super().__call__(scope, receive, send)
        except TimeoutError:
            raise TooSlowError from None
        finally:
            self.answer.stop()  # which ends the waiting of a thread for the next piece
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self.answer.close, limiter=self.limiter)


def formats_of(query: Query) -> tuple[str | None, str | None, str | None]:
    """Return the media types in which a query can be answered: for rows, a truth value and a graph."""
    return query.row_format, query.boolean_format, query.graph_format


def _entity_tag(version: str | None, variant_digest: str) -> str | None:
    return None if version is None else f'W/"{version[:16]}-{variant_digest[:8]}"'


def _caching_headers(tag: str, version: str | None) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "public, no-cache", "X-Snapshot": version or ""}


def wants_page(request: HttpRequest) -> bool:
    """Return whether a request prefers HTML to data, as those of browsers do."""
    if request.query_params.get("format") in questions.FORMATS:
        return False
    accept = request.headers.get("accept") or "application/json"
    return negotiation.choose(accept, [*questions.FORMATS.values(), "text/html"]) == "text/html"


async def read_body(request: HttpRequest) -> bytes:
    """Return the body of a request.

    Raises:
        RequestError: With 413 if it is larger than `MAX_BODY`, 408 if it does not arrive in time.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_BODY:
                    raise RequestError(413, f"the request has more than {MAX_BODY} bytes", "ask for less at once")
    except TimeoutError:
        raise RequestError(
            408, f"the request was not sent within {_BODY_SECONDS:.0f} seconds", "send it again"
        ) from None
    return bytes(body)


async def read_request(request: HttpRequest) -> protocol.Request:
    """Return a whole request, as `stancegraph.web.protocol` takes it.

    Raises:
        RequestError: As `read_body` does.
    """
    body = await read_body(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    base = str(request.url.replace(query="", fragment=""))
    return protocol.Request(request.method, request.url.query, headers, body, base)


async def read_query(request: HttpRequest, allowed_endpoints: frozenset[str], accept: str | None = None) -> Query:
    """Return the query that a request of the SPARQL Protocol asks; a large one is parsed in a thread.

    Args:
        request: The request.
        allowed_endpoints: The endpoints that a SERVICE may name.
        accept: Takes the place of the Accept header, for an answer that is not in a format of the engine.

    Raises:
        RequestError: As `read_body` and `stancegraph.web.protocol.parse_query_request` do.
    """
    parts = await read_request(request)
    if accept is not None:
        parts = replace(parts, headers={**parts.headers, "accept": accept})
    return await run_in_threadpool(protocol.parse_query_request, parts, allowed_endpoints)
