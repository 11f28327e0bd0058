"""Work that may never end, in a process of its own that can be killed.

A rule, check or shape is somebody's text: it may take for ever, exhaust the memory or crash the engine, and neither
the engine nor pySHACL can be interrupted. `within` does the work in a forked child, which tells through a pipe at which
step it is; past the deadline for one step, or where the child dies, the error names that step. The child has no way to
the network (`stancegraph.isolation.confinement`).

A process can be forked only where no other thread runs, native ones too: a lock that one of them holds would be held
for ever in the child. Elsewhere (in a server, in a notebook, on Windows) the work is done in the process itself, with
no deadline.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

from stancegraph.errors import ExternalError, UsageError
from stancegraph.isolation.confinement import confine

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")
Progress = Callable[[str], None]

DEFAULT_SECONDS = 300.0
"""How long one step may take, unless ``STANCEGRAPH_STEP_SECONDS`` says otherwise."""
_LONGEST = 1e6  # what a pipe can be waited for
_TELL: ContextVar[Progress | None] = ContextVar("tell", default=None)
_REMEDY = "simplify it, or allow more with --step-seconds or STANCEGRAPH_STEP_SECONDS"


def step(name: str) -> None:
    """Say which step the work is at now, such as ``the rule prp-trp``: what is told of where it takes too long."""
    tell = _TELL.get()
    if tell is not None:
        tell(name)


def step_seconds(given: float | None = None) -> float:
    """How many seconds one step may take: *given*, or what the environment says, or `DEFAULT_SECONDS`.

    Raises `UsageError` where that is no number above nought.
    """
    words = os.environ.get("STANCEGRAPH_STEP_SECONDS") if given is None else str(given)
    if words is None:
        return DEFAULT_SECONDS
    try:
        seconds = float(words)
        if not seconds > 0:  # not a number, too
            raise ValueError
    except ValueError:
        raise UsageError(
            f"{words!r} is no time for a step", remedy="give a number of seconds above 0, such as 300"
        ) from None
    return min(seconds, _LONGEST)


def within(
    work: Callable[[Progress], T], *, seconds: float | None = None, progress: Progress = lambda phase: None
) -> T:
    """What *work* returns, done in a process of its own; *work* is given a function that passes on to *progress*.

    *seconds*: what `step_seconds` makes of it is how long one step may take. Result and errors are pickled. Raises what
    *work* raises, and `ExternalError` where a step takes longer, or the process dies of what it does.
    """
    limit = step_seconds(seconds)
    if not can_fork():
        return work(progress)
    from multiprocessing import Pipe

    receiver, sender = Pipe(duplex=False)
    life, held = os.pipe()  # the child gets a signal when nobody holds the other end any more
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    child = os.fork()
    if child == 0:
        _work(work, sender, life, held)
    sender.close()
    os.close(life)
    try:
        return cast(T, _follow(receiver, child, limit, progress))
    finally:
        _end(child)
        receiver.close()
        os.close(held)


def can_fork() -> bool:
    """Whether this process can be forked: on a system that has it, and with one thread."""
    if not hasattr(os, "fork") or sys.platform == "darwin":  # whose system libraries do not stand it
        return False
    tasks = Path("/proc/self/task")
    return threading.active_count() == 1 and (not tasks.is_dir() or len(os.listdir(tasks)) == 1)


def _work(work: Callable[[Progress], Any], sender: Connection, life: int, held: int) -> NoReturn:
    """The child: do the work, and tell what comes of it; never return."""
    status = 1
    try:
        gc.freeze()  # what the parent has open must not be let go of here
        os.close(held)
        _die_with_parent(life)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        confine(writing=True)  # what a rule, check or shape calls by SERVICE, it does not reach

        def tell(kind: str, told: object) -> None:
            sender.send_bytes(pickle.dumps((kind, told)))

        _TELL.set(lambda name: tell("step", name))
        try:
            result = work(lambda phase: tell("phase", phase))
            tell("result", result)
        except BaseException as error:  # all of it is the parent's to raise
            try:
                copied = pickle.loads(pickle.dumps(error))
            except Exception:
                copied = RuntimeError(f"{type(error).__name__}: {error}")
            tell("error", copied)
        status = 0
    finally:
        os._exit(status)


def _die_with_parent(life: int) -> None:
    """Have the system end this process, by a signal, when the other end of the pipe *life* is closed."""
    import fcntl

    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)


def _follow(receiver: Connection, child: int, seconds: float, progress: Progress) -> object:
    """Wait for the result, and pass on what is told on the way."""
    at = "the beginning"
    while True:
        try:
            if not receiver.poll(seconds):
                raise ExternalError(f"{at} takes longer than {seconds:g} seconds", remedy=_REMEDY)
            kind, told = pickle.loads(receiver.recv_bytes())
        except (EOFError, OSError):
            raise ExternalError(f"{at} {_died(child)}", remedy="simplify it, or give the program more memory") from None
        if kind == "result":
            return told
        if kind == "error":
            if isinstance(told, MemoryError | RecursionError):
                what = "needs more memory than there is" if isinstance(told, MemoryError) else "is nested too deeply"
                raise ExternalError(f"{at} {what}", remedy="simplify it") from None
            raise told
        at = told
        if kind == "phase":
            at = f"the step {told!r}"
            progress(told)


def _died(child: int) -> str:
    _, status = os.waitpid(child, 0)
    number = -os.waitstatus_to_exitcode(status)
    if number <= 0:
        return f"ended the program with status {-number}"
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    return f"crashed the program ({name}{', perhaps for want of memory' if name == 'SIGKILL' else ''})"


def _end(child: int) -> None:
    """Kill the child, if it is still there, and wait for its end."""
    try:
        ended, _ = os.waitpid(child, os.WNOHANG)
    except ChildProcessError:
        return  # it has been waited for already
    if not ended:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
