"""Spoil input at random, run the program on it, and check that it stays within its policy.

``python -m tests.robustness.fuzzing [--seconds 60] [--seed 1] [--kind turtle …]``. A process that can be killed runs
the program's own `main` on a small workspace, one spoilt file or argument after the other. An input fails that gives a
traceback, a message that nobody has foreseen, a status outside 0 to 3, a crash, a wait of ten seconds, a child or a
thread left behind, or that changes the workspace although it is refused. What fails is kept in a file, and printed with
its seed.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import hashlib
import importlib
import io
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import typer.main

from tests.robustness.fuzz_inputs import KINDS, SEEDS, Case, make

HANG = 10.0  # seconds
MEMORY = 4 << 30  # bytes


@dataclass
class Report:
    """What happened: inputs by kind and by status, and what failed, with its input."""

    counts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[Case, str]] = field(default_factory=list)


def prepare(folder: Path) -> None:
    """Make a small workspace, built and published, with all that is spoilt later."""
    from stancegraph.coding.passages import to_turtle
    from stancegraph.pipeline.building import build
    from stancegraph.text import Layout
    from stancegraph.workspace.folders import Workspace
    from stancegraph.workspace.scaffold import create_workspace

    create_workspace(folder)
    # a few of each kind, so that a build takes a fraction of a second
    for part, number in {"ontology/shapes": 2, "queries/check": 4, "queries/ask": 4, "queries/build/owl-rl": 4}.items():
        for path in sorted((folder / part).iterdir())[number:]:
            if path.is_file() and path.stem not in {"events-over-time", "stances-of-actor"}:
                path.unlink()
    layout = (
        'sha256 = "0"\npublication = "https://w3id.org/stancegraph/id/example/Report"\nfirst_section = "Intro"\n'
        "[lines]\ntitle = [1]\n"
    )
    new = folder / "data" / "articles" / "new"
    new.mkdir()
    (new / "layout.toml").write_text(layout, encoding="utf-8")
    text = SEEDS["text.txt"]
    (new / "passages.ttl").write_text(to_turtle(text, Layout.parse(layout, new), "new"), encoding="utf-8")
    (new / "coding.txt").write_text(SEEDS["data/articles/new/coding.txt"], encoding="utf-8")
    (folder / "text.txt").write_text(text, encoding="utf-8")
    row = "ex:Ruritania\tRuritania\tschema:sameAs\twikidata:Q1\tR\tcountry\tsemapv:ManualMappingCuration\n"
    links = folder / "data" / "links" / "wikidata.sssom.tsv"
    header = "".join(
        line for line in links.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("#")
    )
    header = header.replace("curie_map:\n", "curie_map:\n#   ex: https://w3id.org/stancegraph/id/example/\n")
    columns = (
        "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tobject_category\tmapping_justification\n"
    )
    links.write_text(header + columns + row, encoding="utf-8")
    SEEDS["data/links/wikidata.sssom.tsv"] = header + columns + row
    done = build(Workspace(folder))
    assert done.published, done.findings


def prepare_in_child(folder: Path) -> Path:
    """Prepare a workspace in *folder* in a process of its own: this one is forked later and must have nothing open."""
    process = os.fork()
    if process == 0:
        os.environ.pop("STANCEGRAPH_SNAPSHOTS", None)
        try:
            prepare(folder)
        finally:
            os._exit(0)
    os.waitpid(process, 0)
    assert (folder / ".stancegraph" / "current").is_file(), "the workspace to be spoilt is not published"
    links = "data/links/wikidata.sssom.tsv"
    SEEDS[links] = (folder / links).read_text(encoding="utf-8")
    return folder


def digest(folder: Path) -> str:
    """Return the digest of all files of a workspace and of what is published of it."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and (not name.startswith(".stancegraph/") or name == ".stancegraph/current"):
            total.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def run(folder: Path, case: Case) -> tuple[int, str]:
    """Run the program in this process, as ``main`` does; return its status, and what it prints."""
    from stancegraph.cli import main as cli

    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape", write_through=True)
    status = 0
    sys.argv = ["stancegraph", "--workspace", str(folder), *case.call]
    sys.stdin = io.StringIO("")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            cli.main()
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    return status, out.buffer.getvalue().decode("utf-8", "replace")


def run_and_judge(folder: Path, case: Case) -> tuple[int, str]:
    """Run *case* on the workspace and put all back; return its status and what is wrong, if anything."""
    path = None if case.file is None else folder / case.file
    old = path.read_bytes() if path is not None and path.exists() else None
    if path is not None:
        path.write_bytes(case.content)
    before = digest(folder)
    try:
        status, output = run(folder, case)
        if "Traceback" in output or "stancegraph: internal error" in output:
            return status, output[-1_500:]
        if status not in range(4):
            return status, f"status {status}: {output[-500:]}"
        if status in (2, 3) and not any(word in output for word in ("Remedy", "Try '", "Usage", "cannot", "No answer")):
            return status, f"no remedy: {output[-500:]}"
        if status and digest(folder) != before:
            return status, f"refused, and the workspace has changed: {output[-500:]}"
        return status, ""
    except BaseException as error:
        return -1, f"{type(error).__name__}: {error}"
    finally:
        if path is not None:
            path.unlink(missing_ok=True)
            if old is not None:
                path.write_bytes(old)


def _serve(folder: Path, pipe: Connection) -> None:
    """Run cases in this process until it is killed."""
    os.environ.pop("STANCEGRAPH_SNAPSHOTS", None)
    os.environ.update({"STANCEGRAPH_STEP_SECONDS": "4", "COLUMNS": "100"})
    from stancegraph.cli import main as cli

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for module in ("pipeline.validation", "questions.description", "coding.article", "drafting.creation"):
        importlib.import_module(f"stancegraph.{module}")  # once, rather than in each child that a case forks
    cli.app = typer.main.get_command(cli.app)  # type: ignore[assignment]  # else it is made for each call, which takes longest
    while True:
        case = pipe.recv()
        pipe.send(run_and_judge(folder, case))
        gc.collect()


class Server:
    """A process that can be killed, and a fresh copy of the workspace for each one."""

    def __init__(self, original: Path, beside: Path) -> None:
        self.original, self.folder, self.process = original, beside, 0

    def start(self) -> None:
        """Start the process again, on a fresh copy."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.original, self.folder)
        self.pipe, other = Pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                self.pipe.close()
                _serve(self.folder, other)
            finally:
                os._exit(0)
        other.close()

    def stop(self) -> None:
        """Kill the process, if there is one."""
        if self.process:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            self.pipe.close()
            self.process = 0

    def judge(self, case: Case) -> tuple[int, str]:
        """Return the status of *case*, and what is wrong with how it ended."""
        self.pipe.send(case)
        if not self.pipe.poll(HANG):
            self.start()
            return -1, f"it hangs, for more than {HANG:g} seconds"
        try:
            verdict: tuple[int, str] = self.pipe.recv()
        except EOFError:
            _, ended = os.waitpid(self.process, 0)
            self.process = 0
            self.start()
            return -1, f"it crashes: wait status {ended}"
        return verdict


def fuzz(folder: Path, seconds: float, seed: int, kinds: Sequence[str] = ()) -> Report:
    """Run inputs of all *kinds* in turn for this many *seconds*, in the empty *folder*.

    The process is forked, and must have no other thread.
    """
    report = Report()
    original = prepare_in_child(folder / "original")
    server = Server(original, folder / "w")
    server.start()
    until = time.monotonic() + seconds
    for number, kind in enumerate(_turns(kinds or tuple(KINDS))):
        if time.monotonic() > until:
            break
        case = make(server.folder, kind, f"{seed}-{kind}-{number}")
        status, problem = server.judge(case)
        report.counts[kind] += 1
        report.statuses[f"{kind} {status}"] += 1
        if problem:
            report.failures.append((case, problem))
    server.stop()
    return report


def _turns(kinds: Sequence[str]) -> Iterator[str]:
    """Yield all kinds again and again, those that take long less often."""
    slow = {"turtle", "shapes", "check", "rule", "sheet", "links", "toml"}
    while True:
        for kind in kinds:
            yield from [kind] * (1 if kind in slow else 3)


def save(case: Case, problem: str, folder: Path) -> Path:
    """Write a failing input into *folder*, with the call and what went wrong in a file beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / case.seed
    path.write_bytes(case.content)
    description = f"{case.call!a}\n{case.file}\n{problem}\n"
    path.with_name(f"{case.seed}.txt").write_text(description, encoding="utf-8", errors="backslashreplace")
    return path


def main(tell: Callable[[str], None] = print) -> int:
    """The command: fuzz, print what was seen, and keep what fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", action="append", choices=sorted(KINDS), default=[])
    parser.add_argument("--failures", type=Path, default=Path(tempfile.gettempdir()) / "stancegraph-fuzzing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = fuzz(Path(folder), options.seconds, options.seed, options.kind)
    for kind, number in sorted(report.counts.items()):
        by_status = {name.split()[1]: count for name, count in report.statuses.items() if name.split()[0] == kind}
        tell(f"{kind:<10} {number:>6}  by status: {dict(sorted(by_status.items()))}")
    for case, problem in report.failures:
        tell(f"\n{save(case, problem, options.failures)}: {case.call!a}\n  {problem.strip()[-600:]}")
    tell(f"{sum(report.counts.values())} inputs, {len(report.failures)} failures")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
