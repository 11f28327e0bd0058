"""The page of a thing: on whose word it rests, what the stored questions say of it, and all that is stated of it.

Which questions speak on which page, their headers say: ``#+ page: {actor: 3}`` puts the answer on the page of each
thing that can be the value of its parameter ``actor``, in the third place.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import quote

from pyoxigraph import NamedNode

from stancegraph.questions.description import Section, Statement, portrait
from stancegraph.questions.evidence import Evidence, evidence
from stancegraph.questions.stored_query import Parameter, StoredQuery
from stancegraph.rdf.namespaces import shorten
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.failures import RequestError
from stancegraph.web.pages import answers, article
from stancegraph.web.pages.frame import ROOT, Frame
from stancegraph.web.redirects import absent

_ROWS = 25  # of each question's table


def page(frame: Frame, path: str) -> str:
    """All that the graph knows of the thing at *path*; raises `RequestError` 404 where that is nothing."""
    try:
        node = NamedNode(ROOT + path)
    except ValueError:
        raise RequestError(400, f"{path!r} is not part of an IRI") from None
    told = portrait(frame.engine, node)
    if not told.sections:
        raise absent(frame.engine, node)
    classes = _classes(frame, node)
    passages = article.passages(frame, node)
    return frame.render(
        "thing.html",
        portrait=told,
        kind=" · ".join(label for _, label in classes[:1]) or shorten(node.value).split(":")[0],
        answers=_answers(frame, node, {iri for iri, _ in classes}),
        sections=[_section(frame, section) for section in told.sections],
        holder=_holder(frame, told.sections),
        chains=[_chain(frame, one) for one in evidence(frame.engine, [node]).get(node.value, [])],
        passages=article.grouped(passages),
        map=article.drawn(passages),
        data=f"{frame.root}/data/{quote(path)}",
    )


def _classes(frame: Frame, node: NamedNode) -> list[tuple[str, str]]:
    """The classes of a thing with their labels, the most special first."""
    found = rows(frame.engine, lookup("classes", thing=[node]))
    return [(row["class"].value, row["label"].value) for row in found]


def _answers(frame: Frame, node: NamedNode, classes: set[str]) -> list[dict[str, Any]]:
    """What the stored questions say of a thing, in the order that their headers give."""
    asked = [
        (place, query, parameter)
        for query in frame.questions.values()
        for parameter in query.parameters
        for place in [query.pages.get(parameter.name)]
        if place is not None and (parameter.klass is None or parameter.klass in classes)
    ]
    told = (_answer(frame, node, query, parameter) for _, query, parameter in sorted(asked, key=lambda one: one[0]))
    return [one for one in told if one is not None]


def _answer(frame: Frame, node: NamedNode, query: StoredQuery, parameter: Parameter) -> dict[str, Any] | None:
    text = query.bind({parameter.name: [node]})
    answer = rows(frame.engine, text).first(frame.most)
    if not len(answer):
        return None
    return {
        "question": query,
        "href": answers.address(frame, query, {parameter.name: [shorten(node.value)]}),
        "table": answers.table(frame, answer, _ROWS),
        "figure": answers.figure(frame, query, answer),
    }


def _chain(frame: Frame, one: Evidence) -> dict[str, Any]:
    """A chain of attribution, each level with the address of its page."""
    return {
        "levels": [(level, frame.href(level.attribution)) for level in one.levels],
        "claim": one.embedded_in or one.label,
        "part": one.label if one.embedded_in else None,
        "passages": [(str(place), frame.href(place.iri)) for place in one.passages],
        "quoted": one.quoted_words,
        "remarks": one.remarks,
    }


def _holder(frame: Frame, sections: tuple[Section, ...]) -> dict[str, Any] | None:
    """Who holds a stance, and how; None for what is no stance."""
    said = {one.relation: one for section in sections for one in section.statements}
    if "holder" not in said:
        return None
    how = [said[relation].name for relation in ("attitude", "position") if relation in said]
    value = said["holder"].value
    href = frame.href(value.value) if isinstance(value, NamedNode) else None
    return {"name": said["holder"].name, "href": href, "how": ", ".join(how)}


def _section(frame: Frame, section: Section) -> dict[str, Any]:
    relations = [
        (relation, [_statement(frame, one) for one in several])
        for relation, several in groupby(section.statements, key=lambda one: one.relation)
    ]
    return {"title": section.title, "relations": relations}


def _statement(frame: Frame, one: Statement) -> dict[str, Any]:
    kinds = ["disputed"] * bool(one.disputed) + ["inferred"] * one.inferred + ["embedded"] * one.embedded
    href = frame.href(one.value.value) if isinstance(one.value, NamedNode) else None
    return {"name": one.name, "href": href, "marks": one.marks, "kinds": " ".join(kinds)}
