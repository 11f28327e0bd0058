"""Limits on connections: how many there are, overall and for each client, and how long a request takes to arrive.

uvicorn does not limit how long the head of a request may take, and waits without end for a client that does not read
what it was sent. Here each connection is checked every second, and cut off if it is held without being used.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from stancegraph.web.backend.fair_queue import client_network

_CHECK_INTERVAL = 1.0  # seconds


@dataclass
class ConnectionLimits:
    """The limits on connections, and how many there are.

    Attributes:
        connections: How many may be open.
        client_connections: How many of them one client, which is a network, may have open.
        head_seconds: How long the head of a request may take to arrive.
        request_seconds: How long a request may take from then on, until its answer has been sent.
        closing_seconds: How long a connection may take to close.
        trusted: The addresses of proxies, whose connections are those of many clients.
        open: The number of open connections of each client.
        refused: How many connections were refused or cut off, by the limit that they exceeded.
    """

    connections: int = 512
    client_connections: int = 128
    head_seconds: float = 10.0
    request_seconds: float = 700.0
    closing_seconds: float = 5.0
    trusted: frozenset[str] = frozenset()
    open: Counter[str] = field(default_factory=Counter, init=False)
    refused: Counter[str] = field(default_factory=Counter, init=False)

    def admit(self, client: str) -> bool:
        """Count one more connection of *client*, and return True, if there may be one."""
        is_full_for_client = client not in self.trusted and self.open[client] >= self.client_connections
        if self.open.total() >= self.connections or is_full_for_client:
            self.refused["connections"] += 1
            return False
        self.open[client] += 1
        return True

    def release(self, client: str) -> None:
        """Count one connection of *client* less."""
        self.open[client] -= 1
        if self.open[client] <= 0:
            del self.open[client]


def limited_protocol(limits: ConnectionLimits) -> Callable[..., asyncio.Protocol]:
    """Return what uvicorn can use as its protocol class, with connections that keep within *limits*."""

    def make(**options: Any) -> asyncio.Protocol:
        return _LimitedProtocol(limits, **options)

    return make


class _LimitedProtocol(H11Protocol):
    """A connection that is cut off when it exceeds its limits."""

    def __init__(self, limits: ConnectionLimits, **options: Any) -> None:
        super().__init__(**options)
        self.connection_limits = limits
        self._network = ""
        self._admitted = False
        self._state: tuple[str, int] = ("head", 0)
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection, or cut it off at once if there are too many."""
        super().connection_made(transport)
        self._network = client_network(self.client[0]) if self.client else ""
        self._admitted = self.connection_limits.admit(self._network)
        if not self._admitted:
            transport.abort()
            return
        self._since = self.loop.time()
        self._timer = self.loop.call_later(_CHECK_INTERVAL, self._check)

    def connection_lost(self, exc: Exception | None) -> None:
        """Release a connection that has ended."""
        if self._timer is not None:
            self._timer.cancel()
        if self._admitted:
            self._admitted = False
            self.connection_limits.release(self._network)
        super().connection_lost(exc)

    def _check(self) -> None:
        """Cut the connection off if it has been in one state for too long."""
        now, state = self.loop.time(), self._current_state()
        if state != self._state:
            self._state, self._since = state, now
        limits = self.connection_limits
        max_seconds = {
            "head": limits.head_seconds,
            "request": limits.request_seconds,
            "end": limits.closing_seconds,
        }[state[0]]
        if now - self._since >= max_seconds:
            limits.refused[state[0]] += 1
            self.transport.abort()
            return
        self._timer = self.loop.call_later(_CHECK_INTERVAL, self._check)

    def _current_state(self) -> tuple[str, int]:
        """Return what the connection waits for, and which request that is about.

        It waits for the ``head`` of a request, for the ``request`` to be answered, or for the ``end``.
        """
        if self.transport.is_closing():
            return "end", 0
        is_idle = self.cycle is None or self.cycle.response_complete
        return "head" if is_idle else "request", id(self.cycle)
