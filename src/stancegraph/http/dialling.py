"""Connections to other machines: only to addresses that may be called, until a deadline, and for so many bytes.

A name is looked up once for each connection, the addresses found are checked, and one of those very addresses is
connected to, so that a name server cannot give another answer in between. TLS checks the certificate against the name.
"""

from __future__ import annotations

import functools
import http.client
import io
import ipaddress
import socket
import ssl
import threading
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

from stancegraph.errors import ExternalError

MAX_HEADER_BYTES = 64 << 10
"""The largest size of a status line with its headers, in bytes."""
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that is assigned, by RFC 4291 and IANA's registry
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address in its last 32 bits, RFC 6052
_NEVER_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # for protocols; some clouds answer there. Python before 3.11.9 takes most of it for global
            "192.88.99.0/24",  # relays of 6to4, withdrawn by RFC 7526
            "168.63.129.16/32",  # in Azure, the machine's own host, though the address is a public one
            "2001::/23",  # for protocols, Teredo among them
            "2001:db8::/32",  # for documentation
            "3fff::/20",
        ),
    )
)


class RefusedError(ExternalError):
    """A call that is not allowed: another scheme, an address that is not public, too many redirects or bytes."""


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public Internet.

    It does unless `IANA's registries <https://www.iana.org/assignments/iana-ipv4-special-registry/>`_ have it as
    private, loopback, link-local, shared (CGNAT), multicast, reserved or for documentation. Of an IPv6 address that is
    IPv4-mapped, 6to4 or NAT64, the IPv4 address in it decides.

    >>> [is_public(address) for address in ("8.8.8.8", "127.0.0.1", "100.64.0.1", "::ffff:10.0.0.1")]
    [True, False, False, False]
    >>> is_public("64:ff9b::808:808")
    True

    Args:
        address: The IPv4 or IPv6 address as text; a zone after ``%`` is ignored.

    Raises:
        ValueError: It is not an IP address.
    """
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour or (_last_32_bits(ip) if ip in _NAT64 else None)
        if embedded is not None:
            return is_public(str(embedded))
        if ip not in _UNICAST or ip.packed[8:12] in {
            b"\0\0\x5e\xfe",
            b"\2\0\x5e\xfe",
        }:  # the latter is ISATAP, RFC 5214
            return False
    if any(ip in network for network in _NEVER_PUBLIC if network.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast


def _last_32_bits(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


@dataclass
class Call:
    """The bounds of one call, with all its redirects.

    Attributes:
        seconds: How long the call may take.
        deadline: When it must have ended, in seconds of the monotonic clock.
        largest: The largest size of the body of a response, in bytes.
        named: The hosts and ports that may be connected to although their addresses are not public.
        url: The URL that the call began with.
        proxy: The host and port of the proxy for the present request, if any.
    """

    seconds: float
    deadline: float
    largest: int
    named: frozenset[tuple[str, int]]
    url: str
    proxy: tuple[str, int] | None = None

    def remaining_seconds(self) -> float:
        """Return the seconds until the deadline; raise `TimeoutError` if it is past."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError(f"no complete answer within {self.seconds:g} seconds")
        return seconds

    def dial(self, address: tuple[str, int], timeout: object = None, source: object = None) -> socket.socket:
        """Connect to a host, as `socket.create_connection` does.

        Args:
            address: The host and the port.
            timeout: Ignored, as the deadline of the call counts.
            source: Ignored.

        Returns:
            The connected socket.

        Raises:
            RefusedError: One of the addresses of the host is not public, and the host is not named.
            TimeoutError: The deadline is past.
            OSError: The host has no address, or none of its addresses accepts the connection.
        """
        host, port = address
        addresses = self._resolve(host, port)
        if not self._is_named(host, port):
            private = [str(sockaddr[0]) for *_, sockaddr in addresses if not is_public(str(sockaddr[0]))]
            if private:
                subject = host if host == private[0] else f"{host} is {private[0]}, which"
                raise RefusedError(f"{subject} is an address of this machine or of a private network")
        failure: OSError | None = None
        for family, kind, protocol, _, sockaddr in addresses:
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self.remaining_seconds())
                connection.connect(sockaddr)
                connection.settimeout(self.remaining_seconds())
                return connection
            except OSError as error:
                connection.close()
                failure = error
        raise failure or OSError(f"{host} has no address")

    def _is_named(self, host: str, port: int) -> bool:
        return (host.lower().rstrip("."), port) in self.named or (host, port) == self.proxy

    def _resolve(self, host: str, port: int) -> list[tuple[Any, ...]]:
        """Look up the addresses of a host, in a thread, as a look-up has no timeout of its own."""
        results: list[list[tuple[Any, ...]]] = []
        failures: list[Exception] = []

        def look_up() -> None:
            try:
                results.append(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
            except (OSError, ValueError) as error:
                failures.append(error)

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(self.remaining_seconds())
        if failures:
            raise failures[0] if isinstance(failures[0], OSError) else OSError(f"{host!r} is not the name of a host")
        self.remaining_seconds()
        return results[0]


class _BoundedStream(io.RawIOBase):
    """The bytes that a connection receives: each piece in the time that is left, and no more than are allowed."""

    def __init__(self, connection: socket.socket, call: Call) -> None:
        self._connection, self._call = connection, call
        self._raw = connection.makefile("rb", buffering=0)
        self._limit, self._part = MAX_HEADER_BYTES, "headers"
        self._count = 0

    def begin_body(self) -> None:
        """Count the bytes from here on as those of the body."""
        self._limit, self._count, self._part = self._call.largest + MAX_HEADER_BYTES, 0, "body"

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read a piece into *buffer*; any failure ends the connection."""
        try:
            self._connection.settimeout(self._call.remaining_seconds())
            return self._within_bounds(self._raw.readinto(buffer))
        except BaseException as error:  # whoever handles it must not have to hang up
            self._raw.close()
            self._connection.close()
            if isinstance(error, TimeoutError):
                self._call.remaining_seconds()  # raises the same with a message that gives the time
            raise

    def _within_bounds(self, count: int | None) -> int | None:
        """Return the number of bytes just read, unless there are now too many in all."""
        self._count += count or 0
        if self._count > self._limit:
            raise _too_large(self._part, self._call)
        return count

    def close(self) -> None:
        """Close the connection's stream."""
        self._raw.close()
        super().close()


def _too_large(part: str, call: Call) -> RefusedError:
    limit = MAX_HEADER_BYTES if part == "headers" else call.largest
    return RefusedError(f"{part} of more than {limit} bytes", file=call.url, remedy="ask for less at once")


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._call, self._size = call, 0
        self.fp.close()  # the unbounded reader, which this one replaces
        self._stream = _BoundedStream(sock, call)
        self.fp = io.BufferedReader(self._stream)

    def begin(self) -> None:
        """Read the headers."""
        super().begin()
        self._stream.begin_body()

    def read(self, amt: int | None = None) -> bytes:
        """Read the next *amt* bytes of the body, or all that are left; raise `RefusedError` if it is too large."""
        if amt is None and (self.length or 0) > self._call.largest:  # reading would first allocate as much memory
            self.close()
            raise _too_large("body", self._call)
        piece = super().read(amt)
        self._size += len(piece)  # exact, while the stream also counts the framing of chunks
        if self._size > self._call.largest:
            self.close()
            raise _too_large("body", self._call)
        return piece


class _PlainConnection(http.client.HTTPConnection):
    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._call = call
        self._create_connection = call.dial
        self.response_class = functools.partial(_Response, call=call)  # type: ignore[assignment]

    def send(self, data: Any) -> None:
        """Send *data*, in the time that is left."""
        if self.sock is not None:
            self.sock.settimeout(self._call.remaining_seconds())
        super().send(data)


class _SecureConnection(_PlainConnection, http.client.HTTPSConnection):
    """A connection on whose socket, connected by `dial`, `HTTPSConnection.connect` checks the certificate."""


class Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """A handler for urllib's openers that opens http and https within the bounds of a `Call`."""

    def __init__(self, call: Call) -> None:
        urllib.request.AbstractHTTPHandler.__init__(self)
        self._call = call

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a request with http, as urllib's openers ask for it."""
        return self.do_open(functools.partial(_PlainConnection, call=self._call), req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a request with https, as urllib's openers ask for it."""
        connection = functools.partial(_SecureConnection, call=self._call)
        return self.do_open(connection, req, context=ssl.create_default_context())
