"""``stancegraph serve``: the graph over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from stancegraph.commands.context import note, of, refused, steps
from stancegraph.errors import CallError


def command(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen at.")] = 8000,
    base: Annotated[str | None, typer.Option(metavar="URL", help="Where clients find it, if not there.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="How many queries may run at once.")] = 2,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long a query may take.")] = 30.0,
    memory: Annotated[int, typer.Option(min=64, help="How much memory a query may take, in MiB.")] = 2048,
) -> None:
    """Serve the graph over HTTP. A read-only SPARQL 1.1 endpoint, and the stored questions by name."""
    import uvicorn

    from stancegraph.building import published
    from stancegraph.serving.application import application
    from stancegraph.serving.pool import Limits
    from stancegraph.serving.service import Service

    given = of(context)
    if given.engine_url is not None:
        raise CallError("serve answers from the snapshot", remedy="leave --engine out")
    with steps() as progress:
        done = published(given.workspace, progress=progress)
    if done.snapshot is None:
        refused(done)
        raise typer.Exit(1)
    service = Service(given.workspace.snapshots, workers, limits=Limits(seconds, memory << 20))
    try:
        note(f"http://{host}:{port}/sparql answers from snapshot {service.snapshot.content[:16]}; end with Ctrl-C")
        uvicorn.run(application(given.workspace, service, base), host=host, port=port, log_level="warning")
    finally:
        service.close()
