"""What the service does, for who runs it: counters in the form of `Prometheus
<https://prometheus.io/docs/instrumenting/exposition_formats/>`_, and a line of JSON for each request.

Queries are not logged, as they may say what their authors work on.
"""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stancegraph.web.guard import Bounds

LOG = logging.getLogger("stancegraph.web")
_PLACES = frozenset(
    [
        "sparql",
        "queries",
        "graphs",
        "graph",
        "id",
        "data",
        "ontology",
        "openapi.json",
        ".well-known",
        "healthz",
        "metrics",
        "page",
        "search",
        "picture",
        "workbench",
        "reconcile",
        "edit",
        "static",
        "assets",
        "licences",
    ]
)


class Metrics:
    """The counters of one application.

    *service* tells what is under way; the process of the server takes *memory* bytes at most, or is not healthy.
    """

    def __init__(self, service: Any = None, bounds: Bounds | None = None, memory: int = 1 << 30) -> None:
        self.memory, self.registry = memory, CollectorRegistry()
        self.requests = Counter(
            "stancegraph_requests", "Requests answered.", ["place", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "stancegraph_request_seconds", "Time until the last byte.", ["place"], registry=self.registry
        )
        self.running = Gauge("stancegraph_requests_running", "Requests under way.", registry=self.registry)
        self.stopped = Counter("stancegraph_stopped", "What was stopped, and why.", ["reason"], registry=self.registry)
        ProcessCollector(registry=self.registry)
        for name, told, value in (
            ("queued", "Tasks that wait for a worker.", lambda: service.turns.queued),
            ("working", "Tasks that workers are at.", lambda: service.running),
            ("snapshot_age_seconds", "Since when what is served was published.", lambda: service.age),
        ):
            if isinstance(service, MeasuredService):
                Gauge(f"stancegraph_{name}", told, registry=self.registry).set_function(value)
        for name, told, value in (
            ("connections", "Connections that are open.", lambda: bounds.open.total()),  # type: ignore[union-attr]
            ("connections_cut", "Connections that were refused or cut.", lambda: bounds.refused.total()),  # type: ignore[union-attr]
        ):
            if bounds is not None:
                Gauge(f"stancegraph_{name}", told, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """All counters, as they are scraped."""
        return generate_latest(self.registry)

    def problem(self) -> str | None:
        """What is wrong with the process of the server itself, if anything."""
        used = resident()
        return (
            f"the server takes {used >> 20} MiB, and {self.memory >> 20} are its most" if used > self.memory else None
        )


@runtime_checkable
class MeasuredService(Protocol):
    """What tells how it fares."""

    turns: Any

    @property
    def running(self) -> int:
        """Tasks under way."""
        ...

    @property
    def age(self) -> float:
        """Seconds since what is served was published."""
        ...


def resident() -> int:
    """Bytes of memory that this process has to itself, where the system tells; else 0."""
    try:
        told = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in told.splitlines() if line.startswith("RssAnon:")), 0)


class MetricsMiddleware:
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
        place = first if first in _PLACES else "other" if first else "home"
        self.metrics.requests.labels(place, str(told["status"])).inc()
        self.metrics.seconds.labels(place).observe(seconds)
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "client": scope["client"][0] if scope.get("client") else None,
            "method": scope["method"],
            "path": scope["path"],
            "status": told["status"],
            "bytes": told["bytes"],
            "milliseconds": round(1000 * seconds, 1),
            "whole": whole,
        }
        LOG.info("%s", json.dumps(line, ensure_ascii=True))
