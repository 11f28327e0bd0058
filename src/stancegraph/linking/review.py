"""Review: a person looks at one candidate after the other; each decision is on disk before the next question.

Pure steps on a set of mappings; the terminal is the command's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from stancegraph.errors import UsageError
from stancegraph.linking.sssom import Mapping, MappingSet


class Decision(StrEnum):
    """What a reviewer can say of a candidate."""

    ACCEPT = "accept"
    REJECT = "reject"
    SKIP = "skip"
    UNDO = "undo"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Review:
    """Who reviews, and on which day, as SSSOM has it."""

    reviewer: str
    day: str

    def accepted(self, one: Mapping, comment: str, see_also: str = "") -> Mapping:
        """*one*, accepted because of *comment*; raise `UsageError` without that, or without a source to look at."""
        made = replace(
            one,
            reviewer_label=self.reviewer,
            mapping_date=self.day,
            confidence="1",
            author_label=one.author_label or self.reviewer,
            see_also=see_also or one.see_also,
            comment=comment,
        )
        if not made.see_also or not made.comment:
            raise UsageError(
                "an accepted link says what it was checked against, and why it is certain",
                subject=f"{one.subject_id} {one.object_id}",
                remedy="name a public source, and the reason",
            )
        return made

    def rejected(self, one: Mapping, comment: str = "") -> Mapping:
        """*one*, rejected: it stays in the file, so that nobody proposes it again."""
        return replace(
            one,
            predicate_modifier="Not",
            reviewer_label=self.reviewer,
            mapping_date=self.day,
            confidence="1",
            comment=comment or one.comment,
        )


def candidates(of: MappingSet) -> list[Mapping]:
    """What is still to be looked at, the surest first."""
    waiting = [one for one in of.mappings if not one.accepted and not one.rejected]
    return sorted(waiting, key=lambda one: (-float(one.confidence or 0), one.subject_id, one.object_id))


def replace_mapping(of: MappingSet, old: Mapping, new: Mapping) -> MappingSet:
    """*of* with *new* in the place of *old*; raise `UsageError` where *old* is not there any more."""
    if old not in of.mappings:
        raise UsageError(
            "the row has changed meanwhile", subject=f"{old.subject_id} {old.object_id}", remedy="look at it again"
        )
    return of.with_rows([new if one == old else one for one in of.mappings])


def walk(
    load: Callable[[], MappingSet],
    change: Callable[[Callable[[MappingSet], MappingSet]], None],
    ask: Callable[[Mapping, int, int], tuple[Decision, Mapping]],
) -> dict[Decision, int]:
    """Ask about each candidate in turn, and keep each decision at once; return how many there were of each kind.

    *load* reads the set; *change* lets an edit change it as it is by then, so that what others wrote meanwhile stays.
    *ask* is given a candidate, its number and how many there are, and says what is decided and what the row is then.
    """
    told = dict.fromkeys(Decision, 0)
    waiting = candidates(load())
    made: list[tuple[Mapping, Mapping]] = []
    place = 0
    while place < len(waiting):
        one = waiting[place]
        decision, new = ask(one, place + 1, len(waiting))
        if decision is Decision.QUIT:
            break
        if decision is Decision.UNDO:
            if place == 0:
                continue
            place -= 1
            old, changed = made.pop()
            if changed != old:
                change(partial(_replace_mapping, changed, old))
                told[Decision.REJECT if changed.rejected else Decision.ACCEPT] -= 1
            else:
                told[Decision.SKIP] -= 1
            continue
        if decision is not Decision.SKIP:
            change(partial(_replace_mapping, one, new))
        made.append((one, new if decision is not Decision.SKIP else one))
        told[decision] += 1
        place += 1
    return told


def _replace_mapping(old: Mapping, new: Mapping, of: MappingSet) -> MappingSet:
    return replace_mapping(of, replace(old, line=_line(of, old)), new)


def _line(of: MappingSet, wanted: Mapping) -> int:
    """Where a row stands now: lines move when others are added."""
    return next((one.line for one in of.mappings if replace(one, line=0) == replace(wanted, line=0)), wanted.line)
