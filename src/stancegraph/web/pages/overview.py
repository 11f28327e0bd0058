"""The pages that lead to others: the first one, the list of questions, the search, licences, and what went wrong."""

from __future__ import annotations

from itertools import groupby

from stancegraph.assets import licence, pinned
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.namespaces import shorten
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.pages import answers
from stancegraph.web.pages.frame import Frame
from stancegraph.web.search import search as search_labels

_FOUND = 50  # things that a search shows


def home(frame: Frame) -> str:
    """What the graph holds, in figures and pictures, and what can be asked."""
    counts = [(row["kind"].value, row["count"].value) for row in rows(frame.engine, lookup("counts"))]
    pictured = sorted((q for q in frame.questions.values() if q.home is not None), key=lambda q: q.home or 0)
    figures = []
    for query in pictured:
        _, answer = answers.ask(frame, query, {})
        figures.append((query, answers.figure(frame, query, answer)))
    return frame.render("home.html", counts=counts, figures=[one for one in figures if one[1]], tagged=tagged(frame))


def questions(frame: Frame) -> str:
    """All stored questions, by what they are about."""
    return frame.render("questions.html", tagged=tagged(frame))


def tagged(frame: Frame) -> list[tuple[str, list[StoredQuery]]]:
    """The stored questions by their first tag."""
    ordered = sorted(frame.questions.values(), key=lambda query: (query.tags[:1], query.title))
    return [(tag[0] if tag else "other", list(found)) for tag, found in groupby(ordered, lambda q: q.tags[:1])]


def found(frame: Frame, words: str, most: int = _FOUND) -> list[dict[str, str | None]]:
    """The things whose label or alias has *words* in it, each with its page, name and kind."""
    hits = search_labels(frame.engine, words, most)
    return [{"href": frame.href(hit.iri), "name": hit.label, "kind": shorten(hit.iri).split(":")[0]} for hit in hits]


def search(frame: Frame, words: str) -> str:
    """What a search finds, as a page."""
    return frame.render("search.html", words=words, found=found(frame, words))


def licences(frame: Frame) -> str:
    """Which parts are others', under which licences."""
    packages = {one.package: one for one in pinned()}
    told = []
    for one in packages.values():
        told.append({"name": one.package, "version": one.version, "licence": one.licence, "text": licence(one.package)})
    return frame.render("licences.html", packages=told)
