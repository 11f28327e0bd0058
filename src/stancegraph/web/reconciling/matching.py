"""Candidates for names: how well each fits, and why.

A name is compared with all labels and aliases of the graph. What else is known of the thing (its properties) and of the
time (the property ``at``, a day, month or year) narrows the choice: the title of a post and a date find its holder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode
from rapidfuzz import fuzz, utils

from stancegraph.questions.parameters import find_names
from stancegraph.rdf.datatypes import is_true, span
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.sparql.engine import Engine
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.web.failures import RequestError
from stancegraph.web.reconciling.queries import PropertyCriterion, Query

AT = "at"
"""The identifier of the property that says when: it is one of this service and not of the graph."""

_SG = PREFIXES["sg"]
_MIN_SCORE = 55.0  # of a candidate
_MATCH_SCORE = 95.0  # from which a candidate can be a match
_MATCH_LEAD = 5.0  # over the second candidate

Features = tuple[tuple[str, float | bool], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a name may refer to.

    Attributes:
        iri: The IRI of the thing.
        name: Its preferred label.
        score: How well it fits, from 0 to 100.
        features: What makes up the score, by identifier.
        remark: What a person should know about it; empty where there is nothing.
    """

    iri: str
    name: str
    score: float
    features: Features
    remark: str = ""


def find_candidates(engine: Engine, query: Query) -> list[Candidate]:
    """Find the candidates for a query.

    Args:
        engine: The engine to ask.
        query: The query.

    Returns:
        The candidates, each thing once, the best first.

    Raises:
        RequestError: 400; a type or property is not an identifier, or a date is not one.
        ExternalError: The engine fails.
    """
    days = next((parse_days(criterion) for criterion in query.criteria if criterion.pid == AT), None)
    candidates = _find_by_name(engine, query)
    if days is not None:
        candidates += _find_post_holders(engine, query, *days)
    criteria = [criterion for criterion in query.criteria if criterion.pid != AT]
    if criteria and candidates:
        candidates = _apply_criteria(engine, candidates, criteria)
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        if candidate.iri not in best or candidate.score > best[candidate.iri].score:
            best[candidate.iri] = candidate
    ranked = sorted(best.values(), key=lambda candidate: (-candidate.score, candidate.name, candidate.iri))
    return ranked[: query.limit]


def is_match(candidates: Sequence[Candidate], index: int) -> bool:
    """Return whether the candidate at *index* is the best, with a high score and well ahead of the second one."""
    if index or candidates[0].score < _MATCH_SCORE:
        return False
    return len(candidates) == 1 or candidates[0].score - candidates[1].score >= _MATCH_LEAD


def _find_by_name(engine: Engine, query: Query) -> list[Candidate]:
    labels: dict[str, str] = {}
    scores: dict[str, tuple[float, bool]] = {}
    classes: list[str | None] = [*parse_types(query.types)]
    for klass in classes or [None]:
        for name in find_names(engine, klass):
            if not name.thing.startswith(ID):
                continue
            if name.is_preferred:
                labels[name.thing] = name.text
            score = _similarity(query.name, name.text) - (0 if name.is_preferred else 1)
            lowest = (0.0, name.is_preferred)
            scores[name.thing] = max(scores.get(name.thing, lowest), (score, name.is_preferred))
    return [
        Candidate(
            thing, labels.get(thing, thing), round(score, 1), (("name", round(score, 1)), ("own-name", is_preferred))
        )
        for thing, (score, is_preferred) in scores.items()
        if score >= _MIN_SCORE
    ]


def _similarity(name: str, other: str) -> float:
    """Return how similar two names are, from 0 to 100; only names that differ at most in case and signs have 100."""
    left, right = utils.default_process(name), utils.default_process(other)
    if left == right and left:
        return 100.0
    return min(94.0, fuzz.token_sort_ratio(left, right))


def post_holders_query(first: str, last: str) -> str:
    """Return the query for who held which post at some time between two days.

    Args:
        first: The first day, as YYYY-MM-DD.
        last: The last day, as YYYY-MM-DD.
    """
    date = NamedNode(PREFIXES["xsd"] + "date")
    return lookup("post-holders", **{"from": [Literal(first, datatype=date)], "to": [Literal(last, datatype=date)]})


def _find_post_holders(engine: Engine, query: Query, first: str, last: str) -> list[Candidate]:
    """Return those who held a post with the name of the query at some time between two days."""
    candidates = []
    for row in rows(engine, post_holders_query(first, last)):
        post = row["postName"].value
        post_words = fuzz.token_set_ratio(utils.default_process(query.name), utils.default_process(post))
        score = max(_similarity(query.name, post), post_words - 4)
        is_known = is_true(row["known"].value)
        score -= 0 if is_known else 10
        if score >= _MIN_SCORE:
            remark = f"{post}, {'then' if is_known else 'perhaps then'}"
            features: Features = (("post", round(score, 1)), ("tenure-known", is_known))
            holder, name = row["holder"].value, row["holderName"].value
            candidates.append(Candidate(holder, name, round(score, 1), features, remark))
    return candidates


def _apply_criteria(
    engine: Engine, candidates: Sequence[Candidate], criteria: Sequence[PropertyCriterion]
) -> list[Candidate]:
    """Return the candidates with new scores, of which each criterion makes up a tenth."""
    things, pids = [candidate.iri for candidate in candidates], [criterion.pid for criterion in criteria]
    values = find_values(engine, things, pids)
    rescored = []
    for candidate in candidates:
        features, score = list(candidate.features), candidate.score
        for criterion in criteria:
            names = [name for value in values.get((candidate.iri, criterion.pid), []) for name in value]
            fits = (_similarity(str(value), name) for value in criterion.values for name in names)
            fit = max(fits, default=0.0)
            features.append((criterion.pid, round(fit, 1)))
            score = score * 0.9 + fit * 0.1
        rescored.append(Candidate(candidate.iri, candidate.name, round(score, 1), tuple(features), candidate.remark))
    return rescored


def find_values(
    engine: Engine, things: Sequence[str], pids: Sequence[str]
) -> dict[tuple[str, str], list[tuple[str, ...]]]:
    """Find the values of properties.

    Args:
        engine: The engine to ask.
        things: The IRIs of the things.
        pids: The identifiers of the properties.

    Returns:
        The values by the IRI of the thing and the identifier of the property. A value is a tuple: its identifier, or
        its text if it is a literal; then its name, if it has one.

    Raises:
        RequestError: 400; one of *pids* is not an identifier.
        ExternalError: The engine fails.
    """
    pid_of_property = {property_iri(pid).value: pid for pid in pids}
    text = lookup("values-of", thing=map(NamedNode, things), property=map(NamedNode, pid_of_property))
    values: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for row in rows(engine, text):
        term = row["value"]
        value = identifier(term.value) if isinstance(term, NamedNode) else term.value
        name = (row["name"].value,) if "name" in row else ()
        values.setdefault((row["thing"].value, pid_of_property[row["property"].value]), []).append((value, *name))
    return values


def property_iri(pid: str) -> NamedNode:
    """Return the IRI of a property.

    Args:
        pid: Its identifier: a name of the ontology, or one with a prefix that is known.

    Raises:
        RequestError: 400; *pid* is not an identifier.
    """
    prefix, colon, name = pid.partition(":")
    try:
        return NamedNode(PREFIXES[prefix] + name if colon and prefix in PREFIXES else _SG + pid)
    except ValueError:
        raise RequestError(
            400, f"{pid!r} is not a property", "use one that /reconcile/suggest/property knows"
        ) from None


def parse_types(types: Iterable[str]) -> list[str]:
    """Return the IRIs of the classes with the identifiers *types*; raise `RequestError` 400 for what is not one."""
    classes = []
    for name in types:
        try:
            classes.append(NamedNode(_SG + name).value)
        except ValueError:
            raise RequestError(400, f"{name!r} is not a type", "use one that /reconcile/suggest/type knows") from None
    return classes


def identifier(iri: str) -> str:
    """Return the identifier of a thing: what follows the identifier space; an IRI outside of it stays as it is."""
    return iri.removeprefix(ID)


def thing_iri(identifier: str) -> str:
    """Return the IRI of the thing with that identifier; raise `RequestError` 400 for what is not an identifier."""
    try:
        return NamedNode(ID + identifier).value
    except ValueError:
        raise RequestError(400, f"{identifier!r} is not an identifier", "give one such as actor/China") from None


def parse_days(criterion: PropertyCriterion) -> tuple[str, str]:
    """Return the first and the last day, as YYYY-MM-DD, of the day, month or year that a criterion names.

    Raises:
        RequestError: 400; its first value is not a day, month or year.
    """
    text = str(criterion.values[0]) if criterion.values else ""
    try:
        first, last = span(text)
    except ValueError:
        remedy = "give a day, month or year: 2012-05-21, 2012-05 or 2012"
        raise RequestError(400, f"{AT}: {text!r} is not a date", remedy) from None
    return first.isoformat(), last.isoformat()


def find_types(engine: Engine, things: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Find the types of things.

    Args:
        engine: The engine to ask.
        things: The IRIs of the things.

    Returns:
        The types of each thing, by its IRI: ``id`` and ``name``, the types that are stated before those inferred.

    Raises:
        ExternalError: The engine fails.
    """
    if not things:
        return {}
    types: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows(engine, lookup("types-of", thing=map(NamedNode, things))):
        local_name = row["class"].value.removeprefix(_SG)
        types_of_thing = types.setdefault(row["thing"].value, {})
        types_of_thing.setdefault(local_name, {"id": local_name, "name": row["label"].value})
    return {thing: list(types_of_thing.values()) for thing, types_of_thing in types.items()}
