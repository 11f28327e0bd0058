"""The ledger of a build: every file is read through this door, and what was read of it is entered.

So the digest of what a build was made from is that of the bytes that were parsed, whatever is saved meanwhile: a file
that is read again and is another than before, or than it was taken to be by its stamp, ends the attempt, and
`retry_on_change` begins again with what is there now.

What is read is bounded, too: only regular files of at most `LARGEST` bytes. A pipe would be waited for without end.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from stancegraph.errors import DataError, ExternalError

LARGEST = 1 << 30
"""How many bytes a file may have."""
_ATTEMPTS = 3
_TICK = 2_000_000_000  # nanoseconds within which a file may change twice and keep its times
_MARKS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_T = TypeVar("_T")


class ChangedError(Exception):
    """The file, or listing, *path* is not what it was when this build read it first: the build begins again."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was read: size in bytes, when it and its entry were changed in nanoseconds, inode, and SHA-256.

    Times of 0 are those of a file that changed just before it was read, and may have changed again in the same tick of
    a clock, as `git's index <https://git-scm.com/docs/racy-git>`_ has it: such a file is read again.
    """

    size: int
    modified: int
    entered: int
    inode: int
    sha256: str

    @property
    def state(self) -> tuple[int, int, int, int]:
        """By what a file is told to be the same without reading it."""
        return (self.size, self.modified, self.entered, self.inode)


def _state(of: os.stat_result) -> tuple[int, int, int, int]:
    return (of.st_size, of.st_mtime_ns, of.st_ctime_ns, of.st_ino)


@dataclass
class Ledger:
    """What was read, by path: its SHA-256; and what was listed. *doubted* is not believed by its stamp."""

    doubted: frozenset[Path] = frozenset()
    digests: dict[Path, str] = field(default_factory=dict)
    listings: dict[tuple[Path, str], tuple[Callable[[], list[Any]], list[Any]]] = field(default_factory=dict)
    stated: dict[Path, tuple[int, int, int, int]] = field(default_factory=dict)
    read: int = 0

    def enter(self, path: Path, digest: str) -> None:
        """Note that *path* has the content of this *digest*; raise `ChangedError` where it had another."""
        if self.digests.setdefault(path, digest) != digest:
            raise ChangedError(path)

    def confirm(self) -> None:
        """Raise `ChangedError` where a file or listing has changed while the files were read one after the other.

        What was read is then the state of the workspace at one moment, and no mixture of two.
        """
        for (folder, _), (make, listed) in self.listings.items():
            if make() != listed:
                raise ChangedError(folder)
        for path, state in self.stated.items():
            try:
                same = _state(path.stat()) == state
            except OSError:
                same = False
            if not same:
                raise ChangedError(path)


_open: ContextVar[Ledger | None] = ContextVar("ledger", default=None)


@contextmanager
def recording(doubted: Iterable[Path] = ()) -> Iterator[Ledger]:
    """Keep a ledger of what is read within."""
    ledger = Ledger(frozenset(doubted))
    token = _open.set(ledger)
    try:
        yield ledger
    finally:
        _open.reset(token)


@contextmanager
def current_ledger() -> Iterator[Ledger]:
    """The ledger that is kept already, else a new one."""
    ledger = _open.get()
    if ledger is not None:
        yield ledger
    else:
        with recording() as fresh:
            yield fresh


def retry_on_change(made: Callable[[], _T]) -> _T:
    """What *made* makes of files that do not change while it reads them; it begins again, twice at most, where they do.

    Raises what *made* raises, and `ExternalError` where files change each time.
    """
    changed: list[Path] = []
    for _ in range(_ATTEMPTS):
        with recording(changed):
            try:
                return made()
            except ChangedError as error:
                changed.append(error.path)
    raise ExternalError(
        f"files change while they are read, {_ATTEMPTS} times in turn",
        file=changed[-1],
        remedy="build again when nothing writes them",
    )


def list_once(folder: Path, what: str, make: Callable[[], list[_T]]) -> list[_T]:
    """*What* the *folder* has, by *make*: once where a ledger is kept, so that a build is of one set of files."""
    ledger = _open.get()
    if ledger is None:
        return make()
    if (folder, what) not in ledger.listings:
        ledger.listings[folder, what] = (make, make())
    return list(ledger.listings[folder, what][1])


def stamp(path: Path, known: Stamp | None) -> Stamp:
    """The stamp of *path*: the *known* one where the file looks as it did then, else one of what is read now.

    Raises what `read_bytes` raises.
    """
    with current_ledger() as ledger:
        try:
            now = time.time_ns()
            state = _state(path.stat())
        except OSError as error:
            raise _unreadable(path, error) from None
        ledger.stated[path] = state
        if known is not None and known.state == state and path not in ledger.doubted:
            ledger.enter(path, known.sha256)
            return known
        read_bytes(path)
        size, modified, entered, inode = state
        if now - max(modified, entered) < _TICK:
            modified = entered = 0
        return Stamp(size, modified, entered, inode, ledger.digests[path])


def read_bytes(path: Path) -> bytes:
    """What is in the file *path*, entered in the ledger where one is kept.

    Raises `DataError` where it is no regular file or has more than `LARGEST` bytes, `ExternalError` where it cannot be
    read, and within `retry_on_change` what makes that begin again.
    """
    try:
        _refuse(path, path.stat())
        # it may have become a pipe since, which is not waited for
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with open(descriptor, "rb") as file:
            _refuse(path, os.fstat(descriptor))
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise _unreadable(path, error) from None
    if len(content) > LARGEST:
        raise _too_large(path)
    ledger = _open.get()
    if ledger is not None:
        ledger.read += 1
        ledger.enter(path, hashlib.sha256(content).hexdigest())
    return content


def _refuse(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise DataError("it is no regular file", file=path, remedy="put a file in its place, or move it elsewhere")
    if found.st_size > LARGEST:
        raise _too_large(path)


def _too_large(path: Path) -> DataError:
    return DataError(f"it has more than {LARGEST} bytes", file=path, remedy="divide it into several files")


def _unreadable(path: Path, error: OSError) -> ChangedError | ExternalError:
    """What to raise for a file that was listed and cannot be read."""
    if isinstance(error, FileNotFoundError) and _open.get() is not None and not path.is_symlink():
        return ChangedError(path)
    return ExternalError(f"cannot read it: {error.strerror or error}", file=path)


def read_utf8(path: Path) -> bytes:
    """What is in the file *path*, which is text in UTF-8 without a byte order mark.

    Raises `DataError` where it is not, and what `read_bytes` raises.
    """
    content = read_bytes(path)
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            raise DataError(
                f"begins with a byte order mark (BOM) of {encoding}",
                file=path,
                line=1,
                remedy="save it as UTF-8 without BOM",
            )
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"not UTF-8: {error.reason}", file=path, line=line, remedy="convert the file to UTF-8"
        ) from None
    return content


def read_text(path: Path) -> str:
    """The text of the file *path*, its lines ended by line feeds; raises what `read_utf8` raises."""
    return read_utf8(path).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
