"""Endpoints: SPARQL 1.1 over HTTP, queried and updated through SPARQLWrapper.

A store that `stancegraph publish` has filled lists, in a graph of its own, `PUBLISHED`, the graphs that belong to the
snapshot. Each query then names them (`default-graph-uri`, `SPARQL 1.1 Protocol, section 2.1.4
<https://www.w3.org/TR/sparql11-protocol/#dataset>`_), so that it is answered over their union, whatever the server
takes for its default graph and whatever else it holds.
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
from stancegraph.sparql.engine import (
    Answer,
    Oxigraph,
    Rows,
    Triples,
    first_then,
    names_its_graphs,
    require_rows,
    solutions,
)
from stancegraph.sparql.values_block import data_block

PUBLISHED = f"{GRAPH}published"
# A block that gives a variable no value joins with everything, so it can be left out; Virtuoso and Jena fail on it.
_OPEN_BLOCK = re.compile(r"\bVALUES\s+\?\w+\s*\{\s*UNDEF\s*\}")
_FINAL_ORDER_BY = re.compile(r"^ORDER BY (?P<clause>[^\n]+)\s*\Z", re.MULTILINE)


class Endpoint:
    """A SPARQL endpoint at a URL, which may be in a private network: whoever runs the program has named it.

    Args:
        url: The address of the endpoint.
        timeout: How long a whole request may take, in seconds.
        user: The name to authenticate with, if any.
        password: The password of *user*.
        digest: Whether to authenticate by HTTP Digest instead of HTTP Basic.
        largest: How many bytes an answer may have.

    Raises:
        ExternalError: *url* is not one that can be called.
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
        """The IRIs of the graphs of the snapshot that is published here; none where the endpoint lists none."""
        text = (
            f"SELECT ?graph WHERE {{ GRAPH <{PUBLISHED}> {{ ?snapshot <http://purl.org/dc/terms/hasPart> ?graph }} }}"
        )
        return tuple(sorted(row["graph"].value for row in require_rows(self._fetch(text, ()))))

    def query(self, text: str) -> Answer:
        """Answer *text* over the graphs that are published here; see `stancegraph.sparql.engine.Engine.query`."""
        answer = self._fetch(text, () if names_its_graphs(text) else self.graphs)
        return _sort(answer, text) if isinstance(answer, Rows) else answer

    def query_all(self, text: str) -> Answer:
        """Answer *text* over the endpoint's own default dataset, and leave the rows in the order that it gives them.

        Raises:
            UsageError: The endpoint rejects the query as malformed.
            ExternalError: The endpoint refuses it for another reason, or does not answer as the protocol demands.
        """
        return self._fetch(text, ())

    def raw(self, text: str, largest: int) -> bytes:
        """Return the endpoint's answer to a SELECT as it came.

        Args:
            text: The query.
            largest: How many bytes the answer may have.

        Returns:
            The body of the response, which was asked for in JSON.

        Raises:
            ExternalError: The endpoint rejects the query, does not answer, or sends more than *largest* bytes.
        """
        from SPARQLWrapper import JSON

        wrapper = self._prepare(text)
        wrapper.setReturnFormat(JSON)
        try:
            body = self._send(wrapper, largest + 1)
        except UsageError as error:
            raise ExternalError(error.message, file=self.url) from None
        if len(body) > largest:
            raise ExternalError(f"the answer has more than {largest} bytes", file=self.url, remedy="ask for less")
        return body

    def update(self, text: str) -> None:
        """Have the endpoint carry out *text*, a SPARQL 1.1 Update.

        Raises:
            UsageError: The endpoint rejects the update as malformed.
            ExternalError: The endpoint refuses it for another reason, or does not answer.
        """
        wrapper = self._prepare(text)
        self._send(wrapper)

    def _fetch(self, text: str, graphs: tuple[str, ...]) -> Answer:
        """Ask the endpoint *text*, over the union of *graphs* where there are any."""
        from SPARQLWrapper import JSON, TURTLE

        wrapper = self._prepare(_OPEN_BLOCK.sub("", text))
        construct = wrapper.queryType in {"CONSTRUCT", "DESCRIBE"}
        wrapper.setReturnFormat(TURTLE if construct else JSON)
        for graph in graphs:
            wrapper.addDefaultGraph(graph)
            wrapper.addNamedGraph(graph)
        body = self._send(wrapper)
        try:
            if construct:
                return Triples(quad.triple for quad in parse(body, format=RdfFormat.TURTLE))
            return parse_results(body)
        except (ValueError, SyntaxError) as error:
            raise ExternalError(
                f"the endpoint's answer is not what it should be: {error}",
                file=self.url,
                remedy="check that the address is that of a SPARQL 1.1 endpoint",
            ) from None

    def _prepare(self, text: str) -> Any:
        """Return a SPARQLWrapper that will POST *text*."""
        from SPARQLWrapper import BASIC, POST

        # SPARQLWrapper would install its own handler of Digest for every call of the process
        handlers = (
            () if self._user is None or not self._digest else (_digest_handler(self.url, self._user, self._password),)
        )
        wrapper = sparql_wrapper(self.url, self._outbound, *handlers)
        wrapper.setMethod(POST)
        if self._user is not None and not self._digest:
            wrapper.setHTTPAuth(BASIC)
            wrapper.setCredentials(self._user, self._password)
        wrapper.setQuery(text)
        return wrapper

    def _send(self, wrapper: Any, limit: int | None = None) -> bytes:
        """Send the request of *wrapper*, and return the body of the response, of which *limit* bytes are read."""
        from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

        try:
            body: bytes = wrapper.query().response.read(limit)
            return body
        except QueryBadFormed as error:
            raise UsageError(
                f"the endpoint rejects the query: {error}", file=self.url, remedy="correct the query"
            ) from None
        except (SPARQLWrapperException, HTTPException, OSError, ValueError) as error:
            raise ExternalError(
                f"the endpoint did not answer: {error}", file=self.url, remedy="check the address and that it is up"
            ) from None


def _digest_handler(url: str, user: str, password: str) -> urllib.request.BaseHandler:
    return urllib.request.HTTPDigestAuthHandler(_credentials(url, user, password))


def _credentials(url: str, user: str, password: str) -> urllib.request.HTTPPasswordMgr:
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, url, user, password)
    return passwords


def _sort(rows: Rows, text: str) -> Rows:
    """Sort *rows* by the last line of *text*, where that is an ORDER BY of columns.

    The standard leaves the order of strings with a language open, and servers differ in it; here Oxigraph decides.
    """
    clause = _FINAL_ORDER_BY.search(text)
    sort_variables = set(re.findall(r"\?(\w+)", clause["clause"])) if clause else set()
    if clause is None or not sort_variables <= set(rows.variables) or len(rows) < 2:
        return rows
    if any(isinstance(term, BlankNode) for row in rows.rows for term in row):
        return rows
    names = " ".join(f"?{name}" for name in rows.variables)
    block = data_block(rows.variables, rows.rows)
    ordered = Oxigraph(Store()).query(f"SELECT {names} WHERE {{ {block} }} ORDER BY {clause['clause']}")
    assert isinstance(ordered, Rows)
    return ordered


def parse_results(body: bytes) -> Rows | bool:
    """Return the answer in *body*, which has the results of a SELECT or an ASK.

    Args:
        body: A document in the `SPARQL 1.1 Query Results JSON Format
            <https://www.w3.org/TR/sparql11-results-json/>`_.

    Raises:
        SyntaxError: The document is malformed.
    """
    result = parse_query_results(body, QueryResultsFormat.JSON)
    if isinstance(result, QueryBoolean):
        return bool(result)
    return Rows(first_then(result, lambda: solutions(body, QueryResultsFormat.JSON)))


class GraphStoreEndpoint:
    """An address where a store accepts whole graphs.

    The protocol is the `Graph Store Protocol <https://www.w3.org/TR/sparql11-http-rdf-update/>`_.

    Args:
        url: The address.
        timeout: How long a whole request may take, in seconds.
        user: The name to authenticate with, if any.
        password: The password of *user*.
        digest: Whether to authenticate by HTTP Digest instead of HTTP Basic.
        largest: How many bytes a response may have.

    Raises:
        ExternalError: *url* is not one that can be called.
    """

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
            self._handlers.append(_digest_handler(url, user, password))
        elif user is not None:
            self._handlers.append(urllib.request.HTTPBasicAuthHandler(_credentials(url, user, password)))

    def put(self, graph: str, content: bytes) -> None:
        """Replace the content of a graph.

        Args:
            graph: The IRI of the graph.
            content: Its new triples, in N-Triples.

        Raises:
            ExternalError: The store refuses the graph, or does not answer.
        """
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
                f"the graph store did not accept <{graph}>: {error}",
                file=self.url,
                remedy="check the address and the password",
            ) from None
