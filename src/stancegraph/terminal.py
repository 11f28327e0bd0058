"""What goes to a terminal: data is shown there, and never obeyed.

A terminal takes control characters for orders: a label that was fetched from elsewhere may rename the window, overwrite
lines or turn the text round. `guarded` puts a guard before the program's two streams, which lets no control character
through but the end of a line, and is the only way for all that is printed; Rich, whose colours are orders, goes past
it by `console`, and is given data by `words`.

What is piped or written into a file is untouched.
"""

from __future__ import annotations

import codecs
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# C0 but the line feed, DEL, C1, what turns the direction of a text, what ends a line for some, and halves of characters
_ORDERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def visible(text: str) -> str:
    r"""*text* with its control characters as escapes, which JSON, Turtle and SPARQL read as the same characters.

    >>> visible("pwn\x1b]0;me\x07"), visible("two\nlines")
    ('pwn\\u001b]0;me\\u0007', 'two\nlines')
    """
    return _ORDERS.sub(lambda order: f"\\u{ord(order[0]):04x}", text)


class _Guard(io.TextIOBase):
    """A stream of text that makes what is written to it visible, and passes on all else."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.buffer = _Bytes(self)

    def write(self, text: str, /) -> int:
        """Write *text*, made visible."""
        self.stream.write(visible(text))
        return len(text)

    def flush(self) -> None:
        """Have the stream write what it holds back, unless it is closed: a guard may outlive it."""
        if not self.stream.closed:
            self.stream.flush()

    def isatty(self) -> bool:
        """It is a terminal, or there would be no guard."""
        return True

    def fileno(self) -> int:
        """The stream's."""
        return cast(int, self.stream.fileno())

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The stream's."""
        return cast(str, self.stream.encoding)

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """The stream's."""
        return cast("str | None", self.stream.errors)


class _Bytes(io.RawIOBase):
    """The bytes of a guarded stream, in UTF-8: a character may come in pieces."""

    def __init__(self, guard: _Guard) -> None:
        self._guard, self._decoder = guard, codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def write(self, data: Any, /) -> int:
        """Write *data* as the guard writes text."""
        self._guard.write(self._decoder.decode(bytes(data)))
        return len(data)


@contextmanager
def guarded() -> Iterator[None]:
    """Put a guard before standard output and standard error, where they are terminals."""
    before = sys.stdout, sys.stderr
    for stream in before:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what it cannot encode is no reason to fail
    sys.stdout, sys.stderr = (cast(IO[str], _Guard(one)) if one.isatty() else one for one in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def console(*, stderr: bool = False, width: int | None = None) -> Console:
    """Rich's console on one of the streams, past the guard; what it prints of data is made by `words`."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(file=getattr(stream, "stream", stream), highlight=False, markup=False, emoji=False, width=width)


def words(text: str, style: str = "") -> Text:
    """*text* for `console`, made visible where that is a terminal or not: no colour and no order of its own."""
    from rich.text import Text

    return Text(visible(text), style=style)
