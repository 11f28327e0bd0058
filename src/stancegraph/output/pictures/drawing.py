"""Drawing: from a specification to SVG or PNG, by vl-convert, which carries Vega and needs no browser or network."""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

from stancegraph.errors import ExternalError
from stancegraph.output.pictures.marks import Picture

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DRAWING = threading.Lock()  # one at a time: each takes tens of milliseconds, and a thread that draws takes memory
ET.register_namespace("", _SVG)


Draw = Callable[[str, dict[str, Any], str, dict[str, Any]], bytes]
"""Draws a specification of a kind, ``vega`` or ``vegalite``, in a form, with options of vl-convert."""


def converted(kind: str, spec: dict[str, Any], form: str, options: dict[str, Any]) -> bytes:
    """What vl-convert draws, in this process; raises `ExternalError` where it cannot be drawn."""
    import vl_convert

    try:
        with _DRAWING:
            drawn: str | bytes = getattr(vl_convert, f"{kind}_to_{form}")(spec, **options)
    except ValueError as error:
        raise ExternalError(f"the picture cannot be drawn: {str(error).splitlines()[0]}") from None
    return drawn.encode("utf-8") if isinstance(drawn, str) else drawn


def svg(drawn: Picture, title: str, ground: str | None = None, key: str = "", draw: Draw = converted) -> str:
    """*drawn* as SVG: a title, words on each mark for pointer and screen reader, links.

    Without a *ground* it takes the colour of the text around it. *key* sets its names apart from those of other
    pictures on a page. *draw* draws it. Raises `ExternalError` where it cannot be drawn.
    """
    root = ET.fromstring(_drawn({**drawn.spec, "background": ground}, "svg", draw))
    _named(root, title, drawn.words)
    for element in root.iter():
        if key:
            _apart(element, key)
        link = element.attrib.pop(f"{{{_XLINK}}}href", None)
        if link is not None:
            element.set("href", link)
        if element.get("role") == "graphics-symbol" and element.get("aria-roledescription") not in {"axis", "legend"}:
            _explain(element)
    return ET.tostring(root, encoding="unicode")


def _explain(mark: ET.Element) -> None:
    """Let a pointer that rests on a *mark* see what a screen reader says; what stands for nothing is not read out."""
    words = mark.get("aria-label", "").strip()
    if not words:
        for name in ("role", "aria-roledescription", "aria-label"):
            mark.attrib.pop(name, None)
        mark.set("aria-hidden", "true")
        return
    told = ET.Element(f"{{{_SVG}}}title")
    told.text = words
    mark.insert(0, told)


def _named(root: ET.Element, title: str, words: str) -> None:
    for tag, text in (("desc", words), ("title", title)):
        element = ET.Element(f"{{{_SVG}}}{tag}")
        element.text = text
        root.insert(0, element)


def _apart(element: ET.Element, key: str) -> None:
    """Names within a page are one and the same for all pictures on it: put *key* before them."""
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, f"{key}-{value}")
        elif value.startswith("url(#"):
            element.set(name, value.replace("url(#", f"url(#{key}-"))


def png(drawn: Picture, scale: float = 2.0, draw: Draw = converted) -> bytes:
    """*drawn* as PNG, on white, with *scale* times the pixels; raises `ExternalError` where it cannot be drawn."""
    return _drawn({**drawn.spec, "background": "#ffffff"}, "png", draw, scale=scale)


def _drawn(spec: dict[str, Any], form: str, draw: Draw, **options: Any) -> bytes:
    return draw("vegalite" if "vega-lite" in spec["$schema"] else "vega", spec, form, options)
