"""Answers as pictures to be saved, and for those who embed them."""

from __future__ import annotations

from stancegraph.errors import UsageError
from stancegraph.output.pictures import make_picture, to_png, to_svg
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.questions.view import View
from stancegraph.sparql.engine import Rows
from stancegraph.web.context import RequestContext


def saved(context: RequestContext, query: StoredQuery, answer: Rows, form: str) -> bytes:
    """The picture of *answer* to be saved, as ``svg`` or ``png``; raises `UsageError` where there is none."""
    if query.view is None:
        raise UsageError(f"{query.name} makes no picture", remedy="ask for csv or json")
    return drawn_as(context, answer, query.view, query.title, form)


def drawn_as(context: RequestContext, answer: Rows, view: View, title: str, form: str) -> bytes:
    """*answer* drawn as *view*, on white, as ``svg`` or ``png``; raises `UsageError` where there is nothing to draw."""
    drawn = make_picture(answer, view, context.engine, context.href)
    if drawn is None:
        raise UsageError("no row has what the picture needs", remedy=f"it needs {', '.join(view.roles.values())}")
    if form == "png":
        return to_png(drawn, draw=context.draw)
    return to_svg(drawn, title, background="#ffffff", draw=context.draw).encode("utf-8")
