"""Edit a sheet block by block: a block is a record or a chain with all that is indented under it.

Whoever changes a block says what it was: if it is not so any more, somebody else was there first, and nothing is
overwritten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancegraph.errors import UsageError

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # all but tabs and ends of lines


@dataclass(frozen=True, slots=True)
class Block:
    """A record or chain: the passage that it stands under, its text, and its first line, from 1."""

    passage: str | None
    text: str
    line: int


class ConflictError(UsageError):
    """A block is not what it was; *there* are the blocks that stand under the passage now."""

    def __init__(self, passage: str, there: list[str]) -> None:
        super().__init__(
            "somebody else has changed or removed this since you opened it",
            subject=passage,
            remedy="compare the two, and save again what you want to stand",
        )
        self.there = there


def blocks(text: str) -> list[Block]:
    """The blocks of a sheet, in their order; comments belong to none."""
    found: list[Block] = []
    passage: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line.startswith("@"):
            passage = line[1:].strip() or None
        elif line.startswith(" ") and found and found[-1].passage == passage:
            last = found.pop()
            found.append(Block(passage, f"{last.text}\n{line}", last.line))
        else:
            found.append(Block(passage, line, number))
    return found


def replace_block(text: str, passage: str, old: str, new: str) -> str:
    """The sheet *text* with the block *old* under *passage* replaced by *new*.

    An empty *old* adds, an empty *new* removes. Raises `ConflictError` where *old* does not stand there, `UsageError`
    where *new* would stand under another passage, or has characters that nobody can see.
    """
    if unseen := _UNSEEN.search(new):
        raise UsageError(f"there is a control character, U+{ord(unseen[0]):04X}", subject=passage, remedy="remove it")
    if any(line.startswith("@") for line in new.splitlines()):
        raise UsageError(
            "a block stands under one passage", subject=passage, remedy="leave out lines that begin with @"
        )
    here = [one for one in blocks(text) if one.passage == passage]
    lines = text.splitlines()
    fresh = [line.rstrip() for line in new.strip("\n").splitlines() if line.strip()]
    if not old.strip():
        place = _end(lines, passage)
        if place is None:
            return "\n".join([*lines, "", f"@ {passage}", *fresh]) + "\n"
        return "\n".join([*lines[:place], *fresh, *lines[place:]]) + "\n"
    match = next((one for one in here if _plain(one.text) == _plain(old)), None)
    if match is None:
        raise ConflictError(passage, [one.text for one in here])
    start = match.line - 1
    end = start + 1
    while end < len(lines) and (lines[end].startswith(" ") or _is_inner_comment(lines, end)):
        end += 1
    return "\n".join([*lines[:start], *fresh, *lines[end:]]) + "\n"


def _is_inner_comment(lines: list[str], place: int) -> bool:
    """Whether a comment stands between the indented lines of a block."""
    following = next((line for line in lines[place:] if not line.lstrip().startswith("#")), "")
    return lines[place].lstrip().startswith("#") and following.startswith(" ")


def _end(lines: list[str], passage: str) -> int | None:
    """Where the lines under *passage* end; None where it has no place yet."""
    starts = [place for place, line in enumerate(lines) if re.fullmatch(rf"@\s*{re.escape(passage)}\s*", line)]
    if not starts:
        return None
    end = starts[-1] + 1
    while end < len(lines) and not lines[end].startswith("@"):
        end += 1
    while end > starts[-1] + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines() if line.strip())
