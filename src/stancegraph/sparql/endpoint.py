"""Endpoints: SPARQL 1.1 over HTTP, asked and updated through SPARQLWrapper.

A store that `stancegraph publish` has filled says in a graph of its own, `PUBLISHED`, which graphs belong to the
snapshot. They are then named with each query (`default-graph-uri`, `SPARQL 1.1 Protocol, section 2.1.4
<https://www.w3.org/TR/sparql11-protocol/#dataset>`_), so that the answer is over their union, whatever a server takes
for its default graph and whatever else it holds.
"""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from functools import cached_property
from http.client import HTTPException
from typing import Any

from pyoxigraph import BlankNode, QueryBoolean, QueryResultsFormat, RdfFormat, Store, parse, parse_query_results

from stancegraph.errors import ExternalError, UsageError
from stancegraph.http.outbound import LARGEST, Outbound, sparql_wrapper
from stancegraph.rdf.namespaces import GRAPH
from stancegraph.sparql.engine import Answer, Oxigraph, Rows, Triples, names_its_graphs, once, solutions
from stancegraph.sparql.values_block import data_block

PUBLISHED = f"{GRAPH}published"
# A block that gives a variable no value joins with everything: it may be left out, and Virtuoso and Jena stumble on it.
_NOTHING_GIVEN = re.compile(r"\bVALUES\s+\?\w+\s*\{\s*UNDEF\s*\}")
_LAST_ORDER = re.compile(r"^ORDER BY (?P<clause>[^\n]+)\s*\Z", re.MULTILINE)


class Endpoint:
    """An engine behind a URL, which is called wherever it is: who runs the program names it.

    *timeout*, in seconds, covers a whole request; *largest* is how many bytes an answer may have. *user* and *password*
    are sent as HTTP Basic authentication, or as Digest where *digest* says so.
    """

    def __init__(
        self,
        url: str,
        timeout: float = 60,
        *,
        user: str | None = None,
        password: str = "",
        digest: bool = False,
        largest: int = LARGEST,
    ) -> None:
        self.url, self._outbound = url, Outbound.naming([url], timeout, largest)
        self._user, self._password, self._digest = user, password, digest

    @cached_property
    def graphs(self) -> tuple[str, ...]:
        """The graphs of the snapshot that has been published here; none where nothing says so."""
        member = (
            f"SELECT ?graph WHERE {{ GRAPH <{PUBLISHED}> {{ ?snapshot <http://purl.org/dc/terms/hasPart> ?graph }} }}"
        )
        answer = self._ask(member, ())
        assert isinstance(answer, Rows)
        return tuple(sorted(row["graph"].value for row in answer))

    def query(self, text: str) -> Answer:
        """Answer *text*; see `stancegraph.sparql.engine.Engine`."""
        answer = self._ask(text, () if names_its_graphs(text) else self.graphs)
        return _in_order(answer, text) if isinstance(answer, Rows) else answer

    def query_all(self, text: str) -> Answer:
        """Answer *text* over all that the endpoint holds, in the way that it does by itself."""
        return self._ask(text, ())

    def raw(self, text: str, largest: int) -> bytes:
        """What it answers to *text*, a SELECT, in JSON and as it came: at most so many bytes.

        Raises `ExternalError` where it does not answer, or with more.
        """
        from SPARQLWrapper import JSON

        wrapper = self._wrapper(text)
        wrapper.setReturnFormat(JSON)
        try:
            body = self._send(wrapper, largest + 1)
        except UsageError as error:
            raise ExternalError(error.message, file=self.url) from None
        if len(body) > largest:
            raise ExternalError(f"more than {largest} bytes", file=self.url, remedy="ask for less")
        return body

    def update(self, text: str) -> None:
        """Carry out *text*, a SPARQL 1.1 Update; raise `ExternalError` where the endpoint does not."""
        wrapper = self._wrapper(text)
        self._send(wrapper)

    def _ask(self, text: str, graphs: tuple[str, ...]) -> Answer:
        from SPARQLWrapper import JSON, TURTLE

        wrapper = self._wrapper(_NOTHING_GIVEN.sub("", text))
        construct = wrapper.queryType in {"CONSTRUCT", "DESCRIBE"}
        wrapper.setReturnFormat(TURTLE if construct else JSON)
        for graph in graphs:
            wrapper.addDefaultGraph(graph)
            wrapper.addNamedGraph(graph)
        body = self._send(wrapper)
        try:
            if construct:
                return Triples(quad.triple for quad in parse(body, format=RdfFormat.TURTLE))
            return _results(body)
        except (ValueError, SyntaxError) as error:
            raise ExternalError(
                f"the endpoint's answer is not what it should be: {error}",
                file=self.url,
                remedy="check that the address is that of a SPARQL 1.1 endpoint",
            ) from None

    def _wrapper(self, text: str) -> Any:
        from SPARQLWrapper import BASIC, POST

        # SPARQLWrapper's own Digest would be installed for all calls of the process
        handlers = () if self._user is None or not self._digest else (_by_digest(self.url, self._user, self._password),)
        wrapper = sparql_wrapper(self.url, self._outbound, *handlers)
        wrapper.setMethod(POST)
        if self._user is not None and not self._digest:
            wrapper.setHTTPAuth(BASIC)
            wrapper.setCredentials(self._user, self._password)
        wrapper.setQuery(text)
        return wrapper

    def _send(self, wrapper: Any, most: int | None = None) -> bytes:
        from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

        try:
            body: bytes = wrapper.query().response.read(most)
            return body
        except QueryBadFormed as error:
            raise UsageError(f"the endpoint rejects it: {error}", file=self.url, remedy="correct the query") from None
        except (SPARQLWrapperException, HTTPException, OSError, ValueError) as error:
            raise ExternalError(
                f"the endpoint did not answer: {error}", file=self.url, remedy="check the address and that it is up"
            ) from None


def _by_digest(url: str, user: str, password: str) -> urllib.request.BaseHandler:
    return urllib.request.HTTPDigestAuthHandler(_passwords(url, user, password))


def _passwords(url: str, user: str, password: str) -> urllib.request.HTTPPasswordMgr:
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, url, user, password)
    return passwords


def _in_order(rows: Rows, text: str) -> Rows:
    """*rows* as the last line of *text* orders them, where it is an ORDER BY of columns.

    The standard leaves the order of strings with a language open, and servers differ in it; Oxigraph decides here.
    """
    clause = _LAST_ORDER.search(text)
    wanted = set(re.findall(r"\?(\w+)", clause["clause"])) if clause else set()
    if clause is None or not wanted <= set(rows.variables) or len(rows) < 2:
        return rows
    if any(isinstance(term, BlankNode) for row in rows.rows for term in row):
        return rows
    names = " ".join(f"?{name}" for name in rows.variables)
    block = data_block(rows.variables, rows.rows)
    ordered = Oxigraph(Store()).query(f"SELECT {names} WHERE {{ {block} }} ORDER BY {clause['clause']}")
    assert isinstance(ordered, Rows)
    return ordered


def _results(body: bytes) -> Rows | bool:
    result = parse_query_results(body, QueryResultsFormat.JSON)
    if isinstance(result, QueryBoolean):
        return bool(result)
    return Rows(once(result, lambda: solutions(body, QueryResultsFormat.JSON)))


class GraphStoreEndpoint:
    """Where a store takes whole graphs (`Graph Store Protocol <https://www.w3.org/TR/sparql11-http-rdf-update/>`_)."""

    def __init__(
        self,
        url: str,
        timeout: float,
        user: str | None = None,
        password: str = "",
        digest: bool = False,
        largest: int = LARGEST,
    ) -> None:
        self.url, self._outbound = url, Outbound.naming([url], timeout, largest)
        self._handlers: list[urllib.request.BaseHandler] = []
        if user is not None and digest:
            self._handlers.append(_by_digest(url, user, password))
        elif user is not None:
            self._handlers.append(urllib.request.HTTPBasicAuthHandler(_passwords(url, user, password)))

    def put(self, graph: str, content: bytes) -> None:
        """Replace *graph* by *content*, in N-Triples; raise `ExternalError` where the store does not take it."""
        request = urllib.request.Request(
            f"{self.url}?{urllib.parse.urlencode({'graph': graph})}",
            data=content,
            method="PUT",
            headers={"Content-Type": "application/n-triples"},
        )
        try:
            self._outbound.open(request, *self._handlers).read()
        except (HTTPException, OSError, ValueError) as error:
            raise ExternalError(
                f"the graph store did not take <{graph}>: {error}", file=self.url, remedy="check address and password"
            ) from None
