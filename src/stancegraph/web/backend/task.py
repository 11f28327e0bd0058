"""What a worker is given to do, what it may take, and how its answer begins.

A worker gets a `Query`, which the engine answers and streams, or a `Call`, the name of something that is made from
several queries: a page, a picture, candidates for names. Both are plain data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Query:
    """A query to run: its text, the graphs that the request names, and the media types for rows, truth and graphs.

    With no graphs named, the union of all graphs is asked, unless the text names graphs itself. *base* is what relative
    IRIs are resolved against. *there*, an ASK, must be true first: what is absent is a graph, or the thing with the IRI
    *about*. *allowed* are the endpoints that a SERVICE may name.
    """

    text: str
    rows: str | None
    truth: str | None
    graphs: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None
    there: str | None = None
    about: str | None = None
    allowed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """Something to make: its *name* among `stancegraph.web.backend.procedures.MADE`, and what it is *given*.

    *root* is the address of the site. The answer is no larger than `Limits.page`, unless it is *streamed*.
    """

    name: str
    root: str
    given: Mapping[str, Any] = field(default_factory=dict)
    streamed: bool = False


Task = Query | Call


@dataclass(frozen=True, slots=True)
class Limits:
    """What a task may take: seconds of time, from its beginning to the last byte that is sent; bytes of memory beyond
    the snapshot; bytes of its answer, and of a page; rows that a page looks at.
    """

    seconds: float = 30.0
    memory: int = 2 << 30
    answer: int = 1 << 30
    page: int = 32 << 20
    rows: int = 10_000


@dataclass(frozen=True, slots=True)
class Head:
    """How an answer begins: its media type, the status of HTTP, and further headers."""

    media: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompleteAnswer:
    """What a call made: how it begins, and all of it."""

    head: Head
    body: bytes
