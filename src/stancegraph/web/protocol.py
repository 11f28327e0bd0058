"""Requests of the `SPARQL 1.1 Protocol <https://www.w3.org/TR/sparql11-protocol/>`_, and the queries that they ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from pyoxigraph import NamedNode

from stancegraph.web import negotiation
from stancegraph.web.backend.task import Query
from stancegraph.web.failures import RequestError

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
"""The media types of a query that is sent by POST: as a form, or directly."""
_MAX_PARAMETERS = 200  # of a request
_UPDATES = frozenset({"application/sparql-update"})
_READ_ONLY = ("the graph is read-only", "change the files of the workspace and build")


@dataclass(frozen=True, slots=True)
class Request:
    """The parts of an HTTP request that the protocol uses.

    Attributes:
        method: The method, in upper case.
        query_string: The part of the address after ``?``, encoded.
        headers: The headers, by their names in lower case.
        body: The body as it was sent.
        base: The IRI against which relative IRIs of the query are resolved.
    """

    method: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes = b""
    base: str | None = None


def parse_query_request(request: Request, allowed_endpoints: frozenset[str] = frozenset()) -> Query:
    """Return the query that a request asks.

    Args:
        request: The request.
        allowed_endpoints: The endpoints that a SERVICE may name.

    Raises:
        RequestError: With 400 if the request does not follow the protocol, 403 for an update, 405 and 415 for a wrong
            method or media type, 406 if no answer format is accepted.
    """
    parameters = parse_form(request.query_string)
    if request.method == "POST":
        media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        text = _decode_body(request)
        if media_type == FORM:
            if "query" in parameters:
                raise RequestError(400, "the query of a form must be in the body, not in the address")
            parameters = _join(parameters, parse_form(text))
        elif media_type == DIRECT:
            if "query" in parameters:
                raise RequestError(400, "there are two queries, one in the address and one in the body")
            parameters = parameters | {"query": [text]}
        elif media_type in _UPDATES:
            raise RequestError(403, *_READ_ONLY)
        else:
            raise RequestError(
                415, f"not a type of the SPARQL Protocol: {media_type or 'none'}", f"send {FORM} or {DIRECT}"
            )
    elif request.method not in {"GET", "HEAD"}:
        raise RequestError(405, f"{request.method} is not a method of the SPARQL Protocol", "use GET or POST")
    if "update" in parameters:
        raise RequestError(403, *_READ_ONLY)
    queries = parameters.get("query", [])
    if len(queries) != 1:
        raise RequestError(400, f"there must be one query, not {len(queries)}", "give the parameter `query` once")
    return Query(
        queries[0],
        *choose_formats(request.headers.get("accept")),
        default_graphs=tuple(parameters.get("default-graph-uri", ())),
        named_graphs=tuple(parameters.get("named-graph-uri", ())),
        base=request.base,
        allowed_endpoints=allowed_endpoints,
    )


def parse_graph_request(request: Request) -> Query:
    """Return the query that answers a request of the `Graph Store Protocol
    <https://www.w3.org/TR/sparql11-http-rdf-update/>`_.

    Returns:
        A CONSTRUCT of the graph, with a check that it exists if it is a named graph.

    Raises:
        RequestError: With 400 if the request does not name one graph, 405 for a method that writes, 406 if no RDF
            format is accepted.
    """
    if request.method not in {"GET", "HEAD"}:
        raise RequestError(405, *_READ_ONLY)
    parameters = parse_form(request.query_string)
    graph_format = choose_graph_format(request.headers.get("accept"))
    if list(parameters) == ["default"]:
        return Query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", None, None, graph_format)
    names = parameters.get("graph", [])
    if len(parameters) != 1 or len(names) != 1:
        raise RequestError(400, "the request must name one graph", "give ?graph=IRI, or ?default for the union of all")
    return build_graph_query(request, names[0])


def build_graph_query(request: Request, iri: str) -> Query:
    """Return the query for the named graph with an IRI, with a check that it exists.

    Raises:
        RequestError: With 400 if *iri* is malformed, 406 if no RDF format is accepted.
    """
    graph = _parse_iri(iri, "percent-encode the whole IRI")
    text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    graph_format = choose_graph_format(request.headers.get("accept"))
    return Query(text, None, None, graph_format, existence_check=f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}")


def build_thing_query(request: Request, iri: str) -> Query:
    """Return the query for what the graph says of the thing with an IRI, with a check that it says anything.

    Raises:
        RequestError: With 400 if *iri* is malformed, 406 if no RDF format is accepted.
    """
    graph_format = choose_graph_format(request.headers.get("accept"))
    thing = _parse_iri(iri, "percent-encode the characters that an IRI does not allow")
    pattern = f"{{ {thing} ?out ?value }} UNION {{ ?subject ?in {thing} }}"
    text = f"CONSTRUCT {{ {thing} ?out ?value . ?subject ?in {thing} }} WHERE {{ {pattern} }}"
    return Query(text, None, None, graph_format, existence_check=f"ASK {{ {pattern} }}", subject=iri)


def _parse_iri(iri: str, remedy: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError:
        raise RequestError(400, f"{iri!r} is not an IRI", remedy) from None


def choose_graph_format(accept: str | None) -> str:
    """Return the media type of the RDF format that a client prefers.

    Args:
        accept: The Accept header.

    Raises:
        RequestError: With 406 if it accepts none.
    """
    media_type = negotiation.choose(accept, list(negotiation.GRAPH_FORMATS))
    if media_type is None:
        offered = ", ".join(negotiation.GRAPH_FORMATS)
        raise RequestError(406, "no RDF format is accepted", f"accept one of {offered}")
    return media_type


def choose_formats(accept: str | None) -> tuple[str | None, str | None, str | None]:
    """Return the media types that a client prefers for rows, for a truth value, and for a graph.

    Args:
        accept: The Accept header.

    Returns:
        The three media types, each None if the client accepts no format of that kind.

    Raises:
        RequestError: With 406 if all would be None.
    """
    offers = (negotiation.ROW_FORMATS, negotiation.BOOLEAN_FORMATS, negotiation.GRAPH_FORMATS)
    row_format, boolean_format, graph_format = (negotiation.choose(accept, list(offered)) for offered in offers)
    if not (row_format or boolean_format or graph_format):
        offered = ", ".join([*negotiation.ROW_FORMATS, *negotiation.GRAPH_FORMATS])
        raise RequestError(406, f"no answer format matches {accept!r}", f"accept one of {offered}")
    return row_format, boolean_format, graph_format


def _decode_body(request: Request) -> str:
    try:
        return request.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, f"the body is not UTF-8: {error.reason} at byte {error.start}") from None


def parse_form(encoded: str) -> dict[str, list[str]]:
    """Return the values of each parameter of a form, or of the query string of an address.

    Raises:
        RequestError: With 400 if *encoded* is malformed, or has too many parameters.

    >>> parse_form("a=1&b=&a=%C3%A9")
    {'a': ['1', 'é'], 'b': ['']}
    """
    try:
        return parse_qs(encoded, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except ValueError as error:
        raise RequestError(400, f"not form-encoded: {error}", "encode each name and value") from None


def _join(first: Mapping[str, Sequence[str]], second: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: [*first.get(name, ()), *second.get(name, ())] for name in {**first, **second}}
