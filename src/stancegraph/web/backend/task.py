"""What a worker is asked to do, what it may use, and how its answer starts.

A worker gets a `Query`, which the engine answers and whose answer is streamed, or a `Call`: the name of a procedure
that makes something from several queries, such as a page, a picture, or candidates for names. Both are plain data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Query:
    """A SPARQL query to run.

    Attributes:
        text: The query. It asks the union of all graphs, unless it names graphs itself or the request does.
        row_format: The media type for the rows of a SELECT; None if the client accepts none.
        boolean_format: The media type for the truth value of an ASK; None if the client accepts none.
        graph_format: The media type for the triples of a CONSTRUCT or DESCRIBE; None if the client accepts none.
        default_graphs: The graphs that the request names as the default graph.
        named_graphs: The graphs that the request names as named graphs.
        base: The IRI against which relative IRIs are resolved.
        existence_check: An ASK that must be true first; otherwise the graph, or the thing *subject*, does not exist.
        subject: The IRI of the thing that the query is about.
        allowed_endpoints: The endpoints that a SERVICE may name.
    """

    text: str
    row_format: str | None
    boolean_format: str | None
    graph_format: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None
    existence_check: str | None = None
    subject: str | None = None
    allowed_endpoints: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a procedure.

    Attributes:
        name: The name of the procedure in `stancegraph.web.backend.procedures.PROCEDURES`.
        root: The address of the site.
        arguments: The keyword arguments of the procedure.
        streamed: Whether the answer may be as large as `Limits.answer`, instead of `Limits.page`.
    """

    name: str
    root: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    streamed: bool = False


Task = Query | Call


@dataclass(frozen=True, slots=True)
class Limits:
    """What a task may use.

    Attributes:
        seconds: Time from the start of the task to the last byte sent.
        memory: Bytes of memory beyond the snapshot.
        answer: Bytes of an answer that is streamed.
        page: Bytes of a page, or of anything else that is made whole.
        rows: Rows that a page looks at.
    """

    seconds: float = 30.0
    memory: int = 2 << 30
    answer: int = 1 << 30
    page: int = 32 << 20
    rows: int = 10_000


@dataclass(frozen=True, slots=True)
class Head:
    """How an answer starts: its media type, HTTP status code and further headers."""

    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompleteAnswer:
    """An answer that a procedure has made whole."""

    head: Head
    body: bytes


@dataclass(frozen=True, slots=True)
class ForkServerConfig:
    """What a fork server loads, and how many workers it keeps alive.

    Attributes:
        root: The folder of the workspace.
        version: The digest of the snapshot; None for an endpoint.
        snapshot: The folder of the snapshot; None for an endpoint.
        engine_url: The address of an endpoint that answers in place of a snapshot.
        workers: The number of workers.
        limits: What each task may use.
    """

    root: Path
    version: str | None
    snapshot: Path | None
    engine_url: str | None
    workers: int
    limits: Limits
