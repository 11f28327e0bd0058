"""Edit a sheet block by block: a block is a record or a chain, with everything indented under it.

Editing is optimistic: whoever changes a block states its previous text. If the block has a different text by now,
somebody else has changed it, and nothing is overwritten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stancegraph.errors import UsageError

_CONTROL_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # except tabs and line feeds


@dataclass(frozen=True, slots=True)
class Block:
    """A record or chain, as it is written.

    Attributes:
        passage: The name of the passage that it belongs to, if any.
        text: Its lines, without comments.
        line: The number of its first line, from 1.
    """

    passage: str | None
    text: str
    line: int


class ConflictError(UsageError):
    """A block has been changed since it was read.

    Attributes:
        current_blocks: The texts of the blocks that are under the passage now.
    """

    def __init__(self, passage: str, current_blocks: list[str]) -> None:
        super().__init__(
            "somebody else has changed or removed this block since you opened it",
            subject=passage,
            remedy="compare the two versions, then save the one to keep",
        )
        self.current_blocks = current_blocks


def parse_blocks(text: str) -> list[Block]:
    """Return the blocks of a sheet in their order; comments belong to none.

    >>> parse_blocks("@ p-1\\nsays Report\\n  stance a: A\\n# done\\ntime t: T")[1]
    Block(passage='p-1', text='time t: T', line=5)
    """
    blocks: list[Block] = []
    passage: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line.startswith("@"):
            passage = line[1:].strip() or None
        elif line.startswith(" ") and blocks and blocks[-1].passage == passage:
            last = blocks.pop()
            blocks.append(Block(passage, f"{last.text}\n{line}", last.line))
        else:
            blocks.append(Block(passage, line, number))
    return blocks


def replace_block(text: str, passage: str, old: str, new: str) -> str:
    """Return a sheet in which one block is replaced.

    Args:
        text: The sheet.
        passage: The name of the passage that the block belongs to.
        old: The text of the block; empty to add one.
        new: Its new text; empty to remove it.

    Raises:
        ConflictError: No block under the passage has the text *old*.
        UsageError: *new* contains a control character, or a line that begins with @.
    """
    if control_character := _CONTROL_CHARACTER.search(new):
        raise UsageError(
            f"the text contains the control character U+{ord(control_character[0]):04X}",
            subject=passage,
            remedy="remove it",
        )
    if any(line.startswith("@") for line in new.splitlines()):
        raise UsageError(
            "a block belongs to a single passage", subject=passage, remedy="leave out lines that begin with @"
        )
    lines = text.splitlines()
    new_lines = [line.rstrip() for line in new.strip("\n").splitlines() if line.strip()]
    if not old.strip():
        end = _end_of_passage(lines, passage)
        if end is None:
            return "\n".join([*lines, "", f"@ {passage}", *new_lines]) + "\n"
        return "\n".join([*lines[:end], *new_lines, *lines[end:]]) + "\n"
    current = [block for block in parse_blocks(text) if block.passage == passage]
    match = next((block for block in current if _normalised(block.text) == _normalised(old)), None)
    if match is None:
        raise ConflictError(passage, [block.text for block in current])
    start = match.line - 1
    end = start + 1
    while end < len(lines) and (lines[end].startswith(" ") or _is_inner_comment(lines, end)):
        end += 1
    return "\n".join([*lines[:start], *new_lines, *lines[end:]]) + "\n"


def _is_inner_comment(lines: list[str], index: int) -> bool:
    """Return whether a line is a comment between the indented lines of a block."""
    next_line = next((line for line in lines[index:] if not line.lstrip().startswith("#")), "")
    return lines[index].lstrip().startswith("#") and next_line.startswith(" ")


def _end_of_passage(lines: list[str], passage: str) -> int | None:
    """Return the index after the last line under a passage, or None if the sheet does not have the passage."""
    starts = [index for index, line in enumerate(lines) if re.fullmatch(rf"@\s*{re.escape(passage)}\s*", line)]
    if not starts:
        return None
    end = starts[-1] + 1
    while end < len(lines) and not lines[end].startswith("@"):
        end += 1
    while end > starts[-1] + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _normalised(text: str) -> str:
    """Return *text* without empty lines and trailing spaces, in which two versions of a block may differ."""
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines() if line.strip())
