"""The page of a thing: the chains of sources behind it, what the stored questions answer about it, and all statements.

The header of a stored question says on which pages its answer appears: ``#+ page: {actor: 3}`` puts it, in the third
place, on the page of each thing that can be the value of its parameter ``actor``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from stancegraph.web.pages.rendering import render_page
from stancegraph.web.redirects import missing_thing_error

_ROW_LIMIT = 25  # of the answer to each question


def render_thing(context: RequestContext, path: str) -> str:
    """Render the page of a thing.

    Args:
        context: What the request is answered from.
        path: The IRI of the thing, without the part that all IRIs of the graph share.

    Returns:
        The page in HTML.

    Raises:
        RequestError: 400; *path* is not part of an IRI. 404; the graph does not know the thing. 301, as `MovedError`;
            the thing has another name now.
        ExternalError: The engine fails.
    """
    try:
        thing = NamedNode(IRI_ROOT + path)
    except ValueError:
        raise RequestError(400, f"{path!r} is not part of an IRI") from None
    description = context.graph.show(thing)
    if not description.sections:
        raise missing_thing_error(context.engine, thing)
    classes = _find_classes(context, thing)
    passages = article.find_passages(context, thing)
    return render_page(
        context,
        "thing.html",
        description=description,
        kind=classes[0][1] if classes else shorten(thing.value).split(":")[0],
        answers=_answer_questions(context, thing, {iri for iri, _ in classes}),
        sections=[_build_section(context, section) for section in description.sections],
        holder=_find_holder(context, description.sections),
        chains=[_build_chain(context, evidence) for evidence in context.graph.evidence(thing)],
        passages=article.group_passages(passages),
        map=article.draw_map(passages),
        data=f"{context.root}/data/{quote(path)}",
    )


def _find_classes(context: RequestContext, thing: NamedNode) -> list[tuple[str, str]]:
    """Return the IRIs and labels of the classes of a thing, the most specific first."""
    return [(row["class"].value, row["label"].value) for row in rows(context.engine, lookup("classes", thing=[thing]))]


def _answer_questions(context: RequestContext, thing: NamedNode, classes: Collection[str]) -> list[dict[str, Any]]:
    """Return the answers to the stored questions that are asked about things of *classes*, in their order."""
    placed = [
        (query.pages[parameter.name], query, parameter)
        for query in context.graph.questions.values()
        for parameter in query.parameters
        if parameter.name in query.pages and (parameter.klass is None or parameter.klass in classes)
    ]
    in_order = sorted(placed, key=lambda entry: entry[0])
    answered = (_answer_question(context, thing, query, parameter) for _, query, parameter in in_order)
    return [entry for entry in answered if entry is not None]


def _answer_question(
    context: RequestContext, thing: NamedNode, query: StoredQuery, parameter: Parameter
) -> dict[str, Any] | None:
    bound = context.graph.bind(query.name, {parameter.name: thing})
    answer = context.graph.answer(bound).first(context.max_rows).rows
    if not len(answer):
        return None
    return {
        "question": query,
        "href": context.question_url(query, {parameter.name: [shorten(thing.value)]}),
        "table": answers.build_table(context, answer, _ROW_LIMIT),
        "figure": answers.draw_figure(context, query, answer),
    }


def _build_chain(context: RequestContext, evidence: Evidence) -> dict[str, Any]:
    """Return a chain of attribution, each level with the address of its page.

    Its ``claim`` is the one that somebody puts forward; where the thing is only content of that, it is the ``part``.
    """
    return {
        "levels": [(level, context.href(level.attribution)) for level in evidence.levels],
        "claim": evidence.label if evidence.embedded_in is None else evidence.embedded_in,
        "part": None if evidence.embedded_in is None else evidence.label,
        "passages": [(str(passage), context.href(passage.iri)) for passage in evidence.passages],
        "quotations": evidence.quoted_words,
        "remarks": evidence.remarks,
    }


def _find_holder(context: RequestContext, sections: Sequence[Section]) -> dict[str, Any] | None:
    """Return the holder of a stance, with attitude and position; None where the thing is not a stance."""
    statements = {statement.relation: statement for section in sections for statement in section.statements}
    if "holder" not in statements:
        return None
    stance = [statements[relation].name for relation in ("attitude", "position") if relation in statements]
    holder = statements["holder"]
    href = context.href(holder.value.value) if isinstance(holder.value, NamedNode) else None
    return {"name": holder.name, "href": href, "stance": ", ".join(stance)}


def _build_section(context: RequestContext, section: Section) -> dict[str, Any]:
    relations = [
        (relation, [_build_statement(context, statement) for statement in statements])
        for relation, statements in groupby(section.statements, key=lambda statement: statement.relation)
    ]
    return {"title": section.title, "relations": relations}


def _build_statement(context: RequestContext, statement: Statement) -> dict[str, Any]:
    marks = {"disputed": statement.disputed, "inferred": statement.inferred, "embedded": statement.embedded}
    return {
        "name": statement.name,
        "href": context.href(statement.value.value) if isinstance(statement.value, NamedNode) else None,
        "marks": statement.marks,
        "css_classes": " ".join(name for name, is_marked in marks.items() if is_marked),
    }
