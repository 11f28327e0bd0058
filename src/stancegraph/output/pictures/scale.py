"""The colours and shapes of values.

Colour never stands alone: a value has a shape and a legend as well, and each mark says in words what it is. Ink is the
colour of the text around the picture, so that it reads on light and on dark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

INK, LINE, ACCENT = "currentColor", "#8a8f98", "#3b82c4"
POSITIONS = {-2: "#c8453d", -1: "#d0763a", 0: "#8a8f98", 1: "#4a93c9", 2: "#2f6fb3"}
UNVALUED = ("#8d6cb5", "#7d8c5c")  # positions with no value: ambivalent, undeclared
OTHERS = ("#3b82c4", "#d0763a", "#3f9a6d", "#8d6cb5", "#c8453d", "#8f7a3c", "#5f8f9e", "#c0639a", "#8a8f98")
_SHAPES = ("circle", "square", "diamond", "cross", "triangle-up", "triangle-down", "triangle-left", "triangle-right")
_OF_VALUE = {-2: "triangle-down", -1: "triangle-down", 0: "circle", 1: "triangle-up", 2: "triangle-up"}


@dataclass(frozen=True, slots=True)
class Scale:
    """The colours and shapes of values: by their value where they are positions, else one after the other."""

    domain: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Sequence[str], positions: Mapping[str, int | None]) -> Scale:
        """The scale for *values*, in their order, or in that of the graph's own scale, which *positions* gives."""
        if values and set(values) <= positions.keys():
            domain = sorted(values, key=lambda name: (positions[name] is None, positions[name] or 0, name))
            bare = [name for name in domain if positions[name] is None]
            coloured = {n: POSITIONS[v] for n, v in positions.items() if v is not None}
            coloured |= {name: UNVALUED[index % 2] for index, name in enumerate(bare)}
            shaped = {n: "diamond" if v is None else _OF_VALUE[v] for n, v in positions.items()}
            return cls(tuple(domain), tuple(coloured[n] for n in domain), tuple(shaped[n] for n in domain))
        return cls(tuple(values), _cycled(OTHERS, len(values)), _cycled(_SHAPES, len(values)))

    def encoding(self, shaped: bool) -> dict[str, Any]:
        """How a mark gets its colour, and its shape."""
        if not self.domain:
            return {"color": {"value": ACCENT}}
        legend = {"title": None, "orient": "top", "columns": 4, "columnPadding": 28, "symbolOpacity": 1}
        one = {"field": "value", "type": "nominal", "legend": legend, "sort": None}
        found: dict[str, Any] = {"color": one | {"scale": {"domain": self.domain, "range": self.colours}}}
        return found | ({"shape": one | {"scale": {"domain": self.domain, "range": self.shapes}}} if shaped else {})


def _cycled(choice: Sequence[str], length: int) -> tuple[str, ...]:
    return tuple(choice[index % len(choice)] for index in range(length))
