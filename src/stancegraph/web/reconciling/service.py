"""The answers of the service, as its specification has them: manifest, candidates, suggestions, extensions."""

from __future__ import annotations

from html import escape
from typing import Any

from pyoxigraph import NamedNode

from stancegraph import __version__
from stancegraph.questions.parameters import labels
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES, shorten
from stancegraph.sparql.engine import Engine
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.context import RequestContext
from stancegraph.web.failures import RequestError
from stancegraph.web.reconciling import matching
from stancegraph.web.reconciling.queries import MOST, Wanted, batch, loaded, whole
from stancegraph.web.search import search

_SG = PREFIXES["sg"]
HOLDER, POST = "holderAt", "postAt"
_VALUES = 1000  # of one property of one thing, at most
_TIMED = {
    HOLDER: ("who held it at a date", "post", "holder"),
    POST: ("which post it held at a date", "holder", "post"),
}


def manifest(root: str) -> dict[str, Any]:
    """What the service at *root* is, and where its parts are."""
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
                    "help_text": "For holderAt and postAt: a day, month or year.",
                },
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "At most so many values; 0 for as many as there may be.",
                },
            ],
        },
    }


def reconciled(engine: Engine, text: str) -> dict[str, Any]:
    """The candidates for each query of a batch, with type, score, and what makes it up."""
    answer: dict[str, Any] = {}
    for key, query in batch(text).items():
        found = matching.candidates(engine, query)
        kinds = matching.typed(engine, [one.iri for one in found])
        answer[key] = {
            "result": [
                {
                    "id": matching.identifier(one.iri),
                    "name": one.name,
                    **({"description": one.remark} if one.remark else {}),
                    "type": kinds.get(one.iri, []),
                    "score": one.score,
                    "features": [{"id": name, "value": value} for name, value in one.features],
                    "match": matching.is_match(found, place),
                }
                for place, one in enumerate(found)
            ]
        }
    return answer


def suggested(context: RequestContext, kind: str, prefix: str, cursor: int) -> dict[str, Any]:
    """Things, types or properties whose name has *prefix* in it, after *cursor* of them."""
    if kind == "entity":
        hits = search(context.graph, prefix, cursor + 20)[cursor:]
        kinds = matching.typed(context.engine, [hit.iri for hit in hits])
        return {
            "result": [
                {"id": matching.identifier(hit.iri), "name": hit.label, "notable": kinds.get(hit.iri, [])[:2]}
                for hit in hits
            ]
        }
    folded = prefix.casefold()
    listed = types(context.engine) if kind == "type" else properties(context.engine, None)
    return {
        "result": [one for one in listed if folded in f"{one['name']} {one['id']}".casefold()][cursor : cursor + 20]
    }


def types(engine: Engine) -> list[dict[str, Any]]:
    """The classes that have things, with the classes above them."""
    found: dict[str, dict[str, Any]] = {}
    names = {row["class"].value: row["label"].value for row in rows(engine, lookup("class-list"))}
    for row in rows(engine, lookup("class-list")):
        iri = row["class"].value
        one = found.setdefault(iri, {"id": iri.removeprefix(_SG), "name": row["label"].value})
        if "above" in row and row["above"].value in names:
            above = row["above"].value
            one.setdefault("broader", []).append({"id": above.removeprefix(_SG), "name": names[above]})
    return list(found.values())


def properties(engine: Engine, kind: str | None) -> list[dict[str, Any]]:
    """The properties that things of a type have, the most frequent first, and those that need a date."""
    terms = {"class": [NamedNode(klass) for klass in matching.classes([kind])]} if kind else {}
    listed = rows(engine, lookup("properties-of", **terms))
    found = [{"id": _pid(row["property"].value), "name": row["label"].value} for row in listed]
    return found + [{"id": name, "name": words} for name, (words, _, _) in _TIMED.items()]


def _pid(iri: str) -> str:
    if iri.startswith(_SG):
        return iri.removeprefix(_SG)
    return shorten(iri)


def proposed(engine: Engine, kind: str, limit: int | None) -> dict[str, Any]:
    """The properties that a table of things of the type *kind* can be extended by."""
    found = properties(engine, kind or None)
    return {"type": kind, "properties": found[:limit] if limit else found} | ({"limit": limit} if limit else {})


def extended(engine: Engine, text: str) -> dict[str, Any]:
    """The values that a table is extended by; raises `RequestError` 400 for a request that is not as it must be."""
    told = loaded(text, "extend")
    ids, wanted = told.get("ids"), told.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids) or len(ids) > MOST:
        raise RequestError(400, "extend: ids must be a list of identifiers", f"give at most {MOST} at once")
    if not isinstance(wanted, list) or not all(isinstance(p, dict) and isinstance(p.get("id"), str) for p in wanted):
        raise RequestError(400, "extend: properties must be a list of objects with an id", 'write [{"id": "…"}]')
    if len(wanted) > MOST:
        raise RequestError(400, f"extend: there are {len(wanted)} properties", f"give at most {MOST} at once")
    names = {one["id"]: one["name"] for one in properties(engine, None)}
    cells: dict[str, dict[str, list[dict[str, Any]]]] = {one: {} for one in ids}
    for one in wanted:
        pid, settings = one["id"], one.get("settings") or {}
        if not isinstance(settings, dict):
            raise RequestError(400, f"extend: the settings of {pid} are no object", 'write {"limit": 5}')
        limit = _limit(settings.get("limit"))
        for thing in ids:
            found = _timed(engine, thing, pid, settings) if pid in _TIMED else _values(engine, thing, pid)
            cells[thing][pid] = found[:limit]
    return {"meta": [{"id": one["id"], "name": names.get(one["id"], one["id"])} for one in wanted], "rows": cells}


def _limit(given: Any) -> int:
    words = isinstance(given, str) and len(given) < 10 and given.isascii() and given.isdigit()
    most = whole(int(given) if words else given or 0, _VALUES)
    if most is None:
        raise RequestError(400, f"limit: {str(given)[:100]!r} is not a whole number", "give one such as 5")
    return most or _VALUES


def _iri(identifier: str) -> str:
    try:
        return NamedNode(ID + identifier).value
    except ValueError:
        raise RequestError(400, f"{identifier!r} is no identifier", "one such as actor/China") from None


def _values(engine: Engine, thing: str, pid: str) -> list[dict[str, Any]]:
    found = matching.values(engine, [_iri(thing)], [pid]).get((_iri(thing), pid), [])
    return [{"id": one[0], "name": one[1]} if len(one) > 1 else {"str": one[0]} for one in found]


def _timed(engine: Engine, thing: str, pid: str, settings: Any) -> list[dict[str, Any]]:
    """Who held a post, or which post somebody held, at the date that the settings give, or ever."""
    _, key, other = _TIMED[pid]
    at = str(settings.get("at") or "")
    text = matching.post_holders(*matching.days(Wanted(matching.AT, (at,)))) if at else lookup("post-holders")
    return [
        {
            "id": matching.identifier(row[other].value),
            "name": row[f"{other}Name"].value,
            **({} if row["known"].value == "true" or not at else {"description": "perhaps then"}),
        }
        for row in rows(engine, text)
        if row[key].value == _iri(thing)
    ]


def preview(engine: Engine, identifier: str) -> str:
    """A thing in a few words, as a page of its own; raises `RequestError` 404 where there is none."""
    iri = _iri(identifier)
    kinds = matching.typed(engine, [iri]).get(iri)
    if not kinds:
        raise RequestError(404, "the graph knows no such thing", "look for it with /reconcile/suggest/entity")
    called = labels(engine, None, thing=[NamedNode(iri)])
    name = next((label for _, label, preferred in called if preferred), identifier)
    others = ", ".join(label for _, label, preferred in called if not preferred)
    words = f"<p><strong>{escape(name)}</strong> ({escape(kinds[0]['name'])})</p>"
    return words + (f"<p>also called {escape(others)}</p>" if others else "")
