"""The workbench: an editor for any SPARQL, with the stored questions as examples; a plain form without scripts."""

from __future__ import annotations

from typing import Any

from stancegraph.assets import asset
from stancegraph.engine import Rows
from stancegraph.errors import CallError
from stancegraph.prefixes import PREFIXES
from stancegraph.serving.pages import answers
from stancegraph.serving.pages.frame import Frame
from stancegraph.serving.pages.overview import tagged
from stancegraph.values import lookup, rows


def page(frame: Frame, name: str | None = None, text: str | None = None) -> str:
    """The workbench, with the stored question *name* in it, or with *text* and the answer to it."""
    told: dict[str, Any] = {"problem": None, "table": None, "answer": None}
    if text is not None:
        try:
            answer = frame.engine.query(text)
            if isinstance(answer, Rows):
                told["table"] = answers.table(frame, answer)
            else:
                told["answer"] = str(answer).lower() if isinstance(answer, bool) else answer.serialize().decode("utf-8")
        except CallError as error:
            told["problem"] = error.message
    query = frame.question(name) if name else None
    shown = text if text is not None else query.text if query is not None else lookup("start")
    return frame.render(
        "workbench.html",
        editor=asset("yasgui/yasgui.min.js") is not None,
        text=shown,
        tagged=tagged(frame),
        **told,
    )


def terms(frame: Frame) -> dict[str, Any]:
    """What the workbench completes: the graph's own terms and prefixes, and the stored questions."""
    found = rows(frame.engine, lookup("terms"))
    return {
        "prefixes": dict(PREFIXES),
        "classes": sorted({row["term"].value for row in found if row["kind"].value == "class"}),
        "properties": sorted({row["term"].value for row in found if row["kind"].value == "property"}),
        "questions": [{"name": q.name, "title": q.title, "text": q.text} for q in frame.questions.values()],
    }
