"""Addresses for people: pages, what they are enriched with, and pictures."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from stancegraph.assets import asset
from stancegraph.web.failures import RequestError
from stancegraph.web.pages.rendering import part
from stancegraph.web.site import Site, read_query, wants_page

_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "json": "application/json"}
_DAY = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
_HOUR = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}


def routes(site: Site) -> list[Route]:
    """The addresses of pages."""

    async def home(request: HttpRequest) -> Response:
        return await site.page(request, "home", {})

    async def licences(request: HttpRequest) -> Response:
        return await site.page(request, "licences", {})

    async def search(request: HttpRequest) -> Response:
        words = request.query_params.get("words", "")
        if wants_page(request):
            return await site.page(request, "search", {"text": words, "as_page": True})
        return await site.data(request, "search", {"text": words, "as_page": False})

    async def page(request: HttpRequest) -> Response:
        return await site.page(request, "thing_page", {"path": request.path_params["path"]})

    async def bench(request: HttpRequest) -> Response:
        name, text = request.query_params.get("question"), None
        if request.method == "POST":
            text = (await read_query(request, site.allowed_endpoints, "*/*")).text
        # the editor, CodeMirror within YASGUI, writes style elements and attributes; scripts stay our own
        given = {"question": name, "text": text}
        return await site.page(request, "workbench", given, style_src="'unsafe-inline'", font_src="data:")

    async def terms(request: HttpRequest) -> Response:
        return await site.data(request, "workbench_terms", {})

    async def picture(request: HttpRequest) -> Response:
        """Any query's answer as a picture: the one that its header names, or that its columns suggest."""
        return await site.data(
            request, "picture", {"text": (await read_query(request, site.allowed_endpoints, "*/*")).text}
        )

    async def static(request: HttpRequest) -> Response:
        name = request.path_params["name"]
        text = await run_in_threadpool(part, name)
        if text is None:
            raise RequestError(404, "there is no such part of the pages")
        return Response(text, media_type=_KINDS[name.rsplit(".", 1)[-1]], headers=_HOUR)

    async def fetched(request: HttpRequest) -> Response:
        path = asset(request.path_params["name"])
        if path is None:
            raise RequestError(404, "this part of the pages was not fetched when the program was built")
        return FileResponse(path, media_type=_KINDS[path.suffix[1:]], headers=_DAY)

    return [
        Route("/", home),
        Route("/search", search),
        Route("/page/{path:path}", page),
        Route("/workbench", bench, methods=["GET", "POST"]),
        Route("/workbench/terms.json", terms),
        Route("/picture", picture, methods=["GET", "POST"]),
        Route("/licences", licences),
        Route("/static/{name}", static),
        Route("/assets/{name:path}", fetched),
    ]
