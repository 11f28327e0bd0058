"""The Python API: a graph that is published, or behind an endpoint, and the questions that can be asked of it.

>>> import stancegraph
>>> graph = stancegraph.open()  # doctest: +SKIP
>>> answer = graph.ask("stances-of-actor", actor="China")  # doctest: +SKIP
>>> for row in answer:  # doctest: +SKIP
...     print(row["statement"].value)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from stancegraph.errors import DataError, UsageError
from stancegraph.pipeline.building import published
from stancegraph.questions import parameters, stored_query
from stancegraph.questions.claims import claims_by_row
from stancegraph.questions.parameters import Value, parse_value, parse_values, value_texts
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.engine import Answer, Engine, Oxigraph, Rows, Term
from stancegraph.sparql.lexer import keywords
from stancegraph.workspace import folders
from stancegraph.workspace.folders import Workspace

if TYPE_CHECKING:
    import pandas

    from stancegraph.questions.description import Description
    from stancegraph.questions.evidence import Evidence
    from stancegraph.questions.headings import Headings

_Words = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class BoundQuestion:
    """A stored question whose parameters have values: *text* is what an engine is asked."""

    question: StoredQuery
    text: str

    @property
    def calls_others(self) -> bool:
        """Whether the question asks other endpoints, by SERVICE."""
        return "SERVICE" in self.text.upper() and "SERVICE" in keywords(self.text)


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

    def first(self, most: int) -> QuestionAnswer:
        """This answer with *most* of its rows at most; ``rows.more`` says whether there are others."""
        return replace(self, rows=self.rows.first(most))

    def evidence(self) -> dict[str, list[Evidence]]:
        """The chains of attribution of every claim in the answer, by the claim's IRI."""
        from stancegraph.questions.evidence import evidence

        return evidence(self.engine, {claim for _, claim in claims_by_row(self.rows)})

    def evidence_by_row(self) -> list[tuple[int, Evidence]]:
        """Every chain of attribution behind the answer, with the index of the row whose claim it is of."""
        chains = self.evidence()
        return [(row, chain) for row, claim in claims_by_row(self.rows) for chain in chains.get(claim.value, ())]

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a data frame; see `Rows.to_pandas`."""
        return self.rows.to_pandas()

    def _repr_html_(self) -> str:
        from stancegraph.sparql.notebook import html_table

        return html_table(self.rows, self.question.title)


class KnowledgeGraph:
    """A graph to ask: the published snapshot of a workspace, or an endpoint that holds one.

    Args:
        workspace: The workspace, whose stored questions can be asked.
        engine: What answers; or what opens it, which is called when something is asked of it first.
    """

    def __init__(self, workspace: Workspace, engine: Engine | Callable[[], Engine]) -> None:
        self.workspace = workspace
        self._engine = engine
        self._bound: Callable[[Path, int, _Words], str] | None = None

    @property
    def engine(self) -> Engine:
        """What answers queries about this graph."""
        if callable(self._engine):
            self._engine = self._engine()
        return self._engine

    @property
    def questions(self) -> Mapping[str, StoredQuery]:
        """The stored questions by name, as their files have them now.

        Raises:
            DataError: where a file is not a stored query.
        """
        return {path.stem: _load(path, path.stat().st_mtime_ns) for path in self.workspace.query_files("ask")}

    @property
    def all_questions(self) -> Mapping[str, StoredQuery]:
        """The stored questions, with those that ask other endpoints; raises what `questions` raises."""
        others = self.workspace.query_files("federated")
        return {**self.questions, **{path.stem: _load(path, path.stat().st_mtime_ns) for path in others}}

    def question(self, name: str) -> StoredQuery:
        """The stored question *name*; also one of those that ask other endpoints.

        Raises:
            UsageError: where there is none; the remedy names those that are called nearly so.
            DataError: where its file is not a stored query.
        """
        return _load(*self._file(name))

    def _file(self, name: str) -> tuple[Path, int]:
        """The file of the question *name*, and when it was modified."""
        files = [path for kind in ("ask", "federated") for path in self.workspace.query_files(kind)]
        path = stored_query.path_of(name, files)
        return path, path.stat().st_mtime_ns

    def bind(self, name: str, values: Mapping[str, Value | Sequence[Value]]) -> BoundQuestion:
        """The stored question *name* with *values* for its parameters.

        Args:
            name: The name of the question.
            values: For each parameter a label, an IRI, a date, a number or a truth value, or a sequence of these.

        Raises:
            UsageError: for an unknown question or parameter, a required parameter that is missing, and a value that is
                not of its type, is unknown or ambiguous.
            ExternalError: where the engine fails.
        """
        file = self._file(name)
        question = _load(*file)
        question.check(values)
        words = tuple((key, value_texts(value)) for key, value in values.items())  # 1 and True are equal, as words not
        if not words:
            return BoundQuestion(question, question.text)
        if self._bound is None:
            self._bound = self._bind
            if isinstance(self.engine, Oxigraph):  # a snapshot does not change: nor does what its things are called
                self._bound = lru_cache(1024)(self._bind)
        return BoundQuestion(question, self._bound(*file, words))

    def _bind(self, path: Path, modified: int, words: _Words) -> str:
        question = _load(path, modified)
        return question.bind(parse_values(partial(parse_value, self.engine), question, dict(words)))

    def ask(self, question: str, /, **values: Value | Sequence[Value]) -> QuestionAnswer:
        """Ask a stored question.

        Args:
            question: Its name; `questions` has them all.
            values: For each parameter a label, an IRI, a date, a number or a truth value, or a sequence of these.

        Raises:
            UsageError: what `bind` raises, and for a question that asks other endpoints.
            ExternalError: where the engine fails.
        """
        return self.answer(self.bind(question, values))

    def answer(self, bound: BoundQuestion) -> QuestionAnswer:
        """Ask the question *bound*; raises what `ask` raises."""
        if bound.calls_others:
            raise UsageError(
                "this question asks other endpoints", subject=bound.question.name, remedy="use `stancegraph ask`"
            )
        answer = self.engine.query(bound.text)
        if not isinstance(answer, Rows):
            raise DataError(
                "a stored question must be a SELECT", file=bound.question.path, remedy="write SELECT … WHERE { … }"
            )
        return QuestionAnswer(bound.question, answer, self.engine)

    def sparql(self, text: str) -> Answer:
        """The answer to any SPARQL 1.1 query: `Rows`, a truth value, or `Triples`.

        Raises:
            UsageError: where it does not parse.
            ExternalError: where the engine fails.
        """
        return self.engine.query(text)

    def resolve(self, words: str) -> NamedNode:
        """The thing that is called so, by label, alias, prefixed name or IRI.

        Raises:
            UsageError: where there is none, or more than one.
        """
        return parameters.resolve(self.engine, words)

    def labels(self, klass: str | None = None) -> list[tuple[str, str, bool]]:
        """What things are called.

        Args:
            klass: The IRI of a class; only things of it are named.

        Returns:
            For each label or alias the IRI of the thing, the label, and whether it is the preferred one.

        Raises:
            ExternalError: where the engine fails.
        """
        return parameters.labels(self.engine, klass)

    @cached_property
    def headings(self) -> Headings:
        """The headings under which `show` puts statements, as the shapes of the workspace have them."""
        from stancegraph.questions.headings import read_headings

        return read_headings(self.workspace.shape_files())

    def show(self, words: str | NamedNode) -> Description:
        """All that the graph knows of one thing, given by label or IRI; raises what `resolve` raises."""
        from stancegraph.questions.description import describe

        return describe(self.engine, words if isinstance(words, NamedNode) else self.resolve(words), self.headings)

    def evidence(self, claim: str | NamedNode) -> list[Evidence]:
        """The chains of attribution of one claim, given by IRI or label; raises what `resolve` raises."""
        node = claim if isinstance(claim, NamedNode) else self.resolve(claim)
        return self.evidence_of([node]).get(node.value, [])

    def evidence_of(self, claims: Collection[NamedNode]) -> dict[str, list[Evidence]]:
        """The chains of attribution of *claims*, by the claim's IRI; those without evidence are absent."""
        from stancegraph.questions.evidence import evidence

        return evidence(self.engine, claims)


@lru_cache(1024)
def _load(path: Path, modified: int) -> StoredQuery:
    """The stored query at *path*, whose file was *modified* then, so that a new content is read anew."""
    return stored_query.load(path)


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
