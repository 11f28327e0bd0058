"""``stancegraph serve``: the graph over HTTP."""

from __future__ import annotations

import os
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

from stancegraph.cli.context import exit_if_violated, note, of, steps
from stancegraph.cli.services import Against, Contact, duplicate_check
from stancegraph.errors import ExternalError, UsageError

if TYPE_CHECKING:
    from stancegraph.web.access import Token
    from stancegraph.web.backend.service import Service
    from stancegraph.web.editing import EditingService
    from stancegraph.workspace.folders import Workspace

_TOKEN = "STANCEGRAPH_TOKEN"
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # of glibc's malloc.h
_LARGE = 128 << 10  # bytes of a block that is large
_TRIMMED = 10.0  # seconds between two times that memory is given back


def command(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen at.")] = 8000,
    base: Annotated[str | None, typer.Option(metavar="URL", help="Where clients find it, if not there.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="How many queries and pages may be worked on at once.")] = 4,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="How long each may take, until its last byte is sent.")
    ] = 30.0,
    log: Annotated[bool, typer.Option(help="Write a line of JSON for each request to standard error.")] = True,
    memory: Annotated[int, typer.Option(min=64, help="How much memory each may take, in MiB.")] = 2048,
    server_memory: Annotated[
        int, typer.Option(min=128, help="With how much, in MiB, the process that serves all is still healthy.")
    ] = 1024,
    answer: Annotated[int, typer.Option(min=1, help="How large an answer may be, in MiB.")] = 1024,
    connections: Annotated[int, typer.Option(min=1, help="How many connections may be open.")] = 512,
    client_connections: Annotated[int, typer.Option(min=1, help="How many of them one client may have.")] = 128,
    host_name: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name under which it is known; repeatable.")
    ] = None,
    cors: Annotated[
        list[str] | None, typer.Option(metavar="ORIGIN", help="Where pages are from that may read it; repeatable.")
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="A web server in front, believed in who its clients are; repeatable."),
    ] = None,
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
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=f"With --edit: a file with the token of who may edit from elsewhere; or {_TOKEN}."
        ),
    ] = None,
) -> None:
    """Serve the graph over HTTP. Pages for people, a read-only SPARQL 1.1 endpoint, the questions by name."""
    if sys.platform == "win32":
        raise UsageError("serve needs Linux or macOS", remedy="run it in the Windows Subsystem for Linux")
    import logging
    import math

    import uvicorn

    from stancegraph.web.access import allowed_host_names
    from stancegraph.web.application import application
    from stancegraph.web.backend.task import Limits
    from stancegraph.web.guard import ConnectionLimits, limited_protocol
    from stancegraph.web.metrics import LOG, Metrics

    _give_memory_back()
    given = of(context)
    desk = _desk(
        given.workspace, edit, text or [], partial(duplicate_check, given.workspace, against, contact, None, None)
    )
    token = _token(token_file) if edit else None
    if desk is None and against is not None:
        raise UsageError("--against goes with --edit", remedy="add --edit, or leave it out")
    if desk is not None:
        _check_editing(host, token, given.engine_url)
    limits = Limits(seconds, memory << 20, answer << 20)
    service = _service(given.workspace, given.engine_url, workers, limits)
    bounds = ConnectionLimits(
        connections, client_connections, request_seconds=max(700.0, 3 * seconds), trusted=frozenset(proxy or ())
    )
    metrics = Metrics(service, bounds, server_memory << 20)
    service.on_kill = lambda reason: metrics.stopped.labels(reason).inc()
    _allow_open_files(2 * connections + 200)
    lines = logging.StreamHandler() if log else logging.NullHandler()
    LOG.addHandler(lines)
    LOG.setLevel(logging.INFO)
    try:
        source = given.engine_url or f"snapshot {(service.version or '')[:16]}"
        with listening(host, port) as open_socket:
            here = f"http://{f'[{host}]' if ':' in host else host}:{open_socket.getsockname()[1]}"
            note(f"{here}/ answers from {source}; end with Ctrl-C")
            if desk is not None:
                note(f"articles are coded at {here}/edit" + (", with the token" if token else ""))
            if given.engine_url is None and not service.confined:
                note(
                    "Queries cannot be cut off from the network on this system: a parser alone keeps SERVICE from them."
                )
            for address in proxy or ():
                note(f"{address} is believed in who its clients are, and whether they came by https")
            config = uvicorn.Config(
                application(
                    given.workspace,
                    service,
                    base,
                    frozenset(allow_service or ()),
                    desk,
                    token,
                    host_names=allowed_host_names(host, base, host_name or ()),
                    origins=cors or (),
                    limits=bounds,
                    metrics=metrics,
                    seconds=seconds,
                ),
                http=limited_protocol(bounds),  # type: ignore[arg-type] # it is called as a class is
                ws="none",
                log_level="error",  # a line for each request that is no HTTP would fill the disk
                proxy_headers=bool(proxy),
                forwarded_allow_ips=list(proxy or ()),
                timeout_graceful_shutdown=math.ceil(seconds),  # what is under way ends first
            )
            server = uvicorn.Server(config)
            # uvicorn raises a signal anew when it has ended gracefully; here it has been dealt with then
            server.capture_signals = partial(_until_told, server.handle_exit)  # type: ignore[method-assign]
            server.run(sockets=[open_socket])
    finally:
        service.close()
        if desk is not None:
            desk.close()
        LOG.removeHandler(lines)


def _service(workspace: Workspace, engine_url: str | None, workers: int, limits: object) -> Service:
    """What answers: the published snapshot, built first where there is none; or an endpoint."""
    from stancegraph.pipeline.building import published
    from stancegraph.web.backend.service import Service
    from stancegraph.web.backend.task import Limits

    assert isinstance(limits, Limits)
    if engine_url is None:
        with steps() as progress:
            done = published(workspace, progress=progress)
        if done.snapshot is None:
            exit_if_violated(done)
            raise typer.Exit(1)
        _check(workspace)
    return Service(workspace, workers, limits=limits, engine_url=engine_url)


def _check(workspace: Workspace) -> None:
    """Tell what is wrong with the workspace; raise `ExternalError` where it is the snapshot that would be served."""
    from stancegraph.findings import Severity
    from stancegraph.pipeline import soundness

    for part, faults in soundness.faults_by_part(workspace).items():
        for fault in faults:
            if fault.severity is Severity.VIOLATION and part == "snapshot":
                raise ExternalError(fault.message, file=fault.file, remedy=fault.remedy)
            if fault.severity is Severity.VIOLATION:
                note(f"{fault.file}: {fault.message}. {fault.remedy[:1].upper()}{fault.remedy[1:]}.")


def _desk(workspace: Workspace, edit: bool, texts: list[Path], compare: Callable[[], object]) -> EditingService | None:
    """Where articles are coded, if they are."""
    from stancegraph.web.editing import EditingService

    if not edit:
        if texts:
            raise UsageError("--text goes with --edit", remedy="add --edit, or leave it out")
        return None
    compare()  # what is wrong with it is told now
    return EditingService(workspace, texts, compare)  # type: ignore[arg-type]


def _token(file: Path | None) -> Token | None:
    """The token of *file*, or of the environment; raises `UsageError` where there is one that lets anybody in."""
    from stancegraph.web.access import Token

    if file is not None:
        try:
            return Token(file.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"the token cannot be read: {error}", file=file, remedy="name a file of text") from None
    return Token(os.environ[_TOKEN].strip()) if _TOKEN in os.environ else None


def _check_editing(host: str, token: Token | None, engine_url: str | None) -> None:
    from stancegraph.web.access import is_loopback

    if engine_url is not None:
        raise UsageError("--edit needs the workspace's own snapshot", remedy="leave out --engine")
    if not is_loopback(host) and token is None:
        raise UsageError("--edit would let anybody edit", subject=host, remedy="add --token-file, or leave out --host")


def _give_memory_back() -> None:
    """Have what is free given back to the system, where glibc is the allocator, which would keep it.

    Of the parts that it has for each thread it never gives back the end, and it keeps ever larger blocks there
    (`mallopt(3)`): so there is one part for all threads from here on, large blocks are the system's, and the rest is
    given back now and then.
    """
    import ctypes
    import threading
    import time

    libc = ctypes.CDLL(None)
    if sys.platform != "linux" or not hasattr(libc, "malloc_trim"):
        return
    for parameter, value in {_ARENA_MAX: 1, _MMAP_THRESHOLD: _LARGE}.items():
        libc.mallopt(parameter, value)

    def keep_trimming() -> None:
        while True:
            time.sleep(_TRIMMED)
            libc.malloc_trim(0)

    threading.Thread(target=keep_trimming, daemon=True).start()


def _allow_open_files(number: int) -> None:
    """Let this process open so many files, where the system lets it."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(number, hard) if hard >= 0 else number, hard))


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
    """A socket that listens; raise `ExternalError` where the address cannot be had."""
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise ExternalError(
            f"cannot listen: {error.strerror}", subject=f"{host}:{port}", remedy="choose another --host or --port"
        ) from None
