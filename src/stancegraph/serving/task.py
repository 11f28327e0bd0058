"""A query to run, and what it may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """A query to run: its text, the graphs that the request names, and the media types for rows, truth and graphs.

    With no graphs named, the union of all graphs is asked, unless the text names graphs itself. *base* is what relative
    IRIs are resolved against.
    """

    text: str
    rows: str | None
    truth: str | None
    graphs: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may take: seconds of time, bytes of memory beyond the snapshot, and bytes of its answer."""

    seconds: float = 30.0
    memory: int = 2 << 30
    answer: int = 1 << 30
