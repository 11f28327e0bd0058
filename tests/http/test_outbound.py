"""What calls elsewhere calls what was named or is public, in time, and reads no more than it may."""

from __future__ import annotations

import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trustme

from stancegraph.errors import ExternalError
from stancegraph.http.dialling import MAX_HEADER_BYTES, RefusedError
from stancegraph.http.outbound import MAX_REDIRECTS, Outbound
from stancegraph.linking.http_client import RequestPolicy
from stancegraph.linking.reconciliation_client import ReconciliationClient
from stancegraph.linking.sparql_client import RateLimitedEndpoint
from stancegraph.sparql.endpoint import Endpoint, GraphStoreEndpoint
from tests.conftest import ROOT
from tests.support.canary import Canary, canary, redirect, respond, respond_forever
from tests.support.fault_proxy import faulty

LARGEST = 1 << 20
JSON = "application/sparql-results+json"
TRUTH = respond("200 OK", '{"head":{},"boolean":true}', Content_Type=JSON)


def policy(seconds: float) -> RequestPolicy:
    return RequestPolicy("me@example.org", interval=0.001, seconds=seconds, largest=LARGEST, sleep=lambda _: None)


CALLERS: dict[str, Callable[[str, float], object]] = {
    "a question to an engine": lambda url, s: Endpoint(url, s, largest=LARGEST).query("ASK {}"),
    "an update": lambda url, s: Endpoint(url, s, user="me", password="secret", largest=LARGEST).update("CLEAR ALL"),
    "an update with digest": lambda url, s: Endpoint(url, s, user="me", digest=True, largest=LARGEST).update(
        "CLEAR ALL"
    ),
    "a graph store": lambda url, s: GraphStoreEndpoint(url, s, "me", "secret", largest=LARGEST).put("urn:g", b""),
    "a target of links": lambda url, s: RateLimitedEndpoint(url, policy(s)).ask("SELECT * {}"),
    "a reconciliation service": lambda url, s: ReconciliationClient(url, policy(s)).match(["NATO"]),
}


@pytest.fixture(params=CALLERS)
def call(request: pytest.FixtureRequest) -> Callable[[str, float], object]:
    return CALLERS[request.param]


@pytest.fixture
def inside() -> Iterator[Canary]:
    """Something in a network of one's own that nobody named."""
    with canary(TRUTH) as one:
        yield one


LEADING = {  # what a redirect may say to lead into a network of one's own: the port is that of the canary
    "loopback": "http://127.0.0.1:{port}/latest/meta-data",
    "a name of loopback": "http://localhost:{port}/",
    "a decimal number": "http://2130706433:{port}/",
    "octal numbers": "http://0177.0.0.1:{port}/",
    "hexadecimal numbers": "http://0x7f.1:{port}/",
    "nothing in particular": "http://0.0.0.0:{port}/",
    "an IPv6 address": "http://[::1]:{port}/",
    "an IPv4 address in IPv6": "http://[::ffff:127.0.0.1]:{port}/",
    "a user": "http://user@127.0.0.1:{port}/",
    "a user like a host": "http://example.org:80@127.0.0.1:{port}/",
    "a backslash": "http://127.0.0.1:{port}\\@example.org/",
    "no scheme": "//127.0.0.1:{port}/",
    "ftp": "ftp://127.0.0.1:{port}/",
    "file": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:{port}/_GET",
    "data": "data:application/json,%7B%7D",
    "a file of a host": "file://127.0.0.1:{port}/etc/passwd",
    "a port too high": "http://127.0.0.1:65536{port}/",
    "letters that are none": "http://[::1:{port}/",
}


@pytest.mark.parametrize("way", LEADING)
@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
def test_no_redirect_leads_into_a_network_of_ones_own(
    way: str, status: str, call: Callable[[str, float], object], inside: Canary
) -> None:
    with canary(redirect(LEADING[way].format(port=inside.port), status)) as service:
        with pytest.raises(ExternalError) as told:
            call(service.url, 10)
        assert len(service.requests) == 1, "and it is not tried again"
    assert inside.requests == []
    assert "redirects" in str(told.value)
    assert service.url in str(told.value), "the report names the service"
    assert told.value.remedy


def test_a_host_that_is_named_is_named_with_its_port(inside: Canary) -> None:
    """Another service on the same host is not called."""
    with canary(redirect(inside.url)) as service, pytest.raises(RefusedError, match="of this machine"):
        Endpoint(service.url).query("ASK {}")
    with canary(redirect(inside.url)) as service:
        both = Outbound.naming([service.url, inside.url], 10)
        assert both.open(urllib.request.Request(service.url)).status == 200
    assert len(inside.requests) == 1


def test_a_redirect_within_a_service_is_followed(inside: Canary) -> None:
    steps = iter([redirect("/there", "307 Temporary Redirect"), TRUTH])
    with canary(lambda one, connection: next(steps)(one, connection)) as service:
        assert Endpoint(service.url).query_all("ASK {}") is True
    assert [request.split(" HTTP")[0] for request in service.requests] == ["POST /sparql", "POST /there"]
    assert all("query=ASK" in request for request in service.requests), "the question goes along"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirects_without_end_end(status: str, call: Callable[[str, float], object]) -> None:
    with canary(lambda one, connection: redirect(one.url, status)(one, connection)) as service:
        with pytest.raises(ExternalError, match="redirects"):
            call(service.url, 10)
        assert 1 <= len(service.requests) <= MAX_REDIRECTS + 1


def test_what_authenticates_is_not_sent_to_another_origin(inside: Canary) -> None:
    secrets = {"Authorization": "Basic c2VjcmV0", "Cookie": "secret=1", "Accept": "text/plain"}
    with canary(redirect(inside.url)) as service:
        both = Outbound.naming([service.url, inside.url], 10)
        both.open(urllib.request.Request(service.url, headers=secrets))
    assert "Authorization: Basic" in service.requests[0]
    assert "Accept: text/plain" in inside.requests[0]
    assert "c2VjcmV0" not in inside.requests[0]
    assert "secret=1" not in inside.requests[0]


def test_a_redirect_never_leads_from_https_to_http(inside: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    with faulty(inside.url, tls=context) as service:
        named = Outbound.naming([service.url, inside.url], 10)
        request = urllib.request.Request(service.url, data=b"query=ASK", headers={"Content-Type": "text/plain"})
        assert named.open(request).status == 200, "it is trusted"
        service.faults, before = ["downgrade"], len(inside.requests)
        with pytest.raises(RefusedError, match="from https to"):
            named.open(request)
    assert len(inside.requests) == before


class Names:
    """A name server that gives another answer each time, and a network that connects to nothing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
        self.answers, self.asked, self.called = list(answers), 0, list[str]()
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)
        monkeypatch.setattr(socket.socket, "connect", self._connect)

    def _look_up(self, host: str, port: int, *_: object, **__: object) -> list[tuple[Any, ...]]:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        family = socket.AF_INET6 if ":" in answer else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (one, port)) for one in answer.split()]

    def _connect(self, address: tuple[str, int]) -> None:
        self.called.append(address[0])
        raise ConnectionRefusedError("nothing is called here")


def test_a_name_is_looked_up_once_and_that_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(monkeypatch, "8.8.8.8", "127.0.0.1")
    with pytest.raises(OSError, match="nothing is called"):
        Outbound(10).open(urllib.request.Request("https://rebind.example.org/"))
    assert (names.asked, names.called) == (1, ["8.8.8.8"])


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "fd00:ec2::254", "8.8.8.8 10.0.0.1"])
def test_a_name_that_stands_for_an_address_inside_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it stands for another one beside."""
    names = Names(monkeypatch, address)
    with pytest.raises(RefusedError, match="is an address of this machine or of a private network"):
        Outbound(10).open(urllib.request.Request("http://inside.example.org/"))
    assert names.called == []


def test_a_service_in_a_question_is_not_named(inside: Canary) -> None:
    with pytest.raises(ExternalError, match="of this machine"):
        RateLimitedEndpoint(inside.url, policy(10), named=False).ask("SELECT * {}")
    assert inside.requests == []


ENDLESS = {
    "headers": (respond_forever("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n" * 100), "headers"),
    "one header": (respond_forever("HTTP/1.1 200 OK\r\nX: ", "x" * 5000), "header"),
    "going on": (
        respond_forever("", "HTTP/1.1 100 Continue\r\n\r\n" * 100),
        f"headers of more than {MAX_HEADER_BYTES}",
    ),
    "a body": (
        respond_forever(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\n\r\n", " " * 9999),
        f"more than {LARGEST} bytes",
    ),
    "a body in chunks": (
        respond_forever(
            f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n", f"fff\r\n{' ' * 4095}\r\n"
        ),
        f"more than {LARGEST} bytes",
    ),
    "a body of a length": (
        respond_forever(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nContent-Length: {1 << 50}\r\n\r\n", " " * 9999),
        f"more than {LARGEST} bytes",
    ),
    "what an error says": (respond_forever("HTTP/1.1 400 Bad Request\r\n\r\n", "no " * 999), "no no|400|took|take"),
    "a redirect": (
        respond_forever("HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\n\r\n", "no " * 999),
        "ftp: is not",
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_is_not_read_to_it(what: str, call: Callable[[str, float], object]) -> None:
    answer, told = ENDLESS[what]
    with canary(answer) as service:
        with pytest.raises(Exception, match=told) as raised:  # a UsageError where the query is said to be wrong
            call(service.url, 60)
        assert len(str(raised.value)) < 200_000
        assert service.client_left.wait(60), "the connection is closed"


DRIPPING = {
    "headers": respond_forever("HTTP/1.1 200 OK\r\n", "X", 0.02),
    "a body": respond_forever(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\n\r\n", " ", 0.02),
    "what an error says": respond_forever("HTTP/1.1 500 No\r\n\r\n", " ", 0.02),
    "nothing": respond_forever("", "", 0.02),
}


@pytest.mark.long
@pytest.mark.parametrize("what", DRIPPING)
def test_what_drips_is_left_at_the_deadline(what: str, call: Callable[[str, float], object]) -> None:
    """A socket's own timeout is for each packet; here one comes in time, always."""
    with canary(DRIPPING[what]) as service:
        with pytest.raises(ExternalError):
            call(service.url, 0.3)
        if what != "nothing":
            assert service.client_left.wait(60), "and nobody goes on reading"


def test_a_look_up_that_takes_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: never.wait(60))
    with pytest.raises(ExternalError, match=r"within 0\.2 seconds"):
        Endpoint("http://slow.example.org/", 0.2).query("ASK {}")
    never.set()


WRONG = [
    "ftp://example.org/",
    "file:///etc/passwd",
    "example.org/sparql",
    "http://",
    "http://me:secret@example.org/",
    "",
]


@pytest.mark.parametrize("url", WRONG)
def test_what_is_no_address_of_a_service_is_told(url: str) -> None:
    with pytest.raises(ExternalError) as told:
        Endpoint(url).query("ASK {}")
    assert "secret" not in told.value.message


def test_a_proxy_of_the_environment_is_used_and_calls_nothing_inside(
    inside: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    with canary(respond("200 OK", "hello")) as proxy:
        monkeypatch.setenv("http_proxy", f"http://me:secret@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "direct.example.org")
        out = Outbound(10)
        assert out.open(urllib.request.Request("http://example.org/a")).read() == b"hello"
        assert proxy.requests[0].startswith("GET http://example.org/a HTTP/1.1")
        assert "Proxy-Authorization: Basic bWU6c2VjcmV0" in proxy.requests[0]
        with pytest.raises(OSError, match=r".*"):  # what answers is no TLS
            out.open(urllib.request.Request("https://example.org/a"))
        assert proxy.requests[1].startswith("CONNECT example.org:443 HTTP/1")
        for url in (inside.url, "http://localhost/", "http://2130706433/", "http://router/", "http://[fe80::1]/"):
            with pytest.raises(RefusedError):
                out.open(urllib.request.Request(url))
        assert len(proxy.requests) == 2
        assert Outbound.naming([inside.url], 10).open(urllib.request.Request(inside.url)).status == 200
        assert len(proxy.requests) == 3, "what is named is asked for by way of the proxy, too"
        with pytest.raises(RefusedError):
            out.open(urllib.request.Request("http://127.0.0.1/"))
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1")
    with pytest.raises(RefusedError, match="proxy of the environment"):
        out.open(urllib.request.Request("http://example.org/"))


def test_nothing_else_in_the_program_calls_out() -> None:
    """The one way out stays the one: what opens connections is named in two modules."""
    words = ["urlopen(", "build_opener(", "OpenerDirector", "HTTPConnection", "HTTPSConnection", "create_connection("]
    words += ["import requests", "import httpx", "import aiohttp", "import urllib3", "import ftplib"]
    sources = sorted((ROOT / "src").rglob("*.py"))
    assert len(sources) > 100
    ways = {path.stem for path in sources if any(word in path.read_text(encoding="utf-8") for word in words)}
    assert ways == {"dialling", "outbound"}
    made = {path.stem for path in sources if "import SPARQLWrapper\n" in path.read_text(encoding="utf-8")}
    assert made == {"outbound"}
