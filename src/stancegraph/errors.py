"""What can go wrong, as exceptions with fields: what happened, where, and the remedy.

Each class is one exit status of the command line: `DataError` 1, `UsageError` 2, `ExternalError` 3.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from stancegraph.terminal import visible

_LONGEST = 1_000  # characters


class StancegraphError(Exception):
    """A failure that the user can act on.

    *message* says what is wrong and by which rule; *file*, *line* and *subject* say where; *remedy* says what to do.
    """

    exit_status: ClassVar[int] = 3

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        subject: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.message, self.file, self.line, self.subject, self.remedy = message, file, line, subject, remedy
        super().__init__(str(self))

    def __reduce__(self) -> tuple[Any, ...]:
        """How it goes from one process to another: by its fields, whatever its class is made from."""
        return _made_again, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        place = str(self.file) if self.file is not None else ""
        if self.line is not None:
            place += f":{self.line}"
        parts = [part for part in (place, self.subject, self.message) if part]
        told = ": ".join(map(_short, parts)) + (f"\n  Remedy: {_short(self.remedy)}" if self.remedy else "")
        return visible(told)


def _short(words: str) -> str:
    """*words*, of which so many at most are shown: they may quote a value that nobody would read to its end."""
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 200]} … {words[-200:]}"


def _made_again(kind: type[StancegraphError], arguments: tuple[Any, ...], fields: dict[str, Any]) -> StancegraphError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(fields)
    return error


class DataError(StancegraphError):
    """The data of the workspace is not what it must be."""

    exit_status = 1


class UsageError(StancegraphError):
    """The call is wrong: an unknown name, a value of the wrong type, an ambiguous label."""

    exit_status = 2


class ExternalError(StancegraphError):
    """Something outside the program failed: a disk, an endpoint, a missing extra."""

    exit_status = 3
