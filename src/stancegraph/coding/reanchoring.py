"""Follow passages from an old text of an article to a changed one, and find the claims that lose their passage.

Two passages are the same if they have the same characters and the same place in the order of the others; that order
also distinguishes sentences that occur several times. Where this proves nothing, nothing is guessed: the claims are
listed and stay under the old name, where the check finds them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from stancegraph.coding.blocks import parse_blocks
from stancegraph.text import Passage

_PASSAGE_LINE = re.compile(r"^@[ \t]*([\w.-]+)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Which passages of two texts are the same; passages are given by their names.

    Attributes:
        matched: The new name of each old passage that is still in the text.
        lost: The old passages that are not.
        added: The new passages that match no old one.
    """

    matched: dict[str, str]
    lost: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def unmoved(self) -> int:
        """The number of passages that have the same name in both texts."""
        return sum(old == new for old, new in self.matched.items())


def match_passages(old: Sequence[tuple[str, str]], new: Sequence[Passage]) -> Anchoring:
    """Match the passages of an old text with those of a new one.

    Args:
        old: The name and the SHA-256 of each old passage, in their order.
        new: The passages of the new text, in their order.
    """
    old_digests, new_digests = [digest for _, digest in old], [passage.sha256 for passage in new]
    matched: dict[str, str] = {}
    matcher = SequenceMatcher(None, old_digests, new_digests, autojunk=False)
    for old_start, new_start, length in matcher.get_matching_blocks():
        for offset in range(length):
            matched[old[old_start + offset][0]] = new[new_start + offset].name
    taken = set(matched.values())
    # a sentence that has moved past others, and that occurs only once in both texts
    for name, digest in old:
        if name not in matched and old_digests.count(digest) == 1 and new_digests.count(digest) == 1:
            new_name = new[new_digests.index(digest)].name
            if new_name not in taken:
                matched[name] = new_name
                taken.add(new_name)
    lost = tuple(name for name, _ in old if name not in matched)
    return Anchoring(matched, lost, tuple(passage.name for passage in new if passage.name not in taken))


def rename_passages(sheet: str, anchoring: Anchoring) -> str:
    """Return a sheet with the new names of its passages.

    A lost passage is renamed too; otherwise a new passage with its old name would take over its claims.
    """
    names = anchoring.matched | {name: lost_name(name) for name in anchoring.lost}
    return _PASSAGE_LINE.sub(lambda match: f"@ {names.get(match[1], match[1])}", sheet)


def lost_name(name: str) -> str:
    """Return the name in a sheet of a passage that is no longer in the text; no text gives such a name.

    >>> lost_name("introduction-1-1")
    'lost.introduction-1-1'
    """
    return f"lost.{name}"


def orphaned_claims(sheet: str, anchoring: Anchoring) -> dict[str, list[str]]:
    """Return the first lines of the blocks under each lost passage that has any."""
    lines: dict[str, list[str]] = {name: [] for name in anchoring.lost}
    for block in parse_blocks(sheet):
        if block.passage in lines:
            lines[block.passage].append(block.text.splitlines()[0])
    return {name: first_lines for name, first_lines in lines.items() if first_lines}
