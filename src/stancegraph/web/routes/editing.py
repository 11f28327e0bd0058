"""Routes for those who code articles in a browser: only from this machine, or with a token."""

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
from stancegraph.web.access import Token, is_loopback, parse_host
from stancegraph.web.editing import EditingService
from stancegraph.web.failures import RequestError
from stancegraph.web.pages.rendering import render_standalone_page
from stancegraph.web.protocol import parse_form
from stancegraph.web.security_headers import headers
from stancegraph.web.site import Site, read_body

_COOKIE = "stancegraph-session"
_NOT_STORED = {"Cache-Control": "no-store"}


def routes(site: Site, editing: EditingService, token: Token | None) -> list[Route]:
    """Return the routes for editing.

    Args:
        site: The site that they are part of.
        editing: The service that reads and changes coding sheets.
        token: What a client has to know; None if editing is for this machine only.
    """

    def check_origin(request: HttpRequest) -> None:
        """Raise `RequestError` 403 for pages of other sites, and for other machines where there is no token."""
        if token is None and not _is_from_this_machine(request):
            raise RequestError(
                403,
                "editing is possible from this machine only",
                "start the server with --token-file to edit from elsewhere",
            )
        origin = request.headers.get("origin")
        if origin is not None and origin not in _origins(site, request):
            raise RequestError(403, "a page of another site may not edit", "use the pages of this server")

    def is_signed_in(request: HttpRequest) -> bool:
        if token is None:
            return True
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token.matches(credentials.encode("latin-1")):
            return True
        return token.has_session(request.cookies.get(_COOKIE, ""))

    def check_access(request: HttpRequest) -> None:
        """Raise `RequestError` 403 where the client may not edit."""
        check_origin(request)
        if not is_signed_in(request):
            raise RequestError(403, "editing needs the token", "sign in at /edit, or send the token as a Bearer token")

    async def article_list(request: HttpRequest) -> Response:
        check_origin(request)
        if not is_signed_in(request):
            return sign_in_page(request, 200, None)
        return await site.page(request, "edit_list", {"slugs": await run_in_threadpool(editing.slugs)})

    def sign_in_page(request: HttpRequest, status: int, problem: str | None) -> Response:
        html = render_standalone_page("sign-in.html", site.root(request), site.service.version, problem=problem)
        return HTMLResponse(html, status, {**headers(), **_NOT_STORED})

    async def sign_in(request: HttpRequest) -> Response:
        check_origin(request)
        if token is None:
            return RedirectResponse(f"{site.root(request)}/edit", 303)
        form = parse_form((await read_body(request)).decode("utf-8", "replace"))
        if not token.matches((form.get("token") or [""])[0].encode("utf-8")):
            return sign_in_page(request, 403, "This is not the token.")
        response = RedirectResponse(f"{site.root(request)}/edit", 303, _NOT_STORED)
        secure = urlsplit(site.root(request)).scheme == "https"
        response.set_cookie(
            _COOKIE, token.start_session(), httponly=True, samesite="strict", secure=secure, path="/edit"
        )
        return response

    async def page(request: HttpRequest) -> Response:
        check_access(request)
        slug = request.path_params["slug"]
        if slug not in await run_in_threadpool(editing.slugs):
            raise UsageError(
                f"no article {slug[:100]!r} has a coding sheet", remedy="start one with `stancegraph article new`"
            )
        return await site.page(request, "edit_page", {"slug": slug})

    async def call_editing(request: HttpRequest, method: str, *arguments: str) -> Response:
        check_access(request)
        work = partial(editing.call, method, request.path_params["slug"], *arguments)
        try:
            return JSONResponse(await run_in_threadpool(work), headers=_NOT_STORED)
        except ConflictError as error:
            return JSONResponse({"title": error.message, "remedy": error.remedy, "current": error.current_blocks}, 409)
        except StancegraphError as error:
            return JSONResponse({"title": str(error).splitlines()[0], "remedy": error.remedy}, 422)

    async def state(request: HttpRequest) -> Response:
        return await call_editing(request, "state")

    async def names(request: HttpRequest) -> Response:
        return await call_editing(request, "names")

    async def duplicates(request: HttpRequest) -> Response:
        return await call_editing(request, "find_duplicates")

    async def check(request: HttpRequest) -> Response:
        check_access(request)
        return await call_editing(request, "check", *await _read_change(request))

    async def save(request: HttpRequest) -> Response:
        check_access(request)
        return await call_editing(request, "save", *await _read_change(request))

    async def publish(request: HttpRequest) -> Response:
        return await call_editing(request, "publish")

    base = "/edit/{slug}"
    return [
        Route("/edit", article_list),
        Route("/edit", sign_in, methods=["POST"]),
        Route(base, page),
        Route(f"{base}/state.json", state),
        Route(f"{base}/names.json", names),
        Route(f"{base}/duplicates.json", duplicates),
        Route(f"{base}/check", check, methods=["POST"]),
        Route(f"{base}/save", save, methods=["POST"]),
        Route(f"{base}/publish", publish, methods=["POST"]),
    ]


def _is_from_this_machine(request: HttpRequest) -> bool:
    """Return whether a request comes from this machine and names it as its host.

    Without the name, a page of another site could edit by a name of its own that resolves to this machine.
    """
    name = parse_host(request.headers.get("host", "")) or ""
    return is_loopback(request.client.host if request.client else "") and is_loopback(name)


def _origins(site: Site, request: HttpRequest) -> set[str]:
    """Return the origins of this server's own pages, as browsers write them."""
    address = urlsplit(site.root(request))
    return {f"{address.scheme}://{address.netloc}", f"{request.url.scheme}://{request.headers.get('host', '')}"}


async def _read_change(request: HttpRequest) -> tuple[str, str, str]:
    """Return the passage that a request changes, the block before the change, and the block after it.

    Raises `RequestError` 400 where the request has another form.
    """
    body = await read_body(request)
    try:
        change = await run_in_threadpool(json.loads, body)
        passage, old, new = change["passage"], change["old"], change["new"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RequestError(400, "the request does not have the form of an edit", "reload the page") from None
    if not all(isinstance(part, str) for part in (passage, old, new)):
        raise RequestError(400, "the request does not have the form of an edit", "reload the page")
    return passage, old, new
