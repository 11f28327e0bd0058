"""Draw specifications as SVG or PNG, with vl-convert, which includes Vega and needs neither browser nor network."""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

from stancegraph.errors import ExternalError
from stancegraph.output.pictures.marks import Picture

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DRAWING = threading.Lock()  # one at a time: it takes tens of milliseconds, and memory for each thread that draws
ET.register_namespace("", _SVG)


Draw = Callable[[str, dict[str, Any], str, dict[str, Any]], bytes]
"""A function that draws: it takes a language, ``vega`` or ``vegalite``, a specification in it, a format, ``svg`` or
``png``, and options of vl-convert for this format; it returns the bytes of the file.
"""


def convert(language: str, spec: dict[str, Any], format: str, options: dict[str, Any]) -> bytes:
    """Draw with vl-convert in this process; see `Draw`.

    Raises:
        ExternalError: The specification cannot be drawn.
    """
    import vl_convert

    try:
        with _DRAWING:
            drawn: str | bytes = getattr(vl_convert, f"{language}_to_{format}")(spec, **options)
    except ValueError as error:
        raise ExternalError(f"the picture cannot be drawn: {str(error).splitlines()[0]}") from None
    return drawn.encode("utf-8") if isinstance(drawn, str) else drawn


def to_svg(picture: Picture, title: str, background: str | None = None, key: str = "", draw: Draw = convert) -> str:
    """Draw a picture as SVG, with a title, links, and a text on each mark for pointers and screen readers.

    Args:
        picture: The picture.
        title: The title.
        background: The colour of the background; None for a transparent one, on which the picture takes the colour of
            the text around it.
        key: A prefix for the identifiers in the SVG, which keeps several pictures on one page apart.
        draw: The function that draws.

    Raises:
        ExternalError: The picture cannot be drawn.
    """
    root = ET.fromstring(_draw({**picture.spec, "background": background}, "svg", draw))
    _add_title(root, title, picture.description)
    for element in root.iter():
        if key:
            _prefix_identifiers(element, key)
        link = element.attrib.pop(f"{{{_XLINK}}}href", None)
        if link is not None:
            element.set("href", link)
        if element.get("role") == "graphics-symbol" and element.get("aria-roledescription") not in {"axis", "legend"}:
            _add_tooltip(element)
    return ET.tostring(root, encoding="unicode")


def _add_tooltip(mark: ET.Element) -> None:
    """Show a pointer on *mark* the text that screen readers read, or hide a mark without a text from them."""
    label = mark.get("aria-label", "").strip()
    if not label:
        for name in ("role", "aria-roledescription", "aria-label"):
            mark.attrib.pop(name, None)
        mark.set("aria-hidden", "true")
        return
    tooltip = ET.Element(f"{{{_SVG}}}title")
    tooltip.text = label
    mark.insert(0, tooltip)


def _add_title(root: ET.Element, title: str, description: str) -> None:
    for tag, text in (("desc", description), ("title", title)):
        element = ET.Element(f"{{{_SVG}}}{tag}")
        element.text = text
        root.insert(0, element)


def _prefix_identifiers(element: ET.Element, key: str) -> None:
    """Put *key* before the identifiers of *element*, which all pictures on a page share otherwise."""
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, f"{key}-{value}")
        elif value.startswith("url(#"):
            element.set(name, value.replace("url(#", f"url(#{key}-"))


def to_png(picture: Picture, scale: float = 2.0, draw: Draw = convert) -> bytes:
    """Draw a picture as PNG, on white.

    Args:
        picture: The picture.
        scale: The number of pixels per pixel of the specification.
        draw: The function that draws.

    Raises:
        ExternalError: The picture cannot be drawn.
    """
    return _draw({**picture.spec, "background": "#ffffff"}, "png", draw, scale=scale)


def _draw(spec: dict[str, Any], format: str, draw: Draw, **options: Any) -> bytes:
    return draw("vegalite" if "vega-lite" in spec["$schema"] else "vega", spec, format, options)
