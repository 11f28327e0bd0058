"""Addresses of the Reconciliation API: candidates, suggestions, previews and extensions for the tables of others."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from stancegraph.web.failures import RequestError
from stancegraph.web.protocol import Request, parse_form
from stancegraph.web.security_headers import headers
from stancegraph.web.site import Site, read_request

_KINDS = ("entity", "property", "type")


def routes(site: Site) -> list[Route]:
    """The addresses of the service."""

    async def entry(request: HttpRequest) -> Response:
        given = await run_in_threadpool(_parameters, await read_request(request))
        if "queries" in given:
            return await site.data(request, "candidates", {"queries": given["queries"]})
        if "extend" in given:
            return await site.data(request, "extension", {"extend": given["extend"]})
        return await site.data(request, "reconciliation_manifest", {})

    async def suggest(request: HttpRequest) -> Response:
        given = {"kind": _kind(request), "prefix": request.query_params.get("prefix", "")}
        return await site.data(request, "suggestions", {**given, "cursor": _whole(request, "cursor") or 0})

    async def flyout(request: HttpRequest) -> Response:
        given = {"kind": _kind(request), "name": request.query_params.get("id", "")}
        return await site.data(request, "flyout", given)

    async def preview(request: HttpRequest) -> Response:
        html, _ = await site.make(request, "preview", {"name": request.query_params.get("id", "")})
        said = headers()
        said["Content-Security-Policy"] = "default-src 'none'"  # others show it in a frame of their page
        return HTMLResponse(html, headers=said)

    async def propose(request: HttpRequest) -> Response:
        given = {"kind": request.query_params.get("type", ""), "limit": _whole(request, "limit")}
        return await site.data(request, "property_proposals", given)

    return [
        Route("/reconcile", entry, methods=["GET", "POST"]),
        Route("/reconcile/suggest/{kind}", suggest),
        Route("/reconcile/flyout/{kind}", flyout),
        Route("/reconcile/preview", preview),
        Route("/reconcile/extend/propose", propose),
    ]


def _parameters(asked: Request) -> dict[str, str]:
    """The parameters of the address, or of a form that is sent."""
    try:
        text = asked.body.decode("utf-8") if asked.method == "POST" else asked.query_string
    except UnicodeDecodeError as error:
        raise RequestError(400, f"not form-encoded: {error}", "encode each name and value, in UTF-8") from None
    return {name: values[0] for name, values in parse_form(text).items()}


def _kind(request: HttpRequest) -> str:
    kind: str = request.path_params["kind"]
    if kind not in _KINDS:
        raise RequestError(404, f"nothing is suggested of the kind {kind[:100]!r}", f"one of {', '.join(_KINDS)}")
    return kind


def _whole(request: HttpRequest, name: str) -> int | None:
    words = request.query_params.get(name)
    if words is None or words == "":
        return None
    if not words.isascii() or not words.isdigit() or len(words) > 6:
        raise RequestError(400, f"{name}: {words[:100]!r} is not a whole number", "give one such as 10")
    return int(words)
