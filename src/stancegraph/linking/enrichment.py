"""Enrichment: what a target states about linked entities, as records of its statements and never as facts.

Each stored query of ``queries/enrich/<target>/`` fetches one kind of fact into one file of ``data/enrichment/``, which
is a named graph of its own. Its columns are ``item``, the item that was asked about; ``value``, the other item, if
there is one; ``valueName``, the value as text; and, if the target has them, ``statement``, ``rank``, ``since`` and
``until`` with their precision, as in `Wikibase
<https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format>`_. Statements that are ranked as deprecated are
dropped here even if a query lets them through.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from stancegraph.errors import DataError
from stancegraph.linking.sssom import EXACT, MappingSet
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.datatypes import month as whole_month
from stancegraph.rdf.namespaces import expand
from stancegraph.sparql.engine import Term

BATCH = 40  # items in one request
HEADER_KEYS = {
    "fact": "What it fetches: a concept of `data/vocabulary/fact-kinds.ttl`, by its prefixed name. Required.",
    "classes": "The classes of the entities that it asks about: a list of prefixed names. Required.",
}
"""The keys that the header of a query for enrichment has besides those of every stored query, with their meanings."""
_RANKS = {"PreferredRank": "Preferred", "NormalRank": "Normal", "DeprecatedRank": "Deprecated"}
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DECADE, _YEAR, _MONTH, _DAY_PRECISION = 8, 9, 10, 11  # precisions of Wikibase


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and the last day on which something may have been.

    Attributes:
        earliest: The first day, in the format of ISO 8601.
        latest: The last day.
    """

    earliest: str
    latest: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a target about an entity.

    Attributes:
        subject: The IRI of the entity.
        value: The value as text.
        value_iri: The IRI of the value, if it is an item: that of the linked entity of the graph, if there is one.
        source: The IRI of the statement at the target, if it has one.
        rank: ``Preferred`` or ``Normal``, if the target ranks it.
        since: When it began to be true, if the target says so.
        until: When it ceased to be true, if the target says so.
    """

    subject: str
    value: Literal
    value_iri: str | None = None
    source: str | None = None
    rank: str | None = None
    since: Bounds | None = None
    until: Bounds | None = None


@dataclass
class Fetched:
    """What one query has fetched.

    Attributes:
        subjects: The IRIs of the entities that the target was asked about.
        statements: The statements, in a fixed order.
        dropped: How many statements were dropped because they are deprecated.
        retrieved_at: When the oldest of the answers was given; None if nothing was asked.
    """

    subjects: list[str] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    dropped: int = 0
    retrieved_at: datetime.datetime | None = None


def fetch(
    ask: Callable[[str], tuple[Sequence[Mapping[str, Term]], float]],
    query: StoredQuery,
    mapping_set: MappingSet,
    classes: Mapping[str, set[str]],
    now: datetime.datetime,
) -> Fetched:
    """Fetch what a target states about the entities that are exactly linked to it, in batches.

    Args:
        ask: Asks the target a SELECT; it returns the rows, and their age in seconds.
        query: The query, with the parameter ``item``; its header has ``fact`` and ``classes``.
        mapping_set: The mappings to the target.
        classes: The IRIs of the classes of each entity of the graph.
        now: The present time, with its time zone.

    Raises:
        DataError: The header of the query is incomplete.
        Exception: Whatever *ask* raises: a part of the statements would mislead, and earlier answers are in the cache.
    """
    entities = {
        mapping_set.expand(mapping.object_id): mapping_set.expand(mapping.subject_id)
        for mapping in mapping_set.mappings
        if mapping.accepted and mapping.predicate_id in EXACT
    }
    query_classes = _read_classes(query)
    items = sorted(item for item, entity in entities.items() if classes.get(entity, set()) & query_classes)
    fetched = Fetched(sorted(entities[item] for item in items))
    statements: set[Statement] = set()
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        rows, age = ask(query.bind({"item": [NamedNode(item) for item in batch]}))
        moment = now - datetime.timedelta(seconds=age)
        fetched.retrieved_at = moment if fetched.retrieved_at is None else min(fetched.retrieved_at, moment)
        for row in rows:
            if _text(row, "rank").endswith("DeprecatedRank"):
                fetched.dropped += 1
            elif row["item"].value in entities:
                statements.add(_to_statement(row, entities))
    fetched.statements = sorted(statements, key=_sort_key)
    return fetched


def _read_classes(query: StoredQuery) -> set[str]:
    """Return the IRIs of the classes that a query is for, from its header."""
    header = query.header or {}
    classes = {expand(str(name)) for name in header.get("classes") or ()}
    fact_kind = expand(str(header.get("fact", "")))
    if not classes or None in classes or fact_kind is None:
        raise DataError(
            "the header does not say what the query fetches, and for which classes",
            file=query.path,
            remedy="give fact, one of data/vocabulary/fact-kinds.ttl, and classes",
        )
    return {iri for iri in classes if iri is not None}


def _text(row: Mapping[str, Term], variable: str) -> str:
    return row[variable].value if variable in row else ""


def _to_statement(row: Mapping[str, Term], entities: Mapping[str, str]) -> Statement:
    value, name = row.get("value"), row.get("valueName")
    text = name if isinstance(name, Literal) else value if isinstance(value, Literal) else None
    if text is None:
        text = Literal(local_name(value.value) if value is not None else "")
    return Statement(
        entities[row["item"].value],
        text,
        entities.get(value.value, value.value) if isinstance(value, NamedNode) else None,
        _text(row, "statement") or None,
        _RANKS.get(_text(row, "rank").rpartition("#")[2]),
        parse_bounds(_text(row, "since"), _text(row, "sincePrecision")),
        parse_bounds(_text(row, "until"), _text(row, "untilPrecision")),
    )


def parse_bounds(moment: str, precision: str) -> Bounds | None:
    """Return the days between which a moment lies.

    >>> parse_bounds("2009-01-01T00:00:00Z", "9")
    Bounds(earliest='2009-01-01', latest='2009-12-31')

    Args:
        moment: The moment, as ``xsd:dateTime``.
        precision: The number that Wikibase has for its precision, such as 9 for a year; a day if it is not a number.

    Returns:
        The days; None if the precision is a decade or coarser, or there is no such day.
    """
    match = _DAY.match(moment)
    level = int(precision) if precision.isdigit() else _DAY_PRECISION
    if match is None or level <= _DECADE:
        return None
    year, month, day = match.groups()
    if level == _YEAR:
        return Bounds(f"{year}-01-01", f"{year}-12-31")
    try:
        if level == _MONTH:
            first, last = whole_month(int(year), int(month))
        else:
            first = last = datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return Bounds(first.isoformat(), last.isoformat())


def _sort_key(statement: Statement) -> tuple[str, ...]:
    since = statement.since.earliest if statement.since else ""
    return (
        statement.subject,
        str(statement.value),
        statement.value_iri or "",
        since,
        statement.source or "",
        statement.rank or "",
    )


def local_name(iri: str) -> str:
    """Return the last part of an IRI, with a hyphen for what does not belong in a name.

    >>> local_name("http://example.org/Côte d'Ivoire/")
    'Côte-d-Ivoire'
    """
    return re.sub(r"[^\w-]+", "-", iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]).strip("-") or "thing"
