"""What all addresses share: the site that is served, reading a request, answering it, and telling what went wrong."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from traceback import format_exception
from typing import Any
from urllib.parse import quote

import anyio
from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.web import negotiation, protocol, questions
from stancegraph.web.backend.answering import Answer
from stancegraph.web.backend.cancelling import Cancellation
from stancegraph.web.backend.service import Served
from stancegraph.web.backend.task import Call, Query, Task
from stancegraph.web.failures import FailedError, MovedError, RequestError, TooSlowError, problem
from stancegraph.web.metrics import LOG
from stancegraph.web.security_headers import headers
from stancegraph.workspace.folders import Workspace

ROOT = PREFIXES["sg"].removesuffix("ontology#")
LARGEST = 1 << 20  # bytes of a request's body
_BODY_SECONDS = 20.0  # for a request to be sent
_SENDING = 5.0  # seconds beyond the deadline of a task, for the last of it to be sent
_THREADS = 200  # that wait for workers: more requests than that are under way nowhere, as turns are few


@dataclass(frozen=True)
class Site:
    """*workspace*, served from *service*; *base* is the address that clients know it by, where it is another one.

    *allowed* are the endpoints that a query may call by SERVICE. A task may take *seconds*. *problem_page* makes the
    page that says what went wrong, of the address of the site, the version of the data, the status of HTTP, what is
    wrong and the remedy; without it, browsers are given data, too.
    """

    workspace: Workspace
    service: Served
    base: str | None = None
    allowed: frozenset[str] = frozenset()
    seconds: float = 30.0
    problem_page: Callable[[str, str | None, int, str, str | None], str] | None = None
    _limiters: dict[int, CapacityLimiter] = field(default_factory=dict)

    def at(self, request: HttpRequest) -> str:
        """The address at which *request* finds the site."""
        return (self.base or str(request.base_url)).rstrip("/")

    async def page(self, request: HttpRequest, name: str, given: Mapping[str, Any], **further: str) -> Response:
        """The page *name*, as it is made of what is *given*; *further* sources, as `headers` takes them."""
        body, _ = await self.made(request, name, given)
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
        said = {**headers(**further), "ETag": tag, "Cache-Control": "no-cache"}
        if request.method in {"GET", "HEAD"} and request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=said)
        return HTMLResponse(body, headers=said)

    async def made(self, request: HttpRequest, name: str, given: Mapping[str, Any]) -> tuple[bytes, Answer]:
        """What a worker makes, whole, and how it said that it begins."""
        answer = await self._begun(request, Call(name, self.at(request), given))
        try:
            return await self._in_thread(answer.whole), answer
        finally:
            await self._in_thread(answer.close)

    async def data(self, request: HttpRequest, name: str, given: Mapping[str, Any]) -> Response:
        """What a worker makes, with the headers that it says."""
        body, answer = await self.made(request, name, given)
        return Response(body, answer.head.status, dict(answer.head.headers), answer.head.media)

    async def answer(self, request: HttpRequest, task: Task) -> Response:
        """The answer to *task*, streamed; what goes wrong before the first piece has a status of its own."""
        self.service.look()
        said = {"Vary": "Accept"}
        form = hashlib.sha256(repr(task if isinstance(task, Call) else forms_of(task)).encode("utf-8", "replace"))
        tag = _tag(self.service.version, form.hexdigest())
        if tag is not None and request.method == "GET" and request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=said | _kept(tag, self.service.version))
        begun = time.monotonic()
        answer = await self._begun(request, task)
        tag = _tag(answer.version, form.hexdigest())
        said |= (_kept(tag, answer.version) if tag is not None else {}) | dict(answer.head.headers)
        if request.method == "HEAD":
            await self._in_thread(answer.close)
            return Response(headers=said, media_type=answer.head.media)
        left = self.seconds + _SENDING - (time.monotonic() - begun)
        return _Streamed(answer, left, self._limiter(), answer.head.status, said, answer.head.media)

    async def _begun(self, request: HttpRequest, task: Task) -> Answer:
        self.service.look()
        client = request.client.host if request.client else ""
        wanted = Cancellation()
        watching = asyncio.create_task(_until_gone(request, wanted))
        try:
            answer: Answer = await self._in_thread(partial(self.service.run, task, client, wanted))
            return answer
        finally:
            watching.cancel()

    async def _in_thread(self, work: Any) -> Any:
        return await anyio.to_thread.run_sync(work, limiter=self._limiter())

    def _limiter(self) -> CapacityLimiter:
        """The threads that wait for workers, apart from those that do other work; one for each event loop."""
        loop = id(asyncio.get_running_loop())
        if loop not in self._limiters:
            self._limiters.clear()
            self._limiters[loop] = CapacityLimiter(_THREADS)
        return self._limiters[loop]

    async def refusal(self, request: HttpRequest, error: Exception) -> Response:
        """What went wrong, as a page for browsers, and as data for programs."""
        if isinstance(error, MovedError):
            form = request.url.path.split("/")[1]  # its page, or its data
            return RedirectResponse(f"{self.at(request)}/{form}/{quote(error.path)}", 301)
        told = problem(error)
        if told["status"] == 500:
            LOG.error("%s", error if isinstance(error, FailedError) else "".join(format_exception(error)))
        said = {"Retry-After": "1"} if told["status"] == 503 else {}
        if self.problem_page is None or not wants_page(request):
            return JSONResponse(told, told["status"], said, "application/problem+json")
        version = self.service.version
        text = self.problem_page(self.at(request), version, told["status"], told["title"], told.get("remedy"))
        return HTMLResponse(text, told["status"], {**said, **headers()})


async def _until_gone(request: HttpRequest, wanted: Cancellation) -> None:
    """Cancel what is *wanted* when the client goes; what it may still send is passed over."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    wanted.cancel()


class _Streamed(StreamingResponse):
    """Pieces of an *answer*, sent within so many *seconds*; whatever becomes of the client, the answer is closed."""

    def __init__(
        self, answer: Answer, seconds: float, limiter: CapacityLimiter, status: int, said: dict[str, str], kind: str
    ) -> None:
        self.answer, self.seconds, self.limiter = answer, seconds, limiter
        super().__init__(self._pieces(), status, said, kind)

    async def _pieces(self) -> AsyncIterator[bytes]:
        while True:
            piece = await anyio.to_thread.run_sync(next, self.answer, b"", limiter=self.limiter, abandon_on_cancel=True)
            if not piece:
                return
            yield piece

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces; raise `TooSlowError` where that takes too long, so that the connection is cut."""
        try:
            async with asyncio.timeout(max(0.1, self.seconds)):
                await super().__call__(scope, receive, send)
        except TimeoutError:
            raise TooSlowError from None
        finally:
            self.answer.stop()  # a thread that waits for its next piece is told by that
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self.answer.close, limiter=self.limiter)


def forms_of(query: Query) -> tuple[str | None, str | None, str | None]:
    """The media types that a query may be answered in."""
    return query.rows, query.truth, query.graphs


def _tag(version: str | None, form: str) -> str | None:
    return None if version is None else f'W/"{version[:16]}-{form[:8]}"'


def _kept(tag: str, version: str | None) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "public, no-cache", "X-Snapshot": version or ""}


def wants_page(request: HttpRequest) -> bool:
    """Whether a page is wanted, as browsers do: HTML before what programs read."""
    if request.query_params.get("format") in questions.FORMATS:
        return False
    accept = request.headers.get("accept") or "application/json"
    return negotiation.choose(accept, [*questions.FORMATS.values(), "text/html"]) == "text/html"


async def body_of(request: HttpRequest) -> bytes:
    """The body of a request; raises `RequestError` 413 where it is too large, 408 where it does not come in time."""
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST:
                    raise RequestError(413, f"the request has more than {LARGEST} bytes", "ask for less at once")
    except TimeoutError:
        raise RequestError(
            408, f"the request was not sent within {_BODY_SECONDS:.0f} seconds", "send it anew"
        ) from None
    return bytes(body)


async def read(request: HttpRequest) -> protocol.Request:
    """A request of the SPARQL Protocol, whole; raises what `body_of` raises."""
    body = await body_of(request)
    said = {name.lower(): value for name, value in request.headers.items()}
    base = str(request.url.replace(query="", fragment=""))
    return protocol.Request(request.method, request.url.query, said, body, base)


async def task_of(request: HttpRequest, allowed: frozenset[str], accept: str | None = None) -> Query:
    """The query that a request of the SPARQL Protocol asks; read in a thread, as it may be large.

    What is not answered by an engine's forms *accept*s them all.
    """
    asked = await read(request)
    if accept is not None:
        asked = replace(asked, headers={**asked.headers, "accept": accept})
    return await run_in_threadpool(protocol.task, asked, allowed)
