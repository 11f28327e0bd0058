"""The answers of the service, in the form of its specification: manifest, candidates, suggestions and previews."""

from __future__ import annotations

from html import escape
from typing import Any

from pyoxigraph import NamedNode

from stancegraph import __version__
from stancegraph.questions.parameters import find_names
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.sparql.engine import Engine
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.context import RequestContext
from stancegraph.web.failures import RequestError
from stancegraph.web.reconciling import matching
from stancegraph.web.reconciling.extension import list_properties
from stancegraph.web.reconciling.queries import parse_batch
from stancegraph.web.search import search

_SG = PREFIXES["sg"]
_PAGE_SIZE = 20  # suggestions


def manifest(root: str) -> dict[str, Any]:
    """Return the manifest of the service: what it offers, and at which addresses.

    Args:
        root: The address of the site, without a slash at its end.
    """
    base = f"{root}/reconcile"
    suggest = {
        kind: {
            "service_url": base,
            "service_path": f"/suggest/{kind}",
            "flyout_service_url": base,
            "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
        }
        for kind in ("entity", "property", "type")
    }
    return {
        "versions": ["0.2"],
        "name": "stancegraph",
        "identifierSpace": ID,
        "schemaSpace": _SG,
        "serviceVersion": __version__,
        "documentation": f"{root}/",
        "logo": f"{root}/static/icon.svg",
        "view": {"url": f"{root}/id/{{{{id}}}}"},
        "defaultTypes": [{"id": name, "name": name} for name in map(terms.local_name, (terms.ACTOR, terms.FORUM))],
        "suggest": suggest,
        "preview": {"url": f"{base}/preview?id={{{{id}}}}", "width": 420, "height": 180},
        "extend": {
            "propose_properties": {"service_url": base, "service_path": "/extend/propose"},
            "property_settings": [
                {
                    "name": "at",
                    "label": "Date",
                    "type": "text",
                    "default": "",
                    "help_text": "For holderAt and postAt: a day, month or year, such as 2012-05-21, 2012-05 or 2012.",
                },
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "How many values a cell has at most; 0 for no limit of your own.",
                },
            ],
        },
    }


def reconcile(engine: Engine, text: str) -> dict[str, Any]:
    """Reconcile a batch of queries.

    Args:
        engine: The engine to ask.
        text: The batch in JSON.

    Returns:
        The candidates for each query, by its key, with their types and scores and the features behind them.

    Raises:
        RequestError: 400; the batch, or a query in it, is malformed.
        ExternalError: The engine fails.
    """
    answer: dict[str, Any] = {}
    for key, query in parse_batch(text).items():
        candidates = matching.find_candidates(engine, query)
        types = matching.find_types(engine, [candidate.iri for candidate in candidates])
        answer[key] = {
            "result": [
                {
                    "id": matching.identifier(candidate.iri),
                    "name": candidate.name,
                    **({"description": candidate.remark} if candidate.remark else {}),
                    "type": types.get(candidate.iri, []),
                    "score": candidate.score,
                    "features": [{"id": name, "value": value} for name, value in candidate.features],
                    "match": matching.is_match(candidates, index),
                }
                for index, candidate in enumerate(candidates)
            ]
        }
    return answer


def suggest(context: RequestContext, kind: str, prefix: str, cursor: int) -> dict[str, Any]:
    """Suggest things, types or properties by a part of their names.

    Args:
        context: What the request is answered from.
        kind: What is suggested: ``entity``, ``type`` or ``property``.
        prefix: The part of the name, as the specification calls it; it may stand anywhere in the name.
        cursor: How many suggestions are skipped.

    Returns:
        The suggestions, a page of them.

    Raises:
        ExternalError: The engine fails.
    """
    end = cursor + _PAGE_SIZE
    if kind == "entity":
        hits = search(context.graph, prefix, end)[cursor:]
        types = matching.find_types(context.engine, [hit.iri for hit in hits])
        return {
            "result": [
                {"id": matching.identifier(hit.iri), "name": hit.label, "notable": types.get(hit.iri, [])[:2]}
                for hit in hits
            ]
        }
    folded = prefix.casefold()
    listed = _list_types(context.engine) if kind == "type" else list_properties(context.engine, None)
    return {"result": [item for item in listed if folded in f"{item['name']} {item['id']}".casefold()][cursor:end]}


def _list_types(engine: Engine) -> list[dict[str, Any]]:
    """Return the classes that have things, each with the classes directly above it."""
    types: dict[str, dict[str, Any]] = {}
    answer = list(rows(engine, lookup("class-list")))
    names = {row["class"].value: row["label"].value for row in answer}
    for row in answer:
        iri = row["class"].value
        item = types.setdefault(iri, {"id": iri.removeprefix(_SG), "name": row["label"].value})
        if "above" in row and row["above"].value in names:
            above = row["above"].value
            item.setdefault("broader", []).append({"id": above.removeprefix(_SG), "name": names[above]})
    return list(types.values())


def preview(engine: Engine, identifier: str) -> str:
    """Preview a thing: its name, its type and its other names.

    Args:
        engine: The engine to ask.
        identifier: The identifier of the thing.

    Returns:
        A fragment of HTML.

    Raises:
        RequestError: 400; *identifier* is not one. 404; the graph does not know the thing.
        ExternalError: The engine fails.
    """
    iri = matching.thing_iri(identifier)
    types = matching.find_types(engine, [iri]).get(iri)
    if not types:
        raise RequestError(404, "the graph knows no such thing", "look for it with /reconcile/suggest/entity")
    names = find_names(engine, None, thing=[NamedNode(iri)])
    label = next((name.text for name in names if name.is_preferred), identifier)
    aliases = ", ".join(name.text for name in names if not name.is_preferred)
    html = f"<p><strong>{escape(label)}</strong> ({escape(types[0]['name'])})</p>"
    return html + (f"<p>also called {escape(aliases)}</p>" if aliases else "")
