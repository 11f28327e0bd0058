"""Work that hangs, crashes or eats the memory ends in one message that names the step it was at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from stancegraph.errors import DataError, ExternalError, UsageError
from stancegraph.isolation.deadline import DEFAULT_SECONDS, Progress, step, step_seconds

RUN = """
import os, signal, sys, time
from stancegraph.isolation import deadline
from stancegraph.errors import DataError, ExternalError
assert deadline.can_fork()
phases = []
def work(progress):
    progress("one")
    deadline.step("the rule of three")
    {work}
try:
    print(deadline.within(work, seconds={seconds}, progress=phases.append))
except (ExternalError, DataError) as error:
    print(type(error).__name__, error)
print(phases)
try:
    os.waitpid(-1, 0)
    print("a child is left")
except ChildProcessError:
    print("no child is left")
"""


def outcome(work: str, seconds: float = 30) -> str:
    """What comes of *work*, done in a process that nothing else runs in."""
    code = RUN.format(work=work, seconds=seconds)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.endswith("['one']\nno child is left\n"), done.stdout + done.stderr
    return done.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("work", "told"),
    [
        ("return 6 * 7", "42"),
        ("while True: pass", "ExternalError the rule of three takes longer than 1 seconds\n  Remedy: simplify it"),
        ("import re; re.match('^(a+)+$', 'a' * 60 + '!')", "the rule of three takes longer than 1 seconds"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ExternalError the rule of three crashed the program (SIGSEGV)"),
        ("os.abort()", "the rule of three crashed the program (SIGABRT)"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "(SIGKILL, perhaps for lack of memory)"),
        ("os._exit(7)", "the rule of three ended the program with status 7"),
        ("raise MemoryError", "ExternalError the rule of three needs more memory than there is"),
        ("f = lambda: f(); f()", "ExternalError the rule of three is nested too deeply"),
        ("raise DataError('no', file='a.ttl', line=3, remedy='yes')", "DataError a.ttl:3: no\n  Remedy: yes"),
    ],
)
def test_what_comes_of_work_is_told(work: str, told: str) -> None:
    assert told in outcome(work, seconds=1)


@pytest.mark.long
def test_each_step_has_its_own_time() -> None:
    slow = "\n    ".join(["for n in range(4):", "    deadline.step(str(n))", "    time.sleep(0.4)", "return 'in time'"])
    assert "in time" in outcome(slow, seconds=1)


def test_the_child_dies_with_its_parent() -> None:
    """A killed program leaves nothing behind that goes on building."""
    code = (
        "import os, time\nfrom stancegraph.isolation import deadline\n"
        "deadline.within(lambda progress: (print(os.getpid(), flush=True), time.sleep(600)))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait(20)
    until = time.monotonic() + 20
    while time.monotonic() < until and _runs(child):
        os.sched_yield()
    parent.stdout.close()
    assert not _runs(child)


def _runs(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_where_other_threads_run_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    from stancegraph.isolation import deadline

    monkeypatch.setattr(deadline, "can_fork", lambda: False)
    here: list[int] = []

    def work(progress: Progress) -> int:
        progress("one")
        step("the rule of three")
        here.append(os.getpid())
        return 42

    assert deadline.within(work) == 42
    assert here == [os.getpid()]
    with pytest.raises(DataError):
        deadline.within(_refuse())


def _refuse() -> Callable[[Progress], None]:
    def work(progress: Progress) -> None:
        raise DataError("no")

    return work


def test_the_time_for_a_step_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STANCEGRAPH_STEP_SECONDS", raising=False)
    assert step_seconds() == DEFAULT_SECONDS
    assert step_seconds(2.5) == 2.5
    monkeypatch.setenv("STANCEGRAPH_STEP_SECONDS", "7")
    assert step_seconds() == 7
    for words in ("", "soon", "nan", "0", "-1"):
        monkeypatch.setenv("STANCEGRAPH_STEP_SECONDS", words)
        with pytest.raises(UsageError, match="above 0"):
            step_seconds()


def test_an_outside_error_goes_through_the_pipe() -> None:
    import pickle

    error = ExternalError("no", file="a", line=1, subject="b", remedy="c")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
