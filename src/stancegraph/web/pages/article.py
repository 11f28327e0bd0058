"""An article as a map of its passages: how long each is, how many claims rest on it, and which."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from pyoxigraph import NamedNode

from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.context import RequestContext

_WIDE, _HIGH, _GAP, _NAME = 860, 18, 6, 150  # the drawing, in its own units
_MANY = 4  # claims, from which on a passage is of the darkest shade


@dataclass(slots=True)
class Passage:
    """A passage, and what rests on it; *reason* is why nothing does."""

    iri: str
    href: str | None
    section: str
    paragraph: int
    sentence: int
    start: int
    end: int
    kind: str
    reason: str | None
    claims: list[dict[str, Any]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return self.iri.rsplit("/", 1)[-1]

    @property
    def place(self) -> str:
        """Where it stands, within its paragraph."""
        return f"Sentence {self.sentence}" if self.sentence else self.kind.capitalize()

    @property
    def told(self) -> str:
        """What rests on it, in words."""
        number = len(self.claims)
        return f"{number} claim{'' if number == 1 else 's'}" if number else self.reason or "no claim"


def passages(context: RequestContext, article: NamedNode) -> list[Passage]:
    """The passages of *article* in the order of the text; none where it is not one that was coded."""
    found = rows(context.engine, lookup("passages", thing=[article]))
    known: dict[str, Passage] = {}
    for row in found:
        iri = row["passage"].value
        passage = known.get(iri)
        if passage is None:
            paragraph, sentence, start, end = (
                int(row[name].value) for name in ("paragraph", "sentence", "start", "end")
            )
            reason = row["reason"].value if "reason" in row else None
            place = (row["section"].value, paragraph, sentence, start, end)
            passage = Passage(iri, context.href(iri), *place, row["kind"].value, reason)
            known[iri] = passage
        if "claim" in row and all(claim["iri"] != row["claim"].value for claim in passage.claims):
            dispute = row["dispute"].value if "dispute" in row else None
            passage.claims.append(
                {
                    "iri": row["claim"].value,
                    "href": context.href(row["claim"].value),
                    "name": row["statement"].value,
                    "dispute": dispute,
                }
            )
    return list(known.values())


def grouped(told: list[Passage]) -> list[tuple[str, list[tuple[int, list[Passage]]]]]:
    """Passages by section and paragraph."""
    return [
        (section, [(paragraph, list(group)) for paragraph, group in groupby(inside, key=lambda one: one.paragraph)])
        for section, inside in groupby(told, key=lambda one: one.section)
    ]


def drawn(told: list[Passage]) -> dict[str, Any] | None:
    """The map: a line for each paragraph, a block for each passage, as long as it is; None where there is none."""
    lines = [(key, list(group)) for key, group in groupby(told, key=lambda one: (one.section, one.paragraph))]
    if not lines:
        return None
    longest = max(group[-1].end - group[0].start for _, group in lines)
    scale = (_WIDE - _NAME) / longest
    blocks, names, before = [], [], None
    for number, ((section, paragraph), group) in enumerate(lines):
        top = number * (_HIGH + _GAP)
        if section != before:
            names.append({"words": section, "x": 0, "y": top + _HIGH - 5})
            before = section
        for passage in group:
            blocks.append(
                {
                    "x": round(_NAME + (passage.start - group[0].start) * scale, 1),
                    "y": top,
                    "width": round(max((passage.end - passage.start) * scale - 2, 2), 1),
                    "shade": min(len(passage.claims), _MANY),
                    "anchor": passage.anchor,
                    "told": f"{section}, paragraph {paragraph}, {passage.place.lower()}: {passage.told}",
                }
            )
    height = len(lines) * (_HIGH + _GAP)
    return {"width": _WIDE, "height": height, "block": _HIGH, "blocks": blocks, "names": names}
