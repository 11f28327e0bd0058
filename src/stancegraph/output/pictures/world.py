"""Maps of the world that need no tile server: their outlines are from Natural Earth, by the package world-atlas."""

from __future__ import annotations

import json
from collections import defaultdict

from stancegraph.assets import asset
from stancegraph.output.pictures.charts import DESCRIBED, Mark, Spec, vega_lite
from stancegraph.output.pictures.scale import ACCENT, INK, LINE, Scale
from stancegraph.questions.view import View


def world(marks: list[Mark], view: View, scale: Scale) -> Spec:
    """Return a map of the world with a circle for each place; the more rows name a place, the larger its circle."""
    places: dict[tuple[str, str, str], list[Mark]] = defaultdict(list)
    for mark in marks:
        places[mark["label"], mark["latitude"], mark["longitude"]].append(mark)
    values = [
        {
            "label": label,
            "latitude": float(latitude),
            "longitude": float(longitude),
            "number": len(group),
            "description": f"{label}: {'; '.join(mark['description'] for mark in group)}",
            "link": group[0]["link"],
        }
        for (label, latitude, longitude), group in places.items()
    ]
    sides = _choose_sides([(value["longitude"], value["latitude"], len(value["label"])) for value in values])
    for value, side in zip(values, sides, strict=True):
        value["side"] = side
    position: Spec = {"longitude": {"field": "longitude"}, "latitude": {"field": "latitude"}}
    outlines = asset("world-atlas/countries-110m.json")
    land: list[Spec] = []
    if outlines is not None:
        shapes = {"values": json.loads(outlines.read_text(encoding="utf-8"))}
        land = [
            {
                "data": shapes | {"format": {"type": "topojson", "feature": "countries"}},
                "transform": [{"filter": "datum.properties.name != 'Antarctica'"}],
                "mark": {"type": "geoshape", "fill": LINE, "fillOpacity": 0.25, "stroke": LINE, "strokeWidth": 0.5},
            }
        ]
    return vega_lite(
        values,
        width=860,
        height=430,
        projection={"type": "equalEarth"},
        layer=[
            {
                "data": {"graticule": {"step": [30, 30]}},
                "mark": {
                    "type": "geoshape",
                    "filled": False,
                    "stroke": LINE,
                    "strokeOpacity": 0.25,
                    "strokeWidth": 0.5,
                },
            },
            *land,
            {
                "mark": {"type": "circle", "color": ACCENT, "opacity": 0.8, "stroke": INK},
                "encoding": {
                    **position,
                    "size": {
                        "field": "number",
                        "type": "quantitative",
                        "legend": None,
                        "scale": {"domainMin": 0, "rangeMin": 30, "rangeMax": 400},
                    },
                    **DESCRIBED,
                },
            },
            *[_label_layer(side, position) for side in _SIDES],
        ],
    )


def _label_layer(side: str, position: Spec) -> Spec:
    """Return the layer of the labels that stand on one side of their circles."""
    mark: Spec = {"type": "text", "fontWeight": 600, **_SIDES[side]}
    encoding: Spec = {**position, "text": {"field": "label"}}
    return {"transform": [{"filter": f"datum.side == '{side}'"}], "mark": mark, "encoding": encoding}


_SIDES: dict[str, Spec] = {
    "above": {"dy": -14},
    "below": {"dy": 15},
    "right": {"dx": 13, "align": "left"},
    "left": {"dx": -13, "align": "right"},
}
"""The sides of a circle on which its label can stand, with its distance from the middle."""


def _choose_sides(places: list[tuple[float, float, int]]) -> list[str]:
    """Choose the side of each circle on which its label overlaps the least.

    The projection is taken to be rectangular, which is good enough for labels.

    Args:
        places: The longitude, the latitude and the length of the label, in characters, of each place.
    """
    taken: list[tuple[float, float, float, float]] = []
    circles = [(longitude * 2.4, -latitude * 2.4) for longitude, latitude, _ in places]
    sides = []
    for (x, y), (_, _, length) in zip(circles, places, strict=True):
        width = length * 7.2
        boxes = {
            "above": (x - width / 2, y - 21, x + width / 2, y - 7),
            "below": (x - width / 2, y + 8, x + width / 2, y + 22),
            "right": (x + 10, y - 5, x + 10 + width, y + 5),
            "left": (x - 10 - width, y - 5, x - 10, y + 5),
        }

        def count_overlaps(box: tuple[float, float, float, float]) -> int:
            labels = sum(a < box[2] and box[0] < c and b < box[3] and box[1] < d for a, b, c, d in taken)
            return labels + sum(box[0] - 6 < p < box[2] + 6 and box[1] - 6 < q < box[3] + 6 for p, q in circles)

        side = min(boxes, key=lambda name: count_overlaps(boxes[name]))
        taken.append(boxes[side])
        sides.append(side)
    return sides
