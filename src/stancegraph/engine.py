"""Engines answer SPARQL: the embedded store of a snapshot, or any SPARQL 1.1 endpoint. Above them all is the same.

Both give `Rows`, a truth value, or triples, as terms of RDF 1.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from stancegraph.errors import CallError, OutsideError

Term = NamedNode | Literal | BlankNode


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to a SELECT: names of variables, and a tuple of terms for each row, None where unbound."""

    variables: tuple[str, ...]
    rows: list[tuple[Term | None, ...]]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Term]]:
        for row in self.rows:
            yield {name: term for name, term in zip(self.variables, row, strict=True) if term is not None}

    def to_json(self) -> bytes:
        """The rows as `SPARQL 1.1 Query Results JSON <https://www.w3.org/TR/sparql11-results-json/>`_."""
        bindings = [{name: _json_term(term) for name, term in row.items()} for row in self]
        table = {"head": {"vars": list(self.variables)}, "results": {"bindings": bindings}}
        return json.dumps(table, ensure_ascii=False).encode("utf-8")

    def serialize(self, format: QueryResultsFormat) -> bytes:
        """The rows in any standard format for results."""
        solutions = parse_query_results(self.to_json(), QueryResultsFormat.JSON)
        assert isinstance(solutions, QuerySolutions)
        output = solutions.serialize(format=format)
        assert output is not None
        return output


Answer = Rows | bool | list[Triple]


class Engine(Protocol):
    """What answers SPARQL."""

    def query(self, text: str) -> Answer:
        """Answer *text*, a SPARQL 1.1 query, over the union of all graphs.

        Raises `CallError` where it does not parse, `OutsideError` where the engine fails.
        """
        ...


class Oxigraph:
    """The embedded engine: an Oxigraph store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def query(self, text: str) -> Answer:
        """Answer *text*; see `Engine`."""
        try:
            result = self._store.query(text, use_default_graph_as_union=True)
            if isinstance(result, QuerySolutions):
                names = tuple(variable.value for variable in result.variables)
                return Rows(names, [tuple(_term(row[name]) for name in names) for row in result])
            if isinstance(result, QueryBoolean):
                return bool(result)
            return list(result)
        except SyntaxError as error:
            raise CallError(f"not SPARQL 1.1: {error}", remedy="correct the query") from None
        except (OSError, RuntimeError, ValueError) as error:
            raise OutsideError(f"the engine could not answer: {error}") from None


class Endpoint:
    """A `SPARQL 1.1 Protocol <https://www.w3.org/TR/sparql11-protocol/>`_ endpoint, asked through SPARQLWrapper."""

    def __init__(self, url: str, timeout: int = 60) -> None:
        self._url, self._timeout = url, timeout

    def query(self, text: str) -> Answer:
        """Answer *text*; see `Engine`."""
        from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper
        from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

        wrapper = SPARQLWrapper(self._url)
        wrapper.setTimeout(self._timeout)
        wrapper.setMethod(POST)
        wrapper.setQuery(text)
        construct = wrapper.queryType in {"CONSTRUCT", "DESCRIBE"}
        wrapper.setReturnFormat(TURTLE if construct else JSON)
        try:
            body: bytes = wrapper.query().response.read()
            if construct:
                return [quad.triple for quad in parse(body, format=RdfFormat.TURTLE)]
            return _results(body)
        except QueryBadFormed as error:
            raise CallError(f"the endpoint rejects the query: {error}", file=self._url) from None
        except (SPARQLWrapperException, OSError, ValueError, SyntaxError) as error:
            raise OutsideError(
                f"the endpoint did not answer: {error}", file=self._url, remedy="check the address and that it is up"
            ) from None


def _results(body: bytes) -> Rows | bool:
    result = parse_query_results(body, QueryResultsFormat.JSON)
    if isinstance(result, QueryBoolean):
        return bool(result)
    names = tuple(variable.value for variable in result.variables)
    return Rows(names, [tuple(_term(row[name]) for name in names) for row in result])


def _term(value: NamedNode | Literal | BlankNode | Triple | None) -> Term | None:
    if isinstance(value, Triple):
        raise ValueError("a triple term, which RDF 1.1 does not have")
    return value


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
