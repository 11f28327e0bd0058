"""The extension of a table: columns for the properties of the things that its rows are matched to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyoxigraph import NamedNode

from stancegraph.rdf.datatypes import is_true
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Engine
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.failures import RequestError
from stancegraph.web.reconciling import matching
from stancegraph.web.reconciling.queries import MAX_ITEMS, PropertyCriterion, parse_object, to_whole_number

_SG = PREFIXES["sg"]
_MAX_VALUES = 1000  # of a property of a thing

# Properties of this service alone, which need a date: the label, and the variables of the thing and of its value.
_DATED_PROPERTIES = {
    "holderAt": ("holder at a date", "post", "holder"),
    "postAt": ("post held at a date", "holder", "post"),
}


def list_properties(engine: Engine, kind: str | None) -> list[dict[str, Any]]:
    """List properties.

    Args:
        engine: The engine to ask.
        kind: The identifier of a type; None for any.

    Returns:
        The ``id`` and ``name`` of each property that things of the type have, the most frequent first, and then of
        those that need a date.

    Raises:
        RequestError: 400; *kind* is not an identifier.
        ExternalError: The engine fails.
    """
    classes = {"class": [NamedNode(klass) for klass in matching.parse_types([kind])]} if kind else {}
    answer = rows(engine, lookup("properties-of", **classes))
    properties = [{"id": _property_identifier(row["property"].value), "name": row["label"].value} for row in answer]
    return properties + [{"id": pid, "name": name} for pid, (name, _, _) in _DATED_PROPERTIES.items()]


def _property_identifier(iri: str) -> str:
    if iri.startswith(_SG):
        return iri.removeprefix(_SG)
    prefix, base = next((prefix, base) for prefix, base in PREFIXES.items() if iri.startswith(base))
    return f"{prefix}:{iri.removeprefix(base)}"


def propose_properties(engine: Engine, kind: str, limit: int | None) -> dict[str, Any]:
    """Propose the properties with which a table of things can be extended.

    Args:
        engine: The engine to ask.
        kind: The identifier of the type of the things; empty for any.
        limit: How many properties are proposed at most; None or 0 for all.

    Returns:
        The proposal, with the ``id`` and ``name`` of each property.

    Raises:
        RequestError: 400; *kind* is not an identifier.
        ExternalError: The engine fails.
    """
    properties = list_properties(engine, kind or None)
    if not limit:
        return {"type": kind, "properties": properties}
    return {"type": kind, "properties": properties[:limit], "limit": limit}


def extend(engine: Engine, text: str) -> dict[str, Any]:
    """Extend a table with the values of properties.

    Args:
        engine: The engine to ask.
        text: The request in JSON: the ``ids`` of the things, and the ``properties`` with their settings.

    Returns:
        The properties in ``meta``, and the values for each thing in ``rows``.

    Raises:
        RequestError: 400; the request is malformed or too large.
        ExternalError: The engine fails.
    """
    request = parse_object(text, "extend")
    ids, properties = request.get("ids"), request.get("properties")
    if not isinstance(ids, list) or not all(isinstance(thing, str) for thing in ids) or len(ids) > MAX_ITEMS:
        raise RequestError(400, "extend: ids must be a list of identifiers", f"give at most {MAX_ITEMS} at once")
    if not isinstance(properties, list) or not all(map(_has_id, properties)):
        raise RequestError(400, "extend: properties must be a list of objects with an id", 'write [{"id": "…"}]')
    if len(properties) > MAX_ITEMS:
        raise RequestError(400, f"extend: there are {len(properties)} properties", f"give at most {MAX_ITEMS} at once")
    names = {item["id"]: item["name"] for item in list_properties(engine, None)}
    cells: dict[str, dict[str, list[dict[str, Any]]]] = {thing: {} for thing in ids}
    for item in properties:
        pid, settings = item["id"], item.get("settings") or {}
        if not isinstance(settings, dict):
            raise RequestError(400, f"extend: the settings of {pid} are not an object", 'write {"limit": 5}')
        limit = _parse_limit(settings.get("limit"))
        for thing in ids:
            is_dated = pid in _DATED_PROPERTIES
            values = _dated_values(engine, thing, pid, settings) if is_dated else _values(engine, thing, pid)
            cells[thing][pid] = values[:limit]
    return {
        "meta": [{"id": item["id"], "name": names.get(item["id"], item["id"])} for item in properties],
        "rows": cells,
    }


def _has_id(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), str)


def _parse_limit(limit: Any) -> int:
    is_text = isinstance(limit, str) and len(limit) < 10 and limit.isascii() and limit.isdigit()
    number = to_whole_number(int(limit) if is_text else limit or 0, _MAX_VALUES)
    if number is None:
        raise RequestError(400, f"limit: {str(limit)[:100]!r} is not a whole number", "give one such as 5")
    return number or _MAX_VALUES


def _values(engine: Engine, thing: str, pid: str) -> list[dict[str, Any]]:
    iri = matching.thing_iri(thing)
    values = matching.find_values(engine, [iri], [pid]).get((iri, pid), [])
    return [{"id": value[0], "name": value[1]} if len(value) > 1 else {"str": value[0]} for value in values]


def _dated_values(engine: Engine, thing: str, pid: str, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return who held a post, or which posts somebody held, at the date in the settings; without one, at any time."""
    iri = matching.thing_iri(thing)
    _, thing_variable, value_variable = _DATED_PROPERTIES[pid]
    at = str(settings.get("at") or "")
    if at:
        text = matching.post_holders_query(*matching.parse_days(PropertyCriterion(matching.AT, (at,))))
    else:
        text = lookup("post-holders")
    return [
        {
            "id": matching.identifier(row[value_variable].value),
            "name": row[f"{value_variable}Name"].value,
            **({} if is_true(row["known"].value) or not at else {"description": "perhaps then"}),
        }
        for row in rows(engine, text)
        if row[thing_variable].value == iri
    ]
