"""Engines answer SPARQL: the embedded store of a snapshot, or any SPARQL 1.1 endpoint. Above them all is the same.

Both give `Rows`, a truth value, or triples, as terms of RDF 1.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import IO, TYPE_CHECKING, Protocol

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse_query_results,
    serialize,
)

from stancegraph.errors import ExternalError, UsageError
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.lexer import keywords

if TYPE_CHECKING:
    import pandas
    import rdflib

Term = NamedNode | Literal | BlankNode
_FROM = re.compile(r"from|\\u00", re.IGNORECASE)


class Rows:
    """The answer to a SELECT: the names of its variables, and a tuple of terms for each row, None where unbound.

    Terms are made when they are looked at: what is only serialised goes from the engine to its destination, in memory
    that does not grow with the number of rows. Looking again asks the engine again, unless `rows` has kept them.
    """

    def __init__(self, ask: Callable[[], QuerySolutions]) -> None:
        self._ask = ask
        self._first = ask()
        self._fresh: QuerySolutions | None = self._first
        self._kept: list[tuple[Term | None, ...]] | None = None
        self.more = False

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables, in the order of the query."""
        return tuple(variable.value for variable in self._first.variables)

    @classmethod
    def of(cls, variables: Sequence[str], rows: Sequence[tuple[Term | None, ...]]) -> Rows:
        """Rows that were not asked of an engine."""
        return cls(partial(_solutions_of, variables, rows))

    def _stream(self) -> QuerySolutions:
        fresh, self._fresh = self._fresh, None
        return fresh if fresh is not None else self._ask()

    @property
    def rows(self) -> list[tuple[Term | None, ...]]:
        """All rows."""
        if self._kept is None:
            names = self.variables
            with _FAILURES:
                self._kept = [tuple(_term(row[name]) for name in names) for row in self._stream()]
        return self._kept

    def first(self, most: int) -> Rows:
        """At most so many of these rows, all of them made; `more` says whether there are others."""
        return self.part(0, most)[0]

    def part(self, offset: int, most: int, count: bool = False) -> tuple[Rows, int]:
        """At most so many of these rows after *offset* of them, all of them made; and how many there are.

        What is not kept is passed over. Without *count*, no row behind the part is looked at but one, which tells
        whether there are `more`.
        """
        names = self.variables
        kept: list[tuple[Term | None, ...]] = []
        number = 0
        with _FAILURES:
            for row in self._stream() if self._kept is None else self._kept:
                number += 1
                if number > offset + most and not count:
                    break
                if offset < number <= offset + most:
                    kept.append(tuple(_term(row[name]) for name in range(len(names))))
        return Rows._holding(names, kept, number > offset + most), number

    @classmethod
    def _holding(cls, variables: tuple[str, ...], rows: list[tuple[Term | None, ...]], more: bool) -> Rows:
        """Rows that have been made already; an engine reads them again only where they are to be written."""
        made = cls.__new__(cls)
        made._ask = partial(_solutions_of, variables, rows)
        made._fresh, made._kept, made.more = None, rows, more
        made.__dict__["variables"] = variables
        return made

    def kept(self) -> Rows:
        """These rows, all of them made: without what an engine holds open, which only its own thread may let go of."""
        return Rows._holding(self.variables, self.rows, self.more)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Term]]:
        """Each row by variable, without what is unbound; one after the other, none kept."""
        names = self.variables
        with _FAILURES:
            for solution in self._stream() if self._kept is None else self._kept:
                terms = (_term(solution[index]) for index in range(len(names)))
                yield {name: term for name, term in zip(names, terms, strict=True) if term is not None}

    def serialize(self, format: QueryResultsFormat) -> bytes:
        """The rows in a standard format for results."""
        with _FAILURES:
            output = self._stream().serialize(format=format)
        assert output is not None
        return output

    def write(self, format: QueryResultsFormat, output: IO[bytes]) -> None:
        """Write the rows to *output* in a standard format for results, as the engine finds them."""
        with _FAILURES:
            self._stream().serialize(output, format=format)

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a data frame, with numbers, truth values and dates as such; needs the extra ``pandas``."""
        from stancegraph.sparql.notebook import data_frame

        return data_frame(self)

    def _repr_html_(self) -> str:
        from stancegraph.sparql.notebook import html_table

        return html_table(self)


class _Failures:
    """Turn what an engine raises while it answers into the errors of this program.

    A class, because a generator would cost a short question a tenth of its time.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError | RuntimeError | ValueError) and not isinstance(error, BrokenPipeError):
            raise ExternalError(
                f"the engine could not answer: {error}",
                remedy="if the snapshot is damaged, run `stancegraph build --force`",
            ) from None


_FAILURES = _Failures()


class Triples(list[Triple]):
    """The answer to a CONSTRUCT or DESCRIBE."""

    def to_rdflib(self) -> rdflib.Graph:
        """The triples as a graph of rdflib."""
        import rdflib

        return rdflib.Graph().parse(data=self.serialize(RdfFormat.N_TRIPLES), format="nt")

    def serialize(self, format: RdfFormat = RdfFormat.TURTLE) -> bytes:
        """The triples in a format of RDF, in a fixed order, with the prefixes that they use."""
        used = {name: iri for name, iri in PREFIXES.items() if any(iri in str(triple) for triple in self)}
        output = serialize(sorted(self, key=str), format=format, prefixes=used)
        assert output is not None
        return output


Answer = Rows | bool | Triples


class Engine(Protocol):
    """What answers SPARQL."""

    def query(self, text: str) -> Answer:
        """Answer *text*, a SPARQL 1.1 query, over the union of all graphs, or those that it names with FROM.

        Raises `UsageError` where it does not parse, `ExternalError` where the engine fails.
        """
        ...


class Oxigraph:
    """The embedded engine: an Oxigraph store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def query(self, text: str) -> Answer:
        """Answer *text*; see `Engine`."""
        try:
            with _FAILURES:
                result = self._ask(text)
                if isinstance(result, QuerySolutions):
                    return Rows(once(result, lambda: self._select(text)))
                if isinstance(result, QueryBoolean):
                    return bool(result)
                return Triples(result)
        except SyntaxError as error:
            raise UsageError(f"not SPARQL 1.1: {error}", remedy="correct the query") from None

    def _ask(self, text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        """The answer over the union of all graphs, or over those that the query names itself with FROM."""
        names_graphs = names_its_graphs(text)
        return self._store.query(text, use_default_graph_as_union=not names_graphs)

    def _select(self, text: str) -> QuerySolutions:
        result = self._ask(text)
        assert isinstance(result, QuerySolutions)
        return result


def names_its_graphs(text: str) -> bool:
    """Whether the query *text* has a FROM; where the letters do not stand in it, nobody looks at its words."""
    return _FROM.search(text) is not None and "FROM" in keywords(text)


def once(first: QuerySolutions, again: Callable[[], QuerySolutions]) -> Callable[[], QuerySolutions]:
    """A function that gives *first* when it is called first, and calls *again* from then on."""
    waiting = [first]
    return lambda: waiting.pop() if waiting else again()


def solutions(body: bytes, format: QueryResultsFormat) -> QuerySolutions:
    """The solutions in *body*, in a standard format for results; raises `SyntaxError` where it is not in it."""
    result = parse_query_results(body, format)
    assert isinstance(result, QuerySolutions)
    return result


def _solutions_of(variables: Sequence[str], rows: Sequence[tuple[Term | None, ...]]) -> QuerySolutions:
    cells = ([(name, term) for name, term in zip(variables, row, strict=True) if term is not None] for row in rows)
    bindings = [{name: _json_term(term) for name, term in row} for row in cells]
    table = json.dumps({"head": {"vars": list(variables)}, "results": {"bindings": bindings}}).encode("utf-8")
    return solutions(table, QueryResultsFormat.JSON)


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
