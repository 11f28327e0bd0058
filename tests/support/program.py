"""The program in a process of its own that is forked from one with all imported: as it is, and ten times as soon."""

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
    "tests.support.program", "tests.support.killed", "tests.support.killing",
    "stancegraph.pipeline.building", "stancegraph.cli.main",
    "stancegraph.coding.article", "stancegraph.drafting.creation", "stancegraph.questions.evidence",
    "stancegraph.questions.description", "stancegraph.pipeline.shapes", "stancegraph.pipeline.validation",
)  # fmt: skip


def started(action: Callable[..., None], *arguments: object) -> Any:
    """A process of its own that does *action*."""
    context = get_context("forkserver")
    context.set_forkserver_preload([*PRELOADED])
    process = context.Process(target=action, args=arguments)
    process.start()
    return process


def run(action: Callable[..., None], *arguments: object) -> int:
    """The exit status of *action* in a process of its own."""
    process = started(action, *arguments)
    process.join(120)
    assert process.exitcode is not None, "it hangs"
    return int(process.exitcode)


def returned(action: Callable[..., Any], *arguments: object) -> Any:
    """What *action* returns in a process of its own, which may fork: no other thread has been there."""
    reading, writing = get_context("forkserver").Pipe(duplex=False)
    process = started(_tell, writing, action, arguments)
    writing.close()
    with reading:
        told = reading.recv()  # EOFError where it failed; why stands on standard error
    process.join()
    return told


def _tell(writing: Connection, action: Callable[..., Any], arguments: Sequence[object]) -> None:
    writing.send(action(*arguments))


def call(
    *arguments: str, environment: Mapping[str, str], memory: int, seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run the program with *arguments* and nothing to read; what it says, and its exit status.

    Its address space has *memory* bytes, and it is killed after so many *seconds*, with a `subprocess.TimeoutExpired`.
    """
    context = get_context("forkserver")
    ends = [context.Pipe(duplex=False) for _ in range(2)]
    process = started(_run, arguments, dict(environment), memory, *(writing for _, writing in ends))
    for _, writing in ends:
        writing.close()
    try:
        said = _read([reading for reading, _ in ends], time.monotonic() + seconds)
        process.join(10)
        if said is None or process.exitcode is None:
            raise subprocess.TimeoutExpired(["stancegraph", *arguments], seconds)
    finally:
        process.kill()
        process.join()
        for reading, _ in ends:
            reading.close()
    return subprocess.CompletedProcess(arguments, process.exitcode, *(one.decode("utf-8", "replace") for one in said))


def _read(ends: Sequence[Connection], until: float) -> list[bytes] | None:
    """All that comes of *ends*; None if they are not closed in time."""
    said = {end.fileno(): bytearray() for end in ends}
    open_ends = set(said)
    while open_ends:
        ready, _, _ = select(open_ends, [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return None
        for end in ready:
            piece = os.read(end, 1 << 16)
            said[end] += piece
            if not piece:
                open_ends.remove(end)
    return [bytes(one) for one in said.values()]


def _run(
    arguments: Sequence[str], environment: Mapping[str, str], memory: int, out: Connection, err: Connection
) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    out.close()
    err.close()
    # as an interpreter begins that has no terminal
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
