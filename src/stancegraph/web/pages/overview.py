"""The pages that lead to others: the first one, the list of questions, the search, licences, and what went wrong."""

from __future__ import annotations

from itertools import groupby

from stancegraph.assets import licence, pinned
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.context import RequestContext
from stancegraph.web.pages import answers
from stancegraph.web.pages.rendering import render
from stancegraph.web.search import list_hits


def home(context: RequestContext) -> str:
    """What the graph holds, in figures and pictures, and what can be asked."""
    counts = [(row["kind"].value, row["count"].value) for row in rows(context.engine, lookup("counts"))]
    pictured = sorted((q for q in context.graph.questions.values() if q.home is not None), key=lambda q: q.home or 0)
    figures = []
    for query in pictured:
        answer = context.graph.ask(query.name).first(context.max_rows)
        figures.append((query, answers.figure(context, query, answer.rows)))
    return render(
        context, "home.html", counts=counts, figures=[one for one in figures if one[1]], tagged=tagged(context)
    )


def questions(context: RequestContext) -> str:
    """All stored questions, by what they are about."""
    return render(context, "questions.html", tagged=tagged(context))


def tagged(context: RequestContext) -> list[tuple[str, list[StoredQuery]]]:
    """The stored questions by their first tag."""
    ordered = sorted(context.graph.questions.values(), key=lambda query: (query.tags[:1], query.title))
    return [(tag[0] if tag else "other", list(found)) for tag, found in groupby(ordered, lambda q: q.tags[:1])]


def search(context: RequestContext, words: str) -> str:
    """What a search finds, as a page."""
    return render(context, "search.html", words=words, found=list_hits(context, words))


def licences(context: RequestContext) -> str:
    """Which parts are others', under which licences."""
    packages = {one.package: one for one in pinned()}
    told = []
    for one in packages.values():
        told.append({"name": one.package, "version": one.version, "licence": one.licence, "text": licence(one.package)})
    return render(context, "licences.html", packages=told)
