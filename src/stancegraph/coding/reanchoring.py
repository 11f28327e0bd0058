"""A text that has changed: which passages are the same sentences at another place, and which claims hang in the air.

A passage is the same where its characters are the same and stand in the same order among the others; sentences that the
text has several times are told apart by that order. What cannot be proven so is not guessed: its claims are listed, and
stay under the old name, where the check finds them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from stancegraph.coding.blocks import blocks
from stancegraph.text import Passage

_HEAD = re.compile(r"^@[ \t]*([\w.-]+)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Where each old passage is now, by names; those that are *lost*; and new ones that nothing was known of."""

    moved: dict[str, str]
    lost: tuple[str, ...]
    fresh: tuple[str, ...]

    @property
    def kept(self) -> int:
        """How many passages have the name that they had."""
        return sum(old == new for old, new in self.moved.items())


def anchor(old: Sequence[tuple[str, str]], new: Sequence[Passage]) -> Anchoring:
    """Match *old* passages, names with digests in their order, with those of a *new* text."""
    before, after = [digest for _, digest in old], [one.sha256 for one in new]
    moved: dict[str, str] = {}
    for start, other, length in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        for step in range(length):
            moved[old[start + step][0]] = new[other + step].name
    taken = set(moved.values())
    # a sentence that stands elsewhere now, and is the only one of its words on both sides
    for name, digest in old:
        if name not in moved and before.count(digest) == 1 and after.count(digest) == 1:
            there = new[after.index(digest)].name
            if there not in taken:
                moved[name] = there
                taken.add(there)
    lost = tuple(name for name, _ in old if name not in moved)
    return Anchoring(moved, lost, tuple(one.name for one in new if one.name not in taken))


def rename(sheet: str, anchoring: Anchoring) -> str:
    """The sheet with its passages by their new names; those that are lost keep theirs, marked so that none is taken."""
    names = anchoring.moved | {name: lost_name(name) for name in anchoring.lost}

    def exchanged(match: re.Match[str]) -> str:
        return f"@ {names.get(match[1], match[1])}"

    return _HEAD.sub(exchanged, sheet)


def lost_name(name: str) -> str:
    """The name of a passage that is in the text no more: one that no text gives."""
    return f"lost.{name}"


def orphaned_claims(sheet: str, anchoring: Anchoring) -> dict[str, list[str]]:
    """The first lines of the blocks that stand under each passage that is lost."""
    found: dict[str, list[str]] = {name: [] for name in anchoring.lost}
    for block in blocks(sheet):
        if block.passage in found:
            found[block.passage].append(block.text.splitlines()[0])
    return {name: told for name, told in found.items() if told}
