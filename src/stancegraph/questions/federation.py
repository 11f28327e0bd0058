"""Federated questions: live joins of the graph with endpoints elsewhere, which answer with what they got.

By `SPARQL 1.1 Federated Query <https://www.w3.org/TR/sparql11-federated-query/>`_ a SERVICE is evaluated by itself and
joined afterwards; engines that do so ask for all that an endpoint has. Here the graph is asked first for the values
that both sides share, each endpoint is then asked for these only, in batches (a bound join), the endpoints side by
side, and what came back stands as data in the place of the SERVICE when the question is asked. An endpoint that fails
gives no rows, or empty ones where the SERVICE is SILENT, and the report says so. Any engine will do: none ever sees a
SERVICE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from pyoxigraph import BlankNode

from stancegraph.errors import ExternalError, UsageError
from stancegraph.sparql.engine import Answer, Engine, Rows, Term
from stancegraph.sparql.lexer import ServiceBlock, braces, closing, keywords, service_blocks, variables
from stancegraph.sparql.values_block import data_block

BATCH = 50  # values in one request
Ask = Callable[[str, str], tuple[Rows, float]]
"""Asks the endpoint of an IRI a text; gives rows and their age in seconds. Raises `ExternalError` or `UsageError`."""


@dataclass
class ServiceCall:
    """What became of an endpoint: how many values it was asked for, in how many requests, and how that went.

    *silent*: whether each SERVICE that calls it is SILENT.
    """

    iri: str
    silent: bool = True
    values: int = 0
    requests: int = 0
    rows: int = 0
    kept: int = 0
    age: float = 0.0
    failed: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """``answered``, ``from cache``, ``partial``, ``failed``; ``not asked`` where there was nothing to ask for."""
        if not self.requests:
            return "not asked"
        if self.failed:
            return "failed" if len(self.failed) == self.requests else "partial"
        return "from cache" if self.kept == self.requests else "answered"

    def __str__(self) -> str:
        told = f"{self.iri}: {self.state}"
        if self.requests:
            told += f"; asked for {self.values} values in {self.requests} requests, {self.rows} rows"
        if self.kept:
            told += f"; {self.kept} of the requests answered from cache, up to {self.age / 3600:.1f} hours old"
        return told + "".join(f"\n  {message}" for message in dict.fromkeys(self.failed))


def answer(engine: Engine, text: str, ask: Ask) -> tuple[Answer, list[ServiceCall]]:
    """The answer of *engine* to *text*, a SELECT whose SERVICE blocks are asked by *ask*; and a report per endpoint.

    Raises `UsageError` where *text* cannot be taken apart, or a SERVICE shares no variable with the graph.
    """
    try:
        blocks = service_blocks(text)
        head, body = _parts(text)
    except ValueError as error:
        raise UsageError(f"the question cannot be taken apart: {error}", remedy="correct it") from None
    local = _without(text, blocks, body)
    joins = [_shared(block, local) for block in blocks]
    wanted = list(dict.fromkeys(name for names in joins for name in names))
    found = engine.query(f"{head}SELECT DISTINCT {_names(wanted)} WHERE {local}") if wanted else Rows.of((), ())
    assert isinstance(found, Rows)
    values = [_values(found, names) for names in joins]
    reports = {block.iri: ServiceCall(block.iri) for block in blocks}
    for block in blocks:
        reports[block.iri].silent &= block.silent

    def one_endpoint(iri: str) -> list[tuple[int, str]]:
        """All that one endpoint is asked for, one request after the other."""
        return [
            (number, _joined(block, head, joins[number], values[number], ask, reports[iri]))
            for number, block in enumerate(blocks)
            if block.iri == iri
        ]

    with ThreadPoolExecutor(max(1, len(reports))) as pool:
        data = dict(pair for pairs in pool.map(one_endpoint, reports) for pair in pairs)
    for number, block in reversed(list(enumerate(blocks))):
        text = text[: block.start] + data[number] + text[block.end :]
    return engine.query(text), list(reports.values())


def _parts(text: str) -> tuple[str, tuple[int, int]]:
    """What stands before the SELECT, and where the braces of its WHERE are."""
    if "SELECT" not in keywords(text):
        raise ValueError("only a SELECT can be federated")
    opening = braces(text)[0][0]
    lines = text[:opening].splitlines(keepends=True)
    head = [line for line in lines if line.lstrip().upper().startswith(("PREFIX", "BASE"))]
    return "".join(head), (opening, closing(text, opening) + 1)


def _without(text: str, blocks: Sequence[ServiceBlock], body: tuple[int, int]) -> str:
    """The WHERE of the question without its SERVICE blocks."""
    kept, position = [], body[0]
    for block in blocks:
        kept.append(text[position : block.start])
        position = block.end
    return "".join([*kept, text[position : body[1]]])


def _shared(block: ServiceBlock, local: str) -> list[str]:
    there = set(variables(local))
    shared = [name for name in variables(block.body) if name in there]
    if not shared:
        raise UsageError(
            f"the SERVICE of {block.iri} shares no variable with the graph, and would be asked for all that it has",
            remedy="join it with the graph by a variable",
        )
    return shared


def _names(names: Iterable[str]) -> str:
    return " ".join(f"?{name}" for name in names)


def _values(found: Rows, names: Sequence[str]) -> list[tuple[Term, ...]]:
    """The values of *names*, each combination once; those that cannot be sent, unbound and blank ones, are left out."""
    columns = [found.variables.index(name) for name in names]
    distinct = dict.fromkeys(tuple(row[column] for column in columns) for row in found.rows)
    return [
        tuple(term for term in row if term is not None)
        for row in distinct
        if not any(term is None or isinstance(term, BlankNode) for term in row)
    ]


def _joined(
    block: ServiceBlock, head: str, names: list[str], values: Sequence[tuple[Term, ...]], ask: Ask, report: ServiceCall
) -> str:
    """The data that stand in the place of *block*: what the endpoint has for *values* of *names*."""
    columns = names + [name for name in variables(block.body) if name not in names]
    rows: list[Sequence[Term | None]] = []
    report.values += len(values)
    for start in range(0, len(values), BATCH):
        batch = values[start : start + BATCH]
        report.requests += 1
        try:
            found, age = ask(
                block.iri,
                f"{head}SELECT DISTINCT {_names(columns)} WHERE {{ {data_block(names, batch)} {block.body} }}",
            )
        except (ExternalError, UsageError) as error:
            report.failed.append(str(error).splitlines()[0])
            rows += [(*row, *(None for _ in columns[len(names) :])) for row in batch if block.silent]
            continue
        report.kept, report.age = report.kept + (age > 0), max(report.age, age)
        places = [found.variables.index(name) if name in found.variables else None for name in columns]
        rows += [
            tuple(None if place is None or isinstance(row[place], BlankNode) else row[place] for place in places)
            for row in found.rows
        ]
        report.rows += len(found)
    return data_block(columns, rows)
