"""Typed literals: dates, canonical forms, and malformed literals, whose text is not in their datatype's lexical space.

Turtle parsers let malformed literals through, and engines and validators then disagree about them, so they are refused
when they are read.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable

from pyoxigraph import Literal, QuerySolutions, Store

from stancegraph.rdf.namespaces import PREFIXES

CASTABLE_DATATYPES = frozenset(
    PREFIXES["xsd"] + name
    for name in (
        *("boolean", "date", "dateTime", "decimal", "double", "float", "integer", "time"),
        *("duration", "dayTimeDuration", "yearMonthDuration", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
    )
)
"""The datatypes of `XML Schema <https://www.w3.org/TR/xmlschema11-2/>`_ whose literals a SPARQL cast can check."""


def is_true(text: str) -> bool:
    """Return whether *text* is a form of the truth value true: ``true``, or ``1``, as Virtuoso writes it.

    Every truth value that an engine answers with is read here. Both forms are those of
    `xsd:boolean <https://www.w3.org/TR/xmlschema11-2/#boolean>`_.
    """
    return text in {"true", "1"}


def cast_condition(variable: str, datatype: str) -> str:
    """Return a SPARQL expression that is true where a literal is well-formed, and an error, not false, elsewhere.

    Args:
        variable: The variable that the literal is bound to, with its question mark.
        datatype: The IRI of the literal's datatype, one of `CASTABLE_DATATYPES`.

    >>> cast_condition("?l", "http://www.w3.org/2001/XMLSchema#date")
    '<http://www.w3.org/2001/XMLSchema#date>(STR(?l)) = <http://www.w3.org/2001/XMLSchema#date>(STR(?l))'
    """
    value = f"<{datatype}>(STR({variable}))"
    return f"{value} = {value}"


_SPAN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATATYPES_WITH_YEAR = frozenset(PREFIXES["xsd"] + name for name in ("date", "dateTime", "gYear", "gYearMonth"))
_SUPPORTED_YEAR = re.compile(r"(?!0000)[0-9]{4}(?![0-9])")


def date(text: str) -> datetime.date:
    """Parse a date such as ``2012-07-05``.

    Every date that is typed goes through here. Python, the engines and pySHACL agree only on the years 1 to 9999: XML
    Schema has others, and its versions disagree on whether there is a year nought.

    Args:
        text: The date as YYYY-MM-DD.

    Returns:
        The date, in the years 1 to 9999.

    Raises:
        ValueError: *text* has another form, or there is no such day.
    """
    if _DATE.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a date of the form YYYY-MM-DD")
    return datetime.date.fromisoformat(text)


def month(year: int, number: int) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of a month.

    Args:
        year: The year, from 1 to 9999.
        number: The month, from 1 to 12.

    Returns:
        The first and the last day.

    Raises:
        ValueError: *year* or *number* is out of range.

    >>> [day.isoformat() for day in month(2012, 2)]
    ['2012-02-01', '2012-02-29']
    """
    if not 1 <= number <= 12:
        raise ValueError(f"{number} is not a month")
    return datetime.date(year, number, 1), datetime.date(year, number, calendar.monthrange(year, number)[1])


def span(text: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of a day, a month or a year.

    Args:
        text: The day, month or year as YYYY-MM-DD, YYYY-MM or YYYY.

    Returns:
        The first and the last day, which are the same for a single day.

    Raises:
        ValueError: *text* has another form, or there is no such day, month or year.

    >>> [day.isoformat() for day in span("2012-02")]
    ['2012-02-01', '2012-02-29']
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a day, a month or a year")
    year, number, day = match.groups()
    if day is not None:
        return date(text), date(text)
    if number is not None:
        return month(int(year), int(number))
    return month(int(year), 1)[0], month(int(year), 12)[1]


def canonical(literal: Literal) -> Literal | None:
    """Return *literal* in the canonical form of its datatype, or None where it is malformed.

    Args:
        literal: A string, or a literal of one of `CASTABLE_DATATYPES`.

    Returns:
        The literal as the embedded engine writes it after a cast to its own datatype; None where it is malformed.

    >>> canonical(Literal("1", datatype=Literal(True).datatype)).value
    'true'
    """
    if malformed([literal]):
        return None
    solutions = Store().query(f"SELECT ({literal.datatype}({Literal(literal.value)}) AS ?value) WHERE {{}}")
    assert isinstance(solutions, QuerySolutions)
    value = next(solutions)["value"]
    return value if isinstance(value, Literal) else None


def _has_unsupported_year(literal: Literal) -> bool:
    """Return whether *literal* is of a datatype with a year, and its year is not one of 1 to 9999."""
    return literal.datatype.value in _DATATYPES_WITH_YEAR and _SUPPORTED_YEAR.match(literal.value.strip()) is None


def malformed(literals: Iterable[Literal]) -> set[Literal]:
    """Return the literals that are malformed, or whose year is not one that every engine can compare.

    Args:
        literals: Literals of any datatype; only those of `CASTABLE_DATATYPES` are checked.

    Returns:
        The literals that do not match their datatype, and those of a year outside 1 to 9999.
    """
    checked = {literal for literal in literals if literal.datatype.value in CASTABLE_DATATYPES}
    unsupported = {literal for literal in checked if _has_unsupported_year(literal)}
    values = " ".join(map(str, checked - unsupported))
    if not values:
        return unsupported
    conditions = (
        f"(DATATYPE(?l) = <{datatype}> && {cast_condition('?l', datatype)})" for datatype in sorted(CASTABLE_DATATYPES)
    )
    well_formed = " || ".join(conditions)
    solutions = Store().query(f"SELECT ?l WHERE {{ VALUES ?l {{ {values} }} FILTER(!COALESCE({well_formed}, false)) }}")
    assert isinstance(solutions, QuerySolutions)
    return unsupported | {solution["l"] for solution in solutions}
