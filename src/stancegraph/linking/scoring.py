"""Candidates and their scores: how likely an item of a target is to be an entity of the graph, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stancegraph.linking.unlinked import UnlinkedEntity

_LABEL, _ALIAS, _SIMILAR = 0.6, 0.5, 0.4
_CATEGORY, _CONFIDENT = 0.2, 0.05
_MAX_DESCRIPTION = 120  # characters


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item of a target that has a given name.

    Attributes:
        name: The name.
        item: The IRI of the item.
        label: The label of the item in the target.
        kinds: The IRIs of its classes in the target.
        is_alias: Whether the name is an alias of the item, not its label.
        country: The IRI of its country in the target.
        neighbour: The IRI of an item that it is related to, of those that were asked for.
        since: The first day on which it existed, in the format of ISO 8601; empty if unknown.
        until: The last such day.
        description: Its description in the target.
        is_confident: Whether the service is certain of the match.
    """

    name: str
    item: str
    label: str
    kinds: tuple[str, ...] = ()
    is_alias: bool = False
    country: str = ""
    neighbour: str = ""
    since: str = ""
    until: str = ""
    description: str = ""
    is_confident: bool = False

    @property
    def has_exact_label(self) -> bool:
        """Whether the name is the label of the item, ignoring case."""
        return self.label.casefold() == self.name.casefold()


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What a fact about a candidate adds to its score if it is true or false, and how the reason puts it."""

    if_true: float
    if_false: float
    true_reason: str
    false_reason: str


_COUNTRY = _Evidence(0.1, -0.3, "in the country of the entity", "not in the country of the entity")
_DATES = _Evidence(0.05, -0.3, "existed when the entity was active", "did not exist when the entity was active")
_NEIGHBOUR = _Evidence(0.1, 0.0, "related to a neighbour of the entity", "")


def score_candidate(
    candidate: Candidate, entity: UnlinkedEntity, category: str, links: Mapping[str, str]
) -> tuple[float, list[str]]:
    """Return how likely a candidate is to be an entity.

    Args:
        candidate: The candidate.
        entity: The entity, of whose names the candidate has one.
        category: The category of the target that fits both.
        links: The accepted links to the target: from IRIs of the graph to those of the target.

    Returns:
        The score, from 0 to 1, and a reason for each part of it.
    """
    if candidate.is_alias or (candidate.has_exact_label and candidate.name != entity.label):
        score, match = _ALIAS, "alias"
    elif candidate.has_exact_label:
        score, match = _LABEL, "label"
    else:
        score, match = _SIMILAR * _similarity(candidate.label, candidate.name), "similar to"
    reasons = [f"{match} “{candidate.name}” ({score:.2f})", f"category {category} ({_CATEGORY:+.2f})"]
    score += _CATEGORY
    linked_neighbours = {links[neighbour] for neighbour in entity.neighbours if neighbour in links}
    for evidence, is_true in (
        (_COUNTRY, _is_in_same_country(candidate, entity, links)),
        (_DATES, _existed_when_active(candidate, entity)),
        (_NEIGHBOUR, candidate.neighbour in linked_neighbours or None),
    ):
        if is_true is not None:
            part = evidence.if_true if is_true else evidence.if_false
            score += part
            reasons.append(f"{evidence.true_reason if is_true else evidence.false_reason} ({part:+.2f})")
    if candidate.is_confident:
        score += _CONFIDENT
        reasons.append(f"the service is certain ({_CONFIDENT:+.2f})")
    if candidate.description:
        reasons.append(f"described as “{' '.join(candidate.description.split())[:_MAX_DESCRIPTION]}”")
    return max(0.0, min(1.0, score)), reasons


def _is_in_same_country(candidate: Candidate, entity: UnlinkedEntity, links: Mapping[str, str]) -> bool | None:
    """Return whether a candidate lies in a country in which the entity lies; None if either is unknown."""
    places = {links[place] for place in entity.within if place in links}
    return candidate.country in places if candidate.country and places else None


def _existed_when_active(candidate: Candidate, entity: UnlinkedEntity) -> bool | None:
    """Return whether a candidate existed in the days in which the entity was active; None if that is unknown."""
    if not (candidate.since or candidate.until) or not entity.since:
        return None
    began_in_time = not candidate.since or candidate.since <= entity.until
    ended_too_early = bool(candidate.until) and candidate.until < entity.since
    return began_in_time and not ended_too_early


def _similarity(label: str, name: str) -> float:
    """Return how similar two names are, from 0 to 1, whatever the order of their words."""
    from rapidfuzz import fuzz, utils

    return fuzz.token_sort_ratio(label, name, processor=utils.default_process) / 100
