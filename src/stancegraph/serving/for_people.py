"""Addresses for people: pages, what they are enriched with, and pictures."""

from __future__ import annotations

import json
import re

import yaml
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from stancegraph.assets import asset
from stancegraph.engine import Rows
from stancegraph.errors import CallError
from stancegraph.pictures import View, guess
from stancegraph.serving import protocol
from stancegraph.serving.pages import answers, overview, thing, workbench
from stancegraph.serving.pages.frame import Frame, part
from stancegraph.serving.protocol import RequestError
from stancegraph.serving.site import Site, read, wants_page

_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "json": "application/json"}
_DAY = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
_HOUR = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}


def routes(site: Site) -> list[Route]:
    """The addresses of pages."""

    async def home(request: HttpRequest) -> Response:
        return await site.page(request, overview.home)

    async def licences(request: HttpRequest) -> Response:
        return await site.page(request, overview.licences)

    async def search(request: HttpRequest) -> Response:
        words = request.query_params.get("words", "")
        if wants_page(request):
            return await site.page(request, lambda frame: overview.search(frame, words))
        frame = Frame(site.workspace, site.service, site.at(request))
        return JSONResponse(await run_in_threadpool(overview.found, frame, words), headers={"Vary": "Accept"})

    async def page(request: HttpRequest) -> Response:
        return await site.page(request, lambda frame: thing.page(frame, request.path_params["path"]))

    async def bench(request: HttpRequest) -> Response:
        name, text = request.query_params.get("question"), None
        if request.method == "POST":
            text = protocol.task(await read(request), site.allowed).text
        # the editor, CodeMirror within YASGUI, writes style elements and attributes; scripts stay our own
        return await site.page(
            request,
            lambda frame: workbench.page(frame, name, text),
            style_src="'unsafe-inline'",
            font_src="data:",
        )

    async def terms(request: HttpRequest) -> Response:
        frame = Frame(site.workspace, site.service, site.at(request))
        return JSONResponse(await run_in_threadpool(workbench.terms, frame))

    async def picture(request: HttpRequest) -> Response:
        """Any query's answer as a picture: the one that its header names, or that its columns suggest."""
        text = protocol.task(await read(request), site.allowed).text
        frame = Frame(site.workspace, site.service, site.at(request))
        drawn = await run_in_threadpool(_drawn, frame, text)
        return Response(drawn, media_type="image/svg+xml")

    async def static(request: HttpRequest) -> Response:
        name = request.path_params["name"]
        text = part(name)
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


_VIEW = re.compile(r"^#\+\s*view:(.*)$", re.MULTILINE)


def _drawn(frame: Frame, text: str) -> bytes:
    answer = frame.engine.query(text)
    if not isinstance(answer, Rows):
        raise CallError("only rows make a picture", remedy="ask with SELECT")
    named = _VIEW.search(text)
    try:
        view = View.of(yaml.safe_load(named[1])) if named else guess(answer)
    except (ValueError, AttributeError, yaml.YAMLError) as error:
        raise CallError(str(error), remedy="correct the line `#+ view:`, or leave it out") from None
    if view is None:
        raise CallError("there is nothing to draw", remedy="name a view: #+ view: {type: chart, category: NAME}")
    return answers.drawn_as(frame, answer, view, json.dumps(dict(view.roles)), "svg")
