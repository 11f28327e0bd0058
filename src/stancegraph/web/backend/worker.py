"""A worker: it answers one task after another, in a process that can be killed and that cannot reach the network.

It sends messages that start with one letter: the head of the answer, a piece of it, its end, or an error; or a request
for what it cannot do itself, draw a picture or ask an endpoint, which the server does for it or refuses.
"""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from typing import Any, cast

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    serialize,
)

from stancegraph.api import KnowledgeGraph
from stancegraph.errors import ExternalError
from stancegraph.isolation.confinement import confine
from stancegraph.questions import federation
from stancegraph.rdf.namespaces import prefixes
from stancegraph.sparql.calls import calls_service
from stancegraph.sparql.endpoint import Endpoint
from stancegraph.sparql.engine import Answer, Engine, Oxigraph, Rows, names_its_graphs, solutions
from stancegraph.sparql.lexer import check_size, service_blocks
from stancegraph.web.backend.procedures import PROCEDURES
from stancegraph.web.backend.task import Call, ForkServerConfig, Head, Limits, Query
from stancegraph.web.context import RequestContext
from stancegraph.web.failures import NotAcceptableError, RequestError, TooLargeError, encode_error
from stancegraph.web.negotiation import GRAPH_FORMATS, ROW_FORMATS
from stancegraph.web.redirects import missing_thing_error
from stancegraph.workspace.folders import Workspace

START, DATA, END, ERROR, DRAW, ASK = b"s", b"d", b"e", b"x", b"p", b"a"
"""The kind of a worker's message, by its first letter."""

RESULT, REFUSED = b"y", b"n"
"""The kind of the reply to `DRAW` and `ASK`: the result, or the reason why there is none."""

_CHUNK = 1 << 16


@dataclass(frozen=True)
class WorkerState:
    """What all workers of a fork server share.

    Attributes:
        graph: The graph that they answer from.
        version: The digest of the snapshot; None for an endpoint.
        store: The store that was loaded before the fork; None for an endpoint.
        limits: What each task may use.
    """

    graph: KnowledgeGraph
    version: str | None
    store: Store | None
    limits: Limits

    @property
    def engine(self) -> Engine:
        """The engine that answers queries."""
        return self.graph.engine


def prepare(config: ForkServerConfig) -> WorkerState:
    """Load what all workers share, once, before the first one is forked.

    Raises:
        DataError: The workspace's file of prefixes is malformed.
        ExternalError: The snapshot cannot be read.
        ValueError: There is neither a snapshot nor an endpoint.
    """
    from stancegraph.pipeline.snapshot import open_store

    workspace = Workspace(config.root)
    if config.snapshot is None:
        if config.engine_url is None:
            raise ValueError("neither a snapshot nor an endpoint")
        endpoint = Endpoint(config.engine_url, config.limits.seconds)
        return WorkerState(KnowledgeGraph(workspace, endpoint), None, None, config.limits)
    store = open_store(config.snapshot, in_memory=True)
    state = WorkerState(KnowledgeGraph(workspace, Oxigraph(store)), config.version, store, config.limits)
    list(state.graph.questions), state.graph.headings  # loaded once, for the forks to share
    return state


def work(state: WorkerState, server: socket.socket) -> None:
    """Answer the tasks that *server* sends, until it closes.

    A worker that has a store is cut off from the network first; whether that worked is the first byte that it sends.
    """
    confined = state.store is not None and confine()
    server.sendall(bytes([confined]))
    connection: Connection[Any, Any] = Connection(server.detach())
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        try:
            if isinstance(task, Call):
                _run_call(state, task, connection)
            else:
                _run_query(state, task, connection)
            connection.send_bytes(END)
        except (BrokenPipeError, ConnectionError):
            return
        except Exception as error:
            connection.send_bytes(ERROR + _to_json(encode_error(error)))


def _run_call(state: WorkerState, call: Call, connection: Connection[Any, Any]) -> None:
    context = RequestContext(state.graph, call.root, state.version, _remote_draw(connection), state.limits.rows)
    answer = PROCEDURES[call.name](context, **call.arguments)
    if isinstance(answer, Query):
        _run_query(state, answer, connection)
        return
    if len(answer.body) > (state.limits.answer if call.streamed else state.limits.page):
        raise TooLargeError
    _send_head(connection, answer.head)
    for start in range(0, len(answer.body), _CHUNK):
        connection.send_bytes(DATA + answer.body[start : start + _CHUNK])


def _remote_draw(connection: Connection[Any, Any]) -> Callable[[str, dict[str, Any], str, dict[str, Any]], bytes]:
    def draw(kind: str, spec: dict[str, Any], form: str, options: dict[str, Any]) -> bytes:
        """Have the server get a picture drawn; raise `ExternalError` if it cannot be."""
        return _ask_server(connection, DRAW, {"kind": kind, "spec": spec, "form": form, "options": options})

    return draw


def _ask_server(connection: Connection[Any, Any], kind: bytes, request: dict[str, Any]) -> bytes:
    """Return the server's result for a request, `DRAW` or `ASK`; raise `ExternalError` if it refuses."""
    connection.send_bytes(kind + _to_json(request))
    reply = connection.recv_bytes()
    if reply[:1] == REFUSED:
        raise ExternalError(reply[1:].decode("utf-8"))
    return reply[1:]


def _to_json(value: Any) -> bytes:
    return json.dumps(value).encode("ascii")


def _send_head(connection: Connection[Any, Any], head: Head) -> None:
    connection.send_bytes(START + _to_json(asdict(head)))


class _AnswerFile(io.RawIOBase):
    """A file that sends what is written to it; the head of the answer goes before the first piece."""

    def __init__(self, connection: Connection[Any, Any], media_type: str) -> None:
        self.connection, self.media_type, self.started = connection, media_type, False

    def start(self) -> None:
        """Send the head of the answer, unless that has been done."""
        if not self.started:
            self.started = True
            _send_head(self.connection, Head(self.media_type))

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Send *data*."""
        self.start()
        self.connection.send_bytes(DATA + bytes(data))
        return len(data)


def _run_query(state: WorkerState, query: Query, connection: Connection[Any, Any]) -> None:
    check_size(query.text)
    if query.existence_check is not None and not state.engine.query(query.existence_check):
        if query.subject is None:
            raise RequestError(404, "there is no such graph", "ask /sparql for the graphs that exist")
        raise missing_thing_error(state.engine, NamedNode(query.subject))
    if calls_service(query.text, query.base):
        _send_answer(_run_federated(state, query, connection), query, connection)
    elif state.store is None:
        if query.default_graphs or query.named_graphs:
            raise RequestError(
                400, "a request to this server cannot name graphs", "ask the endpoint behind this server"
            )
        _send_answer(state.engine.query(query.text), query, connection)
    else:
        _send_answer(_query_store(state.store, query), query, connection)


def _query_store(store: Store, query: Query) -> Any:
    options: dict[str, Any] = {"base_iri": query.base}
    if query.default_graphs or query.named_graphs:
        options["default_graph"] = [NamedNode(iri) for iri in query.default_graphs] or [DefaultGraph()]
        options["named_graphs"] = [NamedNode(iri) for iri in query.named_graphs]
    elif not names_its_graphs(query.text):
        options["use_default_graph_as_union"] = True
    return store.query(query.text, **options)


def _run_federated(state: WorkerState, query: Query, connection: Connection[Any, Any]) -> Answer:
    """Return the answer to a query that calls endpoints, if they are allowed; the server asks them for the worker."""
    if not query.allowed_endpoints:
        raise RequestError(
            400, "SERVICE is refused: this server calls no endpoints", "query the other endpoint yourself"
        )
    if query.default_graphs or query.named_graphs:
        raise RequestError(400, "a request with SERVICE cannot name graphs", "name them in the query, with GRAPH")

    def ask(iri: str, text: str) -> tuple[Rows, float]:
        body = _ask_server(connection, ASK, {"iri": iri, "text": text})
        try:
            return Rows(lambda: solutions(body, QueryResultsFormat.JSON)).materialised(), 0.0
        except (SyntaxError, ValueError):
            raise ExternalError("the answer does not consist of rows in JSON") from None

    try:
        for block in service_blocks(query.text):
            if block.iri not in query.allowed_endpoints:
                raise _service_error(f"<{block.iri}>", query.allowed_endpoints)
    except ValueError:
        raise _service_error("anything but an IRI in angle brackets", query.allowed_endpoints) from None
    answer, reports = federation.answer(state.engine, query.text, ask)
    failed = [report.iri for report in reports if report.failed and not report.silent]
    if failed:
        raise ExternalError(f"an endpoint that the query calls failed: <{failed[0]}>", remedy="try again later")
    return answer


def _service_error(endpoint: str, allowed_endpoints: frozenset[str]) -> RequestError:
    names = ", ".join(f"<{iri}>" for iri in sorted(allowed_endpoints))
    return RequestError(400, f"SERVICE is refused for {endpoint}", f"use one of {names}")


def _send_answer(answer: Any, query: Query, connection: Connection[Any, Any]) -> None:
    """Send *answer*, the engine's own or one of `stancegraph.sparql.engine`, in the format that is wanted."""
    has_rows, is_boolean = isinstance(answer, QuerySolutions | Rows), isinstance(answer, QueryBoolean | bool)
    media_type = query.row_format if has_rows else query.boolean_format if is_boolean else query.graph_format
    if media_type is None:
        raise NotAcceptableError
    file = _AnswerFile(connection, media_type)
    output = io.BufferedWriter(file, _CHUNK)
    if isinstance(answer, bool):
        answer = _to_query_boolean(answer)
    if isinstance(answer, Rows):
        answer.write(ROW_FORMATS[media_type], output)
    elif has_rows or is_boolean:
        answer.serialize(output, format=ROW_FORMATS[media_type])
    else:
        graph_format: RdfFormat = GRAPH_FORMATS[media_type]
        serialize(answer, output, format=graph_format, prefixes=dict(prefixes()))
    output.flush()
    file.start()  # an answer without a single byte has a head too


def _to_query_boolean(value: bool) -> QueryBoolean:
    """Return the engine's own form of a truth value, which can be serialised."""
    return cast(QueryBoolean, Store().query(f"ASK {{ FILTER({str(value).lower()}) }}"))
