"""What the service does, for who runs it: counters in the form of `Prometheus
<https://prometheus.io/docs/instrumenting/exposition_formats/>`_, and a line of JSON for each request.

Queries are not logged, as they may say what their authors work on.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("stancegraph.serving")
_PLACES = ("sparql", "queries", "graphs", "graph", "id", "data", "ontology", "openapi.json", "healthz", "metrics")


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "stancegraph_requests", "Requests answered.", ["place", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "stancegraph_request_seconds", "Time until the last byte.", ["place"], registry=self.registry
        )
        self.running = Gauge("stancegraph_requests_running", "Requests under way.", registry=self.registry)

    def text(self) -> bytes:
        """All counters, as they are scraped."""
        return generate_latest(self.registry)


class Observed:
    """Middleware that counts and logs every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and watch its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, told = time.perf_counter(), {"status": 500, "bytes": 0}

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
            elif message["type"] == "http.response.body":
                told["bytes"] += len(message.get("body", b""))
            await send(message)

        self.metrics.running.inc()
        whole = False
        try:
            await self.app(scope, receive, watch)
            whole = True
        finally:
            self.metrics.running.dec()
            self._note(scope, told, time.perf_counter() - start, whole=whole)

    def _note(self, scope: Scope, told: dict[str, int], seconds: float, *, whole: bool) -> None:
        first = str(scope["path"]).strip("/").split("/")[0]
        place = first if first in _PLACES else "other"
        self.metrics.requests.labels(place, str(told["status"])).inc()
        self.metrics.seconds.labels(place).observe(seconds)
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "method": scope["method"],
            "path": scope["path"],
            "status": told["status"],
            "bytes": told["bytes"],
            "milliseconds": round(1000 * seconds, 1),
            "whole": whole,
        }
        LOG.info("%s", json.dumps(line, ensure_ascii=True))
