"""The procedures of a worker, by name: pages, pictures, descriptions, reconciliation, and stored questions.

Each takes a `RequestContext` and plain data, and returns a complete answer, or a query whose answer is streamed. They
raise `stancegraph.errors.StancegraphError`, with an HTTP status in `stancegraph.web.failures.RequestError`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from stancegraph.errors import UsageError
from stancegraph.output.pictures import View, guess_view
from stancegraph.sparql.engine import Rows
from stancegraph.sparql.lookups import rows
from stancegraph.web import description, negotiation, openapi, pictures, questions
from stancegraph.web.backend.task import CompleteAnswer, Head, Query
from stancegraph.web.context import RequestContext
from stancegraph.web.pages import edit, overview, thing
from stancegraph.web.pages import ontology as ontology_pages
from stancegraph.web.pages import question as question_page
from stancegraph.web.pages import workbench as workbench_page
from stancegraph.web.reconciling import extension as data_extension
from stancegraph.web.reconciling import service as reconciling
from stancegraph.web.search import list_hits

_MAX_NAME = 1000  # characters of a name that is searched for, or of an identifier


def _html(text: str) -> CompleteAnswer:
    return CompleteAnswer(Head("text/html; charset=utf-8"), text.encode("utf-8", "replace"))


def _json(value: Any, **headers: str) -> CompleteAnswer:
    return CompleteAnswer(Head("application/json", headers=headers), json.dumps(value).encode("ascii"))


def home(context: RequestContext) -> CompleteAnswer:
    """Make the home page."""
    return _html(overview.render_home(context))


def licences(context: RequestContext) -> CompleteAnswer:
    """Make the page of third-party files and their licences."""
    return _html(overview.render_licences(context))


def search(context: RequestContext, text: str, as_page: bool) -> CompleteAnswer:
    """Find the things whose names contain *text*, as a page or as data."""
    if len(text) > _MAX_NAME:
        raise UsageError("no name is that long", remedy=f"search for at most {_MAX_NAME} characters")
    return _html(overview.render_search(context, text)) if as_page else _json(list_hits(context, text), Vary="Accept")


def thing_page(context: RequestContext, path: str) -> CompleteAnswer:
    """Make the page of the thing at *path*."""
    return _html(thing.render_thing(context, path))


def ontology_page(context: RequestContext, graph: str) -> CompleteAnswer:
    """Make the page of the ontology in the named graph of that IRI."""
    return _html(ontology_pages.render_ontology(context, graph))


def document_page(context: RequestContext, triples: bytes) -> CompleteAnswer:
    """Make the page of an ontology that is no graph of its own, from its *triples* in N-Triples."""
    return _html(ontology_pages.render_document(context, triples))


def workbench(context: RequestContext, question: str | None, text: str | None) -> CompleteAnswer:
    """Make the workbench, with the stored question of that name, or with the query *text* and its answer."""
    return _html(workbench_page.render_workbench(context, question, text))


def workbench_terms(context: RequestContext) -> CompleteAnswer:
    """Return the terms that the workbench completes."""
    return _json(workbench_page.list_terms(context))


def edit_list(context: RequestContext, slugs: Sequence[str]) -> CompleteAnswer:
    """Make the page of the articles that can be edited."""
    return _html(edit.render_article_list(context, slugs))


def edit_page(context: RequestContext, slug: str) -> CompleteAnswer:
    """Make the page on which an article is coded."""
    return _html(edit.render_coding_page(context, slug))


def question_list(context: RequestContext, as_page: bool) -> CompleteAnswer:
    """List the stored questions, as a page or as data."""
    if as_page:
        return _html(overview.render_question_list(context))
    described = [questions.describe_question(query) for query in context.graph.questions.values()]
    return _json(described, Vary="Accept")


def question(
    context: RequestContext, name: str, parameters: Sequence[tuple[str, str]], accept: str | None, url: str
) -> CompleteAnswer | Query:
    """Answer a stored question.

    Args:
        context: What the request is answered from.
        name: The name of the question.
        parameters: The parameters of the address, in their order.
        accept: The Accept header.
        url: The address of the request.

    Returns:
        A query, if the engine's own answer is what is wanted; else part of the answer, or a format that no engine
        writes.
    """
    request = questions.bind_request(context, name, parameters, accept)
    return request.query if request.is_plain else questions.answer_request(context, request, url)


def question_form(context: RequestContext, name: str, parameters: Mapping[str, Sequence[str]]) -> CompleteAnswer:
    """Make the page of a stored question, with its answer if its *parameters* are complete."""
    return _html(question_page.render_question(context, name, parameters))


def service_description(context: RequestContext, accept: str | None) -> CompleteAnswer:
    """Describe the service and its data in RDF."""
    formats = negotiation.GRAPH_FORMATS
    media_type = negotiation.choose(accept, list(formats)) or next(iter(formats))
    sizes = {
        row["graph"].value: int(row["triples"].value) for row in rows(context.engine, description.GRAPH_SIZES_QUERY)
    }
    triples = description.describe(context.root, context.version, sizes)
    return CompleteAnswer(
        Head(media_type, headers={"Vary": "Accept"}), description.serialize_triples(triples, formats[media_type])
    )


def openapi_document(context: RequestContext) -> CompleteAnswer:
    """Describe the service in OpenAPI."""
    return _json(openapi.build_document(context.graph.questions.values(), context.root))


_VIEW = re.compile(r"^#\+[ \t]*+view:[ \t]*+\{([^{}\n]{0,500})\}[ \t]*+$", re.MULTILINE)
_ROLE = re.compile(r"[ \t]*+([A-Za-z_]\w{0,40})[ \t]*+:[ \t]*+([A-Za-z_]\w{0,100})[ \t]*+")


def parse_view(text: str) -> View | None:
    """Return the view that a query names in a line such as ``#+ view: {type: chart, category: name}``.

    Anybody may have written that line: it is parsed as pairs of names, and not as YAML.

    Returns:
        The view, or None if the query names none.

    Raises:
        UsageError: The line is malformed, or there is no such view.
    """
    line = _VIEW.search(text)
    if line is None and not re.search(r"^#\+[ \t]*+view:", text, re.MULTILINE):
        return None
    pairs = [_ROLE.fullmatch(part) for part in line[1].split(",")] if line is not None else [None]
    roles = {pair[1]: pair[2] for pair in pairs if pair is not None}
    if None in pairs:
        raise UsageError(
            "the `#+ view:` line is not a list of names", remedy="write `#+ view: {type: chart, category: name}`"
        )
    try:
        return View.from_header(roles)
    except ValueError as error:
        raise UsageError(str(error), remedy="correct the `#+ view:` line, or remove it") from None


def picture(context: RequestContext, text: str) -> CompleteAnswer:
    """Draw the answer to any query: in the view that its header names, or one that suits its columns."""
    view = parse_view(text)
    answer = context.query(text)
    if not isinstance(answer, Rows):
        raise UsageError("only rows can be drawn", remedy="ask with SELECT")
    shown = answer.first(context.max_rows)
    view = view or guess_view(shown)
    if view is None:
        raise UsageError("there is nothing to draw", remedy="name a view: `#+ view: {type: chart, category: NAME}`")
    markup = pictures.draw_answer(context, shown, view, json.dumps(dict(view.roles)), "svg")
    return CompleteAnswer(Head("image/svg+xml"), markup)


def reconciliation_manifest(context: RequestContext) -> CompleteAnswer:
    """Return the manifest of the reconciliation service."""
    return _json(reconciling.manifest(context.root))


def candidates(context: RequestContext, queries: str) -> CompleteAnswer:
    """Return the candidates for a batch of names, which is JSON."""
    return _json(reconciling.reconcile(context.engine, queries))


def extension(context: RequestContext, extend: str) -> CompleteAnswer:
    """Return the values by which a table is extended, as asked for in JSON."""
    return _json(data_extension.extend(context.engine, extend))


def suggestions(context: RequestContext, kind: str, prefix: str, cursor: int) -> CompleteAnswer:
    """Return entities, types or properties whose names contain *prefix*, without the first *cursor* of them."""
    return _json(reconciling.suggest(context, kind, prefix[:_MAX_NAME], cursor))


def flyout(context: RequestContext, kind: str, name: str) -> CompleteAnswer:
    """Return a summary of an entity, type or property, as a fragment of HTML."""
    if kind == "entity":
        return _json({"id": name, "html": reconciling.preview(context.engine, name)})
    suggested = reconciling.suggest(context, kind, name[:_MAX_NAME], 0)
    label = next((item["name"] for item in suggested["result"] if item["id"] == name), name)
    return _json({"id": name, "html": f"<p>{escape(label)}</p>"})


def preview(context: RequestContext, name: str) -> CompleteAnswer:
    """Make the page that previews an entity."""
    html = reconciling.preview(context.engine, name)
    return _html(f"<!DOCTYPE html><html lang='en'><title>Preview</title><body>{html}</body></html>")


def property_proposals(context: RequestContext, kind: str, limit: int | None) -> CompleteAnswer:
    """Return the properties by which a table of things of a type can be extended."""
    return _json(data_extension.propose_properties(context.engine, kind, limit))


PROCEDURES: Mapping[str, Callable[..., CompleteAnswer | Query]] = {
    procedure.__name__: procedure
    for procedure in (
        home, licences, search, thing_page, ontology_page, document_page, workbench, workbench_terms, edit_list,
        edit_page, question_list, question, question_form, service_description, openapi_document, picture,
        reconciliation_manifest, candidates, extension, suggestions, flyout, preview, property_proposals,
    )
}  # fmt: skip
"""The procedures that a `stancegraph.web.backend.task.Call` can name."""
