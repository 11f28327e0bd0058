"""What the server does for workers, which are cut off: draw pictures and ask endpoints.

The server passes on bytes without looking into them, within limits on size and time, and does both where they can be
stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from stancegraph.errors import ExternalError
from stancegraph.web.backend.answering import ExternalServices
from stancegraph.web.backend.sidecar import Sidecar
from stancegraph.web.failures import BusyError, TooSlowError

_PICTURE_SECONDS = 10.0
_MAX_PICTURE_BYTES, _MAX_ANSWER_BYTES = 8 << 20, 8 << 20
_CACHE_BYTES = 32 << 20

_POINT: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"x": 1}]},
    "mark": "point",
    "encoding": {"x": {"field": "x"}},
}
"""A Vega-Lite picture of one point."""


class Drawer:
    """Draws pictures in a process that is cut off from the network and from files."""

    def __init__(self) -> None:
        from stancegraph.isolation.confinement import confine
        from stancegraph.output.pictures.drawing import convert

        convert("vegalite", _POINT, "svg", {})  # starts the JavaScript engine, which needs a socket pair of its own
        confine()

    def draw(self, kind: str, spec: dict[str, Any], form: str, options: dict[str, Any]) -> bytes:
        """Draw one picture.

        Args:
            kind: The language of the specification: ``vegalite`` or ``vega``.
            spec: The specification.
            form: The format of the picture: ``svg`` or ``png``.
            options: Further arguments of the converter.

        Raises:
            ExternalError: The picture cannot be drawn, or is too large.
        """
        from stancegraph.output.pictures.drawing import convert

        picture = convert(kind, spec, form, options)
        if len(picture) > _MAX_PICTURE_BYTES:
            raise ExternalError(
                f"the picture has more than {_MAX_PICTURE_BYTES >> 20} MiB", remedy="ask for fewer rows"
            )
        return picture


@dataclass(eq=False)
class PictureCache:
    """Pictures drawn by a `Sidecar`; the most recently used ones are kept in memory."""

    sidecar: Sidecar = field(default_factory=lambda: Sidecar("the drawing process", Drawer))
    _pictures: OrderedDict[bytes, bytes] = field(default_factory=OrderedDict, init=False)
    _size: int = field(default=0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def draw(self, request: dict[str, Any], seconds: float) -> bytes:
        """Return a picture, from the cache or newly drawn.

        Args:
            request: The arguments of `Drawer.draw`, by name.
            seconds: How long it may take.

        Raises:
            ExternalError: The picture cannot be drawn in time, or not at all.
        """
        key = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).digest()
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
        try:
            picture: bytes = self.sidecar.call(
                "draw",
                request["kind"],
                request["spec"],
                request["form"],
                request["options"],
                seconds=min(seconds, _PICTURE_SECONDS),
            )
        except (TooSlowError, BusyError):
            raise ExternalError(
                f"the picture takes longer than {_PICTURE_SECONDS:.0f} seconds", remedy="ask for fewer rows"
            ) from None
        with self._lock:
            if key not in self._pictures:
                self._pictures[key] = picture
                self._size += len(picture)
            while self._size > _CACHE_BYTES:
                self._size -= len(self._pictures.popitem(last=False)[1])
        return picture


def ask_endpoint(iri: str, text: str, seconds: float) -> bytes:
    """Return the answer of an endpoint, unread.

    Args:
        iri: The address of the endpoint.
        text: A SELECT.
        seconds: How long it may take.

    Returns:
        Rows as `SPARQL 1.1 Query Results JSON <https://www.w3.org/TR/sparql11-results-json/>`_, if the endpoint answers
        as it should.

    Raises:
        ExternalError: The endpoint does not answer; nothing of its own error message is passed on.
    """
    from stancegraph.sparql.endpoint import Endpoint

    try:
        return Endpoint(iri, seconds).raw(text, _MAX_ANSWER_BYTES)
    except ExternalError:
        raise ExternalError(f"the endpoint <{iri}> did not answer as it should", remedy="try again later") from None


def external_services(pictures: PictureCache) -> ExternalServices:
    """Return the services for workers, with *pictures* for those that need one."""
    return ExternalServices(pictures.draw, ask_endpoint)
