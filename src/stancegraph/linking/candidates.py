"""Candidates: what a target calls by the names of our things, with a score and what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from stancegraph.errors import ExternalError, UsageError
from stancegraph.linking.reconciliation_client import Hit
from stancegraph.linking.sssom import Mapping as Row
from stancegraph.linking.sssom import MappingSet
from stancegraph.linking.targets import Target
from stancegraph.linking.unlinked import UnlinkedEntity
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.engine import Term

BATCH = 20  # names in one request
NEIGHBOURS = 50  # and linked things that they are tied to
_LABEL, _ALIAS, _ALIKE, _KIND, _SURE = 0.6, 0.5, 0.4, 0.2, 0.05
_SIGNS = {  # what speaks for a candidate, and against it
    "country": (0.1, -0.3, "in the country that ours lies in", "not in the country that ours lies in"),
    "dates": (0.05, -0.3, "there when ours is seen", "not there when ours is seen"),
    "neighbour": (0.1, 0.0, "tied to what ours is tied to", ""),
}
_AUTHOR = "stancegraph link candidates"
_METHOD = {False: "semapv:LexicalMatching", True: "semapv:LexicalSimilarityThresholdMatching"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a target has for a name: a thing, what it is called there, of which kind; and what else is known of it.

    *kind*, *country* and *neighbour* are IRIs of the target, *since* and *until* dates of ISO 8601. *alias* says that
    the name is another one than its label; *sure*, that a service has no doubt.
    """

    name: str
    item: str
    label: str
    kinds: tuple[str, ...] = ()
    alias: bool = False
    country: str = ""
    neighbour: str = ""
    since: str = ""
    until: str = ""
    description: str = ""
    sure: bool = False


Ask = Callable[[Sequence[str], Sequence[str]], tuple[Sequence[Candidate], bool]]
"""Asks for names, with the linked things that they are tied to; says what was found, and if that was kept from before.

Raises `ExternalError` or `UsageError` where the target does not answer.
"""


@dataclass
class Report:
    """What a run found: new rows, how many names were asked for and from where, and what went wrong."""

    found: list[Row] = field(default_factory=list)
    asked: int = 0
    kept: int = 0
    failed: list[str] = field(default_factory=list)


def search_by_sparql(ask: Callable[[str], tuple[Sequence[Mapping[str, Term]], bool]], query: StoredQuery) -> Ask:
    """Ask a SPARQL endpoint by the stored *query*; *ask* answers its text."""

    def answered(names: Sequence[str], near: Sequence[str]) -> tuple[Sequence[Candidate], bool]:
        values: dict[str, Sequence[Term]] = {"name": [Literal(name) for name in names]}
        if near and any(parameter.name == "neighbour" for parameter in query.parameters):
            values["neighbour"] = [NamedNode(iri) for iri in near]
        rows, kept = ask(query.bind(values))
        return [_of_row(row) for row in rows if isinstance(row.get("item"), NamedNode)], kept

    return answered


def _of_row(row: Mapping[str, Term]) -> Candidate:
    def told(name: str) -> str:
        return row[name].value if name in row else ""

    return Candidate(
        told("name"),
        told("item"),
        told("itemName"),
        (told("kind"),) if "kind" in row else (),
        told("alias") in {"true", "1"},  # Virtuoso writes truth values as numbers
        told("country"),
        told("neighbour"),
        told("since")[:10],
        told("until")[:10],
        told("description"),
    )


def search_by_reconciliation(match: Callable[[Sequence[str]], tuple[Sequence[Hit], float]]) -> Ask:
    """Ask a reconciliation service, which says nothing of countries, dates and neighbours."""

    def answered(names: Sequence[str], near: Sequence[str]) -> tuple[Sequence[Candidate], bool]:
        found, age = match(names)
        told = [
            Candidate(one.name, one.item, one.label, one.types, description=one.description or "", sure=one.sure)
            for one in found
        ]
        return told, age > 0

    return answered


def search(ask: Ask, things: Sequence[UnlinkedEntity], of: MappingSet, target: Target, day: str) -> Iterator[Report]:
    """Ask for the names of *things* in batches, and give a report after each; a batch that fails leaves the others."""
    links = {of.expand(one.subject_id): of.expand(one.object_id) for one in of.mappings if one.accepted}
    known = {(one.subject_id, one.object_id) for one in of.mappings}
    by_name: dict[str, list[UnlinkedEntity]] = {}
    for thing in things:
        for name in thing.names:
            by_name.setdefault(name, []).append(thing)
    names = sorted(by_name)
    report = Report()
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        beside = {other for name in batch for thing in by_name[name] for other in thing.beside}
        report.asked += len(batch)
        try:
            found, kept = ask(batch, sorted({links[one] for one in beside if one in links})[:NEIGHBOURS])
        except (ExternalError, UsageError) as error:
            report.failed.append(str(error).splitlines()[0])
            yield report
            continue
        report.kept += len(batch) if kept else 0
        for row in _scored(found, by_name, of, target, links, day):
            if (row.subject_id, row.object_id) not in known:
                known.add((row.subject_id, row.object_id))
                report.found.append(row)
        yield report


def _scored(
    found: Sequence[Candidate],
    by_name: Mapping[str, Sequence[UnlinkedEntity]],
    of: MappingSet,
    target: Target,
    links: Mapping[str, str],
    day: str,
) -> list[Row]:
    """The candidates in an answer, each pair once, the best reason first; only those of a kind that fits."""
    best: dict[tuple[str, str], tuple[float, Row]] = {}
    for one in found:
        if not target.identifier.fullmatch(one.item):
            continue
        categories = [target.kinds[kind] for kind in one.kinds if kind in target.kinds]
        for thing in by_name.get(one.name, ()):
            fitting = [name for name in categories if thing.classes & set(target.categories[name])]
            if not fitting:
                continue  # a person is not linked to a city
            score, why = _reasons(one, thing, fitting[0], links)
            made = Row(
                of.contract(thing.iri),
                thing.label,
                "skos:exactMatch",
                of.contract(one.item),
                one.label,
                _METHOD[not one.alias and one.label.casefold() != one.name.casefold()],
                object_category=fitting[0],
                author_label=_AUTHOR,
                mapping_date=day,
                confidence=f"{score:.2f}",
                see_also=one.item.replace("http://", "https://", 1),
                comment="; ".join(why),
            )
            key = (made.subject_id, made.object_id)
            if key not in best or best[key][0] < score:
                best[key] = (score, made)
    return [row for _, row in best.values()]


def _reasons(one: Candidate, thing: UnlinkedEntity, category: str, links: Mapping[str, str]) -> tuple[float, list[str]]:
    """The score of a candidate, and what each part of it is for."""
    if one.alias or (one.label.casefold() == one.name.casefold() and one.name != thing.label):
        score, how = _ALIAS, "alias"
    elif one.label.casefold() == one.name.casefold():
        score, how = _LABEL, "label"
    else:
        score, how = _ALIKE * _likeness(one.label, one.name), "a name like"
    why = [f"{how} “{one.name}” ({score:.2f})", f"is a {category} ({_KIND:+.2f})"]
    score += _KIND
    for sign, said in (
        ("country", _country(one, thing, links)),
        ("dates", _together(one, thing)),
        ("neighbour", one.neighbour in {links[other] for other in thing.beside if other in links} or None),
    ):
        if said is not None:
            speaks_for, against, words, counter = _SIGNS[sign]
            score += speaks_for if said else against
            why.append(f"{words if said else counter} ({speaks_for if said else against:+.2f})")
    if one.sure:
        score += _SURE
        why.append(f"the service has no doubt ({_SURE:+.2f})")
    if one.description:
        why.append(f"described as “{' '.join(one.description.split())[:120]}”")
    return max(0.0, min(1.0, score)), why


def _country(one: Candidate, thing: UnlinkedEntity, links: Mapping[str, str]) -> bool | None:
    """Whether the candidate lies in a country that ours lies in; None where one of the two is not known."""
    there = {links[place] for place in thing.within if place in links}
    return one.country in there if one.country and there else None


def _together(one: Candidate, thing: UnlinkedEntity) -> bool | None:
    """Whether the candidate was there in the days in which ours is seen; None where that is not known."""
    if not (one.since or one.until) or not thing.since:
        return None
    return (not one.since or one.since <= thing.until) and (not one.until or one.until >= thing.since)


def _likeness(one: str, other: str) -> float:
    from rapidfuzz import fuzz, utils

    return fuzz.token_sort_ratio(one, other, processor=utils.default_process) / 100
