"""Doing work that may never end in a separate process, which can be killed.

Anybody may have written a rule, check or shape: it may take for ever, exhaust the memory or crash the engine, and
neither the engine nor pySHACL can be interrupted. `within` does the work in a forked child, which reports each of its
steps through a pipe; if one step takes too long, or the child dies, the error names that step. The child has no way to
the network (`stancegraph.isolation.confinement`).

A process can be forked only if it has no other thread, not even a native one: a lock that another thread holds would be
held for ever in the child. Elsewhere (in a server, in a notebook, on Windows) the work is done in the process itself,
with no deadline.
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
"""How many seconds one step may take, unless ``STANCEGRAPH_STEP_SECONDS`` says otherwise."""
_MAX_SECONDS = 1e6  # a pipe cannot be waited for much longer
_REPORT_STEP: ContextVar[Progress | None] = ContextVar("report_step", default=None)
_REMEDY = "simplify it, or allow more time with --step-seconds or STANCEGRAPH_STEP_SECONDS"


def step(name: str) -> None:
    """Report that the work begins the step *name*, such as ``the rule prp-trp``, for the error if it takes too long."""
    report_step = _REPORT_STEP.get()
    if report_step is not None:
        report_step(name)


def step_seconds(seconds: float | None = None) -> float:
    """Return how many seconds one step may take.

    Args:
        seconds: The number that the user asks for; by default ``STANCEGRAPH_STEP_SECONDS``, else `DEFAULT_SECONDS`.

    Raises:
        UsageError: It is not a number above 0.
    """
    text = os.environ.get("STANCEGRAPH_STEP_SECONDS") if seconds is None else str(seconds)
    if text is None:
        return DEFAULT_SECONDS
    try:
        limit = float(text)
        if not limit > 0:  # nor is NaN
            raise ValueError
    except ValueError:
        raise UsageError(
            f"{text!r} is not a time limit for a step", remedy="give a number of seconds above 0, such as 300"
        ) from None
    return min(limit, _MAX_SECONDS)


def within(
    work: Callable[[Progress], T], *, seconds: float | None = None, progress: Progress = lambda phase: None
) -> T:
    """Do work in a separate process if there can be one, with a deadline for each step.

    Args:
        work: What to do; it is given a function that passes on to *progress*. Its result and its errors are pickled.
        seconds: How many seconds one step may take; by default what `step_seconds` returns.
        progress: What to call with the name of each phase of the work, as it begins.

    Returns:
        What *work* returns.

    Raises:
        UsageError: *seconds*, or the setting that stands in for it, is not a number above 0.
        ExternalError: A step takes too long, needs too much memory or is nested too deeply, or the process dies. What
            *work* raises otherwise is passed on.
    """
    limit = step_seconds(seconds)
    if not can_fork():
        return work(progress)
    from multiprocessing import Pipe

    receiver, sender = Pipe(duplex=False)
    lifeline, parent_end = os.pipe()  # the child gets a signal when nobody has the other end open any more
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    child = os.fork()
    if child == 0:
        _run_child(work, sender, lifeline, parent_end)
    sender.close()
    os.close(lifeline)
    try:
        return cast(T, _await_result(receiver, child, limit, progress))
    finally:
        _kill(child)
        receiver.close()
        os.close(parent_end)


def can_fork() -> bool:
    """Return whether this process can be forked: the system supports it, and the process has only one thread."""
    if not hasattr(os, "fork") or sys.platform == "darwin":  # the system libraries of macOS do not survive a fork
        return False
    tasks = Path("/proc/self/task")
    return threading.active_count() == 1 and (not tasks.is_dir() or len(os.listdir(tasks)) == 1)


def _run_child(work: Callable[[Progress], Any], sender: Connection, lifeline: int, parent_end: int) -> NoReturn:
    """Do the work in the child and send its result or its error; never return."""
    status = 1
    try:
        gc.freeze()  # what the parent has open must not be closed here
        os.close(parent_end)
        _die_with_parent(lifeline)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        confine(writing=True)  # whatever a rule, check or shape calls by SERVICE, it does not reach

        def send(kind: str, content: object) -> None:
            sender.send_bytes(pickle.dumps((kind, content)))

        _REPORT_STEP.set(lambda name: send("step", name))
        try:
            result = work(lambda phase: send("phase", phase))
            send("result", result)
        except BaseException as error:  # the parent raises it, whatever it is
            try:
                copied = pickle.loads(pickle.dumps(error))
            except Exception:  # pickling runs code of the error, which may raise anything
                copied = RuntimeError(f"{type(error).__name__}: {error}")
            send("error", copied)
        status = 0
    finally:
        os._exit(status)


def _die_with_parent(lifeline: int) -> None:
    """Have the system end this process, by a signal, when the other end of the pipe *lifeline* is closed."""
    import fcntl

    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)


def _await_result(receiver: Connection, child: int, seconds: float, progress: Progress) -> object:
    """Wait for the result of the child, and pass on the phases that it reports in the meantime."""
    current_step = "the beginning"
    while True:
        try:
            if not receiver.poll(seconds):
                raise ExternalError(f"{current_step} takes longer than {seconds:g} seconds", remedy=_REMEDY)
            kind, content = pickle.loads(receiver.recv_bytes())
        except (EOFError, OSError):
            raise ExternalError(
                f"{current_step} {_describe_death(child)}", remedy="simplify it, or give the program more memory"
            ) from None
        if kind == "result":
            return content
        if kind == "error":
            if isinstance(content, MemoryError | RecursionError):
                failure = (
                    "needs more memory than there is" if isinstance(content, MemoryError) else "is nested too deeply"
                )
                raise ExternalError(f"{current_step} {failure}", remedy="simplify it") from None
            raise content
        current_step = content
        if kind == "phase":
            current_step = f"the step {content!r}"
            progress(content)


def _describe_death(child: int) -> str:
    """Return the predicate of a sentence about the step at which the child has died."""
    _, status = os.waitpid(child, 0)
    number = -os.waitstatus_to_exitcode(status)
    if number <= 0:
        return f"ended the program with status {-number}"
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    return f"crashed the program ({name}{', perhaps for lack of memory' if name == 'SIGKILL' else ''})"


def _kill(child: int) -> None:
    """Kill the child if it still runs, and wait for its end."""
    try:
        ended_child, _ = os.waitpid(child, os.WNOHANG)
    except ChildProcessError:
        return  # it has been waited for already
    if not ended_child:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
