"""The pages on which an article is coded; their script asks the server for the text and the claims."""

from __future__ import annotations

from collections.abc import Sequence

from stancegraph.web.context import RequestContext
from stancegraph.web.pages.rendering import render_page


def render_article_list(context: RequestContext, slugs: Sequence[str]) -> str:
    """Render the list of the articles that can be coded, by their *slugs*."""
    return render_page(context, "edit-list.html", slugs=slugs)


def render_coding_page(context: RequestContext, slug: str) -> str:
    """Render the page on which the article *slug* is coded."""
    return render_page(context, "edit.html", slug=slug)
