"""A map of the world, with no server for its tiles: outlines of Natural Earth, as the package world-atlas has them."""

from __future__ import annotations

import json
from collections import defaultdict

from stancegraph.assets import asset
from stancegraph.output.pictures.charts import TOLD, Mark, Spec, lite
from stancegraph.output.pictures.scale import ACCENT, INK, LINE, Scale
from stancegraph.questions.view import View


def world(marks: list[Mark], view: View, scale: Scale) -> Spec:
    """Places on a map of the world, a circle each, the larger the more rows name it."""
    places: dict[tuple[str, str, str], list[Mark]] = defaultdict(list)
    for mark in marks:
        places[mark["label"], mark["latitude"], mark["longitude"]].append(mark)
    values = [
        {
            "label": label,
            "latitude": float(latitude),
            "longitude": float(longitude),
            "number": len(found),
            "told": f"{label}: {'; '.join(mark['told'] for mark in found)}",
            "link": found[0]["link"],
        }
        for (label, latitude, longitude), found in places.items()
    ]
    for value, side in zip(
        values, _sides([(one["longitude"], one["latitude"], len(one["label"])) for one in values]), strict=True
    ):
        value["side"] = side
    at: Spec = {"longitude": {"field": "longitude"}, "latitude": {"field": "latitude"}}
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
    return lite(
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
                    **at,
                    "size": {
                        "field": "number",
                        "type": "quantitative",
                        "legend": None,
                        "scale": {"domainMin": 0, "rangeMin": 30, "rangeMax": 400},
                    },
                    **TOLD,
                },
            },
            *[_named(side, at) for side in _PLACED],
        ],
    )


def _named(side: str, at: Spec) -> Spec:
    """The names that stand at one side of their circles."""
    mark: Spec = {"type": "text", "fontWeight": 600, **_PLACED[side]}
    encoding: Spec = {**at, "text": {"field": "label"}}
    return {"transform": [{"filter": f"datum.side == '{side}'"}], "mark": mark, "encoding": encoding}


_PLACED: dict[str, Spec] = {
    "above": {"dy": -14},
    "below": {"dy": 15},
    "right": {"dx": 13, "align": "left"},
    "left": {"dx": -13, "align": "right"},
}
"""Where a name stands beside its circle."""


def _sides(places: list[tuple[float, float, int]]) -> list[str]:
    """For each place, by longitude, latitude and length of name: the side on which its name is in nobody's way.

    In units of the drawing, taken for a plain one, which is good enough for names.
    """
    taken: list[tuple[float, float, float, float]] = []
    dots = [(longitude * 2.4, -latitude * 2.4) for longitude, latitude, _ in places]
    chosen = []
    for (x, y), (_, _, letters) in zip(dots, places, strict=True):
        wide = letters * 7.2
        boxes = {
            "above": (x - wide / 2, y - 21, x + wide / 2, y - 7),
            "below": (x - wide / 2, y + 8, x + wide / 2, y + 22),
            "right": (x + 10, y - 5, x + 10 + wide, y + 5),
            "left": (x - 10 - wide, y - 5, x - 10, y + 5),
        }

        def in_the_way(box: tuple[float, float, float, float]) -> int:
            others = sum(a < box[2] and box[0] < c and b < box[3] and box[1] < d for a, b, c, d in taken)
            return others + sum(box[0] - 6 < p < box[2] + 6 and box[1] - 6 < q < box[3] + 6 for p, q in dots)

        side = min(boxes, key=lambda name: in_the_way(boxes[name]))
        taken.append(boxes[side])
        chosen.append(side)
    return chosen
