"""The exceptions of the program, which say what is wrong, where, and what to do about it.

Each class has one exit status of the command line: `DataError` 1, `UsageError` 2, `ExternalError` 3.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from stancegraph.terminal import visible

_MAX_LENGTH = 1_000  # characters of a part of a message


class StancegraphError(Exception):
    """A failure that the user can act on.

    Attributes:
        message: What is wrong, and by which rule.
        file: The file, folder or URL in which it is wrong, if any.
        line: The number of the line in the file, from 1, if it is known.
        subject: The thing that is wrong, such as an IRI, if there is one.
        remedy: What the user can do about it.
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
        """Pickle the error by its fields, whatever arguments its class takes, for another process."""
        return _rebuild, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        place = str(self.file) if self.file is not None else ""
        if self.line is not None:
            place += f":{self.line}"
        parts = [part for part in (place, self.subject, self.message) if part]
        text = ": ".join(map(_shorten, parts)) + (f"\n  Remedy: {_shorten(self.remedy)}" if self.remedy else "")
        return visible(text)


def _shorten(text: str) -> str:
    """Leave out the middle of *text* if it is long, as it may quote a value that nobody would read to its end."""
    return text if len(text) <= _MAX_LENGTH else f"{text[: _MAX_LENGTH - 200]} … {text[-200:]}"


def _rebuild(
    error_class: type[StancegraphError], arguments: tuple[Any, ...], fields: dict[str, Any]
) -> StancegraphError:
    error = error_class.__new__(error_class, *arguments)
    error.__dict__.update(fields)
    return error


class DataError(StancegraphError):
    """An error in the data of the workspace."""

    exit_status = 1


class UsageError(StancegraphError):
    """An error in how the program is called: an unknown name, a value of the wrong type, an ambiguous label."""

    exit_status = 2


class ExternalError(StancegraphError):
    """A failure of something outside the program: a disk, an endpoint, a missing extra."""

    exit_status = 3
