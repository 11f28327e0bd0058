"""The headings under which a description shows statements, as the shapes of a workspace have them.

A property shape says by ``sh:group`` under which heading the values of its path stand, by ``sh:order`` in which order,
and by ``sh:name`` how the statement reads, if not as the label of the property (`SHACL, 2.3.2
<https://www.w3.org/TR/shacl/#nonValidation>`_). Its path is a property or the inverse of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import Literal, Quad, Store

from stancegraph.rdf.datatypes import is_true
from stancegraph.sparql.engine import Oxigraph, Term
from stancegraph.sparql.lookups import lookup, rows

OTHERS = "Also"
"""The heading for what no shape has a heading for."""


@dataclass(frozen=True, slots=True, order=True)
class Placement:
    """The place of the statements of a property: the position and title of their heading, and theirs under it."""

    heading: float
    title: str
    position: float
    name: str = ""


_LAST = Placement(float("inf"), OTHERS, 0)


@dataclass(frozen=True, slots=True)
class Headings:
    """The placements of properties, by IRI and whether the statement is one about the thing or about another.

    Attributes:
        placements: For each property and direction, its placement; True stands for the inverse direction.
    """

    placements: dict[tuple[str, bool], Placement] = field(default_factory=dict)

    def __contains__(self, direction: tuple[str, bool]) -> bool:
        return direction in self.placements

    def place(self, property: str, inverse: bool) -> Placement:
        """Return the placement of a property; without one in the shapes, that under the last heading."""
        return self.placements.get((property, inverse), _LAST)


def find_headings(shapes: Iterable[Quad]) -> Headings:
    """Return the headings that *shapes* have."""
    store = Store()
    store.extend(shapes)
    placements: dict[tuple[str, bool], Placement] = {}
    for row in rows(Oxigraph(store), lookup("headings")):
        direction = row["property"].value, is_true(row["inverse"].value)
        placement = Placement(
            _number(row.get("titleOrder")), row["title"].value, _number(row.get("order")), _text(row.get("name"))
        )
        placements.setdefault(direction, placement)  # the first heading, where two shapes name one
    return Headings(placements)


def _number(term: Term | None) -> float:
    """Return an ``sh:order``, which SHACL has as a decimal; what has none comes last."""
    try:
        return float(term.value) if isinstance(term, Literal) else float("inf")
    except ValueError:
        return float("inf")


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, Literal) else ""
