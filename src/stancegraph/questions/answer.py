"""Stored questions with values for their parameters, and the answers to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stancegraph.errors import DataError
from stancegraph.questions.claims import claims_by_row
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.engine import Answer, Engine, Rows, Term
from stancegraph.sparql.lexer import keywords

if TYPE_CHECKING:
    import pandas

    from stancegraph.questions.evidence import Evidence


@dataclass(frozen=True)
class BoundQuestion:
    """A stored question whose parameters have values, ready to be asked.

    `KnowledgeGraph.bind` makes one, and `KnowledgeGraph.answer` asks it.

    Attributes:
        question: The stored question.
        text: The SPARQL query with the values in it, as it is sent to an engine.

    Examples:
        >>> bound = graph.bind("conditions", {"holder": "China"})
        >>> "VALUES ?holder { <https://w3id.org/stancegraph/id/actor/China> }" in bound.text
        True
    """

    question: StoredQuery
    text: str

    @property
    def is_federated(self) -> bool:
        """Whether the question also asks other SPARQL endpoints, with SERVICE.

        Examples:
            >>> graph.bind("conditions", {}).is_federated, graph.bind("members-today", {}).is_federated
            (False, True)
        """
        return "SERVICE" in self.text.upper() and "SERVICE" in keywords(self.text)

    def receive(self, answer: Answer, engine: Engine) -> QuestionAnswer:
        """Return what an engine answered as the answer to this question.

        Args:
            answer: The answer to `text`.
            engine: The engine to ask for the evidence.

        Raises:
            DataError: The question is not a SELECT.

        Examples:
            >>> bound = graph.bind("conditions", {})
            >>> len(bound.receive(graph.sparql(bound.text), graph.engine))
            2
        """
        if not isinstance(answer, Rows):
            raise DataError(
                "a stored question must be a SELECT", file=self.question.path, remedy="write SELECT … WHERE { … }"
            )
        return QuestionAnswer(self.question, answer, engine)


@dataclass(frozen=True)
class QuestionAnswer:
    """The answer to a stored question: its rows, and the evidence behind them.

    Iterate over it for the rows, each a mapping from variables to RDF terms; ``len`` gives their number. In a notebook
    it shows itself as a table.

    Attributes:
        question: The stored question.
        rows: The rows; read them as tuples, or serialise them in a standard format.
        engine: The engine that answered, and that is asked for the evidence.

    Examples:
        >>> answer = graph.ask("conditions", holder="China")
        >>> for row in answer:
        ...     print(row["condition"].value)
        Ties between China and NATO advance at a deliberate pace.
    """

    question: StoredQuery
    rows: Rows
    engine: Engine

    def __iter__(self) -> Iterator[dict[str, Term]]:
        """Yield each row as a mapping from variables to terms; unbound variables are left out."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def first(self, limit: int) -> QuestionAnswer:
        """Return this answer with only its first rows.

        Args:
            limit: The number of rows to keep, at most.

        Returns:
            The shortened answer, whose ``rows.has_more`` tells whether rows were left out.

        Raises:
            ExternalError: The engine fails while the rows are read.

        Examples:
            >>> beginning = graph.ask("conditions").first(1)
            >>> len(beginning), beginning.rows.has_more
            (1, True)
        """
        return replace(self, rows=self.rows.first(limit))

    def evidence(self) -> dict[str, list[Evidence]]:
        """Return the evidence for every claim in the answer.

        Returns:
            The chains of attribution of each claim, by the IRI of the claim; claims without evidence are left out.

        Raises:
            ExternalError: The engine fails.

        Examples:
            >>> evidence = graph.ask("conditions", holder="China").evidence()
            >>> for chains in evidence.values():
            ...     print(chains[0].passages[0], "·", chains[0].mode)
            Introduction, paragraph 1, sentence 3 · own statement
        """
        from stancegraph.questions.evidence import evidence

        return evidence(self.engine, {claim for _, claim in claims_by_row(self.rows)})

    def evidence_by_row(self) -> list[tuple[int, Evidence]]:
        """Return the evidence for the answer, row by row.

        Returns:
            The index of a row, from 0, and a chain of attribution of a claim in that row, in the order of the rows. A
            row appears once for each of its chains.

        Raises:
            ExternalError: The engine fails.

        Examples:
            >>> [(row, chain.mode) for row, chain in graph.ask("conditions").evidence_by_row()]
            [(0, 'own statement'), (1, 'quotation')]
        """
        chains = self.evidence()
        return [(row, chain) for row, claim in claims_by_row(self.rows) for chain in chains.get(claim.value, ())]

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas data frame, which needs the extra ``pandas``.

        Returns:
            A column for each variable, in the order of the query; numbers, truth values and dates are Python objects of
            their kind, and unbound variables are None.

        Raises:
            ExternalError: The extra is not installed, or the engine fails.

        Examples:
            >>> list(graph.ask("conditions").to_pandas().columns)
            ['holderName', 'statement', 'condition', 'claim']
        """
        return self.rows.to_pandas()

    def _repr_html_(self) -> str:
        from stancegraph.sparql.notebook import html_table

        return html_table(self.rows, self.question.title)
