"""``stancegraph serve``: the graph over HTTP."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Annotated

import typer

from stancegraph.commands.context import note, of, refused, steps
from stancegraph.errors import CallError, OutsideError


def command(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen at.")] = 8000,
    base: Annotated[str | None, typer.Option(metavar="URL", help="Where clients find it, if not there.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="How many queries may run at once.")] = 2,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long a query may take.")] = 30.0,
    log: Annotated[bool, typer.Option(help="Write a line of JSON for each request to standard error.")] = True,
    memory: Annotated[int, typer.Option(min=64, help="How much memory a query may take, in MiB.")] = 2048,
    answer: Annotated[int, typer.Option(min=1, help="How large an answer may be, in MiB.")] = 1024,
    allow_service: Annotated[
        list[str] | None, typer.Option(metavar="URL", help="An endpoint that queries may call by SERVICE; repeatable.")
    ] = None,
) -> None:
    """Serve the graph over HTTP. Pages for people, a read-only SPARQL 1.1 endpoint, the questions by name."""
    if sys.platform == "win32":
        raise CallError("serve needs Linux or macOS", remedy="run it in the Windows Subsystem for Linux")
    import logging
    import math

    import uvicorn

    from stancegraph.building import published
    from stancegraph.serving.application import application
    from stancegraph.serving.observing import LOG
    from stancegraph.serving.remote_service import RemoteService
    from stancegraph.serving.service import Service
    from stancegraph.serving.task import Limits

    given = of(context)
    service: Service | RemoteService
    if given.engine_url is not None:
        service = RemoteService(given.engine_url, seconds)
    else:
        with steps() as progress:
            done = published(given.workspace, progress=progress)
        if done.snapshot is None:
            refused(done)
            raise typer.Exit(1)
        service = Service(given.workspace.snapshots, workers, limits=Limits(seconds, memory << 20, answer << 20))
    lines = logging.StreamHandler() if log else logging.NullHandler()
    LOG.addHandler(lines)
    LOG.setLevel(logging.INFO)
    try:
        source = given.engine_url or f"snapshot {(service.version or '')[:16]}"
        with listening(host, port) as open_socket:
            note(f"http://{host}:{open_socket.getsockname()[1]}/ answers from {source}; end with Ctrl-C")
            config = uvicorn.Config(
                application(given.workspace, service, base, frozenset(allow_service or ())),
                log_level="warning",
                timeout_graceful_shutdown=math.ceil(seconds),  # what is under way ends first
            )
            server = uvicorn.Server(config)
            # uvicorn raises a signal anew when it has ended gracefully; here it has been dealt with then
            server.capture_signals = partial(_until_told, server.handle_exit)  # type: ignore[method-assign]
            server.run(sockets=[open_socket])
    finally:
        service.close()
        LOG.removeHandler(lines)


@contextmanager
def _until_told(end: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM call *end*."""
    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; raise `OutsideError` where the address cannot be had."""
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise OutsideError(
            f"cannot listen: {error.strerror}", subject=f"{host}:{port}", remedy="choose another --host or --port"
        ) from None
