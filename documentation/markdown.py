"""The bits of Markdown that generated regions are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; what is in a cell is one line of Markdown.

    >>> print(table(["a", "b"], [["1", "x | y"]]))
    | a | b |
    | --- | --- |
    | 1 | x \\| y |
    """
    lines = [headings, ["---"] * len(headings), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """*text* as code within a line; nothing where there is none."""
    return f"`{text}`" if text else ""


def plain(text: str) -> str:
    """*text* with what Markdown would take for markup escaped.

    >>> plain("a [b] <c> *d* e_f_")
    'a \\\\[b\\\\] \\\\<c> \\\\*d\\\\* e\\\\_f\\\\_'
    """
    for mark in "\\[]<*_":
        text = text.replace(mark, f"\\{mark}")
    return text
