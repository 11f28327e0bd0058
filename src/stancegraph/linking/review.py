"""Review: a person decides on one candidate after the other, and each decision is saved before the next question.

These are steps on a mapping set; the terminal belongs to the command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from stancegraph.errors import UsageError
from stancegraph.linking.sssom import Mapping, MappingSet

OWN_REVIEW = "Reviewed by its author."
"""What the comment of a mapping ends with that nobody but its author has reviewed."""


class Decision(StrEnum):
    """The answers of a reviewer to a candidate."""

    ACCEPT = "accept"
    REJECT = "reject"
    SKIP = "skip"
    UNDO = "undo"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Review:
    """A review by one person on one day, which are recorded with each decision.

    Attributes:
        reviewer: The name of the reviewer.
        day: The date of the review, in the format of ISO 8601.
    """

    reviewer: str
    day: str

    def accept(self, mapping: Mapping, comment: str, see_also: str = "") -> Mapping:
        """Return a candidate as an accepted mapping.

        Args:
            mapping: The candidate.
            comment: Why the reviewer is certain.
            see_also: The URL of a public source that the reviewer has checked; empty for that of the candidate.

        Raises:
            UsageError: There is no comment, or no source.
        """
        author = mapping.author_label or self.reviewer
        accepted = replace(
            mapping,
            reviewer_label=self.reviewer,
            mapping_date=self.day,
            confidence="1",
            author_label=author,
            see_also=see_also or mapping.see_also,
            comment=f"{comment} {OWN_REVIEW}" if comment and author == self.reviewer else comment,
        )
        if not accepted.see_also or not accepted.comment:
            raise UsageError(
                "an accepted link must say what it was checked against, and why it is certain",
                subject=f"{mapping.subject_id} {mapping.object_id}",
                remedy="name a public source, and the reason",
            )
        return accepted

    def reject(self, mapping: Mapping, comment: str = "") -> Mapping:
        """Return a candidate as a rejected mapping, which stays in the file so that it is not proposed again.

        Args:
            mapping: The candidate.
            comment: Why it is wrong; empty to leave the comment of the candidate.
        """
        return replace(
            mapping,
            predicate_modifier="Not",
            reviewer_label=self.reviewer,
            mapping_date=self.day,
            confidence="1",
            comment=comment or mapping.comment,
        )


def list_candidates(mapping_set: MappingSet) -> list[Mapping]:
    """Return the mappings that nobody has reviewed, those of the highest confidence first."""
    candidates = [mapping for mapping in mapping_set.mappings if not mapping.accepted and not mapping.rejected]
    return sorted(
        candidates, key=lambda mapping: (-float(mapping.confidence or 0), mapping.subject_id, mapping.object_id)
    )


def replace_mapping(mapping_set: MappingSet, old: Mapping, new: Mapping) -> MappingSet:
    """Return a mapping set with *new* in the place of *old*; raise `UsageError` if it does not have *old*."""
    if old not in mapping_set.mappings:
        raise UsageError(
            "the row has changed meanwhile", subject=f"{old.subject_id} {old.object_id}", remedy="look at it again"
        )
    return mapping_set.with_rows([new if mapping == old else mapping for mapping in mapping_set.mappings])


def walk(
    load: Callable[[], MappingSet],
    change: Callable[[Callable[[MappingSet], MappingSet]], None],
    ask: Callable[[Mapping, int, int], tuple[Decision, Mapping]],
) -> dict[Decision, int]:
    """Ask about each candidate in turn, and save each decision at once.

    Args:
        load: Reads the mapping set.
        change: Applies an edit to the mapping set as it is by then, so that what others have written meanwhile stays.
        ask: Takes a candidate, its number from 1 and the number of candidates, and returns the decision and the new
            mapping.

    Returns:
        How many decisions of each kind there were; those that were undone do not count.

    Raises:
        UsageError: Somebody else has changed the candidate in question meanwhile.
    """
    counts = dict.fromkeys(Decision, 0)
    candidates = list_candidates(load())
    history: list[tuple[Mapping, Mapping]] = []
    while len(history) < len(candidates):
        candidate = candidates[len(history)]
        decision, new = ask(candidate, len(history) + 1, len(candidates))
        if decision is Decision.QUIT:
            break
        if decision is Decision.UNDO:
            if history:
                undone = _undo(*history.pop(), change)
                counts[undone] -= 1
            continue
        if decision is not Decision.SKIP:
            change(partial(_replace_current, candidate, new))
        history.append((candidate, new if decision is not Decision.SKIP else candidate))
        counts[decision] += 1
    return counts


def _undo(old: Mapping, new: Mapping, change: Callable[[Callable[[MappingSet], MappingSet]], None]) -> Decision:
    """Put *old* back in the place of *new*, and return the decision that this undoes."""
    if new == old:
        return Decision.SKIP
    change(partial(_replace_current, new, old))
    return Decision.REJECT if new.rejected else Decision.ACCEPT


def _replace_current(old: Mapping, new: Mapping, mapping_set: MappingSet) -> MappingSet:
    """Replace a mapping wherever it is now: lines move when others are added."""
    lines = (mapping.line for mapping in mapping_set.mappings if replace(mapping, line=0) == replace(old, line=0))
    return replace_mapping(mapping_set, replace(old, line=next(lines, old.line)), new)
