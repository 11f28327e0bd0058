"""A queue for the workers in which each client has a fair share, however many connections it opens.

A client is the network of an address: a single IPv4 address, or the /64 network that a household has in IPv6. One
client may occupy all workers but one, so that another client finds one free, and half of the places in the queue. The
next turn goes to the client with the fewest tasks under way; among equals, to the one that has waited longest.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from stancegraph.web.backend.cancelling import Cancellation, DisconnectedError
from stancegraph.web.failures import BusyError


def client_network(address: str) -> str:
    """Return the network of a client's *address*: the address itself, or the first 64 bits in IPv6.

    An IPv6 address that maps an IPv4 address counts as the latter. Text that is not an address is returned unchanged.

    >>> client_network("192.0.2.1"), client_network("2001:db8::1"), client_network("testclient")
    ('192.0.2.1', '2001:db8::/64', 'testclient')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


@dataclass(eq=False)
class _Ticket:
    client: str
    number: int


@dataclass
class FairQueue:
    """Turns at a number of workers, shared fairly among clients.

    Args:
        workers: How many turns there may be at once.
        max_waiting: How many tasks may wait for a turn.

    Attributes:
        max_client_running: How many turns one client may have at once.
        max_client_waiting: How many tasks of one client may wait.
    """

    workers: int
    max_waiting: int
    _running: Counter[str] = field(default_factory=Counter, init=False)
    _tickets: list[_Ticket] = field(default_factory=list, init=False)
    _numbers: Iterator[int] = field(default_factory=count, init=False)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self.max_client_running = max(1, self.workers - 1)
        self.max_client_waiting = max(1, self.max_waiting // 2)

    @property
    def queued(self) -> int:
        """How many tasks are waiting."""
        return len(self._tickets)

    def enter(self, client: str, seconds: float, cancellation: Cancellation) -> None:
        """Wait for a turn, which lasts until `leave`.

        Args:
            client: The client, as `client_network` returns it.
            seconds: How long to wait at most.
            cancellation: Ends the waiting when it is cancelled.

        Raises:
            BusyError: Too many tasks are waiting, or the turn does not come in time.
            DisconnectedError: The task was cancelled while it waited.
        """
        cancellation.on_cancel(self._notify)
        deadline = time.monotonic() + seconds
        with self._changed:
            ticket = _Ticket(client, next(self._numbers))
            self._tickets.append(ticket)
            try:
                if self._next_ticket() is not ticket and self._is_full_for(client):
                    raise BusyError
                while self._next_ticket() is not ticket:
                    remaining = deadline - time.monotonic()
                    if cancellation.cancelled:
                        raise DisconnectedError
                    if remaining <= 0:
                        raise BusyError
                    self._changed.wait(remaining)
                self._running[client] += 1
            finally:
                self._tickets.remove(ticket)
                self._changed.notify_all()

    def leave(self, client: str) -> None:
        """End a turn of *client*."""
        with self._changed:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]
            self._changed.notify_all()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _is_full_for(self, client: str) -> bool:
        """Return whether too many tasks are waiting, overall or for *client*, counting the newest."""
        client_tickets = sum(ticket.client == client for ticket in self._tickets)
        return len(self._tickets) > self.max_waiting or client_tickets > self.max_client_waiting

    def _next_ticket(self) -> _Ticket | None:
        """Return the ticket whose turn it is, or None if no turn is free for any of them."""
        if self._running.total() >= self.workers:
            return None
        eligible = [ticket for ticket in self._tickets if self._running[ticket.client] < self.max_client_running]
        return min(eligible, key=lambda ticket: (self._running[ticket.client], ticket.number), default=None)
