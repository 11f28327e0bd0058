"""SPARQL endpoints of somebody else, asked through SPARQLWrapper, and with policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyoxigraph import QueryBoolean, QueryResultsFormat, parse_query_results

from stancegraph.errors import ExternalError
from stancegraph.http.outbound import sparql_wrapper
from stancegraph.linking.http_client import PassingError, RateLimitedClient
from stancegraph.sparql.engine import Rows, first_then, solutions


@dataclass(frozen=True, slots=True)
class TimedRows:
    """The rows of an answer, and how old they are in seconds: 0 where they were asked for now."""

    rows: Rows
    age: float = 0.0


class RateLimitedEndpoint(RateLimitedClient):
    """A SPARQL 1.1 endpoint of somebody else."""

    def ask(self, text: str) -> TimedRows:
        """Answer a SELECT; raises `ExternalError` where the service does not answer as it must, or is left alone."""
        rows, age = self.answered(text, lambda: self._send(text), self._read)
        return TimedRows(rows, age)

    def _send(self, text: str) -> Any:
        from SPARQLWrapper import JSON, POST
        from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, SPARQLWrapperException

        wrapper = sparql_wrapper(self.url, self.outbound(), agent=self.policy.agent)
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(JSON)
        wrapper.setQuery(text)
        try:
            return wrapper.query().response
        except EndPointInternalError:
            raise PassingError("the service fails inside (500)") from None
        except SPARQLWrapperException as error:
            told = " ".join(str(error).split())[:200]
            raise ExternalError(f"the service refuses it: {told}", file=self.url, remedy="check the query") from None

    def _read(self, body: bytes) -> Rows:
        try:
            result = parse_query_results(body, QueryResultsFormat.JSON)
            if isinstance(result, QueryBoolean):
                raise ValueError("a truth value, not rows")
            return Rows(first_then(result, lambda: solutions(body, QueryResultsFormat.JSON))).materialised()
        except (ValueError, SyntaxError, ExternalError) as error:
            raise ExternalError(
                f"the answer is not results in JSON: {error}", file=self.url, remedy="ask the service's keepers"
            ) from None
