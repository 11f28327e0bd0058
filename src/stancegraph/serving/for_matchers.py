"""Addresses of the Reconciliation API: candidates, suggestions, previews and extensions for the tables of others."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from stancegraph.serving.pages.frame import Frame, headers
from stancegraph.serving.protocol import RequestError
from stancegraph.serving.reconciling import service as reconciling
from stancegraph.serving.site import Site, read

_KINDS = ("entity", "property", "type")


def routes(site: Site) -> list[Route]:
    """The addresses of the service."""

    async def answered(request: HttpRequest, make: Callable[[Frame], Any]) -> Any:
        def made() -> Any:
            """In a thread of its own, from one version of the data."""
            with site.service.pinned() as one:
                return make(Frame(site.workspace, one, site.at(request)))

        site.service.look()
        return await run_in_threadpool(made)

    async def entry(request: HttpRequest) -> Response:
        given = await _parameters(request)
        if "queries" in given:
            return JSONResponse(
                await answered(request, lambda frame: reconciling.reconciled(frame.engine, given["queries"]))
            )
        if "extend" in given:
            return JSONResponse(
                await answered(request, lambda frame: reconciling.extended(frame.engine, given["extend"]))
            )
        return JSONResponse(reconciling.manifest(site.at(request)))

    async def suggest(request: HttpRequest) -> Response:
        kind = _kind(request)
        prefix, cursor = request.query_params.get("prefix", ""), _whole(request, "cursor") or 0
        return JSONResponse(await answered(request, lambda frame: reconciling.suggested(frame, kind, prefix, cursor)))

    async def flyout(request: HttpRequest) -> Response:
        kind, name = _kind(request), request.query_params.get("id", "")
        if kind != "entity":
            listed = await answered(request, lambda frame: reconciling.suggested(frame, kind, name, 0))
            words = next((one["name"] for one in listed["result"] if one["id"] == name), name)
            return JSONResponse({"id": name, "html": f"<p>{escape(words)}</p>"})
        html = await answered(request, lambda frame: reconciling.preview(frame.engine, name))
        return JSONResponse({"id": name, "html": html})

    async def preview(request: HttpRequest) -> Response:
        name = request.query_params.get("id", "")
        html = await answered(request, lambda frame: reconciling.preview(frame.engine, name))
        said = headers()
        said["Content-Security-Policy"] = "default-src 'none'"  # others show it in a frame of their page
        return HTMLResponse(
            f"<!DOCTYPE html><html lang='en'><title>Preview</title><body>{html}</body></html>", headers=said
        )

    async def propose(request: HttpRequest) -> Response:
        kind, limit = request.query_params.get("type", ""), _whole(request, "limit")
        return JSONResponse(await answered(request, lambda frame: reconciling.proposed(frame.engine, kind, limit)))

    return [
        Route("/reconcile", entry, methods=["GET", "POST"]),
        Route("/reconcile/suggest/{kind}", suggest),
        Route("/reconcile/flyout/{kind}", flyout),
        Route("/reconcile/preview", preview),
        Route("/reconcile/extend/propose", propose),
    ]


async def _parameters(request: HttpRequest) -> dict[str, str]:
    """The parameters of the address, or of a form that is sent."""
    asked = await read(request)
    try:
        text = asked.body.decode("utf-8") if request.method == "POST" else asked.query
        return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True, errors="strict").items()}
    except ValueError as error:
        raise RequestError(400, f"not form-encoded: {error}", "encode each name and value, in UTF-8") from None


def _kind(request: HttpRequest) -> str:
    kind: str = request.path_params["kind"]
    if kind not in _KINDS:
        raise RequestError(404, f"nothing is suggested of the kind {kind!r}", f"one of {', '.join(_KINDS)}")
    return kind


def _whole(request: HttpRequest, name: str) -> int | None:
    words = request.query_params.get(name)
    if words is None or words == "":
        return None
    if not words.isascii() or not words.isdigit() or len(words) > 6:
        raise RequestError(400, f"{name}: {words!r} is not a whole number", "give one such as 10")
    return int(words)
