"""Dates in words, and between which days they lie, counted from the day of the article.

A date without a year is of the year of the article, or of the year before where that would lie ahead. ``last
November`` is the latest November before the article's own month. Early, mid and late are thirds of what they are of.
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
    r"|(?P<near>last year|this year|last month|yesterday|today))"
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """Words for a time, where they stand, and between which days they lie; *how* says how that was found."""

    words: str
    start: int
    end: int
    earliest: datetime.date
    latest: datetime.date
    how: str


def dates(text: str, article: datetime.date | None) -> Iterator[DateMention]:
    """The dates in *text*; those that need the day of the *article* are left out where that is not known."""
    for match in _DATE.finditer(text):
        told = _resolved(match, article)
        if told is not None:
            earliest, latest, how = told
            yield DateMention(match[0], match.start(), match.end(), earliest, latest, how)


def _resolved(match: re.Match[str], article: datetime.date | None) -> tuple[datetime.date, datetime.date, str] | None:
    try:
        if match["iso"]:
            day = date(match["iso"])
            return day, day, "as it stands"
        if match["near"]:
            return None if article is None else _near(match["near"], article)
        month_name = match["month"] or match["month2"]
        if month_name is None:
            first, last = _within(int(match["year3"]), None, None)
            return *_third(first, last, match["part3"]), "as it stands"
        month = _MONTHS[month_name.lower()]
        if month_name in {"May", "March"} and not (match["day"] or match["day2"] or match["year"] or match["year2"]):
            before = match.string[max(0, match.start() - 6) : match.start()]
            if not re.search(r"\b(?:[Ii]n|[Ll]ast|[Ss]ince|[Bb]y|[Oo]f)\s*$", before) and not match["last"]:
                return None  # may and march are verbs
        day_number = int(match["day"] or match["day2"] or 0) or None
        year_words = match["year"] or match["year2"]
        if year_words:
            return *_third(*_within(int(year_words), month, day_number), match["part"]), "as it stands"
        if article is None:
            return None
        year = article.year
        ahead = _within(year, month, day_number)[0] > article
        if ahead or (match["last"] and month >= article.month):
            year -= 1
        how = "the latest before the article" if year < article.year or match["last"] else "the year of the article"
        return *_third(*_within(year, month, day_number), match["part"]), how
    except ValueError:
        return None  # the 31st of June


def _within(year: int, month: int | None, day: int | None) -> tuple[datetime.date, datetime.date]:
    if month is None:
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    if day is None:
        return whole_month(year, month)
    return datetime.date(year, month, day), datetime.date(year, month, day)


def _third(first: datetime.date, last: datetime.date, part: str | None) -> tuple[datetime.date, datetime.date]:
    if part is None:
        return first, last
    third = (last - first) / 3
    return {"early": (first, first + third), "mid": (first + third, last - third), "late": (last - third, last)}[part]


def _near(words: str, article: datetime.date) -> tuple[datetime.date, datetime.date, str]:
    day = datetime.timedelta(days=1)
    first, last = {
        "today": (article, article),
        "yesterday": (article - day, article - day),
        "this year": (datetime.date(article.year, 1, 1), article),
        "last year": _within(article.year - 1, None, None),
        "last month": _within(*_month_before(article), None),
    }[words]
    return first, last, "counted from the article"


def _month_before(article: datetime.date) -> tuple[int, int]:
    return (article.year, article.month - 1) if article.month > 1 else (article.year - 1, 12)
