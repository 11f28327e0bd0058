"""The ledger of a build: every file that a build reads is read through this module, which records its digest.

The digest of what a build was made from is therefore that of the bytes that were parsed, whatever is saved meanwhile.
If a file is read again and differs from what it was before, or from what its stamp made it out to be, the attempt ends,
and `retry_on_change` starts again with the files as they are then.

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
"""The largest size of a file that is read, in bytes."""
_ATTEMPTS = 3
_CLOCK_TICK = 2_000_000_000  # nanoseconds within which a file may change twice and keep its times
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_T = TypeVar("_T")


class ChangedError(Exception):
    """The file or listing *path* is not what it was when this build first read it, so that the build starts again."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was read.

    Times of 0 are those of a file that changed just before it was read, and may have changed again in the same tick of
    a clock, as `git's index <https://git-scm.com/docs/racy-git>`_ has it: such a file is read again.

    Attributes:
        size: Its size in bytes.
        modified_ns: When its content was changed, in nanoseconds since the epoch.
        changed_ns: When its content or its inode was changed, in nanoseconds since the epoch.
        inode: The number of its inode.
        sha256: The SHA-256 of its content.
    """

    size: int
    modified_ns: int
    changed_ns: int
    inode: int
    sha256: str

    @property
    def state(self) -> tuple[int, int, int, int]:
        """What must be the same for the file to count as unchanged without being read."""
        return (self.size, self.modified_ns, self.changed_ns, self.inode)


def _extract_state(status: os.stat_result) -> tuple[int, int, int, int]:
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


@dataclass
class Ledger:
    """What a build has read and listed.

    Attributes:
        reread: The files that are read although their stamps say that they have not changed.
        digests: The SHA-256 of each file that was read.
        listings: By folder and kind of listing: the function that makes it, and what it returned.
        states: The state of each file that `stamp` looked at.
        read: How many times a file was read.
    """

    reread: frozenset[Path] = frozenset()
    digests: dict[Path, str] = field(default_factory=dict)
    listings: dict[tuple[Path, str], tuple[Callable[[], list[Any]], list[Any]]] = field(default_factory=dict)
    states: dict[Path, tuple[int, int, int, int]] = field(default_factory=dict)
    read: int = 0

    def enter(self, path: Path, digest: str) -> None:
        """Enter the *digest* of the content of *path*; raise `ChangedError` if another was entered before."""
        if self.digests.setdefault(path, digest) != digest:
            raise ChangedError(path)

    def confirm(self) -> None:
        """Make sure that what was read is the state of the workspace at one moment, and not a mixture of two.

        Raises:
            ChangedError: A file or listing has changed while the files were read one after the other.
        """
        for (folder, _), (list_items, items) in self.listings.items():
            if list_items() != items:
                raise ChangedError(folder)
        for path, state in self.states.items():
            try:
                is_same = _extract_state(path.stat()) == state
            except OSError:
                is_same = False
            if not is_same:
                raise ChangedError(path)


_CURRENT: ContextVar[Ledger | None] = ContextVar("ledger", default=None)


@contextmanager
def recording(reread: Iterable[Path] = ()) -> Iterator[Ledger]:
    """Keep a new ledger of what the block reads.

    Args:
        reread: The files that are to be read even if their stamps say that they have not changed.

    Yields:
        The ledger.
    """
    ledger = Ledger(frozenset(reread))
    token = _CURRENT.set(ledger)
    try:
        yield ledger
    finally:
        _CURRENT.reset(token)


@contextmanager
def current_ledger() -> Iterator[Ledger]:
    """Yield the ledger that is kept already, or keep a new one of what the block reads."""
    ledger = _CURRENT.get()
    if ledger is not None:
        yield ledger
    else:
        with recording() as new_ledger:
            yield new_ledger


def retry_on_change(work: Callable[[], _T]) -> _T:
    """Do *work* on files that do not change while it reads them; if they do, start again, twice at most.

    Args:
        work: What to do; what it reads is entered in a new ledger each time.

    Returns:
        What *work* returns.

    Raises:
        ExternalError: Files have changed each time. What *work* raises otherwise is passed on.
    """
    changed_paths: list[Path] = []
    for _ in range(_ATTEMPTS):
        with recording(changed_paths):
            try:
                return work()
            except ChangedError as error:
                changed_paths.append(error.path)
    raise ExternalError(
        f"files changed while they were being read, {_ATTEMPTS} times in a row",
        file=changed_paths[-1],
        remedy="build again when nothing is writing to them",
    )


def list_once(folder: Path, kind: str, list_items: Callable[[], list[_T]]) -> list[_T]:
    """List what a folder has, once for each ledger, so that a build is of one set of files.

    Args:
        folder: The folder.
        kind: Which listing of the folder it is, such as a pattern of names.
        list_items: The function that makes the listing; it is called each time if no ledger is kept.

    Returns:
        A new list of the items.
    """
    ledger = _CURRENT.get()
    if ledger is None:
        return list_items()
    if (folder, kind) not in ledger.listings:
        ledger.listings[folder, kind] = (list_items, list_items())
    return list(ledger.listings[folder, kind][1])


def stamp(path: Path, known: Stamp | None) -> Stamp:
    """Return the stamp of a file, and read the file only if it may have changed.

    Args:
        path: The file.
        known: Its stamp when it was last read, if it ever was.

    Raises:
        DataError: It is not a regular file, or has more than `LARGEST` bytes.
        ExternalError: It cannot be read.
        ChangedError: It differs from what the ledger has of it, or does not exist.
    """
    with current_ledger() as ledger:
        try:
            now = time.time_ns()
            state = _extract_state(path.stat())
        except OSError as error:
            raise _make_read_error(path, error) from None
        ledger.states[path] = state
        if known is not None and known.state == state and path not in ledger.reread:
            ledger.enter(path, known.sha256)
            return known
        read_bytes(path)
        size, modified_ns, changed_ns, inode = state
        if now - max(modified_ns, changed_ns) < _CLOCK_TICK:
            modified_ns = changed_ns = 0
        return Stamp(size, modified_ns, changed_ns, inode, ledger.digests[path])


def read_bytes(path: Path) -> bytes:
    """Return the content of the file *path*, and enter its digest in the ledger if one is kept.

    Raises:
        DataError: It is not a regular file, or has more than `LARGEST` bytes.
        ExternalError: It cannot be read.
        ChangedError: A ledger is kept, and the file differs from what was read before, or does not exist.
    """
    try:
        _refuse_irregular(path, path.stat())
        # it may have become a pipe since, which must not be waited for
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with open(descriptor, "rb") as file:
            _refuse_irregular(path, os.fstat(descriptor))
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise _make_read_error(path, error) from None
    if len(content) > LARGEST:
        raise _make_size_error(path)
    ledger = _CURRENT.get()
    if ledger is not None:
        ledger.read += 1
        ledger.enter(path, hashlib.sha256(content).hexdigest())
    return content


def _refuse_irregular(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise DataError("it is not a regular file", file=path, remedy="put a file in its place, or move it elsewhere")
    if status.st_size > LARGEST:
        raise _make_size_error(path)


def _make_size_error(path: Path) -> DataError:
    return DataError(f"it has more than {LARGEST} bytes", file=path, remedy="divide it into several files")


def _make_read_error(path: Path, error: OSError) -> ChangedError | ExternalError:
    """Return what to raise for a file that was listed and cannot be read."""
    if isinstance(error, FileNotFoundError) and _CURRENT.get() is not None and not path.is_symlink():
        return ChangedError(path)
    return ExternalError(f"cannot read it: {error.strerror or error}", file=path)


def read_utf8(path: Path) -> bytes:
    """Return the content of the file *path*, which must be text in UTF-8 without a byte order mark.

    Raises:
        DataError: It is not such a text, not a regular file, or has more than `LARGEST` bytes.
        ExternalError: It cannot be read.
        ChangedError: A ledger is kept, and the file differs from what was read before, or does not exist.
    """
    content = read_bytes(path)
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            raise DataError(
                f"begins with a byte order mark (BOM) of {encoding}",
                file=path,
                line=1,
                remedy="save it as UTF-8 without a BOM",
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
    """Return the text of the file *path*, with line feeds at the ends of its lines; raise what `read_utf8` raises."""
    return read_utf8(path).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
