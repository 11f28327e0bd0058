"""Routes for programs: the SPARQL endpoint, graphs, stored questions, IRIs that resolve, and descriptions of these."""

from __future__ import annotations

from urllib.parse import quote

import anyio
from anyio import CapacityLimiter
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stancegraph import __version__
from stancegraph.web import protocol
from stancegraph.web.backend.task import Call
from stancegraph.web.context import IRI_ROOT
from stancegraph.web.metrics import Metrics
from stancegraph.web.site import Site, read_query, read_request, wants_page

_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]  # those that write are refused, with the reason
_HEALTH_SECONDS = 0.8  # for the graph to answer, so that the client has its answer within one second


def routes(site: Site, metrics: Metrics) -> list[Route]:
    """Return the routes for programs; ``/metrics`` serves *metrics*."""
    service = site.service

    async def sparql(request: HttpRequest) -> Response:
        if request.method in {"GET", "HEAD"} and not request.url.query:  # SPARQL 1.1 Service Description, section 2
            return await service_description(request)
        return await site.answer(request, await read_query(request, site.allowed_endpoints))

    async def service_description(request: HttpRequest) -> Response:
        return await site.data(request, "service_description", {"accept": request.headers.get("accept")})

    async def openapi(request: HttpRequest) -> Response:
        return await site.data(request, "openapi_document", {})

    async def thing(request: HttpRequest) -> Response:
        """Redirect from a thing to its page or data: 303, by the `finding of the W3C TAG
        <https://www.w3.org/2001/tag/doc/httpRange-14/2007-05-31/HttpRange-14>`_, as a thing itself cannot be sent.
        """
        location = f"{site.root(request)}/{'page' if wants_page(request) else 'data'}{quote(request.url.path)}"
        return Response(status_code=303, headers={"Location": location, "Vary": "Accept"})

    async def named_graph(request: HttpRequest) -> Response:
        name = quote(IRI_ROOT + request.url.path.lstrip("/"), safe="")
        return Response(status_code=303, headers={"Location": f"{site.root(request)}/graphs?graph={name}"})

    async def data(request: HttpRequest) -> Response:
        return await site.answer(
            request, protocol.build_thing_query(await read_request(request), IRI_ROOT + request.path_params["path"])
        )

    async def graph(request: HttpRequest) -> Response:
        return await site.answer(request, protocol.parse_graph_request(await read_request(request)))

    async def question(request: HttpRequest) -> Response:
        name = request.path_params["name"]
        if wants_page(request):
            parameters = {key: request.query_params.getlist(key) for key in request.query_params if key != "format"}
            return await site.page(request, "question_form", {"name": name, "parameters": parameters})
        pairs, accept = request.query_params.multi_items(), request.headers.get("accept")
        arguments = {"name": name, "parameters": pairs, "accept": accept, "url": str(request.url)}
        return await site.answer(request, Call("question", site.root(request), arguments, streamed=True))

    async def question_list(request: HttpRequest) -> Response:
        if wants_page(request):
            return await site.page(request, "question_list", {"as_page": True})
        return await site.data(request, "question_list", {"as_page": False})

    async def metrics_text(request: HttpRequest) -> Response:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4")

    health_threads = CapacityLimiter(4)  # of its own: it must be answered while all other threads are busy

    async def health(request: HttpRequest) -> Response:
        """Report whether the graph answers, by asking it."""
        service.refresh()
        result = await anyio.to_thread.run_sync(service.health, _HEALTH_SECONDS, limiter=health_threads)
        problem = result.problem or metrics.memory_problem()
        report = {
            "status": "failing" if problem else "stale" if result.stale else "ok",
            "version": __version__,
            "snapshot": service.version,
            **({"problem": problem} if problem else {}),
            **({"stale": result.stale} if result.stale else {}),
        }
        return JSONResponse(report, 503 if problem else 200, {"Cache-Control": "no-store"})

    return [
        Route("/sparql", sparql, methods=_METHODS),
        Route("/graphs", graph, methods=_METHODS),
        Route("/openapi.json", openapi),
        Route("/.well-known/void", service_description),
        Route("/id/{path:path}", thing),
        Route("/graph/{path:path}", named_graph),
        Route("/data/{path:path}", data),
        Route("/queries", question_list),
        Route("/queries/{name}", question),
        Route("/healthz", health),
        Route("/metrics", metrics_text),
    ]
