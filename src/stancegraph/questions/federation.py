"""Federated questions: live joins of the graph with other endpoints, answered from whatever those return.

By `SPARQL 1.1 Federated Query <https://www.w3.org/TR/sparql11-federated-query/>`_ a SERVICE is evaluated by itself and
joined afterwards; engines that do so ask for all that an endpoint has. Here the graph is asked first for the values
that both sides share. Each endpoint is then asked for these only, in batches (a bound join), and endpoints are asked in
parallel. Their rows replace the SERVICE as a data block when the question itself is asked. An endpoint that fails gives
no rows, or rows without its own values where the SERVICE is SILENT, and the report says so. Any engine will do, because
none ever sees a SERVICE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from pyoxigraph import BlankNode

from stancegraph.errors import ExternalError, UsageError
from stancegraph.sparql.engine import Answer, Engine, Rows, Term, require_rows
from stancegraph.sparql.lexer import ServiceBlock, braces, closing, keywords, service_blocks, variables
from stancegraph.sparql.values_block import data_block

BATCH = 50  # values in one request
Ask = Callable[[str, str], tuple[Rows, float]]
"""A function that takes the IRI of an endpoint and a query, and returns the rows and their age in seconds.

It raises `ExternalError` or `UsageError` where the endpoint does not answer.
"""


@dataclass
class ServiceCall:
    """A report on the calls to one endpoint.

    Attributes:
        iri: The IRI of the endpoint.
        silent: Whether every SERVICE that calls it is SILENT.
        values: How many combinations of values it was asked for.
        requests: How many requests it was asked in.
        rows: How many rows it returned.
        from_cache: How many of the requests were answered from a cache.
        age: The age of the oldest rows, in seconds.
        failed: A message for each request that failed.
    """

    iri: str
    silent: bool = True
    values: int = 0
    requests: int = 0
    rows: int = 0
    from_cache: int = 0
    age: float = 0.0
    failed: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """``answered``, ``from cache``, ``partial``, ``failed``; ``not asked`` where there was nothing to ask for."""
        if not self.requests:
            return "not asked"
        if self.failed:
            return "failed" if len(self.failed) == self.requests else "partial"
        return "from cache" if self.from_cache == self.requests else "answered"

    def __str__(self) -> str:
        summary = f"{self.iri}: {self.state}"
        if self.requests:
            summary += f"; asked for {self.values} values in {self.requests} requests, {self.rows} rows"
        if self.from_cache:
            summary += f"; {self.from_cache} of the requests answered from cache, up to {self.age / 3600:.1f} hours old"
        return summary + "".join(f"\n  {message}" for message in dict.fromkeys(self.failed))


def answer(engine: Engine, text: str, ask: Ask) -> tuple[Answer, list[ServiceCall]]:
    """Answer a question that calls other endpoints.

    Args:
        engine: The engine of the graph.
        text: A SELECT whose SERVICE blocks name their endpoints by IRIs.
        ask: Asks an endpoint; called from several threads, with one request at a time for each endpoint.

    Returns:
        The answer, and a report for each endpoint.

    Raises:
        UsageError: *text* cannot be split into its parts or does not parse, or a SERVICE shares no variable with the
            graph.
        ExternalError: The engine fails; that an endpoint fails is in its report.
    """
    try:
        blocks = service_blocks(text)
        prologue, where = _split(text)
    except ValueError as error:
        raise UsageError(f"the question cannot be split into its parts: {error}", remedy="correct it") from None
    local = _remove_blocks(text, blocks, where)
    joins = [_shared_variables(block, local) for block in blocks]
    names = list(dict.fromkeys(name for shared in joins for name in shared))
    bindings = Rows.from_records((), ())
    if names:
        bindings = require_rows(engine.query(f"{prologue}SELECT DISTINCT {_projection(names)} WHERE {local}"))
    values = [_distinct_values(bindings, shared) for shared in joins]
    reports = {block.iri: ServiceCall(block.iri) for block in blocks}
    for block in blocks:
        reports[block.iri].silent &= block.silent

    def ask_endpoint(iri: str) -> list[tuple[int, str]]:
        """Ask one endpoint for all its blocks, one request after the other."""
        return [
            (index, _fetch_block(block, prologue, joins[index], values[index], ask, reports[iri]))
            for index, block in enumerate(blocks)
            if block.iri == iri
        ]

    with ThreadPoolExecutor(max(1, len(reports))) as pool:
        data = dict(pair for pairs in pool.map(ask_endpoint, reports) for pair in pairs)
    for index, block in reversed(list(enumerate(blocks))):
        text = text[: block.start] + data[index] + text[block.end :]
    return engine.query(text), list(reports.values())


def _split(text: str) -> tuple[str, tuple[int, int]]:
    """Return the prologue of a SELECT, and the position of its WHERE, from brace to brace."""
    if "SELECT" not in keywords(text):
        raise ValueError("only a SELECT can be federated")
    opening = braces(text)[0][0]
    lines = text[:opening].splitlines(keepends=True)
    prologue = [line for line in lines if line.lstrip().upper().startswith(("PREFIX", "BASE"))]
    return "".join(prologue), (opening, closing(text, opening) + 1)


def _remove_blocks(text: str, blocks: Sequence[ServiceBlock], where: tuple[int, int]) -> str:
    """Return the WHERE of the question *text* without its SERVICE blocks."""
    parts, position = [], where[0]
    for block in blocks:
        parts.append(text[position : block.start])
        position = block.end
    return "".join([*parts, text[position : where[1]]])


def _shared_variables(block: ServiceBlock, local: str) -> list[str]:
    local_variables = set(variables(local))
    shared = [name for name in variables(block.body) if name in local_variables]
    if not shared:
        raise UsageError(
            f"the SERVICE of {block.iri} shares no variable with the graph, and would be asked for all that it has",
            remedy="join it with the graph by a variable",
        )
    return shared


def _projection(names: Iterable[str]) -> str:
    return " ".join(f"?{name}" for name in names)


def _distinct_values(bindings: Rows, names: Sequence[str]) -> list[tuple[Term, ...]]:
    """Return the values of *names*, each combination once; unbound values and blank nodes cannot be sent."""
    columns = [bindings.variables.index(name) for name in names]
    distinct = dict.fromkeys(tuple(row[column] for column in columns) for row in bindings.rows)
    return [
        tuple(term for term in row if term is not None)
        for row in distinct
        if not any(term is None or isinstance(term, BlankNode) for term in row)
    ]


def _fetch_block(
    block: ServiceBlock,
    prologue: str,
    names: list[str],
    values: Sequence[tuple[Term, ...]],
    ask: Ask,
    report: ServiceCall,
) -> str:
    """Return the data block that replaces *block*: the rows that its endpoint has for *values* of *names*."""
    columns = names + [name for name in variables(block.body) if name not in names]
    rows: list[Sequence[Term | None]] = []
    report.values += len(values)
    for start in range(0, len(values), BATCH):
        batch = values[start : start + BATCH]
        report.requests += 1
        try:
            answer_rows, age = ask(
                block.iri,
                f"{prologue}SELECT DISTINCT {_projection(columns)} WHERE {{ {data_block(names, batch)} {block.body} }}",
            )
        except (ExternalError, UsageError) as error:
            report.failed.append(str(error).splitlines()[0])
            rows += [(*row, *(None for _ in columns[len(names) :])) for row in batch if block.silent]
            continue
        report.from_cache, report.age = report.from_cache + (age > 0), max(report.age, age)
        present = answer_rows.variables
        indices = [present.index(name) if name in present else None for name in columns]
        rows += [
            tuple(None if index is None or isinstance(row[index], BlankNode) else row[index] for index in indices)
            for row in answer_rows.rows
        ]
        report.rows += len(answer_rows)
    return data_block(columns, rows)
