"""Typed values: what is taken for one, by the command line and by services, and what is refused."""

from __future__ import annotations

import calendar
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from stancegraph.errors import UsageError
from stancegraph.questions.parameters import parse_value
from stancegraph.questions.stored_query import Parameter
from stancegraph.rdf.datatypes import canonical, malformed, month, span
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Oxigraph

ARABIC = "\u0660"  # nought, which Python takes for a digit
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
def test_a_value_is_taken_in_its_canonical_form(kind: str, words: str, value: str, engine: Oxigraph) -> None:
    term = parse_value(engine, Parameter("p", kind, "P"), words)
    assert term == Literal(value, datatype=NamedNode(PREFIXES["xsd"] + kind.removeprefix("xsd:")))


@pytest.mark.parametrize(("kind", "words"), REFUSED)
def test_what_is_not_of_its_type_is_refused_and_never_answers_nothing(kind: str, words: str, engine: Oxigraph) -> None:
    with pytest.raises(UsageError, match=r"is not (a|true)") as raised:
        parse_value(engine, Parameter("p", kind, "P"), words)
    assert raised.value.remedy


@given(
    st.text(alphabet=f"0123456789+-.eE_{ARABIC}INFa ", max_size=8), st.sampled_from(["integer", "decimal", "boolean"])
)
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
def test_what_is_none_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        span(words)
