"""``stancegraph publish``: load the snapshot into a SPARQL store."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from stancegraph.cli.context import exit_if_violated, of, steps
from stancegraph.errors import UsageError
from stancegraph.pipeline.building import published

_PASSWORD = "STANCEGRAPH_PASSWORD"


def command(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the store takes SPARQL 1.1 Update.")],
    query: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where it answers; else /query beside an /update, or the same address."),
    ] = None,
    graph_store: Annotated[
        str | None, typer.Option(metavar="URL", help="Load whole graphs by the Graph Store Protocol at this address.")
    ] = None,
    user: Annotated[str | None, typer.Option(help=f"The user's name; the password is in {_PASSWORD}.")] = None,
    digest: Annotated[bool, typer.Option("--digest", help="Authenticate by HTTP Digest instead of Basic.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds that one request may take.")] = 600,
) -> None:
    """Load the snapshot into a SPARQL store. New beside old, verified, then one switch."""
    from stancegraph.pipeline.publishing import publish
    from stancegraph.sparql.endpoint import Endpoint, GraphStoreEndpoint

    password = os.environ.get(_PASSWORD, "")
    if user is not None and not password:
        raise UsageError("--user without a password", remedy=f"put it into the environment variable {_PASSWORD}")
    asked_at = query or (url.removesuffix("/update") + "/query" if url.endswith("/update") else url)
    with steps() as progress:
        done = published(of(context).workspace, progress=progress)
        if done.snapshot is not None:
            result = publish(
                done.snapshot,
                Endpoint(asked_at, timeout, user=user, password=password, digest=digest),
                Endpoint(url, timeout, user=user, password=password, digest=digest),
                store=GraphStoreEndpoint(graph_store, timeout, user, password, digest) if graph_store else None,
                progress=progress,
            )
    if done.snapshot is None:
        exit_if_violated(done)
        raise typer.Exit(1)
    if result.unchanged:
        print(f"{result.content[:16]} is there already.")
    else:
        kept = f", {result.reused} there from before" if result.reused else ""
        print(f"{result.content[:16]}: {done.snapshot.quads} quads, {result.loaded} graphs loaded{kept}; verified")
