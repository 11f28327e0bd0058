"""Calls to other machines: the only way out, for endpoints, graph stores and services of others.

Only http and https are spoken. An address that is not public (`stancegraph.http.dialling.is_public`) is called only if
whoever runs the program has *named* it: its URL was given to the command, or in the description of a target of links,
with that host and that port. What others name, such as a redirect or a SERVICE in a question, never leads into a
private network. At most five redirects are followed, each by the same rules, and none from https to http; what
authenticates the request is not sent to another origin. The time limit of a call is for all of it, and the size of the
response is bounded.

Proxies are those of the environment: ``http_proxy``, ``https_proxy`` and ``no_proxy``. As a proxy resolves names
itself, hosts that are not named are refused if they are an address that is not public, or the name of a host in a
private network (without a dot, or in ``.localhost``, ``.local``, ``.internal`` or ``.home.arpa``).
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

MAX_REDIRECTS = 5
LARGEST = 1 << 30
"""The largest size of a response in bytes, unless the caller sets another."""
_PORTS = {"http": 80, "https": 443}
_REMEDY = "check the address; one in a private network must be named in the call, with its host and port"
_PRIVATE_DOMAINS = (".localhost", ".local", ".internal", ".home.arpa")
_BODY_HEADERS = {"content-length", "content-type", "transfer-encoding"}
_MAX_ERROR_BYTES = 64 << 10  # bytes that are read of the body of an error


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a URL (`RFC 6454 <https://www.rfc-editor.org/rfc/rfc6454#section-4>`_)."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, url: str) -> Origin:
        """Return the origin of *url*; raise `RefusedError` if it is not the URL of a service that can be called.

        >>> Origin.parse("https://Example.org./sparql")
        Origin(scheme='https', host='example.org', port=443)
        """
        try:
            parts = urllib.parse.urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError as error:
            raise RefusedError(f"it is not a URL: {error}", file=url, remedy="correct it") from None
        if parts.scheme not in _PORTS:
            raise RefusedError(f"{parts.scheme or 'no scheme'}: is not supported, only http and https are", file=url)
        if "@" in parts.netloc or "\\" in parts.netloc:
            raise RefusedError(
                "a URL with a user name in it is not called", file=url, remedy="give the user name apart from the URL"
            )
        if not host or port == 0:
            raise RefusedError("it is missing a host, or its port is 0", file=url, remedy="correct it")
        return cls(parts.scheme, host, port or _PORTS[parts.scheme])


@dataclass(frozen=True, slots=True)
class Outbound:
    """The way to other machines, with the bounds of each call.

    Attributes:
        seconds: How long one call may take, with all its redirects.
        largest: The largest size of the body of a response, in bytes.
        named: The hosts and ports in a private network that may be called.
    """

    seconds: float
    largest: int = LARGEST
    named: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def naming(cls, urls: Iterable[str], seconds: float, largest: int = LARGEST) -> Outbound:
        """Return a way out for which some URLs are named by whoever runs the program.

        Args:
            urls: The URLs whose hosts and ports may be called even in a private network.
            seconds: How long one call may take.
            largest: The largest size of the body of a response, in bytes.

        Raises:
            RefusedError: One of *urls* is not that of a service that can be called.
        """
        origins = [Origin.parse(url) for url in urls]
        return cls(seconds, largest, frozenset((origin.host, origin.port) for origin in origins))

    def open(self, request: urllib.request.Request, *handlers: urllib.request.BaseHandler) -> Any:
        """Send a request, and follow its redirects.

        Args:
            request: The request.
            handlers: Handlers of urllib, for authentication.

        Returns:
            The open response; its body is read within the bounds, too.

        Raises:
            RefusedError: The call is not allowed, or the response is larger than allowed.
            urllib.error.HTTPError: The status of the response is that of an error.
            OSError: The connection fails, or there is no response in time.
            http.client.HTTPException: The response is not valid HTTP.
        """
        call = Call(self.seconds, time.monotonic() + self.seconds, self.largest, self.named, request.full_url)
        for _ in range(MAX_REDIRECTS + 1):
            try:
                return self._send(request, call, handlers)
            except urllib.error.HTTPError as error:
                location = error.headers.get("Location")
                if error.code not in {301, 302, 303, 307, 308} or location is None:
                    raise _truncate(error) from None
                error.close()
                request = _follow_redirect(request, error.code, location, call.url)
            except RefusedError as error:
                prefix = "" if request.full_url == call.url else f"it redirects to {request.full_url}: "
                raise RefusedError(f"{prefix}{error.message}", file=call.url, remedy=error.remedy or _REMEDY) from None
        raise RefusedError(f"it redirects more than {MAX_REDIRECTS} times", file=call.url, remedy="check the address")

    def _send(self, request: urllib.request.Request, call: Call, handlers: Iterable[Any]) -> Any:
        """Send one request, without following redirects, by way of the proxy of the environment if there is one."""
        origin = Origin.parse(request.full_url)
        proxy = _find_proxy(origin)
        call.proxy = None
        if proxy is not None:
            self._refuse_private(origin)
            call.proxy = (proxy.hostname or "", proxy.port or 80)
            request.set_proxy(proxy.netloc.rpartition("@")[2], "http")
            if proxy.username:
                user = f"{urllib.parse.unquote(proxy.username)}:{urllib.parse.unquote(proxy.password or '')}"
                credentials = base64.b64encode(user.encode("utf-8")).decode("ascii")
                request.add_unredirected_header("Proxy-Authorization", f"Basic {credentials}")
        opener = urllib.request.OpenerDirector()
        for handler in (
            Handler(call),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.UnknownHandler(),
            *handlers,
        ):
            opener.add_handler(handler)
        return opener.open(request, timeout=call.remaining_seconds())

    def _refuse_private(self, origin: Origin) -> None:
        """Raise `RefusedError` if a proxy must not be asked to call *origin*."""
        if (origin.host, origin.port) in self.named:
            return
        try:
            public = is_public(origin.host)
        except ValueError:  # a name; or a number, which is one of the forms of an IPv4 address
            last_label = origin.host.rpartition(".")[2]
            is_domain_name = "." in origin.host and not last_label[:1].isdigit()
            public = is_domain_name and not origin.host.endswith(_PRIVATE_DOMAINS)
        if not public:
            raise RefusedError(f"{origin.host} is on this machine or in a private network")


def _find_proxy(origin: Origin) -> urllib.parse.SplitResult | None:
    """Return the proxy that the environment names for *origin*, if any."""
    proxies = urllib.request.getproxies_environment()
    url = proxies.get(origin.scheme)
    if not url or urllib.request.proxy_bypass_environment(  # type: ignore[attr-defined]
        f"{_bracket(origin.host)}:{origin.port}", proxies
    ):
        return None
    parts = urllib.parse.urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme != "http" or not parts.hostname:
        raise RefusedError(
            f"the proxy of the environment is of an unsupported kind: {parts.scheme}://{parts.hostname or ''}",
            remedy=f"name a proxy in {origin.scheme}_proxy whose URL begins with http://",
        )
    return parts


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _follow_redirect(request: urllib.request.Request, code: int, location: str, url: str) -> urllib.request.Request:
    """Return the request to make after a redirect: 307 and 308 keep method and body, other codes lead to GET.

    *url* is where the call began, to be named in errors.
    """
    location = urllib.parse.quote(location, encoding="iso-8859-1", safe=string.punctuation)
    try:
        target = urllib.parse.urljoin(request.full_url, location)
        old, new = Origin.parse(request.full_url), Origin.parse(target)
    except ValueError as error:
        raise RefusedError(f"it redirects to an invalid URL: {error}", file=url, remedy="check the address") from None
    except RefusedError as error:
        raise RefusedError(f"it redirects to {target}: {error.message}", file=url, remedy="check the address") from None
    if old.scheme == "https" and new.scheme == "http":
        raise RefusedError(f"it redirects from https to {target}", file=url, remedy="check the address")
    method = request.get_method()
    keeps_method = code in {307, 308} or method in {"GET", "HEAD"}
    if not keeps_method and method != "POST":
        raise RefusedError(f"it redirects a {method} to {target}", file=url, remedy=f"name {target} if it is meant")
    dropped = set() if keeps_method else set(_BODY_HEADERS)
    dropped |= {"host"} | (set() if old == new else {"authorization", "cookie", "proxy-authorization"})
    headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
    data = request.data if keeps_method else None
    return urllib.request.Request(target, data=data, headers=headers, method=method if keeps_method else "GET")


def _truncate(error: urllib.error.HTTPError) -> urllib.error.HTTPError:
    """Read the beginning of the body of *error*, and return the same error with that for its body."""
    try:
        body = error.read(_MAX_ERROR_BYTES)
    except (OSError, HTTPException, ValueError, RefusedError):
        body = b""
    error.close()
    return urllib.error.HTTPError(error.url or "", error.code, error.msg, error.headers, io.BytesIO(body))


def sparql_wrapper(
    url: str, outbound: Outbound, *handlers: urllib.request.BaseHandler, agent: str | None = None
) -> Any:
    """Return a `SPARQLWrapper` for a SPARQL endpoint.

    Args:
        url: The URL of the endpoint.
        outbound: The way by which the wrapper calls the endpoint.
        handlers: Handlers of urllib, for authentication.
        agent: The User-Agent of its requests; that of SPARQLWrapper by default.
    """
    return _wrapper_class()(url, outbound, handlers, **({} if agent is None else {"agent": agent}))


@functools.cache
def _wrapper_class() -> type[Any]:
    """Define the class when it is needed first, as SPARQLWrapper imports rdflib."""
    from SPARQLWrapper import SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import (
        EndPointInternalError,
        EndPointNotFound,
        QueryBadFormed,
        Unauthorized,
        URITooLong,
    )

    error_classes = {
        400: QueryBadFormed,
        401: Unauthorized,
        404: EndPointNotFound,
        414: URITooLong,
        500: EndPointInternalError,
    }

    class Wrapper(SPARQLWrapper):
        def __init__(self, url: str, outbound: Outbound, handlers: Iterable[Any], **options: str) -> None:
            super().__init__(url, **options)
            self._outbound, self._handlers = outbound, handlers

        def _query(self) -> tuple[Any, str]:
            try:
                return self._outbound.open(self._createRequest(), *self._handlers), self.returnFormat
            except urllib.error.HTTPError as error:
                if error.code in error_classes:
                    raise error_classes[error.code](error.read()) from None
                raise

    return Wrapper
