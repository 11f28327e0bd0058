"""SPARQL endpoints of link targets and of federated questions, asked within the limits of a `RequestPolicy`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stancegraph.errors import ExternalError
from stancegraph.http.outbound import sparql_wrapper
from stancegraph.linking.http_client import RateLimitedClient, TransientError
from stancegraph.sparql.endpoint import parse_results
from stancegraph.sparql.engine import Rows

_MAX_REASON = 200  # characters of what an endpoint says about a query that it rejects


@dataclass(frozen=True, slots=True)
class TimedRows:
    """The rows of an answer, with their age.

    Attributes:
        rows: The rows, in memory.
        age: How long ago the endpoint gave them, in seconds: 0 if they are not from the cache.
    """

    rows: Rows
    age: float = 0.0


class RateLimitedEndpoint(RateLimitedClient):
    """A client of a SPARQL 1.1 endpoint."""

    def ask(self, text: str) -> TimedRows:
        """Answer a SELECT.

        Args:
            text: The query.

        Raises:
            ExternalError: The endpoint rejects the query, does not answer with rows, or has failed too often.
        """
        rows, age = self.fetch(text, lambda: self._send(text), self._parse)
        return TimedRows(rows, age)

    def _send(self, text: str) -> Any:
        from SPARQLWrapper import JSON, POST
        from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, SPARQLWrapperException

        wrapper = sparql_wrapper(self.url, self.outbound(), agent=self.policy.user_agent)
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(JSON)
        wrapper.setQuery(text)
        try:
            return wrapper.query().response
        except EndPointInternalError:
            raise TransientError("the service answers 500") from None
        except SPARQLWrapperException as error:
            reason = " ".join(str(error).split())[:_MAX_REASON]
            raise ExternalError(
                f"the service rejects the query: {reason}", file=self.url, remedy="check the query"
            ) from None

    def _parse(self, body: bytes) -> Rows:
        try:
            answer = parse_results(body)
            if not isinstance(answer, Rows):
                raise ValueError("a truth value, not rows")
            return answer.materialised()
        except (ValueError, SyntaxError, ExternalError) as error:
            raise ExternalError(
                f"the answer is not results in JSON: {error}",
                file=self.url,
                remedy="report it to those who run the service",
            ) from None
