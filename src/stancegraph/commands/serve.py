"""``stancegraph serve``: the graph over HTTP."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.commands.context import note, of, refused, steps
from stancegraph.commands.link.options import Against, Contact, comparison
from stancegraph.errors import CallError, OutsideError

if TYPE_CHECKING:
    from stancegraph.serving.editing import Desk
    from stancegraph.workspace import Workspace


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
    edit: Annotated[
        bool, typer.Option("--edit", help="Let articles be coded in the browser, from this machine.")
    ] = False,
    text: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="With --edit: the text of an article; repeatable.")
    ] = None,
    against: Against = None,
    contact: Contact = None,
    token: Annotated[
        str | None, typer.Option(envvar="STANCEGRAPH_TOKEN", help="With --edit: who knows it may edit from elsewhere.")
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
    desk = _desk(given.workspace, host, edit, text or [], token, given.engine_url)
    if desk is not None:
        desk.compare = comparison(given.workspace, against, contact, None, None)
    elif against is not None:
        raise CallError("--against goes with --edit", remedy="add --edit, or leave it out")
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
            if desk is not None:
                way = f"/edit?token={token}" if token else "/edit"
                note(f"articles are coded at http://{host}:{open_socket.getsockname()[1]}{way}")
            note(f"http://{host}:{open_socket.getsockname()[1]}/ answers from {source}; end with Ctrl-C")
            config = uvicorn.Config(
                application(given.workspace, service, base, frozenset(allow_service or ()), desk, token),
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


def _desk(
    workspace: Workspace, host: str, edit: bool, texts: list[Path], token: str | None, engine_url: str | None
) -> Desk | None:
    """Where articles are coded, if they are; raise `CallError` where that would be open to anybody."""
    from stancegraph.serving.editing import Desk

    if not edit:
        if texts:
            raise CallError("--text goes with --edit", remedy="add --edit, or leave it out")
        return None
    if engine_url is not None:
        raise CallError("--edit needs the workspace's own snapshot", remedy="leave out --engine")
    if not (host == "localhost" or _is_loopback(host)) and not token:
        raise CallError("--edit would let anybody edit", subject=host, remedy="add --token, or leave out --host")
    return Desk(workspace, texts)


def _is_loopback(host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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
