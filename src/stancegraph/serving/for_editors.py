"""Addresses for those who code articles in a browser: only from this machine, or with a token."""

from __future__ import annotations

import ipaddress
import json
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from stancegraph.coding.editing import ConflictError
from stancegraph.errors import StancegraphError
from stancegraph.serving.editing import Desk
from stancegraph.serving.pages import edit
from stancegraph.serving.protocol import RequestError
from stancegraph.serving.site import Site

_COOKIE = "stancegraph-token"
_LARGEST = 1 << 20  # bytes of what is sent


def routes(site: Site, desk: Desk, token: str | None) -> list[Route]:
    """The addresses of editing, which ask each request who it is."""

    def let_in(request: HttpRequest) -> None:
        """Raise `RequestError` 403 for whoever may not edit: other machines, and other sites' pages in a browser."""
        if token is not None:
            given = request.cookies.get(_COOKIE) or request.headers.get("authorization", "").removeprefix("Bearer ")
            if not secrets.compare_digest(given.encode("utf-8"), token.encode("utf-8")):
                raise RequestError(403, "editing needs the token", "open the address that the server printed")
        elif not _is_here(request):
            raise RequestError(
                403, "editing is for this machine", "start the server with --token to edit from elsewhere"
            )
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            raise RequestError(403, "another site's page may not edit", "use the pages of this server")

    async def listed(request: HttpRequest) -> Response:
        if token is not None and secrets.compare_digest(request.query_params.get("token", ""), token):
            entered = RedirectResponse(f"{site.at(request)}/edit", 303)
            entered.set_cookie(_COOKIE, token, httponly=True, samesite="strict")
            return entered
        let_in(request)
        return await site.page(request, lambda frame: edit.overview(frame, desk.slugs()))

    async def page(request: HttpRequest) -> Response:
        let_in(request)
        slug = request.path_params["slug"]
        desk.article(slug)
        return await site.page(request, lambda frame: edit.page(frame, slug))

    async def told(request: HttpRequest, make: Callable[[], Any]) -> Response:
        let_in(request)
        try:
            return JSONResponse(await run_in_threadpool(make), headers={"Cache-Control": "no-store"})
        except ConflictError as error:
            return JSONResponse({"title": error.message, "remedy": error.remedy, "there": error.there}, 409)
        except StancegraphError as error:
            return JSONResponse({"title": str(error).splitlines()[0], "remedy": error.remedy}, 422)

    async def state(request: HttpRequest) -> Response:
        return await told(request, lambda: desk.state(request.path_params["slug"]))

    async def names(request: HttpRequest) -> Response:
        return await told(request, lambda: desk.names(request.path_params["slug"]))

    async def elsewhere(request: HttpRequest) -> Response:
        return await told(request, lambda: desk.elsewhere(request.path_params["slug"]))

    async def check(request: HttpRequest) -> Response:
        let_in(request)
        change = await _change(request)
        return await told(request, lambda: desk.check(request.path_params["slug"], *change))

    async def save(request: HttpRequest) -> Response:
        let_in(request)
        change = await _change(request)
        return await told(request, lambda: desk.save(request.path_params["slug"], *change))

    async def publish(request: HttpRequest) -> Response:
        return await told(request, lambda: desk.publish(request.path_params["slug"]))

    here = "/edit/{slug}"
    return [
        Route("/edit", listed),
        Route(here, page),
        Route(f"{here}/state.json", state),
        Route(f"{here}/names.json", names),
        Route(f"{here}/elsewhere.json", elsewhere),
        Route(f"{here}/check", check, methods=["POST"]),
        Route(f"{here}/save", save, methods=["POST"]),
        Route(f"{here}/publish", publish, methods=["POST"]),
    ]


def _is_here(request: HttpRequest) -> bool:
    """Whether a request comes from this machine and was meant for it: a name that leads here may be somebody else's."""
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return _is_loopback(request.client.host if request.client else "") and (name == "localhost" or _is_loopback(name))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def _change(request: HttpRequest) -> tuple[str, str, str]:
    """The passage, what stood there, and what is to stand there; raises `RequestError` for anything else."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST:
            raise RequestError(413, f"the request has more than {_LARGEST} bytes")
    try:
        sent = json.loads(body)
        passage, old, new = sent["passage"], sent["old"], sent["new"]
    except (ValueError, KeyError, TypeError):
        raise RequestError(400, "the request is not of the form of an edit", "load the page again") from None
    if not all(isinstance(one, str) for one in (passage, old, new)):
        raise RequestError(400, "the request is not of the form of an edit", "load the page again")
    return passage, old, new
