"""Routes for the ontology at its IRI, and for what is published with it: modules, versions, shapes and links."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from stancegraph.ontology import releases
from stancegraph.ontology.modules import MODULES, extract_module
from stancegraph.ontology.published_shapes import published_shapes
from stancegraph.pipeline.reading import read_turtle
from stancegraph.rdf import jsonld
from stancegraph.rdf.namespaces import GRAPH
from stancegraph.web import negotiation, protocol
from stancegraph.web.context import IRI_ROOT
from stancegraph.web.description import serialize_triples
from stancegraph.web.failures import RequestError
from stancegraph.web.site import Site, read_request, wants_page
from stancegraph.workspace.folders import files_in

_MODULES = (*MODULES, "alignments", "vocabularies", "shapes")
_DESCRIBED_BY_FILE = {"vocabularies": "ontology/vocabularies.ttl"}


def routes(site: Site) -> list[Route]:
    """Return the routes for the ontology and what is published with it."""
    root = site.workspace.root

    async def graph(request: HttpRequest, name: str) -> Response:
        """Return a document that is a graph of its own, as a page or in the RDF format that the client prefers."""
        if wants_page(request):
            return await site.page(request, "ontology_page", {"graph": GRAPH + name})
        parts = await read_request(request)
        return await site.answer(request, protocol.build_graph_query(parts, GRAPH + name))

    async def document(
        request: HttpRequest, read: Callable[[], Iterable[Triple]], turtle: Path | None = None
    ) -> Response:
        """Return a document that is no graph of its own, likewise; as *turtle*, byte for byte, where that is given."""
        if wants_page(request):
            lines = await run_in_threadpool(lambda: serialize_triples(list(read()), RdfFormat.N_TRIPLES))
            return await site.page(request, "document_page", {"triples": lines})
        media_type = protocol.choose_graph_format(request.headers.get("accept"))
        if turtle is not None and media_type == "text/turtle":
            body = await run_in_threadpool(turtle.read_bytes)
        else:
            rdf_format = negotiation.GRAPH_FORMATS[media_type]
            body = await run_in_threadpool(lambda: serialize_triples(list(read()), rdf_format))
        return Response(body, media_type=media_type, headers={"Vary": "Accept"})

    async def file(request: HttpRequest, path: Path) -> Response:
        return await document(request, partial(_read, path), path)

    async def ontology(request: HttpRequest) -> Response:
        return await graph(request, "ontology")

    async def labels(request: HttpRequest) -> Response:
        return await graph(request, f"labels/{request.path_params['language']}")

    async def module(request: HttpRequest) -> Response:
        """Return a module of the ontology, or a version of it."""
        name = request.path_params["name"]
        if name in _MODULES:
            return await current_module(request, name)
        released = {path.stem: path for path in await run_in_threadpool(releases.list_releases, root)}
        if name in released:
            return await file(request, released[name])
        if name == await run_in_threadpool(releases.current_version, root):
            return await graph(request, "ontology")
        raise _missing_release(released)

    async def current_module(request: HttpRequest, name: str) -> Response:
        if name in _DESCRIBED_BY_FILE:
            return await file(request, root / _DESCRIBED_BY_FILE[name])
        if name == "shapes":
            return await shapes(request)
        if name in MODULES:
            return await document(request, lambda: extract_module(_read(root / "ontology" / "stancegraph.ttl"), name))
        return await graph(request, name)

    async def released_module(request: HttpRequest) -> Response:
        """Return a module as it was released with a version."""
        names = request.path_params
        released = {path.stem: path for path in await run_in_threadpool(releases.list_releases, root)}
        if names["version"] not in released:
            current = await run_in_threadpool(releases.current_version, root)
            if names["version"] == current and names["name"] in _MODULES:
                return await current_module(request, names["name"])
            raise _missing_release(released)
        modules = {path.stem: path for path in files_in(released[names["version"]].with_suffix(""), "*.ttl")}
        if names["name"] not in modules:
            known = ", ".join(modules) or "none was kept"
            raise RequestError(404, f"release {names['version']} has no such module", f"its modules: {known}")
        return await file(request, modules[names["name"]])

    async def context(request: HttpRequest) -> Response:
        """Return the context for JSON-LD, by which the names of the ontology's terms are keys."""
        text = await run_in_threadpool(lambda: jsonld.context(_read(root / "ontology" / "stancegraph.ttl")))
        return JSONResponse({"@context": text}, media_type="application/ld+json")

    async def shapes(request: HttpRequest) -> Response:
        return await document(request, partial(_read_shapes, root))

    async def shape(request: HttpRequest) -> Response:
        """Return what is said of a shape: by itself as data, on the page of all shapes for people."""
        name = request.path_params["name"]
        described = await run_in_threadpool(lambda: _describe(f"{IRI_ROOT}shape/{name}", _read_shapes(root)))
        if not described:
            raise RequestError(404, "there is no such shape", f"look at {site.root(request)}/shapes")
        if wants_page(request):
            return RedirectResponse(f"{site.root(request)}/shapes#shape/{name}", 303, {"Vary": "Accept"})
        return await document(request, lambda: described)

    async def links(request: HttpRequest) -> Response:
        """Redirect from a set of mappings to the graph that describes it and has its links."""
        location = f"{site.root(request)}/graph/links/{request.path_params['name']}"
        return RedirectResponse(location, 303)

    return [
        Route("/ontology", ontology),
        Route("/ontology/context.jsonld", context),
        Route("/ontology/labels/{language}", labels),
        Route("/ontology/{name}", module),
        Route("/ontology/{version}/{name}", released_module),
        Route("/shapes", shapes),
        Route("/shape/{name:path}", shape),
        Route("/links/{name}", links),
    ]


def _missing_release(released: Iterable[str]) -> RequestError:
    return RequestError(404, "there is no such release", f"use one of {', '.join(released)}")


def _read(path: Path) -> list[Triple]:
    return [quad.triple for quad in read_turtle(path)]


def _read_shapes(root: Path) -> tuple[Triple, ...]:
    """Return the shapes as they are published; they are put together anew where one of their files has changed."""
    shapes, checks = files_in(root / "ontology" / "shapes", "*.ttl"), files_in(root / "queries" / "check", "*.rq")
    ontology = root / "ontology" / "stancegraph.ttl"
    states = [(path, path.stat()) for path in (*shapes, *checks, ontology)]
    stamps = tuple((path, state.st_mtime_ns, state.st_size) for path, state in states)
    return _publish_shapes(stamps, tuple(shapes), tuple(checks), ontology)


@lru_cache(2)
def _publish_shapes(
    stamps: tuple[tuple[Path, int, int], ...],  # of the files, for the cache
    shapes: tuple[Path, ...],
    checks: tuple[Path, ...],
    ontology: Path,
) -> tuple[Triple, ...]:
    return tuple(published_shapes([triple for path in shapes for triple in _read(path)], _read(ontology), checks))


def _describe(iri: str, triples: Iterable[Triple]) -> list[Triple]:
    """Return what is said of *iri*, and of the blank nodes that it leads to.

    See `Concise Bounded Description <https://www.w3.org/submissions/CBD/>`_.
    """
    about: dict[object, list[Triple]] = {}
    for triple in triples:
        about.setdefault(triple.subject, []).append(triple)
    described, waiting = list[Triple](), list[object]([NamedNode(iri)])
    while waiting:
        for triple in about.pop(waiting.pop(), []):
            described.append(triple)
            if not isinstance(triple.object, NamedNode):
                waiting.append(triple.object)
    return described
