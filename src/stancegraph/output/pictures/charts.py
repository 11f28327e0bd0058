"""Timelines, matrices and charts as specifications in `Vega-Lite <https://vega.github.io/vega-lite/>`_.

Specifications are plain data, and so are the marks that they are made of: see `stancegraph.output.pictures.marks`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from stancegraph.output.pictures.scale import INK, LINE, Scale
from stancegraph.questions.view import View

Mark = dict[str, Any]
Spec = dict[str, Any]
FONT = "system-ui, sans-serif"
DESCRIBED = {"description": {"field": "description"}, "href": {"field": "link"}}
"""The encodings by which a mark says in words what it is, and leads to it."""
_PER_LINE = 3  # marks side by side in one cell


def vega_lite(values: list[Mark], **properties: Any) -> Spec:
    """Return a specification in Vega-Lite, in the style of all pictures.

    Args:
        values: The data.
        **properties: Further properties of the specification, such as ``mark`` and ``encoding``.
    """
    axis = {"domainColor": LINE, "tickColor": LINE, "gridColor": LINE, "gridOpacity": 0.25}
    text = {"labelColor": INK, "titleColor": INK, "labelFont": FONT, "labelFontSize": 12, "labelLimit": 320}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": None,
        "padding": {"left": 40, "right": 40, "top": 8, "bottom": 8},  # fonts differ in width
        "data": {"values": values},
        "config": {
            "axis": axis | text,
            "legend": {"labelColor": INK, "labelFont": FONT, "labelFontSize": 12, "labelLimit": 260},
            "view": {"stroke": None},
            "text": {"color": INK, "font": FONT, "fontSize": 12},
        },
        **properties,
    }


def _place_in_cells(marks: list[Mark], *keys: str) -> int:
    """Place the marks of each cell side by side, so that none covers another.

    Args:
        marks: The marks, which get their number in the cell as ``nth``, and their distance from its middle as
            ``across`` and ``down``, in marks.
        *keys: The keys whose values make a cell.

    Returns:
        The number of marks in the fullest cell.
    """
    counts: Counter[tuple[Any, ...]] = Counter()
    for mark in marks:
        cell = tuple(mark.get(key) for key in keys)
        mark["nth"] = counts[cell]
        counts[cell] += 1
    for mark in marks:
        number = counts[tuple(mark.get(key) for key in keys)]
        line, place = divmod(mark["nth"], _PER_LINE)
        mark["across"] = place - (min(number - line * _PER_LINE, _PER_LINE) - 1) / 2
        mark["down"] = line - (-(-number // _PER_LINE) - 1) / 2
    return max(counts.values(), default=0)


def _offset(field: str, number: int) -> Spec:
    """Return the encoding of a mark's distance from the middle of a cell that has room for *number* marks in a line."""
    return {"field": field, "type": "quantitative", "scale": {"domain": [-number / 2, number / 2]}}


def timeline(marks: list[Mark], view: View, scale: Scale) -> Spec:
    """Return a timeline: a line for each label, in the order in which they begin."""
    fullest = _place_in_cells(marks, "label", "start")
    for mark in marks:
        mark["end"] = max(mark.get("end", mark["start"]), mark["start"])
    labels = list(dict.fromkeys(mark["label"] for mark in sorted(marks, key=lambda mark: mark["start"])))
    step = 22 if fullest == 1 else 12 * min(fullest, 6) + 8
    encoding: Spec = {
        "y": {
            "field": "label",
            "type": "nominal",
            "sort": labels,
            "title": None,
            "axis": {"grid": True, "ticks": False, "domain": False, "offset": 10},
        },
        "x": {
            "field": "start",
            "type": "temporal",
            "title": None,
            "axis": {"orient": "top", "labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 8},
        },
        **scale.encoding(with_shape=False),
        **DESCRIBED,
    }
    if fullest > 1:
        encoding["yOffset"] = {"field": "nth", "type": "ordinal"}
    return vega_lite(
        marks,
        width=560,
        height={"step": step, "for": "position"},
        layer=[
            {
                "transform": [{"filter": "datum.end != datum.start"}],
                "mark": {"type": "rule", "strokeWidth": 7, "opacity": 0.5, "strokeCap": "round"},
                "encoding": encoding | {"x2": {"field": "end"}},
            },
            {"mark": {"type": "point", "filled": True, "size": 80, "opacity": 0.95}, "encoding": encoding},
        ],
    )


def matrix(marks: list[Mark], view: View, scale: Scale) -> Spec:
    """Return a matrix: each mark is in the cell of its row and column; its colour and shape give its value."""
    fullest = _place_in_cells(marks, "row", "column")
    across, down = min(fullest, _PER_LINE), -(-fullest // _PER_LINE)
    grid = {"grid": True, "ticks": False, "domain": False}
    encoding: Spec = {
        "x": {
            "field": "column",
            "type": "nominal",
            "sort": sorted({mark["column"] for mark in marks}, key=str.casefold),
            "title": None,
            "axis": grid | {"orient": "top", "labelAngle": -50, "labelLimit": 220},
        },
        "y": {
            "field": "row",
            "sort": sorted({mark["row"] for mark in marks}, key=str.casefold),
            "type": "nominal",
            "title": None,
            "axis": grid | {"labelLimit": 300},
        },
        **scale.encoding(with_shape=True),
        **DESCRIBED,
    }
    if across > 1:
        encoding["xOffset"] = _offset("across", across)
    if down > 1:
        encoding["yOffset"] = _offset("down", down)
    return vega_lite(
        marks,
        width={"step": 15 * across + 9, "for": "position"},
        height={"step": 15 * down + 9, "for": "position"},
        mark={"type": "point", "filled": True, "size": 110, "opacity": 1},
        encoding=encoding,
    )


_FEW = 12  # ticks, for which the width of a chart has room


def chart(marks: list[Mark], view: View, scale: Scale) -> Spec:
    """Return a chart: a bar for each category, as long as the sum of its numbers, or as the number of its rows.

    The parts of a bar have the colours of their values. The 60 longest bars are shown.
    """
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for mark in marks:
        sums[mark["category"], mark.get("value", "")] += float(mark.get("number", 1)) if "number" in view.roles else 1
    totals: Counter[str] = Counter()
    for (category, _), number in sums.items():
        totals[category] += number  # type: ignore[assignment]
    order = sorted(totals, key=lambda category: (-totals[category], category))[:60]
    ranks = {value: rank for rank, value in enumerate(scale.domain)}
    values = [
        {"category": c, "value": v, "number": n, "rank": ranks.get(v, 0), "description": f"{c}: {n:g} {v}".strip()}
        for (c, v), n in sums.items()
        if c in order
    ]
    integral = all(float(n).is_integer() for n in sums.values())
    axis: dict[str, Any] = {"orient": "top", "format": "d" if integral else "g"}
    longest = max(totals.values(), default=0)
    if integral and longest <= _FEW:  # Vega would put ticks between whole numbers, and write them as whole ones
        axis["values"] = list(range(int(longest) + 1))
    return vega_lite(
        values,
        width=480,
        height={"step": 24},
        mark={"type": "bar", "opacity": 0.95},
        encoding={
            "x": {"field": "number", "type": "quantitative", "title": None, "axis": axis},
            "y": {"field": "category", "type": "nominal", "sort": order, "title": None, "axis": {"ticks": False}},
            "order": {"field": "rank", "type": "quantitative"},
            **scale.encoding(with_shape=False),
            "description": {"field": "description"},
        },
    )
