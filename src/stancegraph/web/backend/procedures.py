"""What a worker makes, by name: pages, pictures, descriptions, candidates for names, and the stored questions' answers.

Each takes a context and plain data, and gives what it made, or a query whose answer is to be streamed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from stancegraph.errors import UsageError
from stancegraph.output.pictures import View, guess
from stancegraph.sparql.engine import Rows
from stancegraph.sparql.lookups import rows
from stancegraph.web import description, negotiation, openapi, pictures, questions
from stancegraph.web.backend.task import CompleteAnswer, Head, Query
from stancegraph.web.context import RequestContext
from stancegraph.web.pages import edit, overview, thing, workbench
from stancegraph.web.pages import question as question_page
from stancegraph.web.reconciling import service as reconciling
from stancegraph.web.search import listing

_LONGEST = 1000  # characters of a name that is looked for, as those of an identifier


def _page(text: str) -> CompleteAnswer:
    return CompleteAnswer(Head("text/html; charset=utf-8"), text.encode("utf-8", "replace"))


def _json(told: Any, **headers: str) -> CompleteAnswer:
    return CompleteAnswer(Head("application/json", headers=headers), json.dumps(told).encode("ascii"))


def home(context: RequestContext) -> CompleteAnswer:
    """The first page."""
    return _page(overview.home(context))


def licences(context: RequestContext) -> CompleteAnswer:
    """Which parts are others'."""
    return _page(overview.licences(context))


def search(context: RequestContext, words: str, page: bool) -> CompleteAnswer:
    """What is called by *words*, as a page or as data."""
    if len(words) > _LONGEST:
        raise UsageError("nothing has so long a name", remedy=f"look for at most {_LONGEST} characters")
    return _page(overview.search(context, words)) if page else _json(listing(context, words), Vary="Accept")


def page(context: RequestContext, path: str) -> CompleteAnswer:
    """The page of the thing at *path*."""
    return _page(thing.page(context, path))


def bench(context: RequestContext, question: str | None, text: str | None) -> CompleteAnswer:
    """The workbench, with a stored question, or with a query and the answer to it."""
    return _page(workbench.page(context, question, text))


def terms(context: RequestContext) -> CompleteAnswer:
    """What the workbench completes."""
    return _json(workbench.terms(context))


def edit_list(context: RequestContext, slugs: Sequence[str]) -> CompleteAnswer:
    """The articles that can be edited."""
    return _page(edit.overview(context, slugs))


def edit_page(context: RequestContext, slug: str) -> CompleteAnswer:
    """The page on which an article is coded."""
    return _page(edit.page(context, slug))


def question_list(context: RequestContext, page: bool) -> CompleteAnswer:
    """The stored questions, as a page or as data."""
    if page:
        return _page(overview.questions(context))
    return _json([questions.described(query) for query in context.graph.questions.values()], Vary="Accept")


def question(
    context: RequestContext, name: str, given: Sequence[tuple[str, str]], accept: str | None, url: str
) -> CompleteAnswer | Query:
    """The answer to a stored question, streamed; or a part of it, or a form of it that no engine writes."""
    asked = questions.bound(context, name, given, accept)
    return asked.query if asked.plain else questions.answered(context, asked, url)


def question_form(context: RequestContext, name: str, given: Mapping[str, Sequence[str]]) -> CompleteAnswer:
    """The page of a stored question."""
    return _page(question_page.page(context, name, given))


def described(context: RequestContext, accept: str | None) -> CompleteAnswer:
    """What the service and its data are, in RDF."""
    chosen = negotiation.choose(accept, list(negotiation.GRAPHS)) or next(iter(negotiation.GRAPHS))
    sizes = {row["graph"].value: int(row["triples"].value) for row in rows(context.engine, description.QUERY)}
    found = description.triples(context.root, context.version, sizes)
    return CompleteAnswer(
        Head(chosen, headers={"Vary": "Accept"}), description.in_format(found, negotiation.GRAPHS[chosen])
    )


def api(context: RequestContext) -> CompleteAnswer:
    """The description of the service for programs."""
    return _json(openapi.description(context.graph.questions.values(), context.root))


_VIEW = re.compile(r"^#\+[ \t]*+view:[ \t]*+\{([^{}\n]{0,500})\}[ \t]*+$", re.MULTILINE)
_ROLE = re.compile(r"[ \t]*+([A-Za-z_]\w{0,40})[ \t]*+:[ \t]*+([A-Za-z_]\w{0,100})[ \t]*+")


def view_of(text: str) -> View | None:
    """The view that a query names in the line ``#+ view: {type: chart, category: name}``, if it has one.

    That line comes from who knows whom: it is read as pairs of names, and not as YAML. Raises `UsageError` where there
    is no such picture.
    """
    named = _VIEW.search(text)
    if named is None:
        if re.search(r"^#\+[ \t]*+view:", text, re.MULTILINE):
            raise UsageError(
                "the line of the view is no list of names", remedy="write #+ view: {type: chart, category: name}"
            )
        return None
    pairs = [_ROLE.fullmatch(part) for part in named[1].split(",")]
    if not all(pairs):
        raise UsageError(
            "the line of the view is no list of names", remedy="write #+ view: {type: chart, category: name}"
        )
    try:
        return View.from_header({pair[1]: pair[2] for pair in pairs if pair is not None})
    except ValueError as error:
        raise UsageError(str(error), remedy="correct the line `#+ view:`, or leave it out") from None


def picture(context: RequestContext, text: str) -> CompleteAnswer:
    """Any query's answer as a picture: the one that its header names, or that its columns suggest."""
    view = view_of(text)
    asked = context.sparql(text)
    if not isinstance(asked, Rows):
        raise UsageError("only rows make a picture", remedy="ask with SELECT")
    answer = asked.first(context.most)
    view = view or guess(answer)
    if view is None:
        raise UsageError("there is nothing to draw", remedy="name a view: #+ view: {type: chart, category: NAME}")
    drawn = pictures.drawn_as(context, answer, view, json.dumps(dict(view.roles)), "svg")
    return CompleteAnswer(Head("image/svg+xml"), drawn)


def manifest(context: RequestContext) -> CompleteAnswer:
    """What the reconciliation service is."""
    return _json(reconciling.manifest(context.root))


def reconciled(context: RequestContext, queries: str) -> CompleteAnswer:
    """Candidates for a batch of names."""
    return _json(reconciling.reconciled(context.engine, queries))


def extended(context: RequestContext, extend: str) -> CompleteAnswer:
    """What a table is extended by."""
    return _json(reconciling.extended(context.engine, extend))


def suggested(context: RequestContext, kind: str, prefix: str, cursor: int) -> CompleteAnswer:
    """Things, types or properties by what they are called."""
    return _json(reconciling.suggested(context, kind, prefix[:_LONGEST], cursor))


def flyout(context: RequestContext, kind: str, name: str) -> CompleteAnswer:
    """A thing, type or property in a few words, as a fragment of HTML."""
    if kind == "entity":
        return _json({"id": name, "html": reconciling.preview(context.engine, name)})
    listed = reconciling.suggested(context, kind, name[:_LONGEST], 0)
    words = next((one["name"] for one in listed["result"] if one["id"] == name), name)
    return _json({"id": name, "html": f"<p>{escape(words)}</p>"})


def preview(context: RequestContext, name: str) -> CompleteAnswer:
    """A thing in a few words, as a page of its own."""
    html = reconciling.preview(context.engine, name)
    return _page(f"<!DOCTYPE html><html lang='en'><title>Preview</title><body>{html}</body></html>")


def proposed(context: RequestContext, kind: str, limit: int | None) -> CompleteAnswer:
    """The properties that a table can be extended by."""
    return _json(reconciling.proposed(context.engine, kind, limit))


MADE: Mapping[str, Callable[..., CompleteAnswer | Query]] = {
    one.__name__: one
    for one in (
        home, licences, search, page, bench, terms, edit_list, edit_page, question_list, question, question_form,
        described, api, picture, manifest, reconciled, extended, suggested, flyout, preview, proposed,
    )
}  # fmt: skip
"""What can be made, by name."""
