"""The pages that lead to others: the first page, the list of questions, the search, and the licences."""

from __future__ import annotations

from itertools import groupby

from stancegraph.assets import licence, pinned
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.context import RequestContext
from stancegraph.web.pages import answers
from stancegraph.web.pages.rendering import render_page
from stancegraph.web.search import list_hits


def render_home(context: RequestContext) -> str:
    """Render the first page: what is in the graph, in figures and pictures, and which questions can be asked."""
    counts = [(row["kind"].value, row["count"].value) for row in rows(context.engine, lookup("counts"))]
    featured = sorted(
        (query for query in context.graph.questions.values() if query.home is not None),
        key=lambda query: query.home or 0,
    )
    figures = []
    for query in featured:
        answer = context.graph.ask(query.name).first(context.max_rows)
        figure = answers.draw_figure(context, query, answer.rows)
        if figure is not None:
            figures.append((query, figure))
    questions = group_questions(context)
    return render_page(context, "home.html", counts=counts, figures=figures, questions_by_tag=questions)


def render_question_list(context: RequestContext) -> str:
    """Render the list of all stored questions, by their first tag."""
    return render_page(context, "questions.html", questions_by_tag=group_questions(context))


def group_questions(context: RequestContext) -> list[tuple[str, list[StoredQuery]]]:
    """Return the stored questions by their first tag, those of a tag by title; those without a tag are under other."""
    ordered = sorted(context.graph.questions.values(), key=lambda query: (query.tags[:1], query.title))
    groups = groupby(ordered, lambda query: query.tags[:1])
    return [(first_tag[0] if first_tag else "other", list(queries)) for first_tag, queries in groups]


def render_search(context: RequestContext, text: str) -> str:
    """Render the page of the things whose names contain *text*."""
    return render_page(context, "search.html", search_text=text, hits=list_hits(context, text))


def render_licences(context: RequestContext) -> str:
    """Render the page of the third-party components that the build fetches, with their licences."""
    files_by_package = {file.package: file for file in pinned()}  # the files of a package share version and licence
    components = [
        {"name": file.package, "version": file.version, "licence": file.licence, "text": licence(file.package)}
        for file in files_by_package.values()
    ]
    return render_page(context, "licences.html", components=components)
