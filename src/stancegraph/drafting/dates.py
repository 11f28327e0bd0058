"""Dates in prose, each resolved to an interval of days relative to the publication date of the article.

A date without a year is in the year of the article, or in the year before if it would otherwise be in the future.
``last November`` is the latest November before the month of the article. Early, mid and late are thirds of a period.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from stancegraph.rdf.datatypes import date
from stancegraph.rdf.datatypes import month as whole_month

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_NAMES = "|".join(sorted((name.capitalize() for name in _MONTHS), key=len, reverse=True))
_PART = r"(?:(?P<part>early|mid|late)[ -](?:in )?)?"
_YEAR = r"(?:19|20)\d\d"
_SEASON = "(?:the (?:summer|spring|autumn|fall|winter) of )?"
_DATE = re.compile(
    rf"\b(?:(?P<iso>{_YEAR}-\d\d-\d\d)"
    rf"|{_PART}(?P<last>last )?(?P<month>{_NAMES})\.?(?: (?P<day>\d{{1,2}})(?!\d))?(?:,? (?P<year>{_YEAR}))?"
    rf"|(?P<day2>\d{{1,2}}) (?P<month2>{_NAMES})\.?(?: (?P<year2>{_YEAR}))?"
    rf"|{_PART.replace('part', 'part3')}{_SEASON}(?P<year3>{_YEAR})(?![\d-])"
    r"|(?P<relative>last year|this year|last month|yesterday|today))"
)
_BEFORE_MONTHS = re.compile(r"\b(?:[Ii]n|[Ll]ast|[Ss]ince|[Bb]y|[Oo]f)\s*$")

_Interval = tuple[datetime.date, datetime.date]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text.

    Attributes:
        text: The date, as it is written.
        start: The offset of its first character.
        end: The offset after its last character.
        earliest: The first day that may be meant.
        latest: The last day that may be meant.
        basis: How the interval was derived, in words.
    """

    text: str
    start: int
    end: int
    earliest: datetime.date
    latest: datetime.date
    basis: str


def find_dates(text: str, published: datetime.date | None) -> Iterator[DateMention]:
    """Yield the dates in a text.

    Args:
        text: The text.
        published: The day on which the article was published. If it is unknown, dates that depend on it are left out.

    >>> for mention in find_dates("In November and on July 4.", datetime.date(2012, 7, 5)):
    ...     print(mention.text, mention.earliest, mention.latest)
    November 2011-11-01 2011-11-30
    July 4 2012-07-04 2012-07-04
    """
    for match in _DATE.finditer(text):
        resolved = _resolve(match, published)
        if resolved is not None:
            (earliest, latest), basis = resolved
            yield DateMention(match[0], match.start(), match.end(), earliest, latest, basis)


def _resolve(match: re.Match[str], published: datetime.date | None) -> tuple[_Interval, str] | None:
    """Return the interval of a date and its basis, or None if it is not a date or cannot be resolved."""
    try:
        if match["iso"]:
            day = date(match["iso"])
            return (day, day), "as written"
        if match["relative"]:
            return None if published is None else (_relative(match["relative"], published), "relative to the article")
        if match["year3"]:
            return _third(_period(int(match["year3"]), None, None), match["part3"]), "as written"
        return _resolve_month(match, published)
    except ValueError:
        return None  # such as the 31st of June


def _resolve_month(match: re.Match[str], published: datetime.date | None) -> tuple[_Interval, str] | None:
    name = match["month"] or match["month2"]
    month = _MONTHS[name.lower()]
    day = int(match["day"] or match["day2"] or 0) or None
    stated_year = match["year"] or match["year2"]
    if name in {"May", "March"} and day is None and not stated_year and not match["last"]:
        preceding = match.string[max(0, match.start() - 6) : match.start()]
        if not _BEFORE_MONTHS.search(preceding):
            return None  # they are also verbs
    if stated_year:
        return _third(_period(int(stated_year), month, day), match["part"]), "as written"
    if published is None:
        return None
    year = published.year
    in_future = _period(year, month, day)[0] > published
    if in_future or (match["last"] and month >= published.month):
        year -= 1
    latest_before = year < published.year or match["last"]
    basis = "the latest before the article" if latest_before else "in the year of the article"
    return _third(_period(year, month, day), match["part"]), basis


def _period(year: int, month: int | None, day: int | None) -> _Interval:
    if month is None:
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    if day is None:
        return whole_month(year, month)
    return datetime.date(year, month, day), datetime.date(year, month, day)


def _third(period: _Interval, part: str | None) -> _Interval:
    if part is None:
        return period
    first, last = period
    third = (last - first) / 3
    return {"early": (first, first + third), "mid": (first + third, last - third), "late": (last - third, last)}[part]


def _relative(text: str, published: datetime.date) -> _Interval:
    day = datetime.timedelta(days=1)
    return {
        "today": (published, published),
        "yesterday": (published - day, published - day),
        "this year": (datetime.date(published.year, 1, 1), published),
        "last year": _period(published.year - 1, None, None),
        "last month": _period(*_month_before(published), None),
    }[text]


def _month_before(day: datetime.date) -> tuple[int, int]:
    return (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
