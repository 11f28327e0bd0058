"""Which picture an answer suggests, where no header names one."""

from __future__ import annotations

from pyoxigraph import Literal

from stancegraph.questions.view import View
from stancegraph.sparql.engine import Rows, Term

_DAYS = ("#date", "#dateTime", "#gYear", "#gYearMonth")
_NUMBERS = ("#integer", "#decimal", "#double", "#float")


def guess(answer: Rows) -> View | None:
    """The view that the columns of *answer* suggest: dates a timeline, coordinates a map, numbers a chart."""
    first: dict[str, Term] = {}
    for row in answer.rows[:50]:
        for name, term in zip(answer.variables, row, strict=True):
            if term is not None:
                first.setdefault(name, term)
    typed = {name: term.datatype.value for name, term in first.items() if isinstance(term, Literal)}
    days = [name for name, datatype in typed.items() if datatype.endswith(_DAYS)]
    numbers = [name for name, datatype in typed.items() if datatype.endswith(_NUMBERS)]
    words = [name for name in first if name not in days and name not in numbers]
    names = [name for name in words if name in typed] or words
    if not names:
        return None
    places = {role: name for role in ("latitude", "longitude") for name in numbers if name.lower().startswith(role[:3])}
    if len(places) == 2:
        return View("map", places | {"label": names[0]})
    if days:
        return View("timeline", {"start": days[0], "label": names[0]} | ({"end": days[1]} if days[1:] else {}))
    if numbers:
        return View("chart", {"category": names[0], "number": numbers[-1]})
    if len(names) > 1:
        return View("network", {"source": names[0], "target": names[1]})
    return View("chart", {"category": names[0]})
