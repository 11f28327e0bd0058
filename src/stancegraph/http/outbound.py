"""Calls to elsewhere: the one way out, for endpoints, graph stores and services of others.

Only http and https are spoken. An address that is not public (`stancegraph.http.dialling.is_public`) is called only
where whoever runs the program has *named* it: the URL stands in the call, or in the description of a target of links,
with that host and that port. What others name, a redirect or a SERVICE in a question, never leads into a network of
one's own. Redirects are followed five times, each by the same rules, never from https to http; what authenticates the
request is not sent to another origin. The time that a call may take is for the whole of it, and what is sent back is
bounded in bytes.

Proxies are those of the environment: ``http_proxy``, ``https_proxy`` and ``no_proxy``. A proxy resolves names itself;
of hosts that are not named, those are then refused that are an address which is not public, or a name within a
network (no dot, or ``.localhost``, ``.local``, ``.internal``).
"""

from __future__ import annotations

import base64
import functools
import io
import string
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from stancegraph.http.dialling import Call, Handler, RefusedError, is_public

REDIRECTS = 5
LARGEST = 1 << 30  # bytes of an answer, where the caller sets no other bound
_PORTS = {"http": 80, "https": 443}
_REMEDY = "check the address; one within a network of your own must be named in the call, with its host and port"
_WITHIN = (".localhost", ".local", ".internal", ".home.arpa")
_OF_THE_BODY = {"content-length", "content-type", "transfer-encoding"}
_TOLD = 64 << 10  # bytes that are read of what an error says


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a URL (`RFC 6454 <https://www.rfc-editor.org/rfc/rfc6454#section-4>`_)."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin:
        """That of *url*; `RefusedError` where it is not one that can be called.

        >>> Origin.of("https://Example.org./sparql")
        Origin(scheme='https', host='example.org', port=443)
        """
        try:
            parts = urllib.parse.urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError as error:
            raise RefusedError(f"it is no URL: {error}", file=url, remedy="correct it") from None
        if parts.scheme not in _PORTS:
            raise RefusedError(f"{parts.scheme or 'no scheme'}: is not called, only http and https", file=url)
        if "@" in parts.netloc or "\\" in parts.netloc:
            raise RefusedError("a URL with a user in it is not called", file=url, remedy="give the user apart from it")
        if not host or port == 0:
            raise RefusedError("it names no host and port", file=url, remedy="correct it")
        return cls(parts.scheme, host, port or _PORTS[parts.scheme])


@dataclass(frozen=True, slots=True)
class Outbound:
    """How far calls go: *seconds* for the whole of one, *largest* bytes of a body, and where they may go within a
    network of one's own: to the hosts and ports that are *named*.
    """

    seconds: float
    largest: int = LARGEST
    named: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def naming(cls, urls: Iterable[str], seconds: float, largest: int = LARGEST) -> Outbound:
        """One for which *urls* are named by whoever runs the program."""
        origins = [Origin.of(url) for url in urls]
        return cls(seconds, largest, frozenset((origin.host, origin.port) for origin in origins))

    def open(self, request: urllib.request.Request, *handlers: urllib.request.BaseHandler) -> Any:
        """The response to *request*, open, with urllib's *handlers* for authentication.

        Raises `RefusedError` for what may not be called or is more than may be, `OSError` or `HTTPException` where
        there is no whole answer in time, `urllib.error.HTTPError` for a status that says no.
        """
        call = Call(self.seconds, time.monotonic() + self.seconds, self.largest, self.named, request.full_url)
        asked = call.asked
        for _ in range(REDIRECTS + 1):
            try:
                return self._once(request, call, handlers)
            except urllib.error.HTTPError as error:
                location = error.headers.get("Location")
                if error.code not in {301, 302, 303, 307, 308} or location is None:
                    raise _briefly(error) from None
                error.close()
                request = _redirected(request, error.code, location, asked)
            except RefusedError as error:
                there = "" if request.full_url == asked else f"it redirects to {request.full_url}: "
                raise RefusedError(f"{there}{error.message}", file=asked, remedy=error.remedy or _REMEDY) from None
        raise RefusedError(f"it redirects more than {REDIRECTS} times", file=asked, remedy="check the address")

    def _once(self, request: urllib.request.Request, call: Call, handlers: Iterable[Any]) -> Any:
        origin = Origin.of(request.full_url)
        proxy = _proxy(origin)
        call.proxy = None
        if proxy is not None:
            self._through_a_proxy(origin)
            call.proxy = (proxy.hostname or "", proxy.port or 80)
            request.set_proxy(proxy.netloc.rpartition("@")[2], "http")
            if proxy.username:
                user = f"{urllib.parse.unquote(proxy.username)}:{urllib.parse.unquote(proxy.password or '')}"
                told = base64.b64encode(user.encode("utf-8")).decode("ascii")
                request.add_unredirected_header("Proxy-Authorization", f"Basic {told}")
        opener = urllib.request.OpenerDirector()
        for handler in (
            Handler(call),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.UnknownHandler(),
            *handlers,
        ):
            opener.add_handler(handler)
        return opener.open(request, timeout=call.left())

    def _through_a_proxy(self, origin: Origin) -> None:
        """Refuse what a proxy is not to call for us."""
        if (origin.host, origin.port) in self.named:
            return
        try:
            public = is_public(origin.host)
        except ValueError:  # a name; or a number, which is one of the forms of an IPv4 address
            last = origin.host.rpartition(".")[2]
            public = "." in origin.host and not last[:1].isdigit() and not origin.host.endswith(_WITHIN)
        if not public:
            raise RefusedError(f"{origin.host} is on this machine or in a network of its own")


def _proxy(origin: Origin) -> urllib.parse.SplitResult | None:
    """The proxy that the environment names for *origin*, if any."""
    proxies = urllib.request.getproxies_environment()
    url = proxies.get(origin.scheme)
    if not url or urllib.request.proxy_bypass_environment(  # type: ignore[attr-defined]
        f"{_bracketed(origin.host)}:{origin.port}", proxies
    ):
        return None
    parts = urllib.parse.urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme != "http" or not parts.hostname:
        raise RefusedError(
            f"the proxy of the environment is of another sort: {parts.scheme}://{parts.hostname or ''}",
            remedy=f"name one in {origin.scheme}_proxy that is spoken to in http",
        )
    return parts


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _redirected(request: urllib.request.Request, code: int, location: str, asked: str) -> urllib.request.Request:
    """The request to make after a redirect: 307 and 308 keep method and body, others ask by GET."""
    location = urllib.parse.quote(location, encoding="iso-8859-1", safe=string.punctuation)
    try:
        url = urllib.parse.urljoin(request.full_url, location)
        old, new = Origin.of(request.full_url), Origin.of(url)
    except ValueError as error:
        raise RefusedError(f"it redirects to what is no URL: {error}", file=asked, remedy="check the address") from None
    except RefusedError as error:
        raise RefusedError(f"it redirects to {url}: {error.message}", file=asked, remedy="check the address") from None
    if old.scheme == "https" and new.scheme == "http":
        raise RefusedError(f"it redirects from https to {url}", file=asked, remedy="check the address")
    method = request.get_method()
    keeps = code in {307, 308} or method in {"GET", "HEAD"}
    if not keeps and method != "POST":
        raise RefusedError(f"it redirects a {method} to {url}", file=asked, remedy=f"name {url} if it is meant")
    dropped = set() if keeps else set(_OF_THE_BODY)
    dropped |= {"host"} | (set() if old == new else {"authorization", "cookie", "proxy-authorization"})
    headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
    data = request.data if keeps else None
    return urllib.request.Request(url, data=data, headers=headers, method=method if keeps else "GET")


def _briefly(error: urllib.error.HTTPError) -> urllib.error.HTTPError:
    """The same with the beginning of what it says, read."""
    try:
        told = error.read(_TOLD)
    except (OSError, HTTPException, ValueError, RefusedError):
        told = b""
    error.close()
    return urllib.error.HTTPError(error.url or "", error.code, error.msg, error.headers, io.BytesIO(told))


def asking(url: str, outbound: Outbound, *handlers: urllib.request.BaseHandler, agent: str | None = None) -> Any:
    """A `SPARQLWrapper` for the endpoint at *url*, which calls by *outbound*."""
    return _wrapper_class()(url, outbound, handlers, **({} if agent is None else {"agent": agent}))


@functools.cache
def _wrapper_class() -> type[Any]:
    """Made when it is needed: SPARQLWrapper imports rdflib."""
    from SPARQLWrapper import SPARQLExceptions as Told
    from SPARQLWrapper import SPARQLWrapper

    told = {
        400: Told.QueryBadFormed,
        401: Told.Unauthorized,
        404: Told.EndPointNotFound,
        414: Told.URITooLong,
        500: Told.EndPointInternalError,
    }

    class Wrapper(SPARQLWrapper):
        def __init__(self, url: str, outbound: Outbound, handlers: Iterable[Any], **given: str) -> None:
            super().__init__(url, **given)
            self._outbound, self._handlers = outbound, handlers

        def _query(self) -> tuple[Any, str]:
            try:
                return self._outbound.open(self._createRequest(), *self._handlers), self.returnFormat
            except urllib.error.HTTPError as error:
                if error.code in told:
                    raise told[error.code](error.read()) from None
                raise

    return Wrapper
