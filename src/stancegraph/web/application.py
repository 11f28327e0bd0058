"""The HTTP application: the addresses for people and for programs, and what stands around them all."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from stancegraph.web.access import KnownHosts, Token
from stancegraph.web.backend.service import Served
from stancegraph.web.editing import EditingService
from stancegraph.web.failures import FAILURES, FailedError
from stancegraph.web.guard import Bounds
from stancegraph.web.metrics import Metrics, MetricsMiddleware
from stancegraph.web.pages.rendering import problem_page
from stancegraph.web.routes import api, documentation, pages, reconciliation
from stancegraph.web.routes import editing as for_editors
from stancegraph.web.site import Site
from stancegraph.workspace.folders import Workspace

_EXPOSED = ["ETag", "Link", "Retry-After", "X-Snapshot", "X-Total-Count"]


def application(
    workspace: Workspace,
    service: Served,
    base: str | None = None,
    allowed: frozenset[str] = frozenset(),
    desk: EditingService | None = None,
    token: Token | None = None,
    *,
    hosts: frozenset[str] | None = None,
    origins: Sequence[str] = (),
    bounds: Bounds | None = None,
    metrics: Metrics | None = None,
    seconds: float = 30.0,
) -> Starlette:
    """The application that serves *workspace* from *service*.

    *base* is the address that clients know it by; without it, the one that they ask at. *allowed* are the endpoints
    that a query may call by SERVICE. With a *desk*, articles can be coded from this machine, or by who has the *token*.
    It is known under the names *hosts*, or any; pages of other sites may read it if they are of one of the *origins*. A
    task may take *seconds*.
    """
    site = Site(workspace, service, base, allowed, seconds, problem_page)
    metrics = metrics or Metrics(service, bounds)
    editing = for_editors.routes(site, desk, token) if desk is not None else []
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["Accept", "Content-Type", "If-None-Match"],
        expose_headers=_EXPOSED,
    )
    return Starlette(
        routes=[
            *editing,
            *pages.routes(site),
            *documentation.routes(site),
            *api.routes(site, metrics),
            *reconciliation.routes(site),
        ],
        middleware=[
            Middleware(MetricsMiddleware, metrics=metrics),
            Middleware(KnownHosts, names=hosts),
            *([cors] if origins else []),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
        ],
        exception_handlers={kind: site.refusal for kind in (*(kind for kind, _ in FAILURES), FailedError, Exception)},
    )
