"""Pages on which an article is coded; a script does the work, with what the server tells it."""

from __future__ import annotations

from collections.abc import Sequence

from stancegraph.web.pages.frame import Frame


def overview(frame: Frame, slugs: Sequence[str]) -> str:
    """The articles that can be edited."""
    return frame.render("edit-list.html", slugs=slugs)


def page(frame: Frame, slug: str) -> str:
    """The page on which the article *slug* is coded."""
    return frame.render("edit.html", slug=slug)
