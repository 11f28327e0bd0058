"""The colours and shapes of values.

Colour is never the only sign of a value: there is a legend, where possible a shape, and a text on each mark. Ink is the
colour of the text around the picture, so that the picture can be read on light and on dark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

INK, LINE, ACCENT = "currentColor", "#8a8f98", "#3b82c4"
POSITIONS = {-2: "#c8453d", -1: "#d0763a", 0: "#8a8f98", 1: "#4a93c9", 2: "#2f6fb3"}
WITHOUT_VALUE = ("#8d6cb5", "#7d8c5c")  # for positions such as ambivalent and undeclared
OTHER_COLOURS = ("#3b82c4", "#d0763a", "#3f9a6d", "#8d6cb5", "#c8453d", "#8f7a3c", "#5f8f9e", "#c0639a", "#8a8f98")
_SHAPES = ("circle", "square", "diamond", "cross", "triangle-up", "triangle-down", "triangle-left", "triangle-right")
_SHAPE_OF_VALUE = {-2: "triangle-down", -1: "triangle-down", 0: "circle", 1: "triangle-up", 2: "triangle-up"}


@dataclass(frozen=True, slots=True)
class Scale:
    """The colours and shapes of values.

    Attributes:
        domain: The values, in the order of the legend.
        colours: The colour of each.
        shapes: The shape of each.
    """

    domain: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()

    @classmethod
    def from_values(cls, values: Sequence[str], positions: Mapping[str, int | None]) -> Scale:
        """Return a scale.

        Args:
            values: The distinct values. Positions get the colours of their numbers, in the order of the graph's scale;
                other values get one colour after the other, in the order given.
            positions: The positions of the graph's scale, by name, with their numbers; None for one without a number.
        """
        if values and set(values) <= positions.keys():
            domain = sorted(values, key=lambda name: (positions[name] is None, positions[name] or 0, name))
            without_value = [name for name in domain if positions[name] is None]
            colours = {name: POSITIONS[value] for name, value in positions.items() if value is not None}
            colours |= {name: WITHOUT_VALUE[index % 2] for index, name in enumerate(without_value)}
            shapes = {name: "diamond" if value is None else _SHAPE_OF_VALUE[value] for name, value in positions.items()}
            return cls(tuple(domain), tuple(colours[name] for name in domain), tuple(shapes[name] for name in domain))
        return cls(tuple(values), _cycle(OTHER_COLOURS, len(values)), _cycle(_SHAPES, len(values)))

    def encoding(self, with_shape: bool) -> dict[str, Any]:
        """Return the encodings, in Vega-Lite, of a mark's colour, and of its shape if *with_shape*."""
        if not self.domain:
            return {"color": {"value": ACCENT}}
        legend = {"title": None, "orient": "top", "columns": 4, "columnPadding": 28, "symbolOpacity": 1}
        channel = {"field": "value", "type": "nominal", "legend": legend, "sort": None}
        colour: dict[str, Any] = {"color": channel | {"scale": {"domain": self.domain, "range": self.colours}}}
        if not with_shape:
            return colour
        return colour | {"shape": channel | {"scale": {"domain": self.domain, "range": self.shapes}}}


def _cycle(choices: Sequence[str], length: int) -> tuple[str, ...]:
    return tuple(choices[index % len(choices)] for index in range(length))
