"""The page of a thing: on whose word it rests, what the stored questions say of it, and all that is stated of it.

Which questions speak on which page, their headers say: ``#+ page: {actor: 3}`` puts the answer on the page of each
thing that can be the value of its parameter ``actor``, in the third place.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import quote

from pyoxigraph import NamedNode

from stancegraph.questions.description import Section, Statement
from stancegraph.questions.evidence import Evidence
from stancegraph.questions.stored_query import Parameter, StoredQuery
from stancegraph.rdf.namespaces import shorten
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.context import IRI_ROOT, RequestContext
from stancegraph.web.failures import RequestError
from stancegraph.web.pages import answers, article
from stancegraph.web.pages.rendering import render
from stancegraph.web.redirects import missing_thing_error

_ROWS = 25  # of each question's table


def page(context: RequestContext, path: str) -> str:
    """All that the graph knows of the thing at *path*; raises `RequestError` 404 where that is nothing."""
    try:
        node = NamedNode(IRI_ROOT + path)
    except ValueError:
        raise RequestError(400, f"{path!r} is not part of an IRI") from None
    told = context.graph.show(node)
    if not told.sections:
        raise missing_thing_error(context.engine, node)
    classes = _classes(context, node)
    passages = article.passages(context, node)
    return render(
        context,
        "thing.html",
        description=told,
        kind=" · ".join(label for _, label in classes[:1]) or shorten(node.value).split(":")[0],
        answers=_answers(context, node, {iri for iri, _ in classes}),
        sections=[_section(context, section) for section in told.sections],
        holder=_holder(context, told.sections),
        chains=[_chain(context, one) for one in context.graph.evidence(node)],
        passages=article.grouped(passages),
        map=article.drawn(passages),
        data=f"{context.root}/data/{quote(path)}",
    )


def _classes(context: RequestContext, node: NamedNode) -> list[tuple[str, str]]:
    """The classes of a thing with their labels, the most special first."""
    found = rows(context.engine, lookup("classes", thing=[node]))
    return [(row["class"].value, row["label"].value) for row in found]


def _answers(context: RequestContext, node: NamedNode, classes: set[str]) -> list[dict[str, Any]]:
    """What the stored questions say of a thing, in the order that their headers give."""
    asked = [
        (place, query, parameter)
        for query in context.graph.questions.values()
        for parameter in query.parameters
        for place in [query.pages.get(parameter.name)]
        if place is not None and (parameter.klass is None or parameter.klass in classes)
    ]
    told = (_answer(context, node, query, parameter) for _, query, parameter in sorted(asked, key=lambda one: one[0]))
    return [one for one in told if one is not None]


def _answer(
    context: RequestContext, node: NamedNode, query: StoredQuery, parameter: Parameter
) -> dict[str, Any] | None:
    answer = context.graph.ask(query.name, **{parameter.name: node}).first(context.max_rows).rows
    if not len(answer):
        return None
    return {
        "question": query,
        "href": context.question_url(query, {parameter.name: [shorten(node.value)]}),
        "table": answers.table(context, answer, _ROWS),
        "figure": answers.figure(context, query, answer),
    }


def _chain(context: RequestContext, one: Evidence) -> dict[str, Any]:
    """A chain of attribution, each level with the address of its page."""
    return {
        "levels": [(level, context.href(level.attribution)) for level in one.levels],
        "claim": one.embedded_in or one.label,
        "part": one.label if one.embedded_in else None,
        "passages": [(str(place), context.href(place.iri)) for place in one.passages],
        "quoted": one.quoted_words,
        "remarks": one.remarks,
    }


def _holder(context: RequestContext, sections: tuple[Section, ...]) -> dict[str, Any] | None:
    """Who holds a stance, and how; None for what is no stance."""
    said = {one.relation: one for section in sections for one in section.statements}
    if "holder" not in said:
        return None
    how = [said[relation].name for relation in ("attitude", "position") if relation in said]
    value = said["holder"].value
    href = context.href(value.value) if isinstance(value, NamedNode) else None
    return {"name": said["holder"].name, "href": href, "how": ", ".join(how)}


def _section(context: RequestContext, section: Section) -> dict[str, Any]:
    relations = [
        (relation, [_statement(context, one) for one in several])
        for relation, several in groupby(section.statements, key=lambda one: one.relation)
    ]
    return {"title": section.title, "relations": relations}


def _statement(context: RequestContext, one: Statement) -> dict[str, Any]:
    kinds = ["disputed"] * bool(one.disputed) + ["inferred"] * one.inferred + ["embedded"] * one.embedded
    href = context.href(one.value.value) if isinstance(one.value, NamedNode) else None
    return {"name": one.name, "href": href, "marks": one.marks, "kinds": " ".join(kinds)}
