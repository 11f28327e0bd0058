"""From rows to what a picture shows: its marks, what each says in words, and where each leads."""

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

MOST = 500  # marks of one picture, beyond which nobody reads it
Mark = dict[str, Any]
Href = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its Vega or Vega-Lite specification, what it shows in words, and how many rows it leaves out.

    *undated* rows lack what the picture needs (a date, a place); *cut* ones are too many for it.
    """

    spec: Mapping[str, Any]
    words: str
    undated: int = 0
    cut: int = 0


def picture(answer: Rows, view: View, engine: Engine, href: Href = lambda iri: None) -> Picture | None:
    """*answer* as *view* has it; None where no row has what it needs.

    *href* gives the address of a thing by its IRI, to which its mark leads. Raises `UsageError` where the view names a
    variable that the answer has not.
    """
    view.check(answer.variables)
    needed = [
        role for role in ("start", "row", "column", "source", "target", "category", "latitude") if role in view.roles
    ]
    rows = list(answer)
    whole = [row for row in rows if all(view.roles[role] in row for role in needed)]
    if not whole:
        return None
    shown = whole if view.type == "chart" else whole[:MOST]
    marks = [_mark(row, view, href) for row in shown]
    scale = Scale.of(list(dict.fromkeys(mark["value"] for mark in marks if "value" in mark)), _positions(engine))
    spec = _DRAWN[view.type](marks, view, scale)
    return Picture(spec, _told(marks, view), len(rows) - len(whole), len(whole) - len(shown))


def _mark(row: Mapping[str, Term], view: View, href: Href) -> Mark:
    mark: Mark = {role: _value(row[name]) for role, name in view.roles.items() if name in row}
    words = [_value(term) for name, term in row.items() if not is_claim_variable(name) and _named(term)]
    mark["told"] = " · ".join(dict.fromkeys(words))
    claims = [term for name, term in row.items() if is_claim_variable(name) and isinstance(term, NamedNode)]
    for role in ("source", "target"):  # a name stands beside its thing: ?sourceName and ?source
        thing = row.get(view.roles.get(role, "").removesuffix("Name"))
        if isinstance(thing, NamedNode):
            mark[f"{role}-link"] = href(thing.value)
    mark["link"] = next((href(claim.value) for claim in claims), None)
    return mark


def _value(term: Term) -> str:
    return shorten(term.value) if isinstance(term, NamedNode) else term.value


def _named(term: Term) -> bool:
    """Whether people read it: a literal that is no bare number."""
    return not isinstance(term, NamedNode) and not term.value.lstrip("-").isdigit()


def _positions(engine: Engine) -> dict[str, int | None]:
    """The positions of the graph's own scale, by name, with their values, of which some have none."""
    found = ask(engine, lookup("positions"))
    return {row["name"].value: int(row["value"].value) if "value" in row else None for row in found}


def _told(marks: Sequence[Mark], view: View) -> str:
    """What the picture shows, in words for who does not see it."""

    def kinds(role: str) -> int:
        return len({mark[role] for mark in marks})

    if view.type == "timeline":
        days = sorted(mark["start"] for mark in marks)
        return f"Timeline of {_many(len(marks), 'entry', 'entries')} from {days[0]} to {days[-1]}"
    if view.type == "matrix":
        cells = f"{_many(kinds('row'), 'row')} and {_many(kinds('column'), 'column')}"
        return f"Matrix of {_many(len(marks), 'entry', 'entries')} in {cells}"
    if view.type == "network":
        things = len({mark[role] for mark in marks for role in ("source", "target")})
        return f"Network of {_many(things, 'thing')} and {_many(len(marks), 'tie')}"
    if view.type == "map":
        return f"Map of {_many(kinds('label'), 'place')}"
    (most, number), *_ = Counter(mark["category"] for mark in marks).most_common(1)
    return f"Chart of {_many(kinds('category'), 'bar')}; {most} has {_many(number, 'row')}, the most"


def _many(number: int, one: str, several: str | None = None) -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


_DRAWN: Mapping[str, Callable[[list[Mark], View, Scale], dict[str, Any]]] = {
    "timeline": timeline,
    "matrix": matrix,
    "network": network,
    "chart": chart,
    "map": world,
}
