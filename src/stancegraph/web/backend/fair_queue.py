"""Whose turn it is: each client has a fair share of the workers, however many connections it opens.

A client is the network that an address belongs to: one address of version 4, or the 64 bits of one of version 6 that a
household has. It may have all workers but one, so that another one finds one free; and half of the places in the queue.
Of those who wait, the one goes first who has the fewest tasks under way, and of equals the one who has waited longest.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from stancegraph.web.backend.cancelling import Cancellation, GoneError
from stancegraph.web.failures import BusyError


def network(address: str) -> str:
    """The network of a client's *address*; what is no address stands for itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


@dataclass(eq=False)
class _Ticket:
    client: str
    number: int


@dataclass
class FairQueue:
    """The turns at *size* workers, for which *waiting* may wait."""

    size: int
    waiting: int
    _running: Counter[str] = field(default_factory=Counter, init=False)
    _queue: list[_Ticket] = field(default_factory=list, init=False)
    _numbers: Iterator[int] = field(default_factory=count, init=False)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self.share = max(1, self.size - 1)
        self.places = max(1, self.waiting // 2)

    @property
    def queued(self) -> int:
        """How many wait."""
        return len(self._queue)

    def enter(self, client: str, seconds: float, wanted: Cancellation) -> None:
        """Wait for the turn of *client*.

        Raises `BusyError` where too many wait, or it does not come in *seconds*, and `GoneError` where it is not
        *wanted* any more.
        """
        wanted.then(self._look)
        until = time.monotonic() + seconds
        with self._changed:
            mine = _Ticket(client, next(self._numbers))
            self._queue.append(mine)
            try:
                if self._next() is not mine and (
                    len(self._queue) > self.waiting or sum(one.client == client for one in self._queue) > self.places
                ):
                    raise BusyError
                while self._next() is not mine:
                    left = until - time.monotonic()
                    if wanted.cancelled:
                        raise GoneError
                    if left <= 0:
                        raise BusyError
                    self._changed.wait(left)
                self._running[client] += 1
            finally:
                self._queue.remove(mine)
                self._changed.notify_all()

    def leave(self, client: str) -> None:
        """The turn of *client* is over."""
        with self._changed:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]
            self._changed.notify_all()

    def _look(self) -> None:
        """Let all who wait see what has changed."""
        with self._changed:
            self._changed.notify_all()

    def _next(self) -> _Ticket | None:
        """Who of those that wait is the next to go, if anybody may go now."""
        if self._running.total() >= self.size:
            return None
        waiting = [one for one in self._queue if self._running[one.client] < self.share]
        return min(waiting, key=lambda one: (self._running[one.client], one.number), default=None)
