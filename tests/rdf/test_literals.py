"""Typed values: what is taken for one, by the command line and by services, and what is refused."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from stancegraph.errors import UsageError
from stancegraph.questions.parameters import parse_value
from stancegraph.questions.stored_query import Parameter
from stancegraph.rdf.datatypes import canonical, malformed, month, span
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Oxigraph

pytestmark = pytest.mark.oldest

Property = Callable[..., Any]
NOTHING = Oxigraph(Store())
KINDS = ("xsd:date", "xsd:integer", "xsd:decimal", "xsd:boolean")
ARABIC = "\u0660"  # zero, which Python takes for a digit
TAKEN = [
    ("xsd:date", "2012-05-21", "2012-05-21"),
    ("xsd:integer", "007", "7"),
    ("xsd:integer", "-2", "-2"),
    ("xsd:decimal", "1.50", "1.5"),
    ("xsd:boolean", "true", "true"),
]
REFUSED = [
    ("xsd:date", "2012-W21-1"),  # the same day, as ISO 8601 has it and XML Schema has it not
    ("xsd:date", "20120521"),
    ("xsd:date", "2012-05-21Z"),
    ("xsd:date", "2012-02-30"),
    ("xsd:date", f"2{ARABIC}12-05-21"),
    ("xsd:integer", "1_000"),
    ("xsd:integer", ARABIC),
    ("xsd:integer", "1.0"),
    ("xsd:decimal", f"{ARABIC}.5"),
    ("xsd:decimal", "1e3"),
    ("xsd:decimal", "1_0.5"),
    ("xsd:boolean", "yes"),
    ("xsd:boolean", "True"),
]


@pytest.mark.parametrize(("kind", "words", "value"), TAKEN)
def test_a_value_is_taken_in_its_canonical_form(kind: str, words: str, value: str) -> None:
    term = parse_value(NOTHING, Parameter("p", kind, "P"), words)
    assert term == Literal(value, datatype=NamedNode(PREFIXES["xsd"] + kind.removeprefix("xsd:")))


@pytest.mark.parametrize(("kind", "words"), REFUSED)
def test_a_value_of_another_type_is_refused_and_never_finds_nothing(kind: str, words: str) -> None:
    with pytest.raises(UsageError, match=r"is not (a|true)") as raised:
        parse_value(NOTHING, Parameter("p", kind, "P"), words)
    assert raised.value.remedy


def examples(cases: Iterable[tuple[str, str]]) -> Callable[[Property], Property]:
    """Try a property on *cases*, too."""

    def add(tested: Property) -> Property:
        for kind, words in cases:
            tested = example(kind, words)(tested)
        return tested

    return add


@given(st.sampled_from(KINDS), st.text(alphabet=f"0123456789+-.eEINFaWTZ:_{ARABIC}truefalse ", max_size=12) | st.text())
@examples([(kind, words) for kind, words, _ in TAKEN])
@examples(REFUSED)
def test_whatever_is_typed_is_a_well_formed_value_or_refused_with_a_remedy(kind: str, words: str) -> None:
    value = parse_or_refuse(kind, words)
    if isinstance(value, UsageError):
        assert value.remedy
    else:
        assert canonical(value) == value
        assert not malformed([value])


def parse_or_refuse(kind: str, words: str) -> Literal | UsageError:
    """Return the value that *words* are, or why they are refused."""
    try:
        term = parse_value(NOTHING, Parameter("p", kind, "P"), words)
    except UsageError as error:
        return error
    assert isinstance(term, Literal)
    return term


@given(st.dates() | st.integers() | st.booleans() | st.decimals(-(10**20), 10**20, places=3))
def test_a_value_of_python_is_taken_as_it_is_written(value: datetime.date | int | bool | Decimal) -> None:
    kind = {datetime.date: "xsd:date", int: "xsd:integer", bool: "xsd:boolean", Decimal: "xsd:decimal"}[type(value)]
    assume(not isinstance(value, int) or abs(value) < 1 << 63)  # numbers beyond are refused, as the next test says
    written = f"{value:f}" if isinstance(value, Decimal) else str(value).lower()
    term = parse_value(NOTHING, Parameter("p", kind, "P"), written)
    assert isinstance(term, Literal)
    read: dict[str, Callable[[str], object]] = {
        "xsd:boolean": "true".__eq__,
        "xsd:date": datetime.date.fromisoformat,
        "xsd:decimal": Decimal,
        "xsd:integer": int,
    }
    assert read[kind](term.value) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("xsd:integer", "9223372036854775808"),
        ("xsd:decimal", "170141183460469231731.688"),
        ("xsd:decimal", "0." + "1" * 40),
    ],
)
def test_a_number_that_the_engine_cannot_hold_is_refused_for_that_reason(kind: str, text: str) -> None:
    with pytest.raises(UsageError, match="has more digits than the engine counts with"):
        parse_value(NOTHING, Parameter("p", kind, "P"), text)
    with pytest.raises(UsageError, match="is not a"):
        parse_value(NOTHING, Parameter("p", kind, "P"), text + "x")


@given(
    st.text(alphabet=f"0123456789+-.eE_{ARABIC}INFa ", max_size=8), st.sampled_from(["integer", "decimal", "boolean"])
)
@example("1e3", "decimal")
@example("1_000", "integer")
@example(ARABIC, "integer")
def test_a_canonical_form_is_well_formed_and_its_own(words: str, name: str) -> None:
    literal = Literal(words, datatype=NamedNode(PREFIXES["xsd"] + name))
    value = canonical(literal)
    if value is None:
        assert malformed([literal]) == {literal}
    else:
        assert not malformed([value])
        assert canonical(value) == value


@given(st.integers(1, 9999), st.integers(1, 12))
def test_a_month_ends_as_calendars_have_it(year: int, number: int) -> None:
    first, last = month(year, number)
    assert span(f"{year:04}-{number:02}") == (first, last)
    assert (first.year, first.month, first.day) == (year, number, 1)
    assert last.day == calendar.monthrange(year, number)[1]


def test_a_day_a_month_and_a_year_are_spans() -> None:
    day = datetime.date(2012, 2, 29)
    assert span("2012-02-29") == (day, day)
    assert span("2012-02")[1] == day
    assert span("2012") == (datetime.date(2012, 1, 1), datetime.date(2012, 12, 31))


@pytest.mark.parametrize(
    "words", ["", "2012-13", "2012-00", "2012-13-45", "2012-2", "0000", "12", "2012-W21", f"201{ARABIC}"]
)
def test_what_is_not_a_span_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        span(words)
