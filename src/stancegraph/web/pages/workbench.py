"""The workbench: an editor for any SPARQL, with the stored questions as examples; a plain form without scripts."""

from __future__ import annotations

from typing import Any

from stancegraph.assets import asset
from stancegraph.errors import UsageError
from stancegraph.rdf.namespaces import prefixes
from stancegraph.sparql.engine import Rows
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.context import RequestContext
from stancegraph.web.pages import answers
from stancegraph.web.pages.overview import tagged
from stancegraph.web.pages.rendering import render


def page(context: RequestContext, name: str | None = None, text: str | None = None) -> str:
    """The workbench, with the stored question *name* in it, or with *text* and the answer to it."""
    told: dict[str, Any] = {"problem": None, "table": None, "answer": None}
    if text is not None:
        try:
            found = context.sparql(text)
            if isinstance(found, Rows):
                told["table"] = answers.table(context, found.first(context.most))
            else:
                told["answer"] = str(found).lower() if isinstance(found, bool) else found.serialize().decode("utf-8")
        except UsageError as error:
            told["problem"] = error.message
    query = context.question(name) if name else None
    shown = text if text is not None else query.text if query is not None else lookup("start")
    return render(
        context,
        "workbench.html",
        editor=asset("yasgui/yasgui.min.js") is not None,
        text=shown,
        tagged=tagged(context),
        **told,
    )


def terms(context: RequestContext) -> dict[str, Any]:
    """What the workbench completes: the graph's own terms and prefixes, and the stored questions."""
    found = rows(context.engine, lookup("terms"))
    return {
        "prefixes": dict(prefixes()),
        "classes": sorted({row["term"].value for row in found if row["kind"].value == "class"}),
        "properties": sorted({row["term"].value for row in found if row["kind"].value == "property"}),
        "questions": [{"name": q.name, "title": q.title, "text": q.text} for q in context.graph.questions.values()],
    }
