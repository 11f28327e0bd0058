"""Addresses for programs: the endpoint, graphs, stored questions, IRIs that resolve, and descriptions of it all."""

from __future__ import annotations

from urllib.parse import quote

from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stancegraph import __version__, stored_query
from stancegraph.engine import Rows
from stancegraph.ontology import releases
from stancegraph.serving import description, media, protocol, questions
from stancegraph.serving import openapi as openapis
from stancegraph.serving.asking import ServedEngine
from stancegraph.serving.moved import absent
from stancegraph.serving.observing import Metrics
from stancegraph.serving.pages import overview
from stancegraph.serving.pages import question as question_page
from stancegraph.serving.pages.frame import Frame
from stancegraph.serving.protocol import RequestError
from stancegraph.serving.service import Served
from stancegraph.serving.site import ROOT, Site, read, wants_page

_ALL = ["GET", "POST", "PUT", "DELETE", "PATCH"]  # those that write are refused with the reason


def routes(site: Site, metrics: Metrics) -> list[Route]:
    """The addresses for programs; *metrics* are what ``/metrics`` tells."""
    service, workspace = site.service, site.workspace

    async def sparql(request: HttpRequest) -> Response:
        if request.method in {"GET", "HEAD"} and not request.url.query:  # as the service description has it
            return await described(request)
        return await site.answer(request, protocol.task(await read(request), site.allowed))

    async def described(request: HttpRequest) -> Response:
        chosen = media.choose(request.headers.get("accept"), list(media.GRAPHS)) or next(iter(media.GRAPHS))
        sizes = await run_in_threadpool(_sizes, service)
        found = description.triples(site.at(request), service.version, sizes)
        return Response(
            description.in_format(found, media.GRAPHS[chosen]), media_type=chosen, headers={"Vary": "Accept"}
        )

    async def openapi(request: HttpRequest) -> Response:
        known = stored_query.load_all(workspace.query_files("ask"))
        return JSONResponse(openapis.description(known.values(), site.at(request)))

    async def thing(request: HttpRequest) -> Response:
        """An IRI of the graph names a thing, of which there are data elsewhere: 303, by the `TAG's finding
        <https://www.w3.org/2001/tag/doc/httpRange-14/2007-05-31/HttpRange-14>`_.
        """
        place = f"{site.at(request)}/{'page' if wants_page(request) else 'data'}{quote(request.url.path)}"
        return Response(status_code=303, headers={"Location": place, "Vary": "Accept"})

    async def named_graph(request: HttpRequest) -> Response:
        name = quote(ROOT + request.url.path.lstrip("/"), safe="")
        return Response(status_code=303, headers={"Location": f"{site.at(request)}/graphs?graph={name}"})

    async def data(request: HttpRequest) -> Response:
        there, wanted = protocol.thing_task(await read(request), ROOT + request.path_params["path"])
        engine = ServedEngine(service)
        if not await run_in_threadpool(engine.query, there.text):
            raise await run_in_threadpool(absent, engine, NamedNode(ROOT + request.path_params["path"]))
        return await site.answer(request, wanted)

    async def release(request: HttpRequest) -> Response:
        known = {file.stem: file for file in releases.released(workspace.root)}
        wanted = request.path_params["version"]
        if wanted not in known:
            raise RequestError(404, "there is no such release", f"one of {', '.join(known)}")
        return Response(known[wanted].read_bytes(), media_type="text/turtle")

    async def graph(request: HttpRequest) -> Response:
        there, wanted = protocol.graph_task(await read(request))
        if there is not None and not await run_in_threadpool(ServedEngine(service).query, there.text):
            raise RequestError(404, "there is no such graph", "ask /sparql for the graphs that are there")
        return await site.answer(request, wanted)

    async def question(request: HttpRequest) -> Response:
        name = request.path_params["name"]
        if wants_page(request):
            given = {key: request.query_params.getlist(key) for key in request.query_params if key != "format"}
            return await site.page(request, lambda frame: question_page.page(frame, name, given))
        asked = await run_in_threadpool(questions.bound, workspace, service, request)
        if asked.plain:
            return await site.answer(request, asked.task)
        frame = Frame(workspace, service, site.at(request))
        return await run_in_threadpool(questions.answered, frame, asked, request)

    async def question_list(request: HttpRequest) -> Response:
        if wants_page(request):
            return await site.page(request, overview.questions)
        known = stored_query.load_all(workspace.query_files("ask"))
        return JSONResponse([questions.described(query) for query in known.values()])

    async def scraped(request: HttpRequest) -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    async def health(request: HttpRequest) -> Response:
        return JSONResponse({"status": "ok", "version": __version__, "snapshot": service.version})

    return [
        Route("/sparql", sparql, methods=_ALL),
        Route("/graphs", graph, methods=_ALL),
        Route("/openapi.json", openapi),
        Route("/.well-known/void", described),
        Route("/ontology/{version}", release),
        Route("/ontology", thing),
        Route("/id/{path:path}", thing),
        Route("/graph/{path:path}", named_graph),
        Route("/data/{path:path}", data),
        Route("/queries", question_list),
        Route("/queries/{name}", question),
        Route("/healthz", health),
        Route("/metrics", scraped),
    ]


def _sizes(service: Served) -> dict[str, int]:
    answer = ServedEngine(service).query(description.QUERY)
    assert isinstance(answer, Rows)
    return {row["graph"].value: int(row["triples"].value) for row in answer}
