"""The Python API: a graph that is published, or behind an endpoint, and the questions that can be asked of it.

>>> import stancegraph
>>> graph = stancegraph.open()  # doctest: +SKIP
>>> answer = graph.ask("stances-of-actor", actor="China")  # doctest: +SKIP
>>> for row in answer:  # doctest: +SKIP
...     print(row["statement"].value)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from stancegraph.errors import DataError
from stancegraph.pipeline.building import published
from stancegraph.questions import stored_query
from stancegraph.questions.parameters import Value, parse_value, parse_values, resolve, value_texts
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.engine import Answer, Engine, Oxigraph, Rows, Term
from stancegraph.workspace import folders
from stancegraph.workspace.folders import Workspace

if TYPE_CHECKING:
    import pandas

    from stancegraph.questions.description import Description
    from stancegraph.questions.evidence import Evidence

_Given = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class QuestionAnswer:
    """What a stored question was answered: its rows, and the evidence behind them."""

    question: StoredQuery
    rows: Rows
    engine: Engine

    def __iter__(self) -> Iterator[dict[str, Term]]:
        """Each row, as terms by variable; what is unbound is absent."""
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def evidence(self) -> dict[str, list[Evidence]]:
        """The chains of attribution of every claim in the answer, by the claim's IRI."""
        from stancegraph.questions.evidence import evidence

        columns = [name for name in self.rows.variables if name.startswith("claim")]
        claims = (row.get(column) for row in self.rows for column in columns)
        return evidence(self.engine, {claim for claim in claims if isinstance(claim, NamedNode)})

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a data frame; see `Rows.to_pandas`."""
        return self.rows.to_pandas()

    def _repr_html_(self) -> str:
        from stancegraph.sparql.notebook import html_table

        return html_table(self.rows, self.question.title)


class KnowledgeGraph:
    """A graph to ask: the published snapshot of a workspace, or an endpoint that holds one."""

    def __init__(self, space: Workspace, engine: Engine) -> None:
        self.workspace, self.engine = space, engine
        self._bound: Callable[[str, _Given], tuple[StoredQuery, str]] = self._bind
        if isinstance(engine, Oxigraph):  # a snapshot does not change: what is called so today is called so tomorrow
            self._bound = lru_cache(1024)(self._bind)

    def _bind(self, question: str, given: _Given) -> tuple[StoredQuery, str]:
        """A stored question, and its text with the values that are *given* for its parameters."""
        query = stored_query.find(question, self.workspace.query_files("ask"))
        return query, query.bind(parse_values(partial(parse_value, self.engine), query, dict(given)))

    @cached_property
    def questions(self) -> Mapping[str, StoredQuery]:
        """The stored questions, by name."""
        return stored_query.load_all(self.workspace.query_files("ask"))

    def ask(self, question: str, /, **values: Value | Sequence[Value]) -> QuestionAnswer:
        """Ask a stored *question*; a value is a label, an IRI, a date or a number, or a sequence of these.

        Raises `UsageError` for an unknown question or parameter, and for a value that is not of its type or is
        ambiguous; `ExternalError` where the engine fails.
        """
        given = tuple(
            (name, value_texts(value)) for name, value in values.items()
        )  # 1 and True are equal, their words are not
        query, text = self._bound(question, given)
        answer = self.engine.query(text)
        if not isinstance(answer, Rows):
            raise DataError("a stored question must be a SELECT", file=query.path, remedy="write SELECT … WHERE { … }")
        return QuestionAnswer(query, answer, self.engine)

    def sparql(self, text: str) -> Answer:
        """The answer to any SPARQL 1.1 query: `Rows`, a truth value, or `Triples`.

        Raises `UsageError` where it does not parse, `ExternalError` where the engine fails.
        """
        return self.engine.query(text)

    def resolve(self, words: str) -> NamedNode:
        """The thing that is called so; raises `UsageError` where there is none, or more than one."""
        return resolve(self.engine, words)

    def show(self, words: str | NamedNode) -> Description:
        """All that the graph knows of one thing, given by label or IRI; raises what `resolve` raises."""
        from stancegraph.questions.description import describe

        return describe(self.engine, words if isinstance(words, NamedNode) else self.resolve(words))

    def evidence(self, claim: str | NamedNode) -> list[Evidence]:
        """The chains of attribution of one claim, given by IRI or label."""
        from stancegraph.questions.evidence import evidence

        node = claim if isinstance(claim, NamedNode) else self.resolve(claim)
        return evidence(self.engine, [node]).get(node.value, [])


def open_graph(
    folder: Path | str | None = None, *, engine: str | None = None, in_memory: bool = False
) -> KnowledgeGraph:
    """Open the workspace at *folder*, or the one that ships with the program; build it if nothing is published.

    With *engine*, the URL of a SPARQL 1.1 endpoint answers. With *in_memory*, the snapshot is held in memory: it takes
    some seconds per million quads to load, and many questions are then answered several times as fast.
    Raises `UsageError` where *folder* is not a workspace, and `DataError` where it has violations.
    """
    space = folders.find(None if folder is None else Path(folder))
    if engine is not None:
        from stancegraph.sparql.endpoint import Endpoint

        return KnowledgeGraph(space, Endpoint(engine))
    done = published(space)
    if done.snapshot is None:
        raise DataError(
            f"{len(done.findings)} findings keep it from being built, the first of them: {done.findings[0]}",
            file=space.root,
            remedy="`stancegraph validate` lists them all",
        )
    return KnowledgeGraph(space, Oxigraph(done.snapshot.open(in_memory=in_memory)))
