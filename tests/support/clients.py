"""Clients of services on loopback: they say who asks, and wait without waiting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from stancegraph.linking.http_client import RequestPolicy
from stancegraph.linking.reconciliation_client import ReconciliationClient
from stancegraph.linking.sparql_client import RateLimitedEndpoint
from stancegraph.sparql.engine import Rows


def request_policy(waits: list[float] | None = None, **changes: Any) -> RequestPolicy:
    """Return a policy that notes in *waits*, in seconds, how long it would have waited."""
    note_wait = (waits if waits is not None else []).append
    return RequestPolicy("me@example.org", interval=0.001, sleep=note_wait, **changes)


def sparql_client(
    url: str, waits: list[float] | None = None, cache: Path | None = None, **changes: Any
) -> RateLimitedEndpoint:
    """Return a client of the SPARQL endpoint at *url*."""
    return RateLimitedEndpoint(url, request_policy(waits, **changes), cache)


def reconciliation_client(url: str) -> ReconciliationClient:
    """Return a client of the reconciliation service at *url*."""
    return ReconciliationClient(url, request_policy())


def federated_service(endpoint: RateLimitedEndpoint) -> Callable[[str, str], tuple[Rows, float]]:
    """Return a function that asks *endpoint* for whichever service a federated question names."""

    def ask(iri: str, text: str) -> tuple[Rows, float]:
        answer = endpoint.ask(text)
        return answer.rows, answer.age

    return ask
