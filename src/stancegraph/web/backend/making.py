"""What a worker makes, by name: pages, pictures, descriptions, candidates for names, and the stored questions' answers.

Each takes a frame and plain data, and gives what it made, or a query whose answer is to be streamed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from stancegraph.errors import CallError
from stancegraph.output.pictures import View, guess
from stancegraph.sparql.engine import Rows
from stancegraph.sparql.lexer import check_size
from stancegraph.sparql.lookups import rows
from stancegraph.web import description, negotiation, openapi, questions
from stancegraph.web.backend.task import Head, Made, Query
from stancegraph.web.pages import answers, edit, overview, thing, workbench
from stancegraph.web.pages import question as question_page
from stancegraph.web.pages.frame import Frame
from stancegraph.web.reconciling import service as reconciling

_LONGEST = 1000  # characters of a name that is looked for, as those of an identifier


def _page(text: str) -> Made:
    return Made(Head("text/html; charset=utf-8"), text.encode("utf-8", "replace"))


def _json(told: Any, **headers: str) -> Made:
    return Made(Head("application/json", headers=headers), json.dumps(told).encode("ascii"))


def home(frame: Frame) -> Made:
    """The first page."""
    return _page(overview.home(frame))


def licences(frame: Frame) -> Made:
    """Which parts are others'."""
    return _page(overview.licences(frame))


def search(frame: Frame, words: str, page: bool) -> Made:
    """What is called by *words*, as a page or as data."""
    if len(words) > _LONGEST:
        raise CallError("nothing has so long a name", remedy=f"look for at most {_LONGEST} characters")
    return _page(overview.search(frame, words)) if page else _json(overview.found(frame, words), Vary="Accept")


def page(frame: Frame, path: str) -> Made:
    """The page of the thing at *path*."""
    return _page(thing.page(frame, path))


def bench(frame: Frame, question: str | None, text: str | None) -> Made:
    """The workbench, with a stored question, or with a query and the answer to it."""
    return _page(workbench.page(frame, question, text))


def terms(frame: Frame) -> Made:
    """What the workbench completes."""
    return _json(workbench.terms(frame))


def edit_list(frame: Frame, slugs: Sequence[str]) -> Made:
    """The articles that can be edited."""
    return _page(edit.overview(frame, slugs))


def edit_page(frame: Frame, slug: str) -> Made:
    """The page on which an article is coded."""
    return _page(edit.page(frame, slug))


def question_list(frame: Frame, page: bool) -> Made:
    """The stored questions, as a page or as data."""
    if page:
        return _page(overview.questions(frame))
    return _json([questions.described(query) for query in frame.questions.values()], Vary="Accept")


def question(frame: Frame, name: str, given: Sequence[tuple[str, str]], accept: str | None, url: str) -> Made | Query:
    """The answer to a stored question, streamed; or a part of it, or a form of it that no engine writes."""
    asked = questions.bound(frame, name, given, accept)
    return asked.query if asked.plain else questions.answered(frame, asked, url)


def question_form(frame: Frame, name: str, given: Mapping[str, Sequence[str]]) -> Made:
    """The page of a stored question."""
    return _page(question_page.page(frame, name, given))


def described(frame: Frame, accept: str | None) -> Made:
    """What the service and its data are, in RDF."""
    chosen = negotiation.choose(accept, list(negotiation.GRAPHS)) or next(iter(negotiation.GRAPHS))
    sizes = {row["graph"].value: int(row["triples"].value) for row in rows(frame.engine, description.QUERY)}
    found = description.triples(frame.root, frame.version, sizes)
    return Made(Head(chosen, headers={"Vary": "Accept"}), description.in_format(found, negotiation.GRAPHS[chosen]))


def api(frame: Frame) -> Made:
    """The description of the service for programs."""
    return _json(openapi.description(frame.questions.values(), frame.root))


_VIEW = re.compile(r"^#\+[ \t]*+view:[ \t]*+\{([^{}\n]{0,500})\}[ \t]*+$", re.MULTILINE)
_ROLE = re.compile(r"[ \t]*+([A-Za-z_]\w{0,40})[ \t]*+:[ \t]*+([A-Za-z_]\w{0,100})[ \t]*+")


def view_of(text: str) -> View | None:
    """The view that a query names in the line ``#+ view: {type: chart, category: name}``, if it has one.

    That line comes from who knows whom: it is read as pairs of names, and not as YAML. Raises `CallError` where there
    is no such picture.
    """
    named = _VIEW.search(text)
    if named is None:
        if re.search(r"^#\+[ \t]*+view:", text, re.MULTILINE):
            raise CallError(
                "the line of the view is no list of names", remedy="write #+ view: {type: chart, category: name}"
            )
        return None
    pairs = [_ROLE.fullmatch(part) for part in named[1].split(",")]
    if not all(pairs):
        raise CallError(
            "the line of the view is no list of names", remedy="write #+ view: {type: chart, category: name}"
        )
    try:
        return View.of({pair[1]: pair[2] for pair in pairs if pair is not None})
    except ValueError as error:
        raise CallError(str(error), remedy="correct the line `#+ view:`, or leave it out") from None


def picture(frame: Frame, text: str) -> Made:
    """Any query's answer as a picture: the one that its header names, or that its columns suggest."""
    check_size(text)
    view = view_of(text)
    asked = workbench.answer(frame, text)
    if not isinstance(asked, Rows):
        raise CallError("only rows make a picture", remedy="ask with SELECT")
    answer = asked.first(frame.most)
    view = view or guess(answer)
    if view is None:
        raise CallError("there is nothing to draw", remedy="name a view: #+ view: {type: chart, category: NAME}")
    drawn = answers.drawn_as(frame, answer, view, json.dumps(dict(view.roles)), "svg")
    return Made(Head("image/svg+xml"), drawn)


def manifest(frame: Frame) -> Made:
    """What the reconciliation service is."""
    return _json(reconciling.manifest(frame.root))


def reconciled(frame: Frame, queries: str) -> Made:
    """Candidates for a batch of names."""
    return _json(reconciling.reconciled(frame.engine, queries))


def extended(frame: Frame, extend: str) -> Made:
    """What a table is extended by."""
    return _json(reconciling.extended(frame.engine, extend))


def suggested(frame: Frame, kind: str, prefix: str, cursor: int) -> Made:
    """Things, types or properties by what they are called."""
    return _json(reconciling.suggested(frame, kind, prefix[:_LONGEST], cursor))


def flyout(frame: Frame, kind: str, name: str) -> Made:
    """A thing, type or property in a few words, as a fragment of HTML."""
    if kind == "entity":
        return _json({"id": name, "html": reconciling.preview(frame.engine, name)})
    listed = reconciling.suggested(frame, kind, name[:_LONGEST], 0)
    words = next((one["name"] for one in listed["result"] if one["id"] == name), name)
    return _json({"id": name, "html": f"<p>{escape(words)}</p>"})


def preview(frame: Frame, name: str) -> Made:
    """A thing in a few words, as a page of its own."""
    html = reconciling.preview(frame.engine, name)
    return _page(f"<!DOCTYPE html><html lang='en'><title>Preview</title><body>{html}</body></html>")


def proposed(frame: Frame, kind: str, limit: int | None) -> Made:
    """The properties that a table can be extended by."""
    return _json(reconciling.proposed(frame.engine, kind, limit))


MADE: Mapping[str, Callable[..., Made | Query]] = {
    one.__name__: one
    for one in (
        home, licences, search, page, bench, terms, edit_list, edit_page, question_list, question, question_form,
        described, api, picture, manifest, reconciled, extended, suggested, flyout, preview, proposed,
    )
}  # fmt: skip
"""What can be made, by name."""
