"""Candidates: what a target calls by the names of our things, with a score and what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from stancegraph.engine import Engine, Term
from stancegraph.errors import CallError, DataError, OutsideError
from stancegraph.linking.mappings import Mapping as Row
from stancegraph.linking.mappings import MappingSet
from stancegraph.linking.targets import Target
from stancegraph.stored_query import StoredQuery
from stancegraph.values import labels, lookup, rows

BATCH = 20  # names in one request
_LABEL, _ALIAS, _KIND, _NEAR, _FAR = 0.6, 0.5, 0.3, 0.1, -0.3
_AUTHOR, _METHOD = "stancegraph link candidates", "semapv:LexicalMatching"


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of ours that has no accepted link: its names, the classes it is of, and the states it lies in."""

    iri: str
    label: str
    names: tuple[str, ...]
    classes: frozenset[str]
    within: frozenset[str] = frozenset()


@dataclass
class Report:
    """What a run found: new rows, how many names were asked for and from where, and what went wrong."""

    found: list[Row] = field(default_factory=list)
    asked: int = 0
    kept: int = 0
    failed: list[str] = field(default_factory=list)


def without_link(engine: Engine, of: MappingSet, target: Target) -> list[Thing]:
    """The things that the target may know, and that nobody has linked to it so far."""
    linked = {of.expand(one.subject_id) for one in of.mappings if one.accepted}
    kinds = sorted({klass for classes in target.categories.values() for klass in classes})
    names: dict[str, list[str]] = {}
    own: dict[str, str] = {}
    classes: dict[str, set[str]] = {}
    for klass in kinds:
        for thing, label, preferred in labels(engine, klass):
            names.setdefault(thing, []).append(label)
            classes.setdefault(thing, set()).add(klass)
            if preferred:
                own[thing] = label
    within: dict[str, set[str]] = {}
    for row in rows(engine, lookup("located-in")):
        within.setdefault(row["thing"].value, set()).add(row["place"].value)
    return [
        Thing(
            thing, own[thing], tuple(dict.fromkeys(told)), frozenset(classes[thing]), frozenset(within.get(thing, ()))
        )
        for thing, told in sorted(names.items())
        if thing in own and thing not in linked and _has_prefix(of, thing)
    ]


def _has_prefix(of: MappingSet, iri: str) -> bool:
    try:
        of.contract(iri)
    except DataError:
        return False
    return True


def search(
    ask: Callable[[str], tuple[Sequence[Mapping[str, Term]], bool]],
    query: StoredQuery,
    things: Sequence[Thing],
    of: MappingSet,
    target: Target,
    day: str,
) -> Iterator[Report]:
    """Ask for the names of *things* in batches, and give a report after each; a batch that fails leaves the others.

    *ask* answers the text of a query with rows, and says whether they were kept from before.
    """
    links = {of.expand(one.subject_id): of.expand(one.object_id) for one in of.mappings if one.accepted}
    known = {(one.subject_id, one.object_id) for one in of.mappings}
    by_name: dict[str, list[Thing]] = {}
    for thing in things:
        for name in thing.names:
            by_name.setdefault(name, []).append(thing)
    names = sorted(by_name)
    report = Report()
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        text = query.bind({"name": [Literal(name) for name in batch]})
        report.asked += len(batch)
        try:
            found, kept = ask(text)
        except (OutsideError, CallError) as error:
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
    found: Sequence[Mapping[str, Term]],
    by_name: Mapping[str, Sequence[Thing]],
    of: MappingSet,
    target: Target,
    links: Mapping[str, str],
    day: str,
) -> list[Row]:
    """The candidates in an answer, each pair once, the best reason first."""
    best: dict[tuple[str, str], tuple[float, Row]] = {}
    for row in found:
        item = row["item"]
        if not isinstance(item, NamedNode) or not target.identifier.fullmatch(item.value):
            continue
        category = target.kinds.get(row["kind"].value) if "kind" in row else None
        for thing in by_name.get(row["name"].value, ()):
            fits = category is not None and bool(thing.classes & set(target.categories[category]))
            if category is not None and not fits:
                continue  # a person is not linked to a city
            score, why = _reasons(row, thing, category, links)
            made = Row(
                of.contract(thing.iri),
                thing.label,
                "skos:exactMatch",
                of.contract(item.value),
                row["itemName"].value,
                _METHOD,
                object_category=category or "",
                author_label=_AUTHOR,
                mapping_date=day,
                confidence=f"{score:.2f}",
                see_also=item.value.replace("http://", "https://", 1),
                comment="; ".join(why),
            )
            key = (made.subject_id, made.object_id)
            if category is not None and (key not in best or best[key][0] < score):
                best[key] = (score, made)
    return [row for _, row in best.values()]


def _reasons(
    row: Mapping[str, Term], thing: Thing, category: str | None, links: Mapping[str, str]
) -> tuple[float, list[str]]:
    alias = row["alias"].value == "true" or row["name"].value != thing.label
    score = _ALIAS if alias else _LABEL
    why = [f"{'alias' if alias else 'label'} “{row['name'].value}” ({score:.2f})"]
    if category is not None:
        score += _KIND
        why.append(f"is a {category} ({_KIND:+.2f})")
    if "country" in row and thing.within:
        there = {links[place] for place in thing.within if place in links}
        if there:
            near = row["country"].value in there
            score += _NEAR if near else _FAR
            why.append(f"{'in' if near else 'not in'} the country that ours lies in ({_NEAR if near else _FAR:+.2f})")
    if "description" in row:
        why.append(f"described as “{row['description'].value}”")
    return max(0.0, min(1.0, score)), why
