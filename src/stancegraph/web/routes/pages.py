"""Routes for people: pages, the files that they load, and pictures."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from stancegraph.assets import asset
from stancegraph.web.failures import RequestError
from stancegraph.web.pages.rendering import read_static_file
from stancegraph.web.site import Site, read_query, wants_page

_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "json": "application/json"}
_DAY = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
_HOUR = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}


def routes(site: Site) -> list[Route]:
    """Return the routes for people."""

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

    async def workbench(request: HttpRequest) -> Response:
        question, text = request.query_params.get("question"), None
        if request.method == "POST":
            text = (await read_query(request, site.allowed_endpoints, "*/*")).text
        # YASGUI's editor, CodeMirror, writes style elements and attributes; scripts still come from this server only
        arguments = {"question": question, "text": text}
        return await site.page(request, "workbench", arguments, style_src="'unsafe-inline'", font_src="data:")

    async def terms(request: HttpRequest) -> Response:
        return await site.data(request, "workbench_terms", {})

    async def picture(request: HttpRequest) -> Response:
        """Draw the answer to any query, as its header says or as its columns suggest."""
        return await site.data(
            request, "picture", {"text": (await read_query(request, site.allowed_endpoints, "*/*")).text}
        )

    async def static_file(request: HttpRequest) -> Response:
        name = request.path_params["name"]
        text = await run_in_threadpool(read_static_file, name)
        if text is None:
            raise RequestError(404, "there is no such file")
        return Response(text, media_type=_MEDIA_TYPES[name.rsplit(".", 1)[-1]], headers=_HOUR)

    async def third_party_file(request: HttpRequest) -> Response:
        path = asset(request.path_params["name"])
        media_type = _MEDIA_TYPES.get(path.suffix[1:]) if path is not None else None
        if path is None or media_type is None:  # licences and vocabularies are fetched, and not for browsers
            raise RequestError(404, "there is no such file for browsers, or it was not fetched by the build")
        return FileResponse(path, media_type=media_type, headers=_DAY)

    return [
        Route("/", home),
        Route("/search", search),
        Route("/page/{path:path}", page),
        Route("/workbench", workbench, methods=["GET", "POST"]),
        Route("/workbench/terms.json", terms),
        Route("/picture", picture, methods=["GET", "POST"]),
        Route("/licences", licences),
        Route("/static/{name}", static_file),
        Route("/assets/{name:path}", third_party_file),
    ]
