"""Output to a terminal, on which data is shown and its control characters are never obeyed.

A terminal takes control characters for commands: a label that was fetched from another machine may rename the window,
overwrite lines or reverse the direction of the text. `guarded` puts a guard before the two streams of the program,
which lets no control character but the end of a line through; all that is printed passes it. Only Rich, whose colours
are such commands, writes past the guard: it does so through `console`, and `rich_text` makes the data for it visible.

What is piped or written into a file is left as it is.
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

# C0 but the line feed, DEL, C1, changes of direction, what some take for the end of a line, and halves of characters
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Return *text* with its control characters escaped as in JSON, Turtle and SPARQL.

    >>> visible("pwn\x1b]0;me\x07"), visible("two\nlines")
    ('pwn\\u001b]0;me\\u0007', 'two\nlines')
    """
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class _Guard(io.TextIOBase):
    """A stream of text that makes visible what is written to it, and passes it on to another stream."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.buffer = _GuardedBuffer(self)

    def write(self, text: str, /) -> int:
        """Write *text*, made visible; return its length."""
        self.stream.write(visible(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream, unless it is closed: a guard may outlive it."""
        if not self.stream.closed:
            self.stream.flush()

    def isatty(self) -> bool:
        """Return True, as only terminals are guarded."""
        return True

    def fileno(self) -> int:
        """Return the descriptor of the stream."""
        return cast(int, self.stream.fileno())

    def writable(self) -> bool:
        """Return True."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream."""
        return cast(str, self.stream.encoding)

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """How the stream treats characters that it cannot encode."""
        return cast("str | None", self.stream.errors)


class _GuardedBuffer(io.RawIOBase):
    """A stream of bytes in UTF-8 that writes to a guard; a character may come in pieces."""

    def __init__(self, guard: _Guard) -> None:
        self._guard, self._decoder = guard, codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any, /) -> int:
        """Write *data* to the guard as text; return its length in bytes."""
        self._guard.write(self._decoder.decode(bytes(data)))
        return len(data)


@contextmanager
def guarded() -> Iterator[None]:
    """Put a guard before standard output and standard error, if they are terminals, while the block runs."""
    unguarded = sys.stdout, sys.stderr
    for stream in unguarded:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a character that it cannot encode must not end the program
    sys.stdout, sys.stderr = (cast(IO[str], _Guard(stream)) if stream.isatty() else stream for stream in unguarded)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = unguarded


def console(*, stderr: bool = False, width: int | None = None) -> Console:
    """Return a console of Rich that writes past the guard; data must be passed to it through `rich_text`.

    Args:
        stderr: Write to standard error rather than to standard output.
        width: The width in characters; that of the terminal by default.
    """
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(file=getattr(stream, "stream", stream), highlight=False, markup=False, emoji=False, width=width)


def rich_text(text: str, style: str = "") -> Text:
    """Return a text for `console`, made visible also if that is not a terminal, and with no markup of its own.

    Args:
        text: The data to show.
        style: The style in which Rich shows it.
    """
    from rich.text import Text

    return Text(visible(text), style=style)
