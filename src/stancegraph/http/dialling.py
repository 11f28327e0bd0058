"""Connections to elsewhere: to an address that may be called, until a deadline, and for so many bytes.

A name is looked up once for each connection, what was found is judged, and that very address is connected to: a name
server that answers otherwise the second time is not asked a second time. TLS checks the certificate against the name.
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

HEADERS = 64 << 10  # bytes of a status line with its headers
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that is given out, RFC 4291 and IANA's registry
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address in its last 32 bits, RFC 6052
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # of protocols; some clouds answer there. Python before 3.11.9 takes most of it for global
            "192.88.99.0/24",  # relays of 6to4, withdrawn by RFC 7526
            "168.63.129.16/32",  # in Azure, the machine's own host, though the address is a public one
            "2001::/23",  # of protocols, Teredo among them
            "2001:db8::/32",  # of documentation
            "3fff::/20",
        ),
    )
)


class RefusedError(ExternalError):
    """What may not be called: another scheme, an address of this machine or its network, a redirect too many."""


def is_public(address: str) -> bool:
    """Whether the IP *address* is one of the Internet's at large, also where IPv6 has an IPv4 address in it.

    By `IANA's registries <https://www.iana.org/assignments/iana-ipv4-special-registry/>`_: neither private, loopback,
    link-local, shared (CGNAT), multicast, reserved nor of documentation.

    >>> [is_public(one) for one in ("8.8.8.8", "127.0.0.1", "100.64.0.1", "::ffff:10.0.0.1", "64:ff9b::808:808")]
    [True, False, False, False, True]
    """
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        within = ip.ipv4_mapped or ip.sixtofour or (_v4(int(ip)) if ip in _NAT64 else None)
        if within is not None:
            return is_public(str(within))
        if ip not in _UNICAST or ip.packed[8:12] in {
            b"\0\0\x5e\xfe",
            b"\2\0\x5e\xfe",
        }:  # the latter is ISATAP, RFC 5214
            return False
    if any(ip in network for network in _NEVER if network.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast


def _v4(number: int) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(number & 0xFFFFFFFF)


@dataclass
class Call:
    """What one call may do: until when (by the monotonic clock), for how many bytes of a body, and to which *named*
    hosts and ports of a network of one's own. *asked* is the URL that it began with, *proxy* what the present request
    goes by way of.
    """

    seconds: float
    until: float
    largest: int
    named: frozenset[tuple[str, int]]
    asked: str
    proxy: tuple[str, int] | None = None

    def left(self) -> float:
        """Seconds until the deadline; `TimeoutError` where it is past."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"no whole answer within {self.seconds:g} seconds")
        return left

    def dial(self, address: tuple[str, int], timeout: object = None, source: object = None) -> socket.socket:
        """A connection to the host and port of *address*, as `socket.create_connection` gives one.

        Raises `RefusedError` where the host is not named and any of its addresses is not public.
        """
        host, port = address
        found = self._looked_up(host, port)
        if not self._is_named(host, port):
            inside = [str(sockaddr[0]) for *_, sockaddr in found if not is_public(str(sockaddr[0]))]
            if inside:
                told = host if host == inside[0] else f"{host} is {inside[0]}, which"
                raise RefusedError(f"{told} is an address of this machine or of a network of its own")
        failed: OSError | None = None
        for family, kind, protocol, _, sockaddr in found:
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self.left())
                connection.connect(sockaddr)
                connection.settimeout(self.left())
                return connection
            except OSError as error:
                connection.close()
                failed = error
        raise failed or OSError(f"{host} has no address")

    def _is_named(self, host: str, port: int) -> bool:
        return (host.lower().rstrip("."), port) in self.named or (host, port) == self.proxy

    def _looked_up(self, host: str, port: int) -> list[tuple[Any, ...]]:
        """What the name stands for; in a thread, as a look-up cannot be given a time."""
        done: list[list[tuple[Any, ...]]] = []
        failed: list[Exception] = []

        def look() -> None:
            try:
                done.append(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
            except (OSError, ValueError) as error:
                failed.append(error)

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        thread.join(self.left())
        if failed:
            raise failed[0] if isinstance(failed[0], OSError) else OSError(f"{host!r} is no name of a host")
        self.left()
        return done[0]


class _Bounded(io.RawIOBase):
    """What a connection sends: each piece in the time that is left, and no more bytes than may be."""

    def __init__(self, connection: socket.socket, call: Call) -> None:
        self._connection, self._call = connection, call
        self._raw = connection.makefile("rb", buffering=0)
        self.most, self._what = HEADERS, "headers"
        self._read = 0

    def begin_body(self) -> None:
        """From here on bytes are those of the body."""
        self.most, self._read, self._what = self._call.largest + HEADERS, 0, "body"

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read a piece; whatever goes wrong ends the connection."""
        try:
            self._connection.settimeout(self._call.left())
            return self._within_bounds(self._raw.readinto(buffer))
        except BaseException as error:  # whoever handles it must not have to hang up
            self._raw.close()
            self._connection.close()
            if isinstance(error, TimeoutError):
                self._call.left()  # says it in our words
            raise

    def _within_bounds(self, read: int | None) -> int | None:
        self._read += read or 0
        if self._read > self.most:
            most = HEADERS if self._what == "headers" else self._call.largest
            raise RefusedError(
                f"{self._what} of more than {most} bytes", file=self._call.asked, remedy="ask for less at once"
            )
        return read

    def close(self) -> None:
        """Let go of the connection."""
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()  # the plain reader, for which another one stands in
        self._bounded = _Bounded(sock, call)
        self.fp = io.BufferedReader(self._bounded)

    def begin(self) -> None:
        """Read the headers."""
        super().begin()
        self._bounded.begin_body()


class _Plain(http.client.HTTPConnection):
    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._call = call
        self._create_connection = call.dial
        self.response_class = functools.partial(_Response, call=call)  # type: ignore[assignment]

    def send(self, data: Any) -> None:
        """Send *data* in the time that is left."""
        if self.sock is not None:
            self.sock.settimeout(self._call.left())
        super().send(data)


class _Secure(_Plain, http.client.HTTPSConnection):
    """`HTTPSConnection.connect` wraps what `dial` connected, and checks the certificate against the name."""


class Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Opens http and https for urllib's openers, within the bounds of a `Call`."""

    def __init__(self, call: Call) -> None:
        urllib.request.AbstractHTTPHandler.__init__(self)
        self._call = call

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Called by the opener."""
        return self.do_open(functools.partial(_Plain, call=self._call), req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Called by the opener."""
        connection = functools.partial(_Secure, call=self._call)
        return self.do_open(connection, req, context=ssl.create_default_context())
