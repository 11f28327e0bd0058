"""Requests by the `SPARQL 1.1 Protocol <https://www.w3.org/TR/sparql11-protocol/>`_, read into queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from pyoxigraph import NamedNode

from stancegraph.web import negotiation
from stancegraph.web.backend.task import Query
from stancegraph.web.failures import RequestError

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
_MOST = 200  # parameters of a request
_UPDATES = frozenset({"application/sparql-update"})


@dataclass(frozen=True, slots=True)
class Request:
    """What matters of an HTTP request: header names in lower case, the body as it came."""

    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""
    base: str | None = None


def task(request: Request, allowed: frozenset[str] = frozenset()) -> Query:
    """The query that *request* asks for.

    *allowed* are the endpoints that a SERVICE may name. Raises `RequestError`: 400 for what is not of the protocol, 405
    and 415 for wrong methods and types, 406 where no form of answer is accepted.
    """
    parameters = parsed(request.query)
    if request.method == "POST":
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        text = _text(request)
        if kind == FORM:
            if "query" in parameters:
                raise RequestError(400, "a POST of a form has its query in the body")
            parameters = _joined(parameters, parsed(text))
        elif kind == DIRECT:
            if "query" in parameters:
                raise RequestError(400, "there are two queries, one in the address and one in the body")
            parameters = parameters | {"query": [text]}
        elif kind in _UPDATES:
            raise RequestError(403, "the graph is read only", "change the files of the workspace and build")
        else:
            raise RequestError(415, f"not a type of the SPARQL Protocol: {kind or 'none'}", f"send {FORM} or {DIRECT}")
    elif request.method not in {"GET", "HEAD"}:
        raise RequestError(405, f"{request.method} is no method of the SPARQL Protocol", "use GET or POST")
    if "update" in parameters:
        raise RequestError(403, "the graph is read only", "change the files of the workspace and build")
    queries = parameters.get("query", [])
    if len(queries) != 1:
        raise RequestError(
            400, f"there must be one query, and there are {len(queries)}", "give the parameter query once"
        )
    return Query(
        queries[0],
        *forms(request.headers.get("accept")),
        default_graphs=tuple(parameters.get("default-graph-uri", ())),
        named_graphs=tuple(parameters.get("named-graph-uri", ())),
        base=request.base,
        allowed=allowed,
    )


def graph_task(request: Request) -> Query:
    """By the `Graph Store Protocol <https://www.w3.org/TR/sparql11-http-rdf-update/>`_, for reading: a query that gives
    the graph, and first asks whether it is there, where that is a question.

    Raises `RequestError`: 400 where no graph is named, 405 for methods that write, 406 where no form is accepted.
    """
    if request.method not in {"GET", "HEAD"}:
        raise RequestError(405, "the graph is read only", "change the files of the workspace and build")
    parameters = parsed(request.query)
    chosen = _graph_form(request)
    if list(parameters) == ["default"]:
        return Query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", None, None, chosen)
    names = parameters.get("graph", [])
    if len(parameters) != 1 or len(names) != 1:
        raise RequestError(400, "one graph must be named", "give ?graph=IRI, or ?default for the union of all")
    try:
        graph = NamedNode(names[0])
    except ValueError:
        raise RequestError(400, f"{names[0]!r} is not an IRI", "encode the whole IRI") from None
    told = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    return Query(told, None, None, chosen, there=f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}")


def thing_task(request: Request, iri: str) -> Query:
    """A query that gives what the graph says of the thing with that *iri*, and first asks whether it says anything."""
    chosen = _graph_form(request)
    try:
        thing = NamedNode(iri)
    except ValueError:
        raise RequestError(400, f"{iri!r} is not an IRI", "encode what an IRI does not allow") from None
    about = f"{{ {thing} ?out ?value }} UNION {{ ?subject ?in {thing} }}"
    told = f"CONSTRUCT {{ {thing} ?out ?value . ?subject ?in {thing} }} WHERE {{ {about} }}"
    return Query(told, None, None, chosen, there=f"ASK {{ {about} }}", about=iri)


def _graph_form(request: Request) -> str:
    chosen = negotiation.choose(request.headers.get("accept"), list(negotiation.GRAPHS))
    if chosen is None:
        raise RequestError(406, "no form of graph is accepted", f"accept one of {', '.join(negotiation.GRAPHS)}")
    return chosen


def forms(accept: str | None) -> tuple[str | None, str | None, str | None]:
    """The media types for rows, for a truth value and for graphs that a client accepts; 406 where it accepts none."""
    offers = (negotiation.ROWS, negotiation.TRUTH, negotiation.GRAPHS)
    chosen = tuple(negotiation.choose(accept, list(offered)) for offered in offers)
    if not any(chosen):
        offered = ", ".join([*negotiation.ROWS, *negotiation.GRAPHS])
        raise RequestError(406, f"no form of answer fits {accept!r}", f"accept one of {offered}")
    return chosen[0], chosen[1], chosen[2]


def _text(request: Request) -> str:
    try:
        return request.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, f"the body is not UTF-8: {error.reason} at byte {error.start}") from None


def parsed(encoded: str) -> dict[str, list[str]]:
    """The parameters of a form; raises `RequestError` 400 where it is none, or has too many."""
    try:
        return parse_qs(encoded, keep_blank_values=True, errors="strict", max_num_fields=_MOST)
    except ValueError as error:
        raise RequestError(400, f"not form-encoded: {error}", "encode each name and value") from None


def _joined(one: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: [*one.get(name, ()), *other.get(name, ())] for name in {**one, **other}}
