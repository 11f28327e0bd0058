"""Who is answered: under which names the server is known, which pages of other sites may read it, and who may edit."""

from __future__ import annotations

import ipaddress
import re
import secrets
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from stancegraph.errors import UsageError

SHORTEST = 16  # characters of a token
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:\d{1,5})?")
_SESSIONS, _HOURS = 100, 12


def name_of(host: str) -> str | None:
    """The name in a Host header, in lower case and without brackets and port; None where it is none.

    >>> name_of("[::1]:8000"), name_of("Localhost:8000"), name_of("a b")
    ('::1', 'localhost', None)
    """
    match = _HOST.fullmatch(host)
    return match[1].strip("[]").lower().rstrip(".") if match else None


def is_loopback(address: str) -> bool:
    """Whether *address*, of a machine, is one of this machine that no other can reach."""
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def known_names(host: str, base: str | None, further: Collection[str] = ()) -> frozenset[str] | None:
    """The names under which a server is known that listens at *host*; None where any will do.

    On loopback a name that is not known leads here from somebody else's page (`DNS rebinding
    <https://en.wikipedia.org/wiki/DNS_rebinding>`_). Elsewhere names are checked where *further* ones are given.
    """
    if not is_loopback(host) and not further:
        return None
    named = {one.lower() for one in further} | {host.lower()}
    if base is not None and (hostname := urlsplit(base).hostname):
        named.add(hostname)
    if is_loopback(host):
        named |= {"localhost", "127.0.0.1", "::1"}
    return frozenset(named)


class KnownHosts:
    """Middleware that answers requests for *names* only, and none without a Host as `RFC 9112, section 3.2
    <https://www.rfc-editor.org/rfc/rfc9112#section-3.2>`_ has it.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str] | None) -> None:
        self.app, self.names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request for a name that is known."""
        if scope["type"] == "http":
            hosts = [value.decode("latin-1") for key, value in scope["headers"] if key == b"host"]
            name = name_of(hosts[0]) if len(hosts) == 1 else None
            if name is None:
                await _refusal(400, "the request names no host, or none that can be one")(scope, receive, send)
                return
            if self.names is not None and name not in self.names:
                message = f"this server is not known as {name}"
                await _refusal(421, message, "start it with --host-name to be")(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _refusal(status: int, title: str, remedy: str | None = None) -> JSONResponse:
    told = {"type": "about:blank", "status": status, "title": title, **({"remedy": remedy} if remedy else {})}
    return JSONResponse(told, status, media_type="application/problem+json")


@dataclass(frozen=True)
class Token:
    """A secret word by which people are let in, and the sessions of those who have given it.

    The word itself is compared as bytes, in a time that does not depend on them, and is never sent: a session has a
    number of its own, which ends after some hours, or when the server does.
    """

    word: str = field(repr=False)
    _sessions: dict[str, float] = field(default_factory=dict, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.word) < SHORTEST:
            raise UsageError(
                f"the token has {len(self.word)} characters",
                remedy=f"give at least {SHORTEST}, drawn by chance: secrets.token_urlsafe() of Python makes such",
            )

    def is_word(self, given: bytes) -> bool:
        """Whether *given* is the word, in UTF-8."""
        return secrets.compare_digest(given, self.word.encode("utf-8"))

    def enter(self) -> str:
        """The number of a new session; the oldest of too many ends."""
        number = secrets.token_urlsafe(32)
        with self._lock:
            while len(self._sessions) >= _SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[number] = time.monotonic() + 3600 * _HOURS
        return number

    def is_session(self, number: str) -> bool:
        """Whether *number* is that of a session which has not ended."""
        with self._lock:
            return time.monotonic() < self._sessions.get(number, 0.0)
