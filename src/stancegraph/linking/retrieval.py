"""Retrievals: the Turtle files that record what a target was asked about and what it stated."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from stancegraph.linking.enrichment import Fetched, Statement, local_name
from stancegraph.linking.targets import Target
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES, expand, prefixes
from stancegraph.rdf.turtle import write_document

_TYPE, _LABEL = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "label"
_DERIVED_FROM = "http://www.w3.org/ns/prov#wasDerivedFrom"
_DATE, _DATE_TIME = NamedNode(PREFIXES["xsd"] + "date"), NamedNode(PREFIXES["xsd"] + "dateTime")


def to_turtle(fetched: Fetched, query: StoredQuery, target: Target, url: str, labels: Mapping[str, str]) -> str:
    """Return the Turtle file of what a query has fetched, the same for the same statements and time.

    Args:
        fetched: What the query has fetched.
        query: The query.
        target: The target.
        url: The URL of the endpoint that was asked.
        labels: The labels of the entities of the graph, by their IRIs.

    Raises:
        ValueError: Nothing was fetched.
    """
    retrieval = f"{ID}external/{target.name}/{query.name}"
    comment = f"Fetched by `stancegraph link enrich {target.name} --fact {query.name}`; do not edit it, fetch it again."
    triples = [
        *_describe_retrieval(retrieval, fetched, query, target, url),
        *_describe_statements(retrieval, fetched, query, target, labels),
    ]
    return write_document(triples, prefixes() | {"": f"{retrieval}/"}, comment)


def _describe_retrieval(
    retrieval: str, fetched: Fetched, query: StoredQuery, target: Target, url: str
) -> Iterator[Triple]:
    """Yield what was asked, where, when and about which entities."""
    if fetched.retrieved_at is None:
        raise ValueError("nothing was fetched")
    moment = fetched.retrieved_at.astimezone(datetime.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    values: list[tuple[str, NamedNode | Literal]] = [
        (_TYPE, NamedNode(terms.RETRIEVAL)),
        (_LABEL, Literal(f"{target.title}, asked: {query.title}", language="en")),
        (terms.RETRIEVED_FROM, NamedNode(url)),
        (terms.RETRIEVED_ON, Literal(moment, datatype=_DATE_TIME)),
        *((terms.ASKED_ABOUT, NamedNode(iri)) for iri in fetched.subjects),
        (terms.QUERY_TEXT, Literal(query.text)),
        (PREFIXES["dcterms"] + "license", NamedNode(target.licence)),
    ]
    yield from _triples(retrieval, values)


def _describe_statements(
    retrieval: str, fetched: Fetched, query: StoredQuery, target: Target, labels: Mapping[str, str]
) -> Iterator[Triple]:
    """Yield what the target states, each statement under an IRI of its own."""
    fact_kind = expand(str((query.header or {})["fact"])) or ""
    counts: dict[str, int] = defaultdict(int)
    for statement in fetched.statements:
        value, since = statement.value, statement.since
        stem = "-".join([local_name(statement.subject), _value_name(statement), *([since.earliest] if since else [])])
        counts[stem] += 1
        iri = f"{retrieval}/{stem if counts[stem] == 1 else f'{stem}-{counts[stem]}'}"
        subject_label = labels.get(statement.subject, statement.subject)
        label = f"{target.title} on {subject_label}: {query.title}: {value.value}"
        values: list[tuple[str, NamedNode | Literal | None]] = [
            (_TYPE, NamedNode(terms.EXTERNAL_STATEMENT)),
            (_LABEL, Literal(label, language="en")),
            (terms.STATED_OF, NamedNode(statement.subject)),
            (terms.FACT_KIND, NamedNode(fact_kind)),
            (terms.STATED_THING, NamedNode(statement.value_iri) if statement.value_iri else None),
            (terms.STATED_VALUE, value),
            (terms.STATED_SPAN, NamedNode(f"{iri}-span") if since or statement.until else None),
            (terms.STATED_RANK, NamedNode(f"{ID}rank/{statement.rank}") if statement.rank else None),
            (_DERIVED_FROM, NamedNode(statement.source) if statement.source else None),
            (terms.RETRIEVAL_OF, NamedNode(retrieval)),
        ]
        yield from _triples(iri, values)
        if since or statement.until:
            yield from _describe_span(f"{iri}-span", statement, f"the time of: {label}")


def _value_name(statement: Statement) -> str:
    """Return the part of an IRI that stands for the value: its name, its language or its text."""
    if statement.value_iri:
        return local_name(statement.value_iri)
    return statement.value.language or local_name(statement.value.value).lower()


def _describe_span(iri: str, statement: Statement, label: str) -> Iterator[Triple]:
    """Yield the time in which a statement is true, as far as the target says it."""
    since, until = statement.since, statement.until
    days = [
        (terms.EARLIEST_BEGIN, since.earliest if since else None),
        (terms.LATEST_BEGIN, since.latest if since else None),
        (terms.EARLIEST_END, until.earliest if until else None),
        (terms.LATEST_END, until.latest if until else None),
    ]
    yield from _triples(iri, [(_TYPE, NamedNode(terms.TIME_SPAN)), (_LABEL, Literal(label, language="en"))])
    yield from _triples(iri, [(term, Literal(day, datatype=_DATE) if day else None) for term, day in days])


def _triples(iri: str, values: Iterable[tuple[str, NamedNode | Literal | None]]) -> Iterator[Triple]:
    """Yield a triple about *iri* for each predicate that has a value."""
    for predicate, value in values:
        if value is not None:
            yield Triple(NamedNode(iri), NamedNode(predicate), value)
