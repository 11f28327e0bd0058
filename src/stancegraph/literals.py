"""Which literals are malformed: whose words are not of the lexical form of their datatype.

Turtle parsers let them through, and engines and validators then disagree over them: they are refused when read.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, QuerySolutions, Store

from stancegraph.prefixes import PREFIXES

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


def malformed(literals: Iterable[Literal]) -> set[Literal]:
    """Those of *literals* that are of one of `CASTS` and malformed."""
    values = " ".join(str(literal) for literal in set(literals) if literal.datatype.value in CASTS)
    if not values:
        return set()
    sound = " || ".join(f"(DATATYPE(?l) = <{datatype}> && {cast('?l', datatype)})" for datatype in sorted(CASTS))
    solutions = Store().query(f"SELECT ?l WHERE {{ VALUES ?l {{ {values} }} FILTER(!COALESCE({sound}, false)) }}")
    assert isinstance(solutions, QuerySolutions)
    return {solution["l"] for solution in solutions}
