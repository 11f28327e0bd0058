"""Guess the picture that an answer makes, where no header names one."""

from __future__ import annotations

from pyoxigraph import Literal

from stancegraph.questions.view import View
from stancegraph.sparql.engine import Rows, Term

_DATE_TYPES = ("#date", "#dateTime", "#gYear", "#gYearMonth")
_NUMERIC_TYPES = ("#integer", "#decimal", "#double", "#float")


def guess_view(answer: Rows) -> View | None:
    """Guess a view from the columns of *answer*; return None if none suits.

    Coordinates suggest a map, dates a timeline, numbers a chart, and two columns of names a network.
    """
    first: dict[str, Term] = {}
    for row in answer.rows[:50]:
        for name, term in zip(answer.variables, row, strict=True):
            if term is not None:
                first.setdefault(name, term)
    datatypes = {name: term.datatype.value for name, term in first.items() if isinstance(term, Literal)}
    dates = [name for name, datatype in datatypes.items() if datatype.endswith(_DATE_TYPES)]
    numbers = [name for name, datatype in datatypes.items() if datatype.endswith(_NUMERIC_TYPES)]
    others = [name for name in first if name not in dates and name not in numbers]
    names = [name for name in others if name in datatypes] or others
    if not names:
        return None
    coordinates = {
        role: name for role in ("latitude", "longitude") for name in numbers if name.lower().startswith(role[:3])
    }
    if len(coordinates) == 2:
        return View("map", coordinates | {"label": names[0]})
    if dates:
        return View("timeline", {"start": dates[0], "label": names[0]} | ({"end": dates[1]} if dates[1:] else {}))
    if numbers:
        return View("chart", {"category": names[0], "number": numbers[-1]})
    if len(names) > 1:
        return View("network", {"source": names[0], "target": names[1]})
    return View("chart", {"category": names[0]})
