"""Citations in parentheses, and notes: which publication, of which day.

``(Xinhua, July 5; China Daily, May 2, May 4)`` cites three: a date alone is of the publication before it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from stancegraph.drafting.dates import DateMention, dates

_PARENTHESIS = re.compile(r"\(([^()]{3,300})\)")
_OUTLET = re.compile(r"(?:The |An? )?[A-Z“\"][\w.\u2019'&“”\"-]*(?: (?:of|the|and|for|on|[A-Z][\w.\u2019'&-]*))*")


@dataclass(frozen=True, slots=True)
class CitationMention:
    """A citation: the words, where they stand, the publisher that they name, and the date as it was resolved."""

    words: str
    start: int
    end: int
    publisher: str
    date: DateMention


def citations(text: str, article: datetime.date | None) -> Iterator[CitationMention]:
    """The citations in parentheses of *text*."""
    for parenthesis in _PARENTHESIS.finditer(text):
        publisher: str | None = None
        for part in re.finditer(r"[^;]+", parenthesis[1]):
            offset = parenthesis.start(1) + part.start()
            found = list(dates(part[0], article))
            if not found:
                publisher = None
                continue
            before = part[0][: found[0].start].strip(" ,")
            if before:
                publisher = before if _OUTLET.fullmatch(before) else None
            for one in found if publisher else ():
                at = offset + one.start
                words = f"{publisher}, {one.words}"
                yield CitationMention(words, at, offset + one.end, publisher or "", one)
