"""Make pictures of answers: a mark for each row, with a text that describes it and an address to which it leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from stancegraph.output.pictures.charts import chart, matrix, timeline
from stancegraph.output.pictures.network import network
from stancegraph.output.pictures.scale import Scale
from stancegraph.output.pictures.world import world
from stancegraph.questions.claims import is_claim_variable
from stancegraph.questions.view import View
from stancegraph.rdf.namespaces import shorten
from stancegraph.sparql.engine import Engine, Rows, Term
from stancegraph.sparql.lookups import lookup
from stancegraph.sparql.lookups import rows as ask

MAX_MARKS = 500
"""The number of marks in a picture beyond which nobody can read it."""
Mark = dict[str, Any]
Href = Callable[[str], str | None]
"""A function that returns the address of a thing by its IRI, or None."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be drawn.

    Attributes:
        spec: Its specification, in Vega or Vega-Lite.
        description: What it shows, in words.
        incomplete: The number of rows left out because they are missing something that the picture needs, such as a
            date or a place.
        surplus: The number of rows left out because they are too many for the picture.
    """

    spec: Mapping[str, Any]
    description: str
    incomplete: int = 0
    surplus: int = 0


def make_picture(answer: Rows, view: View, engine: Engine, href: Href = lambda iri: None) -> Picture | None:
    """Make a picture of an answer.

    Args:
        answer: The answer.
        view: The type of the picture, and the variable for each of its roles.
        engine: The engine to ask for the positions of the graph's scale.
        href: A function that returns the address to which the mark of a thing leads, by the IRI of the thing.

    Returns:
        The picture; None if no row has what it needs.

    Raises:
        UsageError: The view names a variable that the answer does not have.
        ExternalError: The engine fails.
    """
    view.check(answer.variables)
    needed = [
        role for role in ("start", "row", "column", "source", "target", "category", "latitude") if role in view.roles
    ]
    rows = list(answer)
    complete = [row for row in rows if all(view.roles[role] in row for role in needed)]
    if not complete:
        return None
    shown = complete if view.type == "chart" else complete[:MAX_MARKS]
    marks = [_make_mark(row, view, href) for row in shown]
    scale = Scale.from_values(
        list(dict.fromkeys(mark["value"] for mark in marks if "value" in mark)), _positions(engine)
    )
    spec = _MAKERS[view.type](marks, view, scale)
    return Picture(spec, _describe(marks, view), len(rows) - len(complete), len(complete) - len(shown))


def _make_mark(row: Mapping[str, Term], view: View, href: Href) -> Mark:
    mark: Mark = {role: _text(row[name]) for role, name in view.roles.items() if name in row}
    texts = [_text(term) for name, term in row.items() if not is_claim_variable(name) and _is_readable(term)]
    mark["description"] = " · ".join(dict.fromkeys(texts))
    claims = [term for name, term in row.items() if is_claim_variable(name) and isinstance(term, NamedNode)]
    for role in ("source", "target"):  # the view has ?sourceName; ?source is the thing itself
        thing = row.get(view.roles.get(role, "").removesuffix("Name"))
        if isinstance(thing, NamedNode):
            mark[f"{role}-link"] = href(thing.value)
    mark["link"] = next((href(claim.value) for claim in claims), None)
    return mark


def _text(term: Term) -> str:
    return shorten(term.value) if isinstance(term, NamedNode) else term.value


def _is_readable(term: Term) -> bool:
    """Return whether *term* is worth reading: a literal other than a bare integer."""
    return not isinstance(term, NamedNode) and not term.value.lstrip("-").isdigit()


def _positions(engine: Engine) -> dict[str, int | None]:
    """Return the positions of the graph's own scale with their values, by name; None for one without a value."""
    answer = ask(engine, lookup("positions"))
    return {row["name"].value: int(row["value"].value) if "value" in row else None for row in answer}


def _describe(marks: Sequence[Mark], view: View) -> str:
    """Say in words what the picture shows, for people who do not see it."""

    def count_distinct(role: str) -> int:
        return len({mark[role] for mark in marks})

    if view.type == "timeline":
        dates = sorted(mark["start"] for mark in marks)
        return f"Timeline of {_count(len(marks), 'entry', 'entries')} from {dates[0]} to {dates[-1]}"
    if view.type == "matrix":
        cells = f"{_count(count_distinct('row'), 'row')} and {_count(count_distinct('column'), 'column')}"
        return f"Matrix of {_count(len(marks), 'entry', 'entries')} in {cells}"
    if view.type == "network":
        things = len({mark[role] for mark in marks for role in ("source", "target")})
        return f"Network of {_count(things, 'thing')} and {_count(len(marks), 'tie')}"
    if view.type == "map":
        return f"Map of {_count(count_distinct('label'), 'place')}"
    (longest, number), *_ = Counter(mark["category"] for mark in marks).most_common(1)
    return f"Chart of {_count(count_distinct('category'), 'bar')}; {longest} has {_count(number, 'row')}, the most"


def _count(number: int, singular: str, plural: str | None = None) -> str:
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


_MAKERS: Mapping[str, Callable[[list[Mark], View, Scale], dict[str, Any]]] = {
    "timeline": timeline,
    "matrix": matrix,
    "network": network,
    "chart": chart,
    "map": world,
}
