"""Addresses for those who code articles in a browser: only from this machine, or with a token."""

from __future__ import annotations

import json
from functools import partial
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from stancegraph.coding.blocks import ConflictError
from stancegraph.errors import StancegraphError, UsageError
from stancegraph.web.access import Token, is_loopback, name_of
from stancegraph.web.editing import EditingService
from stancegraph.web.failures import RequestError
from stancegraph.web.pages.rendering import rendered
from stancegraph.web.protocol import parsed
from stancegraph.web.security_headers import headers
from stancegraph.web.site import Site, body_of

_COOKIE = "stancegraph-session"
_FRESH = {"Cache-Control": "no-store"}


def routes(site: Site, desk: EditingService, token: Token | None) -> list[Route]:
    """The addresses of editing, which ask each request who it is."""

    def from_here(request: HttpRequest) -> None:
        """Raise `RequestError` 403 for pages of other sites, and for other machines where there is no token."""
        if token is None and not _is_here(request):
            raise RequestError(
                403, "editing is for this machine", "start the server with --token-file to edit from elsewhere"
            )
        origin = request.headers.get("origin")
        if origin is not None and origin not in _origins(site, request):
            raise RequestError(403, "another site's page may not edit", "use the pages of this server")

    def known(request: HttpRequest) -> bool:
        if token is None:
            return True
        kind, _, word = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and token.is_word(word.encode("latin-1")):
            return True
        return token.is_session(request.cookies.get(_COOKIE, ""))

    def let_in(request: HttpRequest) -> None:
        """Raise `RequestError` 403 for whoever may not edit."""
        from_here(request)
        if not known(request):
            raise RequestError(403, "editing needs the token", "enter it at /edit, or send it as a Bearer token")

    async def listed(request: HttpRequest) -> Response:
        from_here(request)
        if not known(request):
            return door(request, 200, None)
        return await site.page(request, "edit_list", {"slugs": await run_in_threadpool(desk.slugs)})

    def door(request: HttpRequest, status: int, problem: str | None) -> Response:
        shared = {"root": site.at(request), "version": site.service.version, "words": "", "enriched": False}
        return HTMLResponse(rendered("enter.html", **shared, problem=problem), status, {**headers(), **_FRESH})

    async def enter(request: HttpRequest) -> Response:
        from_here(request)
        if token is None:
            return RedirectResponse(f"{site.at(request)}/edit", 303)
        form = parsed((await body_of(request)).decode("utf-8", "replace"))
        if not token.is_word((form.get("token") or [""])[0].encode("utf-8")):
            return door(request, 403, "That is not the token.")
        entered = RedirectResponse(f"{site.at(request)}/edit", 303, _FRESH)
        secure = urlsplit(site.at(request)).scheme == "https"
        entered.set_cookie(_COOKIE, token.enter(), httponly=True, samesite="strict", secure=secure, path="/edit")
        return entered

    async def page(request: HttpRequest) -> Response:
        let_in(request)
        slug = request.path_params["slug"]
        if slug not in await run_in_threadpool(desk.slugs):
            raise UsageError(
                f"no article {slug[:100]!r} has a coding sheet", remedy="begin one with `stancegraph article new`"
            )
        return await site.page(request, "edit_page", {"slug": slug})

    async def told(request: HttpRequest, method: str, *further: str) -> Response:
        let_in(request)
        work = partial(desk.call, method, request.path_params["slug"], *further)
        try:
            return JSONResponse(await run_in_threadpool(work), headers=_FRESH)
        except ConflictError as error:
            return JSONResponse({"title": error.message, "remedy": error.remedy, "there": error.current_blocks}, 409)
        except StancegraphError as error:
            return JSONResponse({"title": str(error).splitlines()[0], "remedy": error.remedy}, 422)

    async def state(request: HttpRequest) -> Response:
        return await told(request, "state")

    async def names(request: HttpRequest) -> Response:
        return await told(request, "names")

    async def elsewhere(request: HttpRequest) -> Response:
        return await told(request, "elsewhere")

    async def check(request: HttpRequest) -> Response:
        let_in(request)
        return await told(request, "check", *await _change(request))

    async def save(request: HttpRequest) -> Response:
        let_in(request)
        return await told(request, "save", *await _change(request))

    async def publish(request: HttpRequest) -> Response:
        return await told(request, "publish")

    here = "/edit/{slug}"
    return [
        Route("/edit", listed),
        Route("/edit", enter, methods=["POST"]),
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
    name = name_of(request.headers.get("host", "")) or ""
    return is_loopback(request.client.host if request.client else "") and is_loopback(name)


def _origins(site: Site, request: HttpRequest) -> set[str]:
    """The origins of this server's own pages, as browsers write them."""
    address = urlsplit(site.at(request))
    return {f"{address.scheme}://{address.netloc}", f"{request.url.scheme}://{request.headers.get('host', '')}"}


async def _change(request: HttpRequest) -> tuple[str, str, str]:
    """The passage, what stood there, and what is to stand there; raises `RequestError` for anything else."""
    body = await body_of(request)
    try:
        sent = await run_in_threadpool(json.loads, body)
        passage, old, new = sent["passage"], sent["old"], sent["new"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RequestError(400, "the request is not of the form of an edit", "load the page again") from None
    if not all(isinstance(one, str) for one in (passage, old, new)):
        raise RequestError(400, "the request is not of the form of an edit", "load the page again")
    return passage, old, new
