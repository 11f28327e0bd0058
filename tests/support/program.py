"""The program in a new process, forked from one that has imported everything, so that it starts ten times as fast."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from select import select
from typing import Any, NoReturn

PRELOADED = (
    "tests.support.program", "tests.support.killed", "tests.support.killing", "tests.support.imported",
    "stancegraph.pipeline.building", "stancegraph.cli.main",
    "stancegraph.coding.article", "stancegraph.drafting.creation", "stancegraph.questions.evidence",
    "stancegraph.questions.description", "stancegraph.pipeline.shapes", "stancegraph.pipeline.validation",
)  # fmt: skip


def started(action: Callable[..., None], *arguments: object) -> Any:
    """Start a process that runs *action*, and return it."""
    context = get_context("forkserver")
    context.set_forkserver_preload([*PRELOADED])
    process = context.Process(target=_act, args=(dict(os.environ), action, arguments))
    process.start()
    return process


def _act(environment: Mapping[str, str], action: Callable[..., None], arguments: Sequence[object]) -> None:
    """Run *action* in the environment of the caller; the fork server has that of the time when it began."""
    os.environ.clear()
    os.environ.update(environment)
    action(*arguments)


def run(action: Callable[..., None], *arguments: object) -> int:
    """Run *action* in a process of its own, and return its exit status."""
    process = started(action, *arguments)
    process.join(120)
    assert process.exitcode is not None, "the process hangs"
    return int(process.exitcode)


def returned(action: Callable[..., Any], *arguments: object) -> Any:
    """Run *action* in a process of its own, and return its result. It may fork, as the process has no other thread."""
    reading, writing = get_context("forkserver").Pipe(duplex=False)
    process = started(_send_result, writing, action, arguments)
    writing.close()
    with reading:
        result = reading.recv()  # EOFError if it failed; the reason is on standard error
    process.join()
    return result


def _send_result(writing: Connection, action: Callable[..., Any], arguments: Sequence[object]) -> None:
    writing.send(action(*arguments))


def call(
    *arguments: str, environment: Mapping[str, str], memory: int, seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run the program with *arguments* and empty input; return its output and exit status.

    Args:
        arguments: The arguments of the command line.
        environment: All environment variables of the process.
        memory: The size of its address space, in bytes.
        seconds: The time after which it is killed.

    Raises:
        subprocess.TimeoutExpired: It was killed.
    """
    context = get_context("forkserver")
    ends = [context.Pipe(duplex=False) for _ in range(2)]
    process = started(_run, arguments, dict(environment), memory, *(writing for _, writing in ends))
    for _, writing in ends:
        writing.close()
    try:
        output = _read([reading for reading, _ in ends], time.monotonic() + seconds)
        process.join(10)
        if output is None or process.exitcode is None:
            raise subprocess.TimeoutExpired(["stancegraph", *arguments], seconds)
    finally:
        process.kill()
        process.join()
        for reading, _ in ends:
            reading.close()
    return subprocess.CompletedProcess(
        arguments, process.exitcode, *(stream.decode("utf-8", "replace") for stream in output)
    )


def _read(ends: Sequence[Connection], deadline: float) -> list[bytes] | None:
    """Read *ends* until they are closed; None if they are still open at the *deadline*."""
    output = {end.fileno(): bytearray() for end in ends}
    open_ends = set(output)
    while open_ends:
        ready, _, _ = select(open_ends, [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        for end in ready:
            piece = os.read(end, 1 << 16)
            output[end] += piece
            if not piece:
                open_ends.remove(end)
    return [bytes(stream) for stream in output.values()]


def _run(
    arguments: Sequence[str], environment: Mapping[str, str], memory: int, out: Connection, err: Connection
) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    out.close()
    err.close()
    # as in an interpreter that was started without a terminal
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", errors="strict", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    sys.argv = ["stancegraph", *arguments]
    from stancegraph.cli import main as cli

    status: object = 0
    try:
        cli.main()
    except SystemExit as stop:
        status = stop.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))
