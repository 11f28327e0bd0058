"""Answers as pictures, to be downloaded or embedded."""

from __future__ import annotations

from stancegraph.errors import UsageError
from stancegraph.output.pictures import make_picture, to_png, to_svg
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.questions.view import View
from stancegraph.sparql.engine import Rows
from stancegraph.web.context import RequestContext


def draw_question(context: RequestContext, question: StoredQuery, answer: Rows, form: str) -> bytes:
    """Draw the answer to a stored question in the view that its header names.

    Args:
        context: What the request is answered from.
        question: The question.
        answer: The rows of its answer.
        form: The format of the picture: ``svg`` or ``png``.

    Raises:
        UsageError: The question has no view, or no row has what the view needs.
    """
    if question.view is None:
        raise UsageError(f"{question.name} has no picture", remedy="ask for csv or json")
    return draw_answer(context, answer, question.view, question.title, form)


def draw_answer(context: RequestContext, answer: Rows, view: View, title: str, form: str) -> bytes:
    """Draw rows as a picture, an SVG one on a white ground.

    Args:
        context: What the request is answered from.
        answer: The rows.
        view: The view to draw them in.
        title: The title of the picture.
        form: The format of the picture: ``svg`` or ``png``.

    Raises:
        UsageError: No row has what the view needs.
    """
    drawing = make_picture(answer, view, context.engine, context.href)
    if drawing is None:
        raise UsageError("no row has what the picture needs", remedy=f"it needs {', '.join(view.roles.values())}")
    if form == "png":
        return to_png(drawing, draw=context.draw)
    return to_svg(drawing, title, background="#ffffff", draw=context.draw).encode("utf-8")
