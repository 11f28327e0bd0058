"""Citations in parentheses, resolved to a publisher and a date.

``(Xinhua, July 5; China Daily, May 2, May 4)`` cites three publications: a date without a publisher belongs to the
publisher before it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from stancegraph.drafting.dates import DateMention, find_dates

_PARENTHESIS = re.compile(r"\(([^()]{3,300})\)")
_OUTLET = re.compile(r"(?:The |An? )?[A-Z“\"][\w.\u2019'&“”\"-]*(?: (?:of|the|and|for|on|[A-Z][\w.\u2019'&-]*))*")


@dataclass(frozen=True, slots=True)
class CitationMention:
    """A citation in a text.

    Attributes:
        text: The publisher and the date, as they are written.
        start: The offset of the first character of the date.
        end: The offset after its last character.
        publisher: The name of the publisher.
        date: The date; its offsets count from the preceding semicolon or parenthesis.
    """

    text: str
    start: int
    end: int
    publisher: str
    date: DateMention


def find_citations(text: str, published: datetime.date | None) -> Iterator[CitationMention]:
    """Yield the citations in parentheses.

    Args:
        text: The text.
        published: The day on which the article was published, if it is known.

    >>> for citation in find_citations("It grew (Xinhua, July 5; May 2).", datetime.date(2012, 7, 6)):
    ...     print(citation.publisher, citation.date.earliest)
    Xinhua 2012-07-05
    Xinhua 2012-05-02
    """
    for parenthesis in _PARENTHESIS.finditer(text):
        publisher: str | None = None
        for part in re.finditer(r"[^;]+", parenthesis[1]):
            offset = parenthesis.start(1) + part.start()
            dates = list(find_dates(part[0], published))
            if not dates:
                publisher = None
                continue
            name = part[0][: dates[0].start].strip(" ,")
            if name:
                publisher = name if _OUTLET.fullmatch(name) else None
            if publisher is None:
                continue
            for day in dates:
                cited_as = f"{publisher}, {day.text}"
                yield CitationMention(cited_as, offset + day.start, offset + day.end, publisher, day)
