"""Enrichment: what a target states of things that are linked to it, as records of what was stated, and never as facts.

Each stored query of ``queries/enrich/<target>/`` fetches one sort of fact into one file of ``data/enrichment/``, which
is a named graph of its own. Its columns are ``item``, the thing that was asked about; ``value``, the other thing, if
there is one; ``valueName``, the value in words; and, where the target has them, ``statement``, ``rank``, ``since`` and
``until`` with their precision, as `Wikibase has them
<https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format>`_. What is ranked as deprecated is dropped here, too,
should a query let it through.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from stancegraph.errors import DataError
from stancegraph.linking.sssom import EXACT, MappingSet
from stancegraph.linking.sssom import Mapping as Row
from stancegraph.linking.targets import Target
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf import terms
from stancegraph.rdf.datatypes import month as whole_month
from stancegraph.rdf.namespaces import ID, PREFIXES, expand, prefixes
from stancegraph.rdf.turtle import write_document
from stancegraph.sparql.engine import Term

BATCH = 40  # things in one request
HEADER_KEYS = {
    "fact": "What it fetches: a concept of `data/vocabulary/fact-kinds.ttl`, by its prefixed name. Required.",
    "classes": "The classes of the things that it is asked about: a list of prefixed names. Required.",
}
"""The keys of the header of a query for enrichment beyond those of every stored query, and what each says."""
_RANKS = {"PreferredRank": "Preferred", "NormalRank": "Normal", "DeprecatedRank": "Deprecated"}
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_TYPE, _LABEL = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "label"
_DERIVED_FROM = "http://www.w3.org/ns/prov#wasDerivedFrom"
_DATE = NamedNode(PREFIXES["xsd"] + "date")
_DECADE, _YEAR, _MONTH = 8, 9, 10  # precisions of Wikibase; 11 is a day


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which days something lies, as ISO 8601 has them."""

    earliest: str
    latest: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a target states of the thing of ours *of*; *thing* is ours where the two are linked, else the target's."""

    of: str
    value: Literal
    thing: str | None = None
    source: str | None = None
    rank: str | None = None
    since: Bounds | None = None
    until: Bounds | None = None


@dataclass
class Fetched:
    """What one query fetched *about* things of ours: statements, and how many were deprecated and dropped.

    *when* the oldest of the answers came.
    """

    about: list[str] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    dropped: int = 0
    when: datetime.datetime | None = None


def fetch(
    ask: Callable[[str], tuple[Sequence[Mapping[str, Term]], float]],
    query: StoredQuery,
    of: MappingSet,
    classes: Mapping[str, set[str]],
    now: datetime.datetime,
) -> Fetched:
    """Ask for what *query* is about, in batches; *ask* answers with rows and their age in seconds.

    *classes* gives the classes of each thing of ours. Raises what *ask* raises: half a fact is none, and what was
    answered before is kept by whoever asks.
    """
    ours = {of.expand(one.object_id): of.expand(one.subject_id) for one in _exact(of)}
    wanted = _classes(query)
    items = sorted(theirs for theirs, thing in ours.items() if classes.get(thing, set()) & wanted)
    fetched = Fetched(sorted(ours[iri] for iri in items))
    found: set[Statement] = set()
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        rows, age = ask(query.bind({"item": [NamedNode(iri) for iri in batch]}))
        moment = now - datetime.timedelta(seconds=age)
        fetched.when = moment if fetched.when is None else min(fetched.when, moment)
        for row in rows:
            if _told(row, "rank").endswith("DeprecatedRank"):
                fetched.dropped += 1
            elif row["item"].value in ours:
                found.add(_statement(row, ours))
    fetched.statements = sorted(found, key=_order)
    return fetched


def _exact(of: MappingSet) -> Iterable[Row]:
    return (one for one in of.mappings if one.accepted and one.predicate_id in EXACT)


def _classes(query: StoredQuery) -> set[str]:
    """The classes of ours that a query is for."""
    header = query.header or {}
    classes = {expand(str(name)) for name in header.get("classes") or ()}
    kind = expand(str(header.get("fact", "")))
    if not classes or None in classes or kind is None:
        raise DataError(
            "the header says not what it fetches, and for which classes",
            file=query.path,
            remedy="give fact, one of data/vocabulary/fact-kinds.ttl, and classes",
        )
    return {iri for iri in classes if iri is not None}


def _told(row: Mapping[str, Term], name: str) -> str:
    return row[name].value if name in row else ""


def _statement(row: Mapping[str, Term], ours: Mapping[str, str]) -> Statement:
    value, name = row.get("value"), row.get("valueName")
    thing = ours.get(value.value, value.value) if isinstance(value, NamedNode) else None
    words = name if isinstance(name, Literal) else value if isinstance(value, Literal) else None
    if words is None:
        words = Literal(_local(value.value) if value is not None else "")
    return Statement(
        ours[row["item"].value],
        words,
        thing,
        _told(row, "statement") or None,
        _RANKS.get(_told(row, "rank").rpartition("#")[2]),
        bounds(_told(row, "since"), _told(row, "sincePrecision")),
        bounds(_told(row, "until"), _told(row, "untilPrecision")),
    )


def bounds(moment: str, precision: str) -> Bounds | None:
    """The days between which *moment* lies, by its precision as Wikibase counts it; None where that says too little.

    >>> bounds("2009-01-01T00:00:00Z", "9")
    Bounds(earliest='2009-01-01', latest='2009-12-31')
    """
    match = _DAY.match(moment)
    fine = int(precision) if precision.isdigit() else _MONTH + 1
    if match is None or fine <= _DECADE:
        return None
    year, month, day = match.groups()
    if fine == _YEAR:
        return Bounds(f"{year}-01-01", f"{year}-12-31")
    try:
        if fine == _MONTH:
            first, last = whole_month(int(year), int(month))
        else:
            first = last = datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return Bounds(first.isoformat(), last.isoformat())


def _order(one: Statement) -> tuple[str, ...]:
    since = one.since.earliest if one.since else ""
    return one.of, str(one.value), one.thing or "", since, one.source or "", one.rank or ""


def _local(iri: str) -> str:
    return re.sub(r"[^\w-]+", "-", iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]).strip("-") or "thing"


def to_turtle(fetched: Fetched, query: StoredQuery, target: Target, url: str, names: Mapping[str, str]) -> str:
    """The file of what *query* fetched, byte for byte the same for the same statements and moment.

    *names* are the labels of our things.
    """
    home = f"{ID}external/{target.name}/{query.name}"
    comment = f"Fetched by `stancegraph link enrich {target.name} --fact {query.name}`; do not edit it, fetch it again."
    triples = [*_retrieval(home, fetched, query, target, url), *_statements(home, fetched, query, target, names)]
    return write_document(triples, prefixes() | {"": f"{home}/"}, comment)


def _retrieval(home: str, fetched: Fetched, query: StoredQuery, target: Target, url: str) -> Iterator[Triple]:
    """What was asked, where, when and about what."""
    if fetched.when is None:
        raise ValueError("nothing was fetched")
    moment = fetched.when.astimezone(datetime.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    values: list[tuple[str, NamedNode | Literal]] = [
        (_TYPE, NamedNode(terms.RETRIEVAL)),
        (_LABEL, Literal(f"{target.title}, asked: {query.title}", language="en")),
        (terms.RETRIEVED_FROM, NamedNode(url)),
        (terms.RETRIEVED_ON, Literal(moment, datatype=NamedNode(PREFIXES["xsd"] + "dateTime"))),
        *((terms.ASKED_ABOUT, NamedNode(iri)) for iri in fetched.about),
        (terms.QUERY_TEXT, Literal(query.text)),
        (PREFIXES["dcterms"] + "license", NamedNode(target.licence)),
    ]
    for predicate, value in values:
        yield Triple(NamedNode(home), NamedNode(predicate), value)


def _statements(
    home: str, fetched: Fetched, query: StoredQuery, target: Target, names: Mapping[str, str]
) -> Iterator[Triple]:
    """What the target states, each with a name of its own."""
    kind = expand(str((query.header or {})["fact"])) or ""
    used: dict[str, int] = defaultdict(int)
    for statement in fetched.statements:
        value, since = statement.value, statement.since
        other = _local(statement.thing) if statement.thing else value.language or _local(value.value).lower()
        stem = "-".join([_local(statement.of), other, *([since.earliest] if since else [])])
        used[stem] += 1
        iri = f"{home}/{stem if used[stem] == 1 else f'{stem}-{used[stem]}'}"
        label = f"{target.title} on {names.get(statement.of, statement.of)}: {query.title}: {value.value}"
        values: list[tuple[str, NamedNode | Literal | None]] = [
            (_TYPE, NamedNode(terms.EXTERNAL_STATEMENT)),
            (_LABEL, Literal(label, language="en")),
            (terms.STATED_OF, NamedNode(statement.of)),
            (terms.FACT_KIND, NamedNode(kind)),
            (terms.STATED_THING, NamedNode(statement.thing) if statement.thing else None),
            (terms.STATED_VALUE, value),
            (terms.STATED_SPAN, NamedNode(f"{iri}-span") if since or statement.until else None),
            (terms.STATED_RANK, NamedNode(f"{ID}rank/{statement.rank}") if statement.rank else None),
            (_DERIVED_FROM, NamedNode(statement.source) if statement.source else None),
            (terms.RETRIEVAL_OF, NamedNode(home)),
        ]
        yield from _about(iri, values)
        if since or statement.until:
            yield from _span(f"{iri}-span", statement, f"the time of: {label}")


def _span(iri: str, statement: Statement, label: str) -> Iterator[Triple]:
    since, until = statement.since, statement.until
    days = [
        (terms.EARLIEST_BEGIN, since.earliest if since else None),
        (terms.LATEST_BEGIN, since.latest if since else None),
        (terms.EARLIEST_END, until.earliest if until else None),
        (terms.LATEST_END, until.latest if until else None),
    ]
    yield from _about(iri, [(_TYPE, NamedNode(terms.TIME_SPAN)), (_LABEL, Literal(label, language="en"))])
    yield from _about(iri, [(name, Literal(day, datatype=_DATE) if day else None) for name, day in days])


def _about(iri: str, values: Iterable[tuple[str, NamedNode | Literal | None]]) -> Iterator[Triple]:
    for predicate, value in values:
        if value is not None:
            yield Triple(NamedNode(iri), NamedNode(predicate), value)
