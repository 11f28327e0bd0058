"""Metrics and a log, for whoever operates the service.

Metrics have the `text format of Prometheus <https://prometheus.io/docs/instrumenting/exposition_formats/>`_; the log
has a line of JSON for each request. Queries are not logged, as they may reveal what their authors work on.
"""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stancegraph.web.guard import ConnectionLimits

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
"""The first segments of paths that are counted by themselves, so that clients cannot make up ever more of them."""


class Metrics:
    """The metrics of one application.

    Args:
        service: What runs the tasks; it is measured if it is a `MeasuredService`.
        limits: The limits on connections, which count them.
        max_memory: The bytes of memory above which the server's own process is not healthy.
    """

    def __init__(self, service: Any = None, limits: ConnectionLimits | None = None, max_memory: int = 1 << 30) -> None:
        self.max_memory, self.registry = max_memory, CollectorRegistry()
        self.requests = Counter(
            "stancegraph_requests", "Requests answered.", ["place", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "stancegraph_request_seconds", "Time until the last byte.", ["place"], registry=self.registry
        )
        self.running = Gauge("stancegraph_requests_running", "Requests under way.", registry=self.registry)
        self.stopped = Counter("stancegraph_stopped", "Processes that ended early.", ["reason"], registry=self.registry)
        ProcessCollector(registry=self.registry)
        for name, description, value in (
            ("queued", "Tasks waiting for a worker.", lambda: service.queue.queued),
            ("working", "Tasks that workers are busy with.", lambda: service.running),
            ("snapshot_age_seconds", "Time since the snapshot was published.", lambda: service.age),
        ):
            if isinstance(service, MeasuredService):
                Gauge(f"stancegraph_{name}", description, registry=self.registry).set_function(value)
        for name, description, value in (
            ("connections", "Open connections.", lambda: limits.open.total()),  # type: ignore[union-attr]
            ("connections_cut", "Connections refused or cut off.", lambda: limits.refused.total()),  # type: ignore[union-attr]
        ):
            if limits is not None:
                Gauge(f"stancegraph_{name}", description, registry=self.registry).set_function(value)

    def render(self) -> bytes:
        """Return all metrics in the format of Prometheus."""
        return generate_latest(self.registry)

    def memory_problem(self) -> str | None:
        """Return a message if the server's own process uses too much memory, else None."""
        used = anonymous_memory()
        if used <= self.max_memory:
            return None
        return f"the server uses {used >> 20} MiB of memory; its limit is {self.max_memory >> 20} MiB"


@runtime_checkable
class MeasuredService(Protocol):
    """A service whose load can be measured.

    Attributes:
        queue: The queue for its workers, such as a `stancegraph.web.backend.fair_queue.FairQueue`.
    """

    queue: Any

    @property
    def running(self) -> int:
        """How many tasks are under way."""
        ...

    @property
    def age(self) -> float:
        """Seconds since the snapshot was published."""
        ...


def anonymous_memory() -> int:
    """Return the bytes of anonymous memory that this process occupies; 0 if the system does not say."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("RssAnon:")), 0)


class MetricsMiddleware:
    """Middleware that counts and logs every request.

    Args:
        app: The application that gets the requests.
        metrics: The metrics.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and record how it was answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status, size = time.perf_counter(), 500, 0

        async def watch(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        self.metrics.running.inc()
        complete = False
        try:
            await self.app(scope, receive, watch)
            complete = True
        finally:
            self.metrics.running.dec()
            self._record(scope, status, size, time.perf_counter() - start, complete=complete)

    def _record(self, scope: Scope, status: int, size: int, seconds: float, *, complete: bool) -> None:
        segment = str(scope["path"]).strip("/").split("/")[0]
        place = segment if segment in _PLACES else "other" if segment else "home"
        self.metrics.requests.labels(place, str(status)).inc()
        self.metrics.seconds.labels(place).observe(seconds)
        entry: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "client": scope["client"][0] if scope.get("client") else None,
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "bytes": size,
            "milliseconds": round(1000 * seconds, 1),
            "whole": complete,
        }
        LOG.info("%s", json.dumps(entry, ensure_ascii=True))
