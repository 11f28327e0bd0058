"""``stancegraph serve``: serve the graph over HTTP."""

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

from stancegraph.cli.context import global_options, note, report_violations, show_progress
from stancegraph.cli.services import Against, Contact, duplicate_check
from stancegraph.errors import ExternalError, UsageError

if TYPE_CHECKING:
    from stancegraph.coding.duplicates import Compare
    from stancegraph.web.access import Token
    from stancegraph.web.backend.service import Service
    from stancegraph.web.backend.task import Limits
    from stancegraph.web.editing import EditingService
    from stancegraph.workspace.folders import Workspace

_TOKEN = "STANCEGRAPH_TOKEN"
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # parameters of mallopt, from glibc's malloc.h
_LARGE_BLOCK = 128 << 10  # bytes
_TRIM_INTERVAL = 10.0  # seconds


def command(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 for any free one.")] = 8000,
    base: Annotated[
        str | None, typer.Option(metavar="URL", help="The URL by which clients reach it, if different.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="How many queries and pages to process at once.")] = 4,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="The time limit for each, in seconds, until its last byte is sent.")
    ] = 30.0,
    log: Annotated[bool, typer.Option(help="Log each request to standard error, as a line of JSON.")] = True,
    memory: Annotated[int, typer.Option(min=64, help="The memory limit for each query or page, in MiB.")] = 2048,
    server_memory: Annotated[
        int,
        typer.Option(min=128, help="Up to how much memory, in MiB, the server process counts as healthy."),
    ] = 1024,
    answer: Annotated[int, typer.Option(min=1, help="The size limit for an answer, in MiB.")] = 1024,
    connections: Annotated[int, typer.Option(min=1, help="How many connections can be open at once.")] = 512,
    client_connections: Annotated[int, typer.Option(min=1, help="How many of them one client can have.")] = 128,
    host_name: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A host name by which clients know the server; repeatable.")
    ] = None,
    cors: Annotated[
        list[str] | None, typer.Option(metavar="ORIGIN", help="An origin whose pages can read the answers; repeatable.")
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="A proxy that is trusted to say who its clients are; repeatable."),
    ] = None,
    allow_service: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="An endpoint that queries may call with SERVICE; repeatable."),
    ] = None,
    edit: Annotated[
        bool, typer.Option("--edit", help="Let people code articles in the browser, on this machine.")
    ] = False,
    text: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="With --edit: the text of an article; repeatable.")
    ] = None,
    against: Against = None,
    contact: Contact = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=f"With --edit: a file with the token that permits editing from elsewhere; by default {_TOKEN}.",
        ),
    ] = None,
) -> None:
    """Serve the graph over HTTP. Offer pages for people, a read-only SPARQL 1.1 endpoint, and the questions by name."""
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

    _return_freed_memory()
    options = global_options(context)
    editing = _open_editing(
        options.workspace, edit, text or [], partial(duplicate_check, options.workspace, against, contact, None, None)
    )
    token = _read_token(token_file) if edit else None
    if editing is None and against is not None:
        raise UsageError("--against goes with --edit", remedy="add --edit, or leave it out")
    if editing is not None:
        _check_editing(host, token, options.engine_url)
    limits = Limits(seconds, memory << 20, answer << 20)
    service = _open_service(options.workspace, options.engine_url, workers, limits)
    connection_limits = ConnectionLimits(
        connections, client_connections, request_seconds=max(700.0, 3 * seconds), trusted=frozenset(proxy or ())
    )
    metrics = Metrics(service, connection_limits, server_memory << 20)
    service.on_kill = lambda reason: metrics.stopped.labels(reason).inc()
    _allow_open_files(2 * connections + 200)
    handler = logging.StreamHandler() if log else logging.NullHandler()
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    try:
        source = options.engine_url or f"snapshot {(service.version or '')[:16]}"
        with listen(host, port) as open_socket:
            address = f"http://{f'[{host}]' if ':' in host else host}:{open_socket.getsockname()[1]}"
            note(f"{address}/ answers from {source}; press Ctrl-C to stop")
            if editing is not None:
                note(f"Articles are coded at {address}/edit" + (", with the token." if token else "."))
            if options.engine_url is None and not service.confined:
                note(
                    "This system cannot cut queries off from the network: only a parser keeps them from using SERVICE."
                )
            for proxy_address in proxy or ():
                note(f"{proxy_address} is trusted to tell who its clients are, and whether they use HTTPS.")
            config = uvicorn.Config(
                application(
                    options.workspace,
                    service,
                    base,
                    frozenset(allow_service or ()),
                    editing,
                    token,
                    host_names=allowed_host_names(host, base, host_name or ()),
                    origins=cors or (),
                    limits=connection_limits,
                    metrics=metrics,
                    seconds=seconds,
                ),
                http=limited_protocol(connection_limits),  # type: ignore[arg-type] # called like a class
                ws="none",
                log_level="error",  # a line for each request that is not HTTP would fill the disk
                proxy_headers=bool(proxy),
                forwarded_allow_ips=list(proxy or ()),
                timeout_graceful_shutdown=math.ceil(seconds),  # requests under way are answered first
            )
            server = uvicorn.Server(config)
            # after a graceful end uvicorn raises the signal again, though it has been handled
            server.capture_signals = partial(_handle_signals, server.handle_exit)  # type: ignore[method-assign]
            server.run(sockets=[open_socket])
    finally:
        service.close()
        if editing is not None:
            editing.close()
        LOG.removeHandler(handler)


def _open_service(workspace: Workspace, engine_url: str | None, workers: int, limits: Limits) -> Service:
    """Return the service that answers: from the published snapshot, built first if there is none; or an endpoint."""
    from stancegraph.pipeline.building import published
    from stancegraph.web.backend.service import Service

    if engine_url is None:
        with show_progress() as progress:
            build = published(workspace, progress=progress)
        if build.snapshot is None:
            report_violations(build)
            raise typer.Exit(1)
        _check_soundness(workspace)
    return Service(workspace, workers, limits=limits, engine_url=engine_url)


def _check_soundness(workspace: Workspace) -> None:
    """Report damage in the workspace; raise `ExternalError` if it is in the snapshot that would be served."""
    from stancegraph.findings import Severity
    from stancegraph.pipeline import soundness

    for part, faults in soundness.faults_by_part(workspace).items():
        for fault in faults:
            if fault.severity is Severity.VIOLATION and part == "snapshot":
                raise ExternalError(fault.message, file=fault.file, remedy=fault.remedy)
            if fault.severity is Severity.VIOLATION:
                note(f"{fault.file}: {fault.message}. {fault.remedy[:1].upper()}{fault.remedy[1:]}.")


def _open_editing(
    workspace: Workspace, edit: bool, texts: list[Path], compare: Callable[[], Compare | None]
) -> EditingService | None:
    """Return the service for coding articles; None without *edit*."""
    from stancegraph.web.editing import EditingService

    if not edit:
        if texts:
            raise UsageError("--text goes with --edit", remedy="add --edit, or leave it out")
        return None
    compare()  # so that what is wrong with its options is reported now
    return EditingService(workspace, texts, compare)


def _read_token(file: Path | None) -> Token | None:
    """Return the token in *file* or the environment; raise `UsageError` if it is too weak or cannot be read."""
    from stancegraph.web.access import Token

    if file is not None:
        try:
            return Token(file.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"the token cannot be read: {error}", file=file, remedy="name a text file") from None
    return Token(os.environ[_TOKEN].strip()) if _TOKEN in os.environ else None


def _check_editing(host: str, token: Token | None, engine_url: str | None) -> None:
    from stancegraph.web.access import is_loopback

    if engine_url is not None:
        raise UsageError("--edit needs the workspace's own snapshot", remedy="leave out --engine")
    if not is_loopback(host) and token is None:
        raise UsageError("--edit would let anyone edit", subject=host, remedy="add --token-file, or leave out --host")


def _return_freed_memory() -> None:
    """Have glibc, if it is the allocator, return freed memory to the system, which it would otherwise keep.

    It never returns the end of the arena that it has for each thread, and it keeps ever larger blocks there
    (`mallopt(3)`). From here on, therefore, all threads share one arena, large blocks are mapped from the system, and
    the rest is returned at intervals.
    """
    import ctypes
    import threading
    import time

    libc = ctypes.CDLL(None)
    if sys.platform != "linux" or not hasattr(libc, "malloc_trim"):
        return
    for parameter, value in {_ARENA_MAX: 1, _MMAP_THRESHOLD: _LARGE_BLOCK}.items():
        libc.mallopt(parameter, value)

    def keep_trimming() -> None:
        while True:
            time.sleep(_TRIM_INTERVAL)
            libc.malloc_trim(0)

    threading.Thread(target=keep_trimming, daemon=True).start()


def _allow_open_files(number: int) -> None:
    """Let this process open *number* files, as far as the system permits."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(number, hard) if hard >= 0 else number, hard))


@contextmanager
def _handle_signals(handle_exit: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM call *handle_exit* while the block runs."""
    previous = {number: signal.signal(number, handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raise `ExternalError` if the address is not available."""
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise ExternalError(
            f"cannot listen: {error.strerror}", subject=f"{host}:{port}", remedy="choose another --host or --port"
        ) from None
