"""Engines that answer SPARQL: the embedded store of a snapshot, or any SPARQL 1.1 endpoint, behind one interface.

Each answers with `Rows`, a truth value or `Triples`, in terms of RDF 1.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
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
from stancegraph.rdf.namespaces import prefixes
from stancegraph.sparql.lexer import keywords
from stancegraph.sparql.open_results import OpenResult

if TYPE_CHECKING:
    import pandas
    import rdflib

Term = NamedNode | Literal | BlankNode
_FROM = re.compile(r"from|\\u00", re.IGNORECASE)


class Rows:
    """The answer to a SELECT: the names of its variables, and a tuple of terms for each row, None where unbound.

    Rows are read as they are needed: rows that are only serialised go straight from the engine to their destination,
    in memory that does not grow with their number. Reading again asks the engine again, unless `rows` has been used.
    So does reading in another thread than that which asked.

    Whatever reads rows raises `ExternalError` where the engine fails.

    Args:
        evaluate: Evaluates the query; called at once, and again each time that the rows are read anew.

    Attributes:
        variables: The names of the variables, in the order of the query.
        has_more: Whether `part` or `first` left out rows behind these.
    """

    def __init__(self, evaluate: Callable[[], QuerySolutions]) -> None:
        self._evaluate = evaluate
        solutions = evaluate()
        self.variables = tuple(variable.value for variable in solutions.variables)
        self._unread: OpenResult | None = OpenResult(solutions)
        self._materialised: list[tuple[Term | None, ...]] | None = None
        self.has_more = False

    @classmethod
    def from_records(cls, variables: Sequence[str], rows: Sequence[tuple[Term | None, ...]]) -> Rows:
        """Return an answer made of *rows*, each with a term, or None, for each of *variables*."""
        return cls(partial(_to_solutions, variables, rows))

    def _stream(self) -> QuerySolutions:
        unread = self._unread.take() if self._unread is not None else None
        return unread if unread is not None else self._evaluate()

    @property
    def rows(self) -> list[tuple[Term | None, ...]]:
        """All rows, which are kept from then on."""
        if self._materialised is None:
            names = self.variables
            with _ENGINE_ERRORS:
                self._materialised = [tuple(_check_term(row[name]) for name in names) for row in self._stream()]
        return self._materialised

    def first(self, limit: int) -> Rows:
        """Return the first *limit* rows, or all where there are fewer, in memory."""
        return self.part(0, limit)[0]

    def part(self, offset: int, limit: int, count: bool = False) -> tuple[Rows, int]:
        """Return some of the rows, in memory.

        Args:
            offset: How many rows to skip; they are not kept.
            limit: How many rows to return at most.
            count: Whether to read all rows to the end, instead of one row behind the part for `has_more`.

        Returns:
            The rows of the part, and how many rows were read: with *count*, the number of all rows.
        """
        names = self.variables
        part: list[tuple[Term | None, ...]] = []
        number = 0
        with _ENGINE_ERRORS:
            for row in self._stream() if self._materialised is None else self._materialised:
                number += 1
                if number > offset + limit and not count:
                    break
                if offset < number <= offset + limit:
                    part.append(tuple(_check_term(row[index]) for index in range(len(names))))
        return Rows._in_memory(names, part, number > offset + limit), number

    @classmethod
    def _in_memory(cls, variables: tuple[str, ...], rows: list[tuple[Term | None, ...]], has_more: bool) -> Rows:
        """Return *rows* as they are; an engine reads them again only where they are serialised."""
        answer = cls.__new__(cls)
        answer._evaluate = partial(_to_solutions, variables, rows)
        answer._unread, answer._materialised, answer.has_more = None, rows, has_more
        answer.variables = variables
        return answer

    def materialised(self) -> Rows:
        """Return these rows in memory, without anything that the engine holds open."""
        return Rows._in_memory(self.variables, self.rows, self.has_more)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Term]]:
        """Yield each row as a mapping from variables to terms, without what is unbound; none is kept."""
        names = self.variables
        with _ENGINE_ERRORS:
            for row in self._stream() if self._materialised is None else self._materialised:
                terms = (_check_term(row[index]) for index in range(len(names)))
                yield {name: term for name, term in zip(names, terms, strict=True) if term is not None}

    def serialize(self, format: QueryResultsFormat) -> bytes:
        """Return the rows in *format*."""
        with _ENGINE_ERRORS:
            output = self._stream().serialize(format=format)
        assert output is not None
        return output

    def write(self, format: QueryResultsFormat, output: IO[bytes]) -> None:
        """Write the rows to *output* in *format*, one by one as the engine finds them."""
        with _ENGINE_ERRORS:
            self._stream().serialize(output, format=format)

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a data frame, with numbers, truth values and dates as such; needs the extra ``pandas``."""
        from stancegraph.sparql.notebook import data_frame

        return data_frame(self)

    def _repr_html_(self) -> str:
        from stancegraph.sparql.notebook import html_table

        return html_table(self)


class _EngineErrors:
    """A context that turns what an engine raises while it answers into `ExternalError`.

    It is a class because a generator would add a tenth to the time of a short query.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError | RuntimeError | ValueError) and not isinstance(error, BrokenPipeError):
            raise ExternalError(
                f"the engine could not answer: {error}",
                remedy="if the snapshot is damaged, run `stancegraph build --force`",
            ) from None


_ENGINE_ERRORS = _EngineErrors()


class Triples(list[Triple]):
    """The answer to a CONSTRUCT or DESCRIBE."""

    def to_rdflib(self) -> rdflib.Graph:
        """Return the triples as a graph of rdflib."""
        import rdflib

        return rdflib.Graph().parse(data=self.serialize(RdfFormat.N_TRIPLES), format="nt")

    def serialize(self, format: RdfFormat = RdfFormat.TURTLE) -> bytes:
        """Return the triples in *format*, in a fixed order, with the prefixes that they use."""
        used = {name: iri for name, iri in prefixes().items() if any(iri in str(triple) for triple in self)}
        output = serialize(sorted(self, key=str), format=format, prefixes=used)
        assert output is not None
        return output


Answer = Rows | bool | Triples


class Engine(Protocol):
    """An engine that answers SPARQL queries."""

    def query(self, text: str) -> Answer:
        """Answer *text*, a SPARQL 1.1 query, over the union of all graphs, or over those that it names with FROM.

        Raises:
            UsageError: The query does not parse.
            ExternalError: The engine fails.
        """
        ...


class Oxigraph:
    """The embedded engine: an Oxigraph store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def query(self, text: str) -> Answer:
        """Answer *text*; see `Engine.query`."""
        try:
            with _ENGINE_ERRORS:
                result = self._evaluate(text)
                if isinstance(result, QuerySolutions):
                    return Rows(first_then(result, lambda: self._select(text)))
                if isinstance(result, QueryBoolean):
                    return bool(result)
                return Triples(result)
        except SyntaxError as error:
            raise UsageError(f"not SPARQL 1.1: {error}", remedy="correct the query") from None

    def _evaluate(self, text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        names_graphs = names_its_graphs(text)
        return self._store.query(text, use_default_graph_as_union=not names_graphs)

    def _select(self, text: str) -> QuerySolutions:
        result = self._evaluate(text)
        assert isinstance(result, QuerySolutions)
        return result


def require_rows(answer: Answer) -> Rows:
    """Return *answer*, which must be rows.

    Raises:
        ExternalError: It is a truth value or a graph, as a broken endpoint may send for a SELECT.
    """
    if not isinstance(answer, Rows):
        raise ExternalError(
            "rows were asked for, and the endpoint answered with something else",
            remedy="check that the address is that of a SPARQL 1.1 endpoint",
        )
    return answer


def names_its_graphs(text: str) -> bool:
    """Return whether the query *text* has a FROM."""
    # the search is quick, and rules most queries out
    return _FROM.search(text) is not None and "FROM" in keywords(text)


def first_then(first: QuerySolutions, repeat: Callable[[], QuerySolutions]) -> Callable[[], QuerySolutions]:
    """Return a function that returns *first* when it is first called, and the result of *repeat* from then on."""
    pending = [first]
    return lambda: pending.pop() if pending else repeat()


def solutions(body: bytes, format: QueryResultsFormat) -> QuerySolutions:
    """Return the solutions in *body*, which is in *format*; raise `SyntaxError` or `ValueError` if it has none."""
    result = parse_query_results(body, format)
    if not isinstance(result, QuerySolutions):
        raise ValueError("a truth value, not rows")
    return result


def _to_solutions(variables: Sequence[str], rows: Sequence[tuple[Term | None, ...]]) -> QuerySolutions:
    cells = ([(name, term) for name, term in zip(variables, row, strict=True) if term is not None] for row in rows)
    bindings = [{name: _json_term(term) for name, term in row} for row in cells]
    table = json.dumps({"head": {"vars": list(variables)}, "results": {"bindings": bindings}}).encode("utf-8")
    return solutions(table, QueryResultsFormat.JSON)


def _check_term(term: NamedNode | Literal | BlankNode | Triple | None) -> Term | None:
    if isinstance(term, Triple):
        raise ValueError("a triple term, which RDF 1.1 does not have")
    return term


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
