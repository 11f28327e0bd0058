"""A batch of queries as it is sent, read strictly: what is wrong is told with its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from stancegraph.web.failures import RequestError

MOST = 50  # queries of a batch, or things of an extension, or properties
_LONGEST, _FEW = 1000, 20  # characters of a name or value; types, properties and values of one query
_FIELDS = ("query", "type", "limit", "properties", "type_strict")
_LIMIT = 25  # candidates of a query
Value = str | float | bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """A property that candidates are compared by, and the values that it is to have."""

    pid: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One query: a name, the types of what it is the name of, and what else is known of it."""

    name: str
    types: tuple[str, ...] = ()
    limit: int = 10
    wanted: tuple[Wanted, ...] = ()


def batch(text: str) -> dict[str, Query]:
    """The queries of a batch, by their keys; raises `RequestError` 400 with the place of what is wrong."""
    told = loaded(text, "queries")
    if len(told) > MOST:
        raise RequestError(400, f"queries: there are {len(told)}", f"send at most {MOST} at once")
    return {key: _query(key, one) for key, one in told.items()}


def loaded(text: str, name: str) -> dict[str, Any]:
    """The object that *text* is in JSON; raises `RequestError` 400 where it is none."""
    try:
        told = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise RequestError(400, f"{name}: not JSON: {error}", "send an object in JSON") from None
    if not isinstance(told, dict):
        raise RequestError(400, f"{name}: not an object", "send an object in JSON")
    return told


def _no_number(words: str) -> float:
    """What Python takes for a number, and JSON does not."""
    raise ValueError(f"{words} is no number")


def whole(given: Any, most: int) -> int | None:
    """*given* as a whole number from 0 to *most*, which is taken for all beyond; None where it is none."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not given >= 0:
        return None
    return int(min(given, most))


def _query(key: str, told: Any) -> Query:
    def wrong(what: str, remedy: str) -> RequestError:
        return RequestError(400, f"queries, {key}: {what}", remedy)

    if not isinstance(told, dict):
        raise wrong("not an object", 'write {"query": "…"}')
    unknown = [one for one in told if one not in _FIELDS]
    if unknown:
        raise wrong(f"{unknown[0]!r} is no part of a query", f"one of {', '.join(_FIELDS)}")
    name, types, limit = told.get("query", ""), told.get("type", []), told.get("limit", 10)
    wanted = told.get("properties", [])
    if not isinstance(name, str) or not (name.strip() or wanted):
        raise wrong("neither a query nor properties", "give a string as query")
    if len(name) > _LONGEST:
        raise wrong(f"the query has {len(name)} characters", f"send at most {_LONGEST}")
    types = [types] if isinstance(types, str) else types
    if not isinstance(types, list) or not all(isinstance(one, str) for one in types):
        raise wrong("type is neither a string nor a list of them", "give identifiers of types")
    if len(types) > _FEW or any(len(one) > _LONGEST for one in types):
        raise wrong(f"there are {len(types)} types, or one is very long", f"give at most {_FEW}")
    most = whole(limit, _LIMIT)
    if most is None or limit < 1:
        raise wrong(f"limit is {limit!r}", "give a whole number from 1")
    if not isinstance(wanted, list):
        raise wrong("properties are no list", 'write [{"pid": "…", "v": "…"}]')
    if len(wanted) > _FEW:
        raise wrong(f"there are {len(wanted)} properties", f"give at most {_FEW}")
    return Query(name.strip(), tuple(types), most, tuple(_wanted(one, wrong) for one in wanted))


def _wanted(told: Any, wrong: Any) -> Wanted:
    if not isinstance(told, dict) or not isinstance(told.get("pid"), str) or "v" not in told:
        raise wrong("a property lacks pid or v", 'write {"pid": "…", "v": "…"}')
    values = told["v"] if isinstance(told["v"], list) else [told["v"]]
    plain: list[Any] = [one.get("id") if isinstance(one, dict) else one for one in values]
    if not all(isinstance(one, str | int | float) for one in plain):
        raise wrong(f"{told['pid']} has a value of no kind that is known", "give strings, numbers, or objects with id")
    if len(plain) > _FEW or any(len(str(one)) > _LONGEST for one in (*plain, told["pid"])):
        raise wrong("a property has very many values, or very long ones", f"give at most {_FEW}")
    return Wanted(told["pid"], tuple(plain))
