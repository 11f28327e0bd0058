"""An answer on a page: as a table, with the evidence a click away, and as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from stancegraph.errors import ExternalError
from stancegraph.output.pictures import Picture, make_picture, to_svg
from stancegraph.output.tables import heading
from stancegraph.questions.claims import claim_columns
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.namespaces import shorten
from stancegraph.sparql.engine import Rows, Term
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.context import RequestContext

SHOWN = 200  # rows of a table
_LONG = 40  # characters, from which on a cell needs room


def table(context: RequestContext, answer: Rows, most: int = SHOWN) -> dict[str, Any]:
    """*answer* as a table: at most so many rows; a claim is a link to its evidence, and says where it is disputed."""
    shown = answer.rows[:most]
    claims = claim_columns(answer.variables)
    disputed = _disputed(
        context, {term for row in shown for term in (row[index] for index in claims) if term is not None}
    )
    cells = [[_cell(context, term, index in claims, disputed) for index, term in enumerate(row)] for row in shown]
    columns = [heading(name) for name in answer.variables]
    return {"columns": columns, "rows": cells, "total": len(answer), "more": answer.has_more, "shown": len(shown)}


def _cell(
    context: RequestContext, term: Term | None, claim: bool, disputed: Mapping[str, str]
) -> dict[str, str | None]:
    if isinstance(term, NamedNode):
        name = "on whose word" if claim else shorten(term.value)
        dispute = disputed.get(term.value) if claim else None
        return {
            "text": name,
            "href": context.href(term.value),
            "dispute": dispute,
            "layout": "long" if dispute else None,
        }
    text = "" if term is None else term.value
    return {"text": text, "href": None, "dispute": None, "layout": _class(term)}


def _class(term: Term | None) -> str | None:
    """How a cell is laid out: words need room, and a date stays on one line."""
    if isinstance(term, Literal) and term.datatype.value.endswith("#date"):
        return "day"
    return "long" if term is not None and len(term.value) > _LONG else None


def _disputed(context: RequestContext, claims: set[Term]) -> dict[str, str]:
    """What the editors have against those of *claims* that are disputed."""
    if not claims:
        return {}
    named = sorted((claim for claim in claims if isinstance(claim, NamedNode)), key=str)
    found = rows(context.engine, lookup("disputes", thing=named))
    reasons: dict[str, str] = {}
    for row in found:
        earlier = reasons.get(row["thing"].value)
        reasons[row["thing"].value] = f"{earlier}; {row['reason'].value}" if earlier else row["reason"].value
    return reasons


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture on a page: its markup, what it shows in words, and what it leaves out."""

    svg: Markup
    words: str
    remark: str


def figure(context: RequestContext, query: StoredQuery, answer: Rows) -> Figure | None:
    """The picture of *answer*, which *query* got; None where its header names none, or none can be seen."""
    if query.view is None or len(answer) < 2:
        return None
    if query.view.type == "map" and len({row.get(query.view.roles["label"]) for row in answer}) < 2:
        return None
    drawn = make_picture(answer, query.view, context.engine, context.href)
    if drawn is None:
        return None
    try:
        markup = to_svg(drawn, query.title, key=query.name, draw=context.draw)
    except ExternalError:  # the table says the same
        return None
    return Figure(Markup(markup), drawn.description, remark(drawn))


def remark(drawn: Picture) -> str:
    """What a picture leaves out, in words."""
    left = []
    if drawn.incomplete:
        left.append(f"{drawn.incomplete} rows have no place in it and are in the table only")
    if drawn.surplus:
        left.append(f"{drawn.surplus} rows are too many for it")
    return "; ".join(left)
