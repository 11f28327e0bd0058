"""Addresses for programs: the endpoint, graphs, stored questions, IRIs that resolve, and descriptions of it all."""

from __future__ import annotations

from urllib.parse import quote

import anyio
from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stancegraph import __version__
from stancegraph.ontology import releases
from stancegraph.web import protocol
from stancegraph.web.backend.task import Call
from stancegraph.web.context import IRI_ROOT
from stancegraph.web.failures import RequestError
from stancegraph.web.metrics import Metrics
from stancegraph.web.site import Site, read_query, read_request, wants_page

_ALL = ["GET", "POST", "PUT", "DELETE", "PATCH"]  # those that write are refused with the reason
_ALIVE = 0.8  # seconds within which the graph must answer, so that whoever asks is told within one


def routes(site: Site, metrics: Metrics) -> list[Route]:
    """The addresses for programs; *metrics* are what ``/metrics`` tells."""
    service, workspace = site.service, site.workspace

    async def sparql(request: HttpRequest) -> Response:
        if request.method in {"GET", "HEAD"} and not request.url.query:  # as the service description has it
            return await described(request)
        return await site.answer(request, await read_query(request, site.allowed_endpoints))

    async def described(request: HttpRequest) -> Response:
        return await site.data(request, "service_description", {"accept": request.headers.get("accept")})

    async def openapi(request: HttpRequest) -> Response:
        return await site.data(request, "openapi_document", {})

    async def thing(request: HttpRequest) -> Response:
        """An IRI of the graph names a thing, of which there are data elsewhere: 303, by the `TAG's finding
        <https://www.w3.org/2001/tag/doc/httpRange-14/2007-05-31/HttpRange-14>`_.
        """
        place = f"{site.root(request)}/{'page' if wants_page(request) else 'data'}{quote(request.url.path)}"
        return Response(status_code=303, headers={"Location": place, "Vary": "Accept"})

    async def named_graph(request: HttpRequest) -> Response:
        name = quote(IRI_ROOT + request.url.path.lstrip("/"), safe="")
        return Response(status_code=303, headers={"Location": f"{site.root(request)}/graphs?graph={name}"})

    async def data(request: HttpRequest) -> Response:
        return await site.answer(
            request, protocol.build_thing_query(await read_request(request), IRI_ROOT + request.path_params["path"])
        )

    async def release(request: HttpRequest) -> Response:
        known = {file.stem: file for file in releases.list_releases(workspace.root)}
        wanted = request.path_params["version"]
        if wanted not in known:
            raise RequestError(404, "there is no such release", f"one of {', '.join(known)}")
        return Response(await run_in_threadpool(known[wanted].read_bytes), media_type="text/turtle")

    async def graph(request: HttpRequest) -> Response:
        return await site.answer(request, protocol.parse_graph_request(await read_request(request)))

    async def question(request: HttpRequest) -> Response:
        name = request.path_params["name"]
        if wants_page(request):
            given = {key: request.query_params.getlist(key) for key in request.query_params if key != "format"}
            return await site.page(request, "question_form", {"name": name, "parameters": given})
        pairs, accept = request.query_params.multi_items(), request.headers.get("accept")
        asked = {"name": name, "parameters": pairs, "accept": accept, "url": str(request.url)}
        return await site.answer(request, Call("question", site.root(request), asked, streamed=True))

    async def question_list(request: HttpRequest) -> Response:
        if wants_page(request):
            return await site.page(request, "question_list", {"as_page": True})
        return await site.data(request, "question_list", {"as_page": False})

    async def scraped(request: HttpRequest) -> Response:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4")

    aside = CapacityLimiter(4)  # threads of its own: it must be told while all others wait

    async def health(request: HttpRequest) -> Response:
        """Whether the graph answers: asked, not assumed."""
        service.refresh()
        found = await anyio.to_thread.run_sync(service.health, _ALIVE, limiter=aside)
        problem = found.problem or metrics.memory_problem()
        told = {
            "status": "failing" if problem else "stale" if found.stale else "ok",
            "version": __version__,
            "snapshot": service.version,
            **({"problem": problem} if problem else {}),
            **({"stale": found.stale} if found.stale else {}),
        }
        return JSONResponse(told, 503 if problem else 200, {"Cache-Control": "no-store"})

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
