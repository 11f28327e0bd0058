"""An article as a map of its passages: how long each is, how many claims rest on it, and which."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from pyoxigraph import NamedNode

from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.context import RequestContext

_WIDTH, _SECTION_WIDTH, _BLOCK_HEIGHT, _LINE_GAP = 860, 150, 18, 6  # of the map, in its own units
_DARKEST = 4  # this many claims, or more, give a block the strongest of its colours


@dataclass(slots=True)
class CodedPassage:
    """A passage of an article, with the claims that rest on it.

    Attributes:
        iri: The IRI of the passage.
        href: The address of its page.
        section: The heading of its section.
        paragraph: The number of the paragraph within the section; 0 where there is none.
        sentence: The number of the sentence within the paragraph; 0 where there is none.
        start: The position of the first character in the text.
        end: The position after the last character.
        kind: The label of its kind, such as a heading.
        no_claim_reason: Why no claim rests on it; None where that is not said.
        claims: For each claim its ``iri``, its ``href``, its ``name``, and the ``dispute`` about it, if there is one.
    """

    iri: str
    href: str | None
    section: str
    paragraph: int
    sentence: int
    start: int
    end: int
    kind: str
    no_claim_reason: str | None
    claims: list[dict[str, Any]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The id of its element on the page."""
        return self.iri.rsplit("/", 1)[-1]

    @property
    def label(self) -> str:
        """What it is within its paragraph: the number of the sentence, or the kind of a passage that is not one."""
        return f"Sentence {self.sentence}" if self.sentence else self.kind.capitalize()

    @property
    def location(self) -> str:
        """Where it stands in the article: its section and, where it has one, its paragraph."""
        return f"{self.section}, paragraph {self.paragraph}" if self.paragraph else self.section

    @property
    def summary(self) -> str:
        """How many claims rest on it, or why there is none."""
        count = len(self.claims)
        return f"{count} claim{'' if count == 1 else 's'}" if count else self.no_claim_reason or "no claim"


def find_passages(context: RequestContext, article: NamedNode) -> list[CodedPassage]:
    """Return the passages of *article* in the order of the text; none where the thing is not a coded article."""
    passages: dict[str, CodedPassage] = {}
    for row in rows(context.engine, lookup("passages", thing=[article])):
        iri = row["passage"].value
        passage = passages.get(iri)
        if passage is None:
            paragraph, sentence, start, end = (
                int(row[name].value) for name in ("paragraph", "sentence", "start", "end")
            )
            reason = row["reason"].value if "reason" in row else None
            position = (row["section"].value, paragraph, sentence, start, end)
            passage = CodedPassage(iri, context.href(iri), *position, row["kind"].value, reason)
            passages[iri] = passage
        if "claim" in row and all(claim["iri"] != row["claim"].value for claim in passage.claims):
            passage.claims.append(
                {
                    "iri": row["claim"].value,
                    "href": context.href(row["claim"].value),
                    "name": row["statement"].value,
                    "dispute": row["dispute"].value if "dispute" in row else None,
                }
            )
    return list(passages.values())


def group_passages(passages: list[CodedPassage]) -> list[tuple[str, list[tuple[int, list[CodedPassage]]]]]:
    """Group passages, which are in the order of the text, by section and within it by paragraph."""
    return [
        (
            section,
            [
                (paragraph, list(in_paragraph))
                for paragraph, in_paragraph in groupby(in_section, key=lambda passage: passage.paragraph)
            ],
        )
        for section, in_section in groupby(passages, key=lambda passage: passage.section)
    ]


def draw_map(passages: list[CodedPassage]) -> dict[str, Any] | None:
    """Lay out the map of an article: a line for each paragraph, and in it a block for each passage, as long as it is.

    Args:
        passages: The passages, in the order of the text.

    Returns:
        What the template needs: the ``width`` and ``height`` of the map, the ``block_height``, the ``blocks`` and the
        names of the ``sections`` with their places; None where there is no passage.
    """
    lines = [
        (key, list(in_line))
        for key, in_line in groupby(passages, key=lambda passage: (passage.section, passage.paragraph))
    ]
    if not lines:
        return None
    longest = max(in_line[-1].end - in_line[0].start for _, in_line in lines)
    scale = (_WIDTH - _SECTION_WIDTH) / longest
    blocks, sections, previous_section = [], [], None
    for number, ((section, _), in_line) in enumerate(lines):
        top = number * (_BLOCK_HEIGHT + _LINE_GAP)
        if section != previous_section:
            sections.append({"name": section, "x": 0, "y": top + _BLOCK_HEIGHT - 5})
            previous_section = section
        for passage in in_line:
            blocks.append(
                {
                    "x": round(_SECTION_WIDTH + (passage.start - in_line[0].start) * scale, 1),
                    "y": top,
                    "width": round(max((passage.end - passage.start) * scale - 2, 2), 1),
                    "shade": min(len(passage.claims), _DARKEST),
                    "anchor": passage.anchor,
                    "label": f"{passage.location}, {passage.label.lower()}: {passage.summary}",
                }
            )
    height = len(lines) * (_BLOCK_HEIGHT + _LINE_GAP)
    return {"width": _WIDTH, "height": height, "block_height": _BLOCK_HEIGHT, "blocks": blocks, "sections": sections}
