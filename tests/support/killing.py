"""The program in a process of its own, killed at its n-th step on the disk, or on a disk that refuses from there on.

What a program leaves that is killed at a step is what was there before the step; so that one run, which keeps a copy of
the workspace before each, leaves as many states as there are steps.

A step is what changes a workspace: a file opened for writing, half a file and a whole one written, a name given, a
folder made, a wait for the disk. They are counted within the workspace alone; of ``.stancegraph``, the journal counts.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from stancegraph.files import locking, redo_log, writing
from tests.support.program import run

KILLED = 137
Action = Callable[[Path], None]
Tree = dict[str, str]


@dataclass
class Disk:
    """The disk under *root*, at whose step number *at* something happens; *full* says what, and that it goes on.

    With *copies*, a folder, the workspace is copied into it before each step.
    """

    root: Path
    at: int = 0
    full: bool = False
    copies: Path | None = None
    steps: int = 0

    def step(self, place: object, *, takes_room: bool = True) -> None:
        """Count a step at *place*, a path or an open file, if it is in the workspace."""
        if not self._is_within(place):
            return
        self.steps += 1
        if self.copies is not None:
            shutil.copytree(self.root, self.copies / f"{self.steps:04}")
        if self.full and takes_room and self.steps >= self.at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(place))
        if not self.full and self.steps == self.at:
            os._exit(KILLED)

    def _is_within(self, place: object) -> bool:
        path = os.readlink(f"/proc/self/fd/{place}") if isinstance(place, int) else os.path.abspath(str(place))
        if not path.startswith(f"{self.root}/"):
            return False
        own = Path(path).relative_to(self.root).parts
        return own[0] != ".stancegraph" or own[1:] == () or own[1].startswith("journal")

    def watch(self) -> None:
        """From here on, count."""
        for name in ("replace", "rename", "link", "unlink", "remove", "rmdir", "mkdir"):
            self._wrap(os, name, lambda arguments, named: True, takes_room=name in {"link", "mkdir"})
        self._wrap(os, "fsync", lambda arguments, named: True)
        for module in (builtins, io):
            self._wrap(module, "open", lambda arguments, named: bool({*str(arguments[1:2])} & {*"wxa+"}))
        for keeper in (redo_log, writing):
            name = "write_and_sync"
            assert hasattr(keeper, name), "what is replaced must be what is called"
            setattr(keeper, name, self._write_down)

    def _wrap(self, module: Any, name: str, counts: Callable[..., bool], *, takes_room: bool = True) -> None:
        true = getattr(module, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            if counts(arguments, named):
                folder = named.get("dir_fd")
                place = arguments[0]
                if folder is not None:
                    place = Path(os.readlink(f"/proc/self/fd/{folder}")) / place
                self.step(place, takes_room=takes_room)
            return true(*arguments, **named)

        setattr(module, name, counted)

    def _write_down(self, file: BinaryIO, content: bytes) -> None:
        half = len(content) // 2
        for piece in (content[:half], content[half:]):
            self.step(file.name)
            file.write(piece)
            file.flush()
        os.fsync(file.fileno())


def run_killed(root: Path, step: int, action: Action, log: Path, *, full: bool = False) -> int:
    """Run *action* on the workspace at *root*, kill it at that step, and return its exit status.

    The status is `KILLED` if it got that far. Its standard error goes to *log*.
    """
    return run(_run_watched, Disk(root.resolve(), step, full), action, log, dict(os.environ))


def run_copied(root: Path, action: Action, copies: Path, log: Path) -> int:
    """Run *action* on the workspace at *root*, which is copied to a folder in *copies* before each step.

    Return its exit status. Its standard error goes to *log*.
    """
    return run(_run_watched, Disk(root.resolve(), copies=copies), action, log, dict(os.environ))


def _run_watched(disk: Disk, action: Action, log: Path, environment: Mapping[str, str]) -> NoReturn:
    os.environ.clear()
    os.environ.update(environment)
    with log.open("w", encoding="utf-8") as sys.stderr, Path(os.devnull).open("w", encoding="utf-8") as sys.stdout:
        disk.watch()
        status: object = 0
        try:
            action(disk.root)
        except SystemExit as stop:
            status = stop.code
        sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 0)


def command(root: Path, *arguments: str, stdin: str = "") -> None:
    """Run the program in this process, on the workspace at *root*, with *stdin* as its standard input."""
    from stancegraph.cli import main as cli

    sys.argv = ["stancegraph", "--workspace", str(root), *arguments]
    sys.stdin = io.StringIO(stdin)
    cli.main()


def read_tree(root: Path) -> Tree:
    """Map the folders and files of a workspace, without its `.stancegraph`, to the SHA-256 of their content."""
    digests = {}
    for folder, folders, files in os.walk(root):
        with suppress(ValueError):
            folders.remove(".stancegraph")
        for name in (*folders, *files):
            path = Path(folder) / name
            digest = "" if path.is_dir() else sha256(path.read_bytes()).hexdigest()
            digests[path.relative_to(root).as_posix()] = digest
    return digests


def restore(root: Path, original: Path) -> None:
    """Make the workspace at *root* what *original* is, without snapshots or a journal of its own."""
    before, after = read_tree(root), read_tree(original)
    for path in sorted((path for path in before if before[path] != after.get(path)), reverse=True):
        (root / path).unlink() if before[path] else (root / path).rmdir()
    for path in sorted(path for path in after if before.get(path) != after[path]):
        shutil.copy2(original / path, root / path) if after[path] else (root / path).mkdir()
    shutil.rmtree(root / ".stancegraph", ignore_errors=True)


def interrupt_change(root: Path, contents: dict[Path, bytes | None]) -> None:
    """Leave in a workspace what a change leaves there that was killed right after its commit."""
    with locking.locked(root, exclusive=True):
        redo_log.write(root, {redo_log.plan_step(root, path, content): content for path, content in contents.items()})
