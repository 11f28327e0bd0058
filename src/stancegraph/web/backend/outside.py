"""What workers cannot do themselves, because they are cut off: have a picture drawn, and have an endpoint asked.

Both go by the server, which passes on bytes and looks into none of them, with bounds on size and time; both are done
where they can be stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from stancegraph.errors import ExternalError
from stancegraph.web.backend.answering import Outside
from stancegraph.web.backend.sidecar import Sidecar
from stancegraph.web.failures import BusyError, TooSlowError

_PICTURE_SECONDS = 10.0
_LARGEST_PICTURE, _LARGEST_ANSWER = 8 << 20, 8 << 20  # bytes
_KEPT = 32 << 20  # bytes of pictures

_FIRST: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"x": 1}]},
    "mark": "point",
    "encoding": {"x": {"field": "x"}},
}
"""A picture of one point."""


class Drawer:
    """Draws in a process that is cut off from network and files."""

    def __init__(self) -> None:
        from stancegraph.isolation.confinement import confine
        from stancegraph.output.pictures.drawing import convert

        convert("vegalite", _FIRST, "svg", {})  # which starts the browser's engine, with a socket pair of its own
        confine()

    def draw(self, kind: str, spec: dict[str, Any], form: str, options: dict[str, Any]) -> bytes:
        """The picture that *spec* specifies; raises `ExternalError` where it cannot be drawn."""
        from stancegraph.output.pictures.drawing import convert

        drawn = convert(kind, spec, form, options)
        if len(drawn) > _LARGEST_PICTURE:
            raise ExternalError(f"the picture has more than {_LARGEST_PICTURE >> 20} MiB", remedy="ask for fewer rows")
        return drawn


@dataclass(eq=False)
class Drawings:
    """Pictures, drawn by a `Sidecar`; those that were asked for last are kept."""

    servant: Sidecar = field(default_factory=lambda: Sidecar("drawing", Drawer))
    _kept: OrderedDict[bytes, bytes] = field(default_factory=OrderedDict, init=False)
    _size: int = field(default=0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def draw(self, what: dict[str, Any], seconds: float) -> bytes:
        """The picture that *what* specifies, within *seconds*; raises `ExternalError` where it cannot be had."""
        key = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).digest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        try:
            drawn: bytes = self.servant.call(
                "draw",
                what["kind"],
                what["spec"],
                what["form"],
                what["options"],
                seconds=min(seconds, _PICTURE_SECONDS),
            )
        except (TooSlowError, BusyError):
            raise ExternalError(
                f"the picture takes longer than {_PICTURE_SECONDS:.0f} seconds", remedy="ask for fewer rows"
            ) from None
        with self._lock:
            if key not in self._kept:
                self._kept[key] = drawn
                self._size += len(drawn)
            while self._size > _KEPT:
                self._size -= len(self._kept.popitem(last=False)[1])
        return drawn


def ask(iri: str, text: str, seconds: float) -> bytes:
    """What the endpoint at *iri* answers to *text*, rows in JSON, unread; raises `ExternalError` where it does not.

    Nothing that it says in an error is passed on.
    """
    from stancegraph.sparql.endpoint import Endpoint

    try:
        return Endpoint(iri, seconds).raw(text, _LARGEST_ANSWER)
    except ExternalError:
        raise ExternalError(f"the endpoint <{iri}> did not answer as it must", remedy="try again later") from None


def outside(drawings: Drawings) -> Outside:
    """What workers need others for."""
    return Outside(drawings.draw, ask)
