"""Routes of the Reconciliation API: candidates, suggestions, previews, and extensions of clients' tables."""

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
    """Return the routes of the Reconciliation API."""

    async def entry(request: HttpRequest) -> Response:
        parameters = await run_in_threadpool(_parse_parameters, await read_request(request))
        if "queries" in parameters:
            return await site.data(request, "candidates", {"queries": parameters["queries"]})
        if "extend" in parameters:
            return await site.data(request, "extension", {"extend": parameters["extend"]})
        return await site.data(request, "reconciliation_manifest", {})

    async def suggest(request: HttpRequest) -> Response:
        prefix, cursor = request.query_params.get("prefix", ""), _parse_whole_number(request, "cursor") or 0
        return await site.data(
            request, "suggestions", {"kind": _parse_kind(request), "prefix": prefix, "cursor": cursor}
        )

    async def flyout(request: HttpRequest) -> Response:
        arguments = {"kind": _parse_kind(request), "name": request.query_params.get("id", "")}
        return await site.data(request, "flyout", arguments)

    async def preview(request: HttpRequest) -> Response:
        html, _ = await site.make(request, "preview", {"name": request.query_params.get("id", "")})
        policy = {"Content-Security-Policy": "default-src 'none'"}  # clients may show it in a frame of their pages
        return HTMLResponse(html, headers={**headers(), **policy})

    async def propose(request: HttpRequest) -> Response:
        arguments = {"kind": request.query_params.get("type", ""), "limit": _parse_whole_number(request, "limit")}
        return await site.data(request, "property_proposals", arguments)

    return [
        Route("/reconcile", entry, methods=["GET", "POST"]),
        Route("/reconcile/suggest/{kind}", suggest),
        Route("/reconcile/flyout/{kind}", flyout),
        Route("/reconcile/preview", preview),
        Route("/reconcile/extend/propose", propose),
    ]


def _parse_parameters(request: Request) -> dict[str, str]:
    """Return the parameters in the address of a request, or in the form that it sends."""
    try:
        text = request.body.decode("utf-8") if request.method == "POST" else request.query_string
    except UnicodeDecodeError as error:
        raise RequestError(400, f"not form-encoded: {error}", "percent-encode each name and value, in UTF-8") from None
    return {name: values[0] for name, values in parse_form(text).items()}


def _parse_kind(request: HttpRequest) -> str:
    kind: str = request.path_params["kind"]
    if kind not in _KINDS:
        raise RequestError(
            404, f"there are no suggestions of the kind {kind[:100]!r}", f"use one of {', '.join(_KINDS)}"
        )
    return kind


def _parse_whole_number(request: HttpRequest, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is None or text == "":
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise RequestError(400, f"{name}: {text[:100]!r} is not a whole number", "give one such as 10")
    return int(text)
