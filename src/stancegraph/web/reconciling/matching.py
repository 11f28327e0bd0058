"""Candidates for names: how well each fits, and why.

A name is compared with every label and alias of the graph. What else is known of the thing (properties) and when (the
property ``at``, a date or year) narrows the choice: the title of a post and a date find who held it then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode
from rapidfuzz import fuzz, utils

from stancegraph.questions.parameters import labels
from stancegraph.rdf.datatypes import span
from stancegraph.rdf.namespaces import ID, PREFIXES, expand
from stancegraph.sparql.engine import Engine
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.failures import RequestError
from stancegraph.web.reconciling.queries import Query, Wanted

AT = "at"
_SG = PREFIXES["sg"]
_LEAST, _SURE, _APART = 55.0, 95.0, 5.0  # scores: to be told, to be taken for a match, before the next one


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a name may be the name of: its score from 0 to 100, and the features that make it up."""

    iri: str
    name: str
    score: float
    features: tuple[tuple[str, float | bool], ...]
    remark: str = ""


def candidates(engine: Engine, query: Query) -> list[Candidate]:
    """The candidates for *query*, the best first; raises `RequestError` 400 for what it cannot mean."""
    day = next((days(one) for one in query.wanted if one.pid == AT), None)
    found = _by_name(engine, query)
    if day is not None:
        found += _holders(engine, query, *day)
    compared = [one for one in query.wanted if one.pid != AT]
    if compared and found:
        found = _compared(engine, found, compared)
    best: dict[str, Candidate] = {}
    for one in found:
        if one.iri not in best or one.score > best[one.iri].score:
            best[one.iri] = one
    return sorted(best.values(), key=lambda one: (-one.score, one.name, one.iri))[: query.limit]


def is_match(found: Sequence[Candidate], place: int) -> bool:
    """Whether the candidate at *place* is the first, sure, and well before the next one."""
    if place or found[0].score < _SURE:
        return False
    return len(found) == 1 or found[0].score - found[1].score >= _APART


def _by_name(engine: Engine, query: Query) -> list[Candidate]:
    names: dict[str, str] = {}
    scored: dict[str, tuple[float, bool]] = {}
    kinds: list[str | None] = [*classes(query.types)]
    for kind in kinds or [None]:
        for thing, label, preferred in labels(engine, kind):
            if not thing.startswith(ID):
                continue
            if preferred:
                names[thing] = label
            score = _alike(query.name, label) - (0 if preferred else 1)
            scored[thing] = max(scored.get(thing, (0.0, preferred)), (score, preferred))
    return [
        Candidate(thing, names.get(thing, thing), round(score, 1), (("name", round(score, 1)), ("own-name", preferred)))
        for thing, (score, preferred) in scored.items()
        if score >= _LEAST
    ]


def _alike(one: str, other: str) -> float:
    """How alike two names are, from 0 to 100; the same but for case and marks is 100, and nothing else is."""
    left, right = utils.default_process(one), utils.default_process(other)
    if left == right and left:
        return 100.0
    return min(94.0, fuzz.token_sort_ratio(left, right))


def post_holders(first: str, last: str) -> str:
    """The query for who held which post between two days."""
    date = NamedNode(PREFIXES["xsd"] + "date")
    return lookup("post-holders", **{"from": [Literal(first, datatype=date)], "to": [Literal(last, datatype=date)]})


def _holders(engine: Engine, query: Query, first: str, last: str) -> list[Candidate]:
    """Who held the post that the query names, from day to day."""
    found = []
    for row in rows(engine, post_holders(first, last)):
        score = max(
            _alike(query.name, row["postName"].value),
            fuzz.token_set_ratio(utils.default_process(query.name), utils.default_process(row["postName"].value)) - 4,
        )
        known = row["known"].value == "true"
        score -= 0 if known else 10
        if score >= _LEAST:
            remark = f"{row['postName'].value}, {'then' if known else 'perhaps then'}"
            features: tuple[tuple[str, float | bool], ...] = (("post", round(score, 1)), ("tenure-known", known))
            found.append(Candidate(row["holder"].value, row["holderName"].value, round(score, 1), features, remark))
    return found


def _compared(engine: Engine, found: Sequence[Candidate], compared: Sequence[Wanted]) -> list[Candidate]:
    """The candidates with what their properties say for or against them: a tenth of the score for each."""
    said = values(engine, [one.iri for one in found], [one.pid for one in compared])
    told = []
    for one in found:
        features, score = list(one.features), one.score
        for wanted in compared:
            have = [name for names in said.get((one.iri, wanted.pid), []) for name in names]
            fit = max((_alike(str(value), name) for value in wanted.values for name in have), default=0.0)
            features.append((wanted.pid, round(fit, 1)))
            score = score * 0.9 + fit * 0.1
        told.append(Candidate(one.iri, one.name, round(score, 1), tuple(features), one.remark))
    return told


def values(engine: Engine, things: Sequence[str], pids: Sequence[str]) -> dict[tuple[str, str], list[tuple[str, ...]]]:
    """What the properties *pids* say of *things*: for each value its identifier or itself, and its name."""
    wanted = {property_of(pid).value: pid for pid in pids}
    text = lookup("values-of", thing=map(NamedNode, things), property=map(NamedNode, wanted))
    found: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for row in rows(engine, text):
        value = row["value"]
        same = (identifier(value.value),) if isinstance(value, NamedNode) else (value.value,)
        name = (row["name"].value,) if "name" in row else ()
        found.setdefault((row["thing"].value, wanted[row["property"].value]), []).append(same + name)
    return found


def property_of(pid: str) -> NamedNode:
    """The property with that identifier: a name of the ontology's own, or one with a prefix."""
    try:
        return NamedNode(expand(pid) or _SG + pid)
    except ValueError:
        raise RequestError(400, f"{pid!r} is no property", "one that /reconcile/suggest/property knows") from None


def classes(types: Iterable[str]) -> list[str]:
    """The classes with these identifiers."""
    found = []
    for one in types:
        try:
            found.append(NamedNode(_SG + one).value)
        except ValueError:
            raise RequestError(400, f"{one!r} is no type", "one that /reconcile/suggest/type knows") from None
    return found


def identifier(iri: str) -> str:
    """The identifier of a thing of ours: what follows the identifier space; others keep their IRI."""
    return iri.removeprefix(ID)


def days(wanted: Wanted) -> tuple[str, str]:
    """The first and the last day of a date, month or year; raises `RequestError` 400 for anything else."""
    words = str(wanted.values[0]) if wanted.values else ""
    try:
        first, last = span(words)
    except ValueError:
        remedy = "give a day, month or year: 2012-05-21, 2012-05 or 2012"
        raise RequestError(400, f"{AT}: {words!r} is not a date", remedy) from None
    return first.isoformat(), last.isoformat()


def typed(engine: Engine, things: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The types of *things*, those that are stated first."""
    if not things:
        return {}
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows(engine, lookup("types-of", thing=map(NamedNode, things))):
        short = row["class"].value.removeprefix(_SG)
        found.setdefault(row["thing"].value, {}).setdefault(short, {"id": short, "name": row["label"].value})
    return {thing: list(kinds.values()) for thing, kinds in found.items()}
