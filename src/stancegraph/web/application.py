"""The HTTP application: the routes for people and for programs, and the middleware around them."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from stancegraph.web.access import HostMiddleware, Token
from stancegraph.web.backend.service import TaskService
from stancegraph.web.editing import EditingService
from stancegraph.web.failures import FAILURES, InternalError
from stancegraph.web.guard import ConnectionLimits
from stancegraph.web.metrics import Metrics, MetricsMiddleware
from stancegraph.web.pages.rendering import render_problem
from stancegraph.web.routes import api, documentation, ontology, pages, reconciliation
from stancegraph.web.routes import editing as editing_routes
from stancegraph.web.site import Site
from stancegraph.workspace.folders import Workspace

_EXPOSED_HEADERS = ["ETag", "Link", "Retry-After", "X-Snapshot", "X-Total-Count"]


def application(
    workspace: Workspace,
    service: TaskService,
    base_url: str | None = None,
    allowed_endpoints: frozenset[str] = frozenset(),
    editing: EditingService | None = None,
    token: Token | None = None,
    *,
    host_names: frozenset[str] | None = None,
    origins: Sequence[str] = (),
    limits: ConnectionLimits | None = None,
    metrics: Metrics | None = None,
    seconds: float = 30.0,
) -> Starlette:
    """Make the application that serves a workspace.

    Args:
        workspace: The workspace.
        service: What runs the tasks of requests.
        base_url: The address that clients know; by default, the one that each request uses.
        allowed_endpoints: The endpoints that a query may call with SERVICE.
        editing: What articles are coded with; None if they cannot be edited.
        token: Lets people edit from other machines; None if editing is for this machine only.
        host_names: The host names that the server answers to; None for any.
        origins: The origins of other sites whose pages may read the answers.
        limits: The limits on connections, which the metrics report.
        metrics: The metrics; by default, new ones.
        seconds: How long a task may take, until the last byte is sent.
    """
    site = Site(workspace, service, base_url, allowed_endpoints, seconds, render_problem)
    metrics = metrics or Metrics(service, limits)
    editor = editing_routes.routes(site, editing, token) if editing is not None else []
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["Accept", "Content-Type", "If-None-Match"],
        expose_headers=_EXPOSED_HEADERS,
    )
    error_types = (*(error_type for error_type, _ in FAILURES), InternalError, Exception)
    return Starlette(
        routes=[
            *editor,
            *pages.routes(site),
            *documentation.routes(site),
            *api.routes(site, metrics),
            *ontology.routes(site),
            *reconciliation.routes(site),
        ],
        middleware=[
            Middleware(MetricsMiddleware, metrics=metrics),
            Middleware(HostMiddleware, names=host_names),
            *([cors] if origins else []),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
        ],
        exception_handlers={error_type: site.error_response for error_type in error_types},
    )
