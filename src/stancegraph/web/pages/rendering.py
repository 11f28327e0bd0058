"""Pages from templates, with what all pages share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from stancegraph.assets import asset
from stancegraph.web.context import RequestContext


def render_page(context: RequestContext, template: str, **values: Any) -> str:
    """Render a page.

    Args:
        context: What the request is answered from.
        template: The file name of a template in ``templates/``.
        **values: The variables of the template, beyond those that all pages share.

    Returns:
        The page in HTML.
    """
    shared = {
        "root": context.root,
        "version": context.version,
        "search_text": "",
        "enriched": asset("accessible-autocomplete/accessible-autocomplete.min.js") is not None,
    }
    return _render_template(template, **{**shared, **values})


def render_standalone_page(template: str, root: str, version: str | None, **values: Any) -> str:
    """Render a page for which no graph is asked and no script is loaded.

    Args:
        template: The file name of a template in ``templates/``.
        root: The address of the site, without a slash at its end.
        version: The digest of the snapshot; None where it is not known.
        **values: The variables of the template, beyond those that all pages share.

    Returns:
        The page in HTML.
    """
    return _render_template(template, root=root, version=version, search_text="", enriched=False, **values)


def render_problem(root: str, version: str | None, status: int, title: str, remedy: str | None) -> str:
    """Render the page that says what went wrong.

    Args:
        root: The address of the site, without a slash at its end.
        version: The digest of the snapshot; None where it is not known.
        status: The status code of HTTP.
        title: What went wrong, without a full stop.
        remedy: What to do about it, without a full stop.

    Returns:
        The page in HTML.
    """
    return render_standalone_page(
        "problem.html", root, version, status=status, title=capitalize(title), remedy=capitalize(remedy)
    )


def capitalize(text: str | None) -> str:
    """Return *text* with its first letter, and no other, as a capital; the empty string for None."""
    return text[:1].upper() + text[1:] if text else ""


def _render_template(template: str, **values: Any) -> str:
    return _ENVIRONMENT.get_template(template).render(values)


_ENVIRONMENT = Environment(
    loader=PackageLoader("stancegraph.web.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def read_static_file(name: str) -> str | None:
    """Return the text of the style sheet, script or icon *name* in ``static/``; None where there is no such file."""
    folder = Path(__file__).parent / "static"
    paths = {path.name: path for path in folder.iterdir()}  # the name is looked up and never becomes part of a path
    return paths[name].read_text(encoding="utf-8") if name in paths else None
