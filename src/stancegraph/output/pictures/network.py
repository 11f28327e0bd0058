"""Networks as specifications in `Vega <https://vega.github.io/vega/>`_."""

from __future__ import annotations

from collections import Counter

from stancegraph.output.pictures.charts import FONT, Mark, Spec
from stancegraph.output.pictures.scale import ACCENT, INK, LINE, Scale
from stancegraph.questions.view import View

_LEGEND: Spec = {
    "stroke": "colour",
    "orient": "top",
    "direction": "horizontal",
    "symbolType": "stroke",
    "symbolStrokeWidth": 3,
    "labelColor": INK,
    "labelFont": FONT,
    "labelFontSize": 12,
}


def network(marks: list[Mark], view: View, scale: Scale) -> Spec:
    """Return a network: things joined by lines, laid out by forces. The more lines a thing has, the larger it is."""
    degrees: Counter[str] = Counter()
    links: dict[str, str | None] = {}
    for mark in marks:
        for role in ("source", "target"):
            degrees[mark[role]] += 1
            links[mark[role]] = mark.get(f"{role}-link") or links.get(mark[role])
    side = int(min(1300, 420 + 22 * len(degrees)))
    centre = {"centreX": side / 2, "centreY": side * 0.35}  # forces take from the data where they pull to
    nodes = [
        {"name": name, "number": number, "link": links[name], "description": f"{name}: {number} ties", **centre}
        for name, number in sorted(degrees.items())
    ]
    indices = {str(node["name"]): index for index, node in enumerate(nodes)}
    edges = [
        {
            "source": indices[mark["source"]],
            "target": indices[mark["target"]],
            "description": mark["description"],
            "link": mark["link"],
            "value": mark.get("value"),
        }
        for mark in marks
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega/v5.json",
        "background": None,
        "width": side,
        "height": int(side * 0.7),
        "padding": 8,
        "data": [{"name": "nodes", "values": nodes}, {"name": "edges", "values": edges}],
        "scales": [
            {
                "name": "size",
                "type": "sqrt",
                "domain": {"data": "nodes", "field": "number"},
                "zero": True,
                "range": [30, 700],
            },
            {"name": "colour", "type": "ordinal", "domain": scale.domain or [""], "range": scale.colours or [LINE]},
        ],
        "legends": [_LEGEND] if scale.domain else [],
        "marks": [_nodes(side), _edges(scale), _names()],
    }


def _nodes(side: int) -> Spec:
    forces: list[Spec] = [
        {"force": "center", "x": side / 2, "y": side * 0.35},
        {"force": "collide", "radius": 40},
        {"force": "nbody", "strength": -480},
        {"force": "x", "x": "datum.centreX", "strength": 0.05},
        {"force": "y", "y": "datum.centreY", "strength": 0.14},
        {"force": "link", "links": "edges", "distance": 110},
    ]
    return {
        "name": "dots",
        "type": "symbol",
        "zindex": 1,
        "from": {"data": "nodes"},
        "encode": {
            "enter": {
                "size": {"scale": "size", "field": "number"},
                "fill": {"value": ACCENT},
                "description": {"field": "description"},
                "href": {"field": "link"},
            }
        },
        "transform": [{"type": "force", "signal": "force", "static": True, "iterations": 300, "forces": forces}],
    }


def _edges(scale: Scale) -> Spec:
    ends = {f"{end}{axis.upper()}": f"datum.{end}.{axis}" for end in ("source", "target") for axis in ("x", "y")}
    return {
        "type": "path",
        "from": {"data": "edges"},
        "interactive": True,
        "encode": {
            "enter": {
                "stroke": {"scale": "colour", "field": "value"} if scale.domain else {"value": LINE},
                "strokeWidth": {"value": 1.5},
                "strokeOpacity": {"value": 0.7},
                "description": {"field": "description"},
                "href": {"field": "link"},
            }
        },
        "transform": [{"type": "linkpath", "shape": "line", "require": {"signal": "force"}, **ends}],
    }


def _names() -> Spec:
    return {
        "type": "text",
        "zindex": 2,
        "from": {"data": "dots"},
        "encode": {
            "enter": {
                "x": {"field": "x"},
                "y": {"signal": "datum.y - sqrt(datum.size) / 2 - 4"},
                "text": {"field": "datum.name"},
                "align": {"value": "center"},
                "fill": {"value": INK},
                "font": {"value": FONT},
                "fontSize": {"value": 11},
                "limit": {"value": 190},
            }
        },
    }
