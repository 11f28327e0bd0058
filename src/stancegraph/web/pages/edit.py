"""Pages on which an article is coded; a script does the work, with what the server tells it."""

from __future__ import annotations

from collections.abc import Sequence

from stancegraph.web.context import RequestContext
from stancegraph.web.pages.rendering import render


def overview(context: RequestContext, slugs: Sequence[str]) -> str:
    """The articles that can be edited."""
    return render(context, "edit-list.html", slugs=slugs)


def page(context: RequestContext, slug: str) -> str:
    """The page on which the article *slug* is coded."""
    return render(context, "edit.html", slug=slug)
