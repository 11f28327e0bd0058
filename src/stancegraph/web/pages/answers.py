"""An answer on a page: as a table, in which each claim leads to its sources, and as a picture."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from stancegraph.errors import ExternalError
from stancegraph.output.pictures import Picture, make_picture, to_svg
from stancegraph.output.tables import heading
from stancegraph.questions.claims import claim_columns
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.language import ENGLISH
from stancegraph.rdf.namespaces import shorten
from stancegraph.sparql.engine import Rows, Term
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.context import RequestContext

_ROW_LIMIT = 200
_LONG_TEXT = 40  # characters: from here on, a cell needs a minimum width

Cell = Mapping[str, str | None]
"""A cell of a table: its ``text``, and the ``language`` if that is not English; its CSS class, the ``layout``; of a
thing or claim the ``href``; and of a claim its ``statement`` and the ``dispute`` about it."""


def build_table(context: RequestContext, answer: Rows, limit: int = _ROW_LIMIT) -> dict[str, Any]:
    """Build what the template of a table needs.

    A claim becomes a link to its page, which shows its chain of sources, and is marked where the editors dispute it.

    Args:
        context: What the request is answered from.
        answer: The rows.
        limit: How many rows the table has at most.

    Returns:
        The ``columns`` by their headings, the ``rows`` of cells, how many rows the answer has in ``total`` and how many
        are ``shown``, and whether it ``has_more`` than were counted.
    """
    shown_rows = answer.rows[:limit]
    claim_indices = claim_columns(answer.variables)
    claims = sorted(
        {term for row in shown_rows for index in claim_indices if isinstance(term := row[index], NamedNode)}, key=str
    )
    claim_cells = _build_claim_cells(context, claims)
    cells = [
        [
            claim_cells[term] if index in claim_indices and isinstance(term, NamedNode) else _build_cell(context, term)
            for index, term in enumerate(row)
        ]
        for row in shown_rows
    ]
    return {
        "columns": [heading(name) for name in answer.variables],
        "rows": cells,
        "total": len(answer),
        "has_more": answer.has_more,
        "shown": len(shown_rows),
    }


def _build_claim_cells(context: RequestContext, claims: Collection[NamedNode]) -> dict[NamedNode, Cell]:
    """Return a cell for each claim; its ``statement`` tells its link from those of the other claims."""
    if not claims:
        return {}
    statements: dict[str, str] = {}
    for row in rows(context.engine, lookup("names", thing=claims)):
        statements.setdefault(row["thing"].value, row["label"].value)
    disputes = _find_disputes(context, claims)
    return {
        claim: {
            "text": "Sources",
            "statement": statements.get(claim.value, shorten(claim.value)),
            "href": context.href(claim.value),
            "dispute": disputes.get(claim.value),
            "layout": "long" if claim.value in disputes else None,
            "language": None,
        }
        for claim in claims
    }


def _build_cell(context: RequestContext, term: Term | None) -> Cell:
    if isinstance(term, NamedNode):
        text, href, layout = shorten(term.value), context.href(term.value), None
    else:
        text, href, layout = "" if term is None else term.value, None, _layout(term)
    language = term.language if isinstance(term, Literal) and term.language != ENGLISH else None
    return {"text": text, "statement": None, "href": href, "dispute": None, "layout": layout, "language": language}


def _layout(term: Term | None) -> str | None:
    """Return the CSS class of a cell: a date stays on one line, and a long text has a minimum width."""
    if isinstance(term, Literal) and term.datatype.value.endswith("#date"):
        return "day"
    return "long" if term is not None and len(term.value) > _LONG_TEXT else None


def _find_disputes(context: RequestContext, claims: Collection[NamedNode]) -> dict[str, str]:
    """Return the editors' reasons against those of *claims* that they dispute, by the IRI of the claim."""
    reasons: dict[str, str] = {}
    for row in rows(context.engine, lookup("disputes", thing=claims)):
        claim, reason = row["thing"].value, row["reason"].value
        reasons[claim] = f"{reasons[claim]}; {reason}" if claim in reasons else reason
    return reasons


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture on a page.

    Attributes:
        svg: The picture, as SVG that stands in the page.
        summary: What it shows, in words, for those who do not see it.
        omissions: What it leaves out, in words; empty where it shows everything.
    """

    svg: Markup
    summary: str
    omissions: str


def draw_figure(context: RequestContext, query: StoredQuery, answer: Rows) -> Figure | None:
    """Draw an answer.

    Args:
        context: What the request is answered from.
        query: The stored question, whose header says how its answers are drawn.
        answer: The answer to it.

    Returns:
        The picture; None where the header names none, where there is too little to see in it, or where it cannot be
        drawn.
    """
    if query.view is None or len(answer) < 2:
        return None
    if query.view.type == "map" and len({row.get(query.view.roles["label"]) for row in answer}) < 2:
        return None
    drawing = make_picture(answer, query.view, context.engine, context.href)
    if drawing is None:
        return None
    try:
        markup = to_svg(drawing, query.title, key=query.name, draw=context.draw)
    except ExternalError:  # the page does without: the table has the same rows
        return None
    return Figure(Markup(markup), drawing.description, _describe_omissions(drawing))


def _describe_omissions(drawing: Picture) -> str:
    omissions = []
    if drawing.incomplete:
        rows_are = "1 row has" if drawing.incomplete == 1 else f"{drawing.incomplete} rows have"
        omissions.append(f"{rows_are} no place in it and can be found only in the table")
    if drawing.surplus:
        rows_are = "1 more row does" if drawing.surplus == 1 else f"{drawing.surplus} more rows do"
        omissions.append(f"{rows_are} not fit into it")
    return "; ".join(omissions)
