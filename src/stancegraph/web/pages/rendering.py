"""From templates to pages: what all pages share, and the headers that keep them from harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from stancegraph.assets import asset
from stancegraph.web.context import RequestContext


def render(context: RequestContext, template: str, **values: Any) -> str:
    """The page that *template* makes of *values* and of what all pages share."""
    shared = {
        "root": context.root,
        "version": context.version,
        "words": "",
        "enriched": asset("accessible-autocomplete/accessible-autocomplete.min.js") is not None,
    }
    return rendered(template, **{**shared, **values})


def problem_page(root: str, version: str | None, status: int, title: str, remedy: str | None) -> str:
    """What went wrong, as a page, for which nothing is asked."""
    shared = {"root": root, "version": version, "words": "", "enriched": False}
    return rendered("problem.html", **shared, status=status, title=title, remedy=sentence(remedy))


def sentence(words: str | None) -> str:
    """*words* with a capital at their beginning."""
    return words[:1].upper() + words[1:] if words else ""


def rendered(template: str, **values: Any) -> str:
    """What *template* makes of *values*."""
    return _ENVIRONMENT.get_template(template).render(values)


_ENVIRONMENT = Environment(
    loader=PackageLoader("stancegraph.web.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def part(name: str) -> str | None:
    """What pages need besides: a style sheet, a picture or a script of ours, or None where there is none so called."""
    folder = Path(__file__).parent / "static"
    known = {path.name: path for path in folder.iterdir()}  # a name is looked up, and makes no path
    return known[name].read_text(encoding="utf-8") if name in known else None
