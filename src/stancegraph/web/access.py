"""Access to the server: the host names that it answers to, and the token that lets people edit."""

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

MIN_TOKEN_LENGTH = 16  # characters
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:\d{1,5})?")
_MAX_SESSIONS, _SESSION_HOURS = 100, 12


def parse_host(header: str) -> str | None:
    """Return the host name or address in a Host *header*, in lower case and without brackets and port.

    Returns:
        The name, or None if the header is malformed.

    >>> parse_host("[::1]:8000"), parse_host("Localhost:8000"), parse_host("a b")
    ('::1', 'localhost', None)
    """
    match = _HOST.fullmatch(header)
    return match[1].strip("[]").lower().rstrip(".") if match else None


def is_loopback(address: str) -> bool:
    """Return whether *address*, an IP address or ``localhost``, can be reached from this machine only."""
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def allowed_host_names(host: str, base_url: str | None, further: Collection[str] = ()) -> frozenset[str] | None:
    """Return the host names that a server answers to.

    On loopback, a request for an unknown name comes from somebody else's page (`DNS rebinding
    <https://en.wikipedia.org/wiki/DNS_rebinding>`_). On other addresses, names are checked only if *further* ones are
    given.

    Args:
        host: The address at which the server listens.
        base_url: The address that clients know, if it is another one.
        further: Further names.

    Returns:
        The names, in lower case; None if the server answers to any name.
    """
    if not is_loopback(host) and not further:
        return None
    names = {name.lower() for name in further} | {host.lower()}
    if base_url is not None and (hostname := urlsplit(base_url).hostname):
        names.add(hostname)
    if is_loopback(host):
        names |= {"localhost", "127.0.0.1", "::1"}
    return frozenset(names)


class HostMiddleware:
    """Middleware that refuses requests for other host names, and those without exactly one valid Host header.

    The latter is what `RFC 9112, section 3.2 <https://www.rfc-editor.org/rfc/rfc9112#section-3.2>`_ requires.

    Args:
        app: The application that gets the other requests.
        names: The host names, as `allowed_host_names` returns them.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str] | None) -> None:
        self.app, self.names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, or refuse it: with 400 for its Host header, with 421 for a name that is not allowed."""
        if scope["type"] == "http":
            headers = [value.decode("latin-1") for key, value in scope["headers"] if key == b"host"]
            name = parse_host(headers[0]) if len(headers) == 1 else None
            if name is None:
                title = "the request must have one Host header, with a valid host name"
                await _problem_response(400, title)(scope, receive, send)
                return
            if self.names is not None and name not in self.names:
                title = f"this server does not answer to the name {name}"
                await _problem_response(421, title, "start it with --host-name to allow the name")(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _problem_response(status: int, title: str, remedy: str | None = None) -> JSONResponse:
    problem = {"type": "about:blank", "status": status, "title": title, **({"remedy": remedy} if remedy else {})}
    return JSONResponse(problem, status, media_type="application/problem+json")


@dataclass(frozen=True)
class Token:
    """A secret by which people are let in, and the sessions of those who have entered it.

    The secret is compared as bytes, in a time that does not depend on them, and is never sent: each session has a
    random identifier of its own, which expires after some hours, or when the server ends.

    Args:
        secret: The secret.

    Raises:
        UsageError: The secret is shorter than `MIN_TOKEN_LENGTH`.
    """

    secret: str = field(repr=False)
    _sessions: dict[str, float] = field(default_factory=dict, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < MIN_TOKEN_LENGTH:
            raise UsageError(
                f"the token has only {len(self.secret)} characters",
                remedy=f"use at least {MIN_TOKEN_LENGTH} random ones, such as Python's secrets.token_urlsafe() returns",
            )

    def matches(self, candidate: bytes) -> bool:
        """Return whether *candidate* is the secret, in UTF-8."""
        return secrets.compare_digest(candidate, self.secret.encode("utf-8"))

    def start_session(self) -> str:
        """Return the identifier of a new session; if there are too many, the oldest one ends."""
        identifier = secrets.token_urlsafe(32)
        with self._lock:
            while len(self._sessions) >= _MAX_SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[identifier] = time.monotonic() + 3600 * _SESSION_HOURS
        return identifier

    def has_session(self, identifier: str) -> bool:
        """Return whether *identifier* is that of a session which has not expired."""
        with self._lock:
            return time.monotonic() < self._sessions.get(identifier, 0.0)
