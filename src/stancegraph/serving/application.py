"""The HTTP application: the addresses for people and for programs, and what stands around them all."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from stancegraph.serving import for_editors, for_machines, for_matchers, for_people
from stancegraph.serving.editing import Desk
from stancegraph.serving.observing import Metrics, Observed
from stancegraph.serving.service import Served
from stancegraph.serving.site import FAILURES, Site
from stancegraph.workspace import Workspace

_EXPOSED = ["ETag", "Link", "Retry-After", "X-Snapshot", "X-Total-Count"]


def application(
    workspace: Workspace,
    service: Served,
    base: str | None = None,
    allowed: frozenset[str] = frozenset(),
    desk: Desk | None = None,
    token: str | None = None,
) -> Starlette:
    """The application that serves *workspace* from *service*.

    *base* is the address that clients know it by; without it, the one that they ask at. *allowed* are the endpoints
    that a query may call by SERVICE. With a *desk*, articles can be coded from this machine, or by who has the *token*.
    """
    editing = for_editors.routes(Site(workspace, service, base, allowed), desk, token) if desk is not None else []
    site, metrics = Site(workspace, service, base, allowed), Metrics()
    return Starlette(
        routes=[*editing, *for_people.routes(site), *for_machines.routes(site, metrics), *for_matchers.routes(site)],
        middleware=[
            Middleware(Observed, metrics=metrics),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "POST"],
                allow_headers=["*"],
                expose_headers=_EXPOSED,
            ),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
        exception_handlers={kind: site.refusal for kind in (*(kind for kind, _ in FAILURES), Exception)},
    )
