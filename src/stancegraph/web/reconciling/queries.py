"""Parse batches of reconciliation queries, strictly: an error names the place of what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stancegraph.web.failures import RequestError

MAX_ITEMS = 50
"""How many queries a batch may have, and how many things and properties the extension of a table."""

_MAX_LENGTH = 1000  # characters of a name, an identifier or a value
_MAX_PARTS = 20  # types of a query, properties of a query, values of a property
_MAX_CANDIDATES = 25  # for a query
_FIELDS = ("query", "type", "limit", "properties", "type_strict")

Value = str | float | bool


@dataclass(frozen=True, slots=True)
class PropertyCriterion:
    """A property by which candidates are compared.

    Attributes:
        pid: The identifier of the property.
        values: The values that the candidate should have for it.
    """

    pid: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A reconciliation query.

    Attributes:
        name: The name to find candidates for; it may be empty where there are criteria.
        types: The identifiers of the types of which a candidate must have one; empty for any type.
        limit: How many candidates are returned at most.
        criteria: What else is known of the thing.
    """

    name: str
    types: tuple[str, ...] = ()
    limit: int = 10
    criteria: tuple[PropertyCriterion, ...] = ()


def parse_batch(text: str) -> dict[str, Query]:
    """Parse a batch of queries.

    Args:
        text: The batch in JSON: an object with a query for each key.

    Returns:
        The queries by their keys.

    Raises:
        RequestError: 400; the batch is malformed or too large.
    """
    batch = parse_object(text, "queries")
    if len(batch) > MAX_ITEMS:
        raise RequestError(400, f"queries: there are {len(batch)}", f"send at most {MAX_ITEMS} at once")
    return {key: _parse_query(key, content) for key, content in batch.items()}


def parse_object(text: str, name: str) -> dict[str, Any]:
    """Parse a JSON object.

    Args:
        text: The object in JSON.
        name: The name of the parameter that has it, for the error.

    Returns:
        The object.

    Raises:
        RequestError: 400; *text* is not JSON, or not an object.
    """
    try:
        content = json.loads(text, parse_constant=_reject_constant)
    except (ValueError, RecursionError) as error:
        raise RequestError(400, f"{name}: not JSON: {error}", "send a JSON object") from None
    if not isinstance(content, dict):
        raise RequestError(400, f"{name}: not an object", "send a JSON object")
    return content


def _reject_constant(text: str) -> float:
    """Raise `ValueError` for NaN and the infinities, which Python reads as numbers and JSON does not have."""
    raise ValueError(f"{text} is not a number")


def to_whole_number(value: Any, maximum: int) -> int | None:
    """Return *value* as a whole number, larger ones as *maximum*; None where it is not a number from 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        return None
    return int(min(value, maximum))


def _parse_query(key: str, content: Any) -> Query:
    def error(message: str, remedy: str) -> RequestError:
        return RequestError(400, f"queries, {key}: {message}", remedy)

    if not isinstance(content, dict):
        raise error("not an object", 'write {"query": "…"}')
    unknown = next((field for field in content if field not in _FIELDS), None)
    if unknown is not None:
        raise error(f"a query has no field {unknown!r}", f"use only {', '.join(_FIELDS)}")
    name, types, limit = content.get("query", ""), content.get("type", []), content.get("limit", 10)
    criteria = content.get("properties", [])
    if not isinstance(name, str) or not (name.strip() or criteria):
        raise error("neither a query nor properties", "give a string as query")
    if len(name) > _MAX_LENGTH:
        raise error(f"the query has {len(name)} characters", f"send at most {_MAX_LENGTH}")
    types = [types] if isinstance(types, str) else types
    if not isinstance(types, list) or not all(isinstance(kind, str) for kind in types):
        raise error("type is neither a string nor a list of strings", "give identifiers of types")
    if len(types) > _MAX_PARTS:
        raise error(f"there are {len(types)} types", f"give at most {_MAX_PARTS}")
    if any(len(kind) > _MAX_LENGTH for kind in types):
        raise error("the identifier of a type is too long", f"send at most {_MAX_LENGTH} characters")
    candidate_limit = to_whole_number(limit, _MAX_CANDIDATES)
    if candidate_limit is None or limit < 1:
        raise error(f"limit is {limit!r}", "give a whole number from 1")
    if not isinstance(criteria, list):
        raise error("properties is not a list", 'write [{"pid": "…", "v": "…"}]')
    if len(criteria) > _MAX_PARTS:
        raise error(f"there are {len(criteria)} properties", f"give at most {_MAX_PARTS}")
    parsed_criteria = tuple(_parse_criterion(criterion, error) for criterion in criteria)
    return Query(name.strip(), tuple(types), candidate_limit, parsed_criteria)


def _parse_criterion(content: Any, error: Callable[[str, str], RequestError]) -> PropertyCriterion:
    if not isinstance(content, dict) or not isinstance(content.get("pid"), str) or "v" not in content:
        raise error("a property has no pid or no v", 'write {"pid": "…", "v": "…"}')
    pid, value = content["pid"], content["v"]
    values = value if isinstance(value, list) else [value]
    plain_values: list[Any] = [item.get("id") if isinstance(item, dict) else item for item in values]
    if not all(isinstance(item, str | int | float) for item in plain_values):
        raise error(f"{pid} has a value of an unknown kind", "give strings, numbers, or objects with an id")
    if len(plain_values) > _MAX_PARTS:
        raise error(f"{pid[:100]} has {len(plain_values)} values", f"give at most {_MAX_PARTS}")
    if any(len(str(item)) > _MAX_LENGTH for item in (*plain_values, pid)):
        raise error("a property has a value or identifier that is too long", f"send at most {_MAX_LENGTH} characters")
    return PropertyCriterion(pid, tuple(plain_values))
