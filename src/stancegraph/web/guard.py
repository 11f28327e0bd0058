"""Connections are bounded: in number, for each client and in all, and in the time that a request may take to arrive.

uvicorn has no limit for how long the head of a request may take, and waits without end for a client that does not read
what it was sent. Here each connection is looked at every second, and cut where it holds what it does not use.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from stancegraph.web.backend.fair_queue import network

_EVERY = 1.0  # seconds


@dataclass
class Bounds:
    """How many connections there may be, in all and for each client's network; and seconds: for the head of a request
    to arrive, for a request as a whole, and for the end of a connection. Clients at *trusted* addresses stand for
    others.
    """

    connections: int = 512
    each: int = 128
    head: float = 10.0
    request: float = 700.0
    end: float = 5.0
    trusted: frozenset[str] = frozenset()
    open: Counter[str] = field(default_factory=Counter, init=False)
    refused: Counter[str] = field(default_factory=Counter, init=False)

    def admit(self, client: str) -> bool:
        """Whether one more connection of *client* may be; if so, it counts."""
        if self.open.total() >= self.connections or (client not in self.trusted and self.open[client] >= self.each):
            self.refused["connections"] += 1
            return False
        self.open[client] += 1
        return True

    def leave(self, client: str) -> None:
        """A connection of *client* has ended."""
        self.open[client] -= 1
        if self.open[client] <= 0:
            del self.open[client]


def guarded(bounds: Bounds) -> Callable[..., asyncio.Protocol]:
    """What makes protocols for uvicorn, whose connections keep within *bounds*."""

    def make(**given: Any) -> asyncio.Protocol:
        return _Guarded(bounds, **given)

    return make


class _Guarded(H11Protocol):
    """A connection that is cut where it keeps not within its bounds."""

    def __init__(self, bounds: Bounds, **given: Any) -> None:
        super().__init__(**given)
        self.bounds = bounds
        self._who = ""
        self._admitted = False
        self._state: tuple[str, int] = ("head", 0)
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or cut it at once where there are too many."""
        super().connection_made(transport)
        self._who = network(self.client[0]) if self.client else ""
        self._admitted = self.bounds.admit(self._who)
        if not self._admitted:
            transport.abort()
            return
        self._since = self.loop.time()
        self._timer = self.loop.call_later(_EVERY, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended."""
        if self._timer is not None:
            self._timer.cancel()
        if self._admitted:
            self._admitted = False
            self.bounds.leave(self._who)
        super().connection_lost(exc)

    def _look(self) -> None:
        """Cut the connection where it has been in one state for too long."""
        now, state = self.loop.time(), self._now()
        if state != self._state:
            self._state, self._since = state, now
        most = {"head": self.bounds.head, "request": self.bounds.request, "end": self.bounds.end}[state[0]]
        if now - self._since >= most:
            self.bounds.refused[state[0]] += 1
            self.transport.abort()
            return
        self._timer = self.loop.call_later(_EVERY, self._look)

    def _now(self) -> tuple[str, int]:
        """What is waited for: the ``head`` of a request, the ``request`` to be answered, or the ``end``."""
        if self.transport.is_closing():
            return "end", 0
        waiting = self.cycle is None or self.cycle.response_complete
        return "head" if waiting else "request", id(self.cycle)
