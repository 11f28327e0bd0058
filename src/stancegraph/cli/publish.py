"""``stancegraph publish``: load the snapshot into a SPARQL store."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from stancegraph.cli.context import global_options, report_violations, show_progress
from stancegraph.errors import UsageError
from stancegraph.pipeline.building import published

_PASSWORD = "STANCEGRAPH_PASSWORD"


def command(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The SPARQL 1.1 Update endpoint of the store.")],
    query: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Its query endpoint; by default, the URL with a final /update replaced by /query.",
        ),
    ] = None,
    graph_store: Annotated[
        str | None, typer.Option(metavar="URL", help="Load whole graphs with the Graph Store Protocol at this URL.")
    ] = None,
    user: Annotated[str | None, typer.Option(help=f"The user name; the password is read from {_PASSWORD}.")] = None,
    digest: Annotated[bool, typer.Option("--digest", help="Use HTTP Digest authentication instead of Basic.")] = False,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="The time limit for each request.")] = 600,
) -> None:
    """Load the snapshot into a SPARQL store. New graphs are loaded beside the old, verified, and then switched to."""
    from stancegraph.pipeline.publishing import publish
    from stancegraph.sparql.endpoint import Endpoint, GraphStoreEndpoint

    password = os.environ.get(_PASSWORD, "")
    if user is not None and not password:
        raise UsageError("--user needs a password", remedy=f"put it into the environment variable {_PASSWORD}")
    query_url = query or (url.removesuffix("/update") + "/query" if url.endswith("/update") else url)
    with show_progress() as progress:
        build = published(global_options(context).workspace, progress=progress)
        if build.snapshot is not None:
            publication = publish(
                build.snapshot,
                Endpoint(query_url, timeout, user=user, password=password, digest=digest),
                Endpoint(url, timeout, user=user, password=password, digest=digest),
                store=GraphStoreEndpoint(graph_store, timeout, user, password, digest) if graph_store else None,
                progress=progress,
            )
    if build.snapshot is None:
        report_violations(build)
        raise typer.Exit(1)
    digest_start = publication.content[:16]
    if publication.unchanged:
        print(f"{digest_start} is there already.")
        return
    kept = f", {publication.reused} already there" if publication.reused else ""
    print(f"{digest_start}: {build.snapshot.quads} quads, {publication.loaded} graphs loaded{kept}; verified")
