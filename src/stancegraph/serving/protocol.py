"""Requests by the `SPARQL 1.1 Protocol <https://www.w3.org/TR/sparql11-protocol/>`_, read into tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from pyoxigraph import NamedNode

from stancegraph.errors import StancegraphError
from stancegraph.serving import media
from stancegraph.serving.task import Task
from stancegraph.sparql_text import services

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
_UPDATES = frozenset({"application/sparql-update"})


class RequestError(StancegraphError):
    """A request that cannot be answered: *status* is the status code of HTTP."""

    def __init__(self, status: int, message: str, remedy: str | None = None) -> None:
        self.status = status
        super().__init__(message, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Request:
    """What matters of an HTTP request: header names in lower case, the body as it came."""

    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""
    base: str | None = None


def task(request: Request, allowed: frozenset[str] = frozenset()) -> Task:
    """The task that *request* asks for.

    *allowed* are the endpoints that a SERVICE may name. Raises `RequestError`: 400 for what is not of the protocol, or
    names another SERVICE, 405 and 415 for wrong methods and types, 406 where no form of answer is accepted.
    """
    parameters = _parsed(request.query)
    if request.method == "POST":
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        text = _text(request)
        if kind == FORM:
            if "query" in parameters:
                raise RequestError(400, "a POST of a form has its query in the body")
            parameters = _joined(parameters, _parsed(text))
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
    _check_services(queries[0], allowed)
    return Task(
        queries[0],
        *forms(request.headers.get("accept")),
        default_graphs=tuple(parameters.get("default-graph-uri", ())),
        named_graphs=tuple(parameters.get("named-graph-uri", ())),
        base=request.base,
    )


def graph_task(request: Request) -> tuple[Task | None, Task]:
    """By the `Graph Store Protocol <https://www.w3.org/TR/sparql11-http-rdf-update/>`_, for reading: a task that asks
    whether the graph is there, where that is a question, and one that gives it.

    Raises `RequestError`: 400 where no graph is named, 405 for methods that write, 406 where no form is accepted.
    """
    if request.method not in {"GET", "HEAD"}:
        raise RequestError(405, "the graph is read only", "change the files of the workspace and build")
    parameters = _parsed(request.query)
    chosen = media.choose(request.headers.get("accept"), list(media.GRAPHS))
    if chosen is None:
        raise RequestError(406, "no form of graph is accepted", f"accept one of {', '.join(media.GRAPHS)}")
    if list(parameters) == ["default"]:
        return None, Task("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", None, None, chosen)
    names = parameters.get("graph", [])
    if len(parameters) != 1 or len(names) != 1:
        raise RequestError(400, "one graph must be named", "give ?graph=IRI, or ?default for the union of all")
    try:
        graph = NamedNode(names[0])
    except ValueError:
        raise RequestError(400, f"{names[0]!r} is not an IRI", "encode the whole IRI") from None
    there = Task(f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}", None, next(iter(media.TRUTH)), None)
    return there, Task(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}", None, None, chosen)


def thing_task(request: Request, iri: str) -> tuple[Task, Task]:
    """A task that asks whether the graph knows the thing with that *iri*, and one that gives what it says of it."""
    chosen = media.choose(request.headers.get("accept"), list(media.GRAPHS))
    if chosen is None:
        raise RequestError(406, "no form of graph is accepted", f"accept one of {', '.join(media.GRAPHS)}")
    try:
        thing = NamedNode(iri)
    except ValueError:
        raise RequestError(400, f"{iri!r} is not an IRI", "encode what an IRI does not allow") from None
    about = f"{{ {thing} ?out ?value }} UNION {{ ?subject ?in {thing} }}"
    there = Task(f"ASK {{ {about} }}", None, next(iter(media.TRUTH)), None)
    told = f"CONSTRUCT {{ {thing} ?out ?value . ?subject ?in {thing} }} WHERE {{ {about} }}"
    return there, Task(told, None, None, chosen)


def forms(accept: str | None) -> tuple[str | None, str | None, str | None]:
    """The media types for rows, for a truth value and for graphs that a client accepts; 406 where it accepts none."""
    chosen = tuple(media.choose(accept, list(offered)) for offered in (media.ROWS, media.TRUTH, media.GRAPHS))
    if not any(chosen):
        offered = ", ".join([*media.ROWS, *media.GRAPHS])
        raise RequestError(406, f"no form of answer fits {accept!r}", f"accept one of {offered}")
    return chosen[0], chosen[1], chosen[2]


def _check_services(text: str, allowed: frozenset[str]) -> None:
    """Raise `RequestError` 400 where *text* would make this server call others than those that are *allowed*."""
    for target in services(text):
        if not allowed:
            raise RequestError(
                400, "SERVICE is refused: this server calls no others", "ask the other endpoint yourself"
            )
        if target not in allowed:
            named = f"<{target}>" if target is not None else "what is not an IRI in angle brackets"
            raise RequestError(
                400, f"SERVICE is refused for {named}", f"one of {', '.join(f'<{one}>' for one in sorted(allowed))}"
            )


def _text(request: Request) -> str:
    try:
        return request.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, f"the body is not UTF-8: {error.reason} at byte {error.start}") from None


def _parsed(encoded: str) -> dict[str, list[str]]:
    try:
        return parse_qs(encoded, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise RequestError(400, f"not form-encoded: {error}", "encode each name and value") from None


def _joined(one: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: [*one.get(name, ()), *other.get(name, ())] for name in {**one, **other}}
