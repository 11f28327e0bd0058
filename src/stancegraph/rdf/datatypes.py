"""Which literals are malformed: whose words are not of the lexical form of their datatype.

Turtle parsers let them through, and engines and validators then disagree over them: they are refused when read.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable

from pyoxigraph import Literal, QuerySolutions, Store

from stancegraph.rdf.namespaces import PREFIXES

CASTS = frozenset(
    PREFIXES["xsd"] + name
    for name in (
        *("boolean", "date", "dateTime", "decimal", "double", "float", "integer", "time"),
        *("duration", "dayTimeDuration", "yearMonthDuration", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
    )
)
"""The datatypes of `XML Schema <https://www.w3.org/TR/xmlschema11-2/>`_ whose literals can be checked by a cast."""


def cast(variable: str, datatype: str) -> str:
    """A SPARQL condition: the literal bound to *variable* is well-formed. An error, not false, where it is not."""
    value = f"<{datatype}>(STR({variable}))"
    return f"{value} = {value}"


_SPAN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = frozenset(PREFIXES["xsd"] + name for name in ("date", "dateTime", "gYear", "gYearMonth"))
_IN_YEARS = re.compile(r"(?!0000)[0-9]{4}(?![0-9])")


def date(words: str) -> datetime.date:
    """The day that *words* name, such as 2012-07-05, from year 1 to 9999; raises `ValueError` where they name none.

    All dates that are typed go through here. Python, the engines and pySHACL agree on these years alone: XML Schema
    has others, a year nought in one version and none in the other.
    """
    if _DATE.fullmatch(words) is None:
        raise ValueError(f"{words!r} is not written as a date is")
    return datetime.date.fromisoformat(words)


def month(year: int, number: int) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a month; raises `ValueError` where the years or the year have no such month."""
    if not 1 <= number <= 12:
        raise ValueError(f"{number} is no month")
    return datetime.date(year, number, 1), datetime.date(year, number, calendar.monthrange(year, number)[1])


def span(words: str) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of the day, month or year that *words* name; raises `ValueError` for other words.

    >>> [day.isoformat() for day in span("2012-02")]
    ['2012-02-01', '2012-02-29']
    """
    match = _SPAN.fullmatch(words)
    if match is None:
        raise ValueError(f"{words!r} is not a day, a month or a year")
    year, number, day = match.groups()
    if day is not None:
        return date(words), date(words)
    if number is not None:
        return month(int(year), int(number))
    return month(int(year), 1)[0], month(int(year), 12)[1]


def canonical(literal: Literal) -> Literal | None:
    """*literal* in the canonical form of its datatype, one of `CASTS`; None where it is malformed.

    >>> canonical(Literal("1", datatype=Literal(True).datatype)).value
    'true'
    """
    if malformed([literal]):
        return None
    solutions = Store().query(f"SELECT ({literal.datatype}({Literal(literal.value)}) AS ?value) WHERE {{}}")
    assert isinstance(solutions, QuerySolutions)
    value = next(solutions)["value"]
    return value if isinstance(value, Literal) else None


def _is_of_other_years(literal: Literal) -> bool:
    """Whether *literal* is of a time that is not of the years 1 to 9999."""
    return literal.datatype.value in _YEARS and _IN_YEARS.match(literal.value.strip()) is None


def malformed(literals: Iterable[Literal]) -> set[Literal]:
    """Those of *literals* that are of one of `CASTS` and malformed, or of times that nothing can compare."""
    typed = {literal for literal in literals if literal.datatype.value in CASTS}
    unknown = {literal for literal in typed if _is_of_other_years(literal)}
    values = " ".join(map(str, typed - unknown))
    if not values:
        return unknown
    sound = " || ".join(f"(DATATYPE(?l) = <{datatype}> && {cast('?l', datatype)})" for datatype in sorted(CASTS))
    solutions = Store().query(f"SELECT ?l WHERE {{ VALUES ?l {{ {values} }} FILTER(!COALESCE({sound}, false)) }}")
    assert isinstance(solutions, QuerySolutions)
    return unknown | {solution["l"] for solution in solutions}
