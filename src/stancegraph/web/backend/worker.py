"""A worker answers one task after the other, in a process that can be killed, and that cannot reach the network.

It sends messages that begin with one letter: how the answer begins, its pieces, its end, or what is wrong; and what it
needs others for: a picture to be drawn, an endpoint to be asked, which the server does for it or not.
"""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Store
from pyoxigraph import serialize as serialized

from stancegraph.api import KnowledgeGraph
from stancegraph.errors import ExternalError
from stancegraph.isolation.confinement import confine
from stancegraph.questions import federation
from stancegraph.rdf.namespaces import prefixes
from stancegraph.sparql.calls import calls_service
from stancegraph.sparql.endpoint import Endpoint
from stancegraph.sparql.engine import Answer, Engine, Oxigraph, Rows, names_its_graphs, solutions
from stancegraph.sparql.lexer import check_size, service_blocks
from stancegraph.web.backend.fork_server import ForkServer
from stancegraph.web.backend.procedures import MADE
from stancegraph.web.backend.task import Call, CompleteAnswer, Head, Limits, Query
from stancegraph.web.context import RequestContext
from stancegraph.web.failures import NotAcceptableError, RequestError, TooLargeError, sent
from stancegraph.web.negotiation import GRAPHS, ROWS
from stancegraph.web.redirects import absent
from stancegraph.workspace.folders import Workspace

START, DATA, END, WRONG, DRAW, ASK = b"s", b"d", b"e", b"w", b"p", b"a"
"""What a message of a worker is, by its first letter."""

GIVEN, REFUSED = b"g", b"r"
"""What an answer to `DRAW` and `ASK` is: what was wanted, or why not."""

_CHUNK = 1 << 16


@dataclass(frozen=True)
class WorkerState:
    """What a worker works with: the graph, and the store of it that was loaded before the fork, or None."""

    graph: KnowledgeGraph
    version: str | None
    store: Store | None
    limits: Limits

    @property
    def engine(self) -> Engine:
        """What answers queries."""
        return self.graph.engine


def prepare(holding: ForkServer) -> WorkerState:
    """Load what is held, and what each worker needs: once, before the first is forked.

    Raises `ExternalError` where the snapshot cannot be read.
    """
    from stancegraph.pipeline.snapshot import open_store

    workspace = Workspace(holding.root)
    if holding.snapshot is None:
        assert holding.engine is not None
        endpoint = Endpoint(holding.engine, holding.limits.seconds)
        return WorkerState(KnowledgeGraph(workspace, endpoint), None, None, holding.limits)
    store = open_store(holding.snapshot, in_memory=True)
    state = WorkerState(KnowledgeGraph(workspace, Oxigraph(store)), holding.version, store, holding.limits)
    list(state.graph.questions), state.graph.headings  # read once, for all workers
    return state


def work(state: WorkerState, server: socket.socket) -> None:
    """Answer what *server* gives, until it goes. A worker whose store is here is cut off from the network first."""
    alone = state.store is not None and confine()
    server.sendall(bytes([alone]))
    connection: Connection[Any, Any] = Connection(server.detach())
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        try:
            if isinstance(task, Call):
                _make(state, task, connection)
            else:
                _answer(state, task, connection)
            connection.send_bytes(END)
        except (BrokenPipeError, ConnectionError):
            return
        except Exception as error:
            connection.send_bytes(WRONG + _json(sent(error)))


def _make(state: WorkerState, call: Call, connection: Connection[Any, Any]) -> None:
    context = RequestContext(state.graph, call.root, state.version, _drawer(connection), state.limits.rows)
    made = MADE[call.name](context, **call.given)
    if isinstance(made, Query):
        _answer(state, made, connection)
        return
    assert isinstance(made, CompleteAnswer)
    if len(made.body) > (state.limits.answer if call.streamed else state.limits.page):
        raise TooLargeError
    _begin(connection, made.head)
    for start in range(0, len(made.body), _CHUNK):
        connection.send_bytes(DATA + made.body[start : start + _CHUNK])


def _drawer(connection: Connection[Any, Any]) -> Callable[[str, dict[str, Any], str, dict[str, Any]], bytes]:
    def draw(kind: str, spec: dict[str, Any], form: str, options: dict[str, Any]) -> bytes:
        """A picture, which the server has drawn elsewhere; raises `ExternalError` where that cannot be."""
        return _asked(connection, DRAW, {"kind": kind, "spec": spec, "form": form, "options": options})

    return draw


def _asked(connection: Connection[Any, Any], letter: bytes, what: dict[str, Any]) -> bytes:
    """What the server gives for *what*; raises `ExternalError` where it does not."""
    connection.send_bytes(letter + _json(what))
    told = connection.recv_bytes()
    if told[:1] == REFUSED:
        raise ExternalError(told[1:].decode("utf-8"))
    return told[1:]


def _json(told: Any) -> bytes:
    return json.dumps(told).encode("ascii")


def _begin(connection: Connection[Any, Any], head: Head) -> None:
    connection.send_bytes(START + _json(asdict(head)))


class _Pieces(io.RawIOBase):
    """A file that sends what is written to it, and before it how the answer begins, once there is something to send."""

    def __init__(self, connection: Connection[Any, Any], media: str) -> None:
        self.connection, self.media, self.begun = connection, media, False

    def begin(self) -> None:
        """Send the media type, if that was not done yet."""
        if not self.begun:
            self.begun = True
            _begin(self.connection, Head(self.media))

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Send *data*."""
        self.begin()
        self.connection.send_bytes(DATA + bytes(data))
        return len(data)


def _answer(state: WorkerState, query: Query, connection: Connection[Any, Any]) -> None:
    check_size(query.text)
    if query.there is not None and not state.engine.query(query.there):
        if query.about is None:
            raise RequestError(404, "there is no such graph", "ask /sparql for the graphs that are there")
        raise absent(state.engine, NamedNode(query.about))
    if calls_service(query.text, query.base):
        _write(_federated(state, query, connection), query, connection)
    elif state.store is None:
        if query.default_graphs or query.named_graphs:
            raise RequestError(400, "graphs cannot be named here", "ask the endpoint behind this server")
        _write(state.engine.query(query.text), query, connection)
    else:
        _write(_from_store(state.store, query), query, connection)


def _from_store(store: Store, query: Query) -> Any:
    given: dict[str, Any] = {"base_iri": query.base}
    if query.default_graphs or query.named_graphs:
        given["default_graph"] = [NamedNode(iri) for iri in query.default_graphs] or [DefaultGraph()]
        given["named_graphs"] = [NamedNode(iri) for iri in query.named_graphs]
    elif not names_its_graphs(query.text):
        given["use_default_graph_as_union"] = True
    return store.query(query.text, **given)


def _federated(state: WorkerState, query: Query, connection: Connection[Any, Any]) -> Answer:
    """The answer to a query that calls endpoints, if they are allowed: the server asks them, and nobody else can."""
    if not query.allowed:
        raise RequestError(400, "SERVICE is refused: this server calls no others", "ask the other endpoint yourself")
    if query.default_graphs or query.named_graphs:
        raise RequestError(400, "graphs cannot be named beside SERVICE", "name them in the query, with GRAPH")

    def ask(iri: str, text: str) -> tuple[Rows, float]:
        body = _asked(connection, ASK, {"iri": iri, "text": text})
        try:
            return Rows(lambda: solutions(body, QueryResultsFormat.JSON)).materialised(), 0.0
        except (SyntaxError, ValueError, AssertionError):
            raise ExternalError("the answer is no rows in JSON") from None

    try:
        for block in service_blocks(query.text):
            if block.iri not in query.allowed:
                raise _refused(f"<{block.iri}>", query.allowed)
    except ValueError:
        raise _refused("what is not an IRI in angle brackets", query.allowed) from None
    answer, reports = federation.answer(state.engine, query.text, ask)
    failed = [report.iri for report in reports if report.failed and not report.silent]
    if failed:
        raise ExternalError(f"an endpoint that the query calls failed: <{failed[0]}>", remedy="try again later")
    return answer


def _refused(what: str, allowed: frozenset[str]) -> RequestError:
    named = ", ".join(f"<{one}>" for one in sorted(allowed))
    return RequestError(400, f"SERVICE is refused for {what}", f"one of {named}")


def _write(result: Any, query: Query, connection: Connection[Any, Any]) -> None:
    """Send *result*, an engine's or one of ours, in the form that is wanted."""
    rows, truth = isinstance(result, QuerySolutions | Rows), isinstance(result, QueryBoolean | bool)
    media = query.rows if rows else query.truth if truth else query.graphs
    if media is None:
        raise NotAcceptableError
    pieces = _Pieces(connection, media)
    output = io.BufferedWriter(pieces, _CHUNK)
    if isinstance(result, bool):
        result = _boolean(result)
    if isinstance(result, Rows):
        result.write(ROWS[media], output)
    elif rows or truth:
        result.serialize(output, format=ROWS[media])
    else:
        form: RdfFormat = GRAPHS[media]
        serialized(result, output, format=form, prefixes=dict(prefixes()))
    output.flush()
    pieces.begin()


def _boolean(truth: bool) -> QueryBoolean:
    found = Store().query(f"ASK {{ FILTER({str(truth).lower()}) }}")
    assert isinstance(found, QueryBoolean)
    return found
