"""The workbench: an editor for any SPARQL query, with the stored questions as examples; without scripts, a form."""

from __future__ import annotations

from typing import Any

from stancegraph.assets import asset
from stancegraph.errors import UsageError
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Rows
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.context import RequestContext
from stancegraph.web.pages import answers
from stancegraph.web.pages.overview import group_questions
from stancegraph.web.pages.rendering import capitalize, render_page


def render_workbench(context: RequestContext, name: str | None = None, text: str | None = None) -> str:
    """Render the workbench.

    Args:
        context: What the request is answered from.
        name: The name of a stored question, whose query the editor then has.
        text: A query, which the editor then has instead, and which is answered.

    Returns:
        The page in HTML. It also says so where *text* is not a query.

    Raises:
        RequestError: 404; there is no question *name* that can be asked over HTTP. 400; *text* calls another endpoint.
        ExternalError: The engine fails.
    """
    outcome: dict[str, Any] = {"problem": None, "table": None, "answer": None}
    if text is not None:
        try:
            answer = context.query(text)
            if isinstance(answer, Rows):
                outcome["table"] = answers.build_table(context, answer.first(context.max_rows))
            elif isinstance(answer, bool):
                outcome["answer"] = str(answer).lower()
            else:
                outcome["answer"] = answer.serialize().decode("utf-8")
        except UsageError as error:
            outcome["problem"] = capitalize(error.message)
    query = context.question(name) if name else None
    return render_page(
        context,
        "workbench.html",
        has_editor=asset("yasgui/yasgui.min.js") is not None,
        text=text if text is not None else query.text if query is not None else lookup("start"),
        questions_by_tag=group_questions(context),
        **outcome,
    )


def list_terms(context: RequestContext) -> dict[str, Any]:
    """Return what the editor completes, the ``prefixes``, ``classes`` and ``properties``, and its ``questions``."""
    terms = list(rows(context.engine, lookup("terms")))
    return {
        "prefixes": dict(PREFIXES),
        "classes": sorted({row["term"].value for row in terms if row["kind"].value == "class"}),
        "properties": sorted({row["term"].value for row in terms if row["kind"].value == "property"}),
        "questions": [
            {"name": query.name, "title": query.title, "text": query.text} for query in context.graph.questions.values()
        ],
    }
