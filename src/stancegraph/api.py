"""The Python API: open a graph, ask it stored questions or SPARQL, and trace what it answers to its sources.

In the examples below, ``graph`` is ``stancegraph.open()``.
A failure that the caller can act on is a `stancegraph.StancegraphError`, whose fields say what is wrong and the remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from stancegraph.errors import UsageError
from stancegraph.questions import binding, parameters, stored_query
from stancegraph.questions.answer import BoundQuestion, QuestionAnswer
from stancegraph.questions.headings import Headings, find_headings
from stancegraph.questions.languages import Languages
from stancegraph.questions.parameters import Name, Value, Values
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.engine import Answer, Engine
from stancegraph.workspace.folders import Workspace

if TYPE_CHECKING:
    from stancegraph.questions.description import Description
    from stancegraph.questions.evidence import Evidence

__all__ = ["BoundQuestion", "KnowledgeGraph", "QuestionAnswer"]


class KnowledgeGraph:
    """A graph that answers questions: the published snapshot of a workspace, or a SPARQL endpoint that holds one.

    Args:
        workspace: The workspace, whose stored questions can be asked.
        engine: The engine that answers, or a function that opens it, called when it is first needed.

    Attributes:
        workspace: The workspace.

    Examples:
        >>> answer = graph.ask("conditions", holder="China")
        >>> for row in answer:
        ...     print(row["statement"].value)
        China is increasingly at ease with meeting NATO, if ties advance at a deliberate pace.
    """

    def __init__(self, workspace: Workspace, engine: Engine | Callable[[], Engine]) -> None:
        self.workspace = workspace
        self._engine = engine
        self._binder = binding.Binder(lambda: self.engine)

    @property
    def engine(self) -> Engine:
        """The engine that answers queries about this graph; opened on first use.

        Examples:
            >>> graph.engine.query("ASK { ?thing ?property ?value }")
            True
        """
        if callable(self._engine):
            self._engine = self._engine()
        return self._engine

    @property
    def questions(self) -> Mapping[str, StoredQuery]:
        """The stored questions that this graph answers by itself, by name; read from their files each time.

        Raises:
            DataError: A file is not a valid stored query.
            ExternalError: A file cannot be read.

        Examples:
            >>> graph.questions["conditions"].title
            'Conditions attached to stances'
        """
        return binding.load_all(self.workspace.query_files("ask"))

    @property
    def all_questions(self) -> Mapping[str, StoredQuery]:
        """The stored questions by name, including those that also ask other SPARQL endpoints.

        Raises:
            DataError: A file is not a valid stored query.
            ExternalError: A file cannot be read.

        Examples:
            >>> sorted(graph.all_questions.keys() - graph.questions.keys())
            ['described-elsewhere', 'members-today', 'speakers-today']
        """
        return {**self.questions, **binding.load_all(self.workspace.query_files("federated"))}

    def question(self, name: str) -> StoredQuery:
        """Return a stored question by its name; it may be one that also asks other SPARQL endpoints.

        Args:
            name: The name of the question: that of its file, without ``.rq``.

        Raises:
            UsageError: There is no such question; the remedy lists the nearest names.
            DataError: Its file is not a valid stored query.
            ExternalError: Its file cannot be read.

        Examples:
            >>> [parameter.name for parameter in graph.question("conditions").parameters]
            ['holder']
        """
        return binding.load(self._find_file(name))

    def _find_file(self, name: str) -> Path:
        files = self.workspace.query_files
        return stored_query.path_of(name, [*files("ask"), *files("federated")])

    def bind(self, name: str, values: Values, *, lang: Languages = ()) -> BoundQuestion:
        """Give the parameters of a stored question their values, without asking it yet.

        Args:
            name: The name of the question.
            values: A label, an IRI, a date, a number or a truth value, or several, for each parameter, by its name.
            lang: The language in which labels are preferred to those in English, or several, the first one most.

        Raises:
            UsageError: The question, a parameter or a value is unknown, missing, ambiguous or wrong; or a language is.
            DataError: The file of the question is not a valid stored query.
            ExternalError: The engine fails, or a file cannot be read.

        Examples:
            >>> len(graph.answer(graph.bind("conditions", {"holder": ["China", "NATO"]})))
            1
        """
        return self._binder.bind(self._find_file(name), values, lang)

    def ask(self, question: str, /, *, lang: Languages = (), **values: Value | Sequence[Value]) -> QuestionAnswer:
        """Ask a stored question.

        Args:
            question: The name of the question; `questions` lists them.
            lang: The language in which labels are preferred, or several; see `bind`.
            **values: The values of its parameters; see `bind`.

        Raises:
            UsageError: As for `bind`; also if the question asks other SPARQL endpoints.
            DataError: The file of the question is not a valid stored query, or is not a SELECT.
            ExternalError: The engine fails, or a file cannot be read.

        Examples:
            >>> len(graph.ask("conditions")), len(graph.ask("conditions", holder="China"))
            (2, 1)
        """
        return self.answer(self.bind(question, values, lang=lang))

    def answer(self, bound: BoundQuestion) -> QuestionAnswer:
        """Ask a question whose parameters have values already.

        Args:
            bound: The question, as `bind` returns it.

        Raises:
            UsageError: The question asks other SPARQL endpoints, or is not valid SPARQL 1.1.
            DataError: The question is not a SELECT.
            ExternalError: The engine fails.

        Examples:
            >>> graph.answer(graph.bind("conditions", {})).rows.variables
            ('holderName', 'statement', 'condition', 'claim')
        """
        if bound.is_federated:
            raise UsageError(
                "this question asks other endpoints", subject=bound.question.name, remedy="use `stancegraph ask`"
            )
        return bound.receive(self.engine.query(bound.text), self.engine)

    def sparql(self, text: str) -> Answer:
        """Answer any SPARQL 1.1 query over the union of all named graphs.

        Args:
            text: The query, with all the prefixes that it uses.

        Returns:
            `Rows` for a SELECT, a truth value for an ASK, `Triples` for a CONSTRUCT or DESCRIBE.

        Raises:
            UsageError: The query is not valid SPARQL 1.1.
            ExternalError: The engine fails.

        Examples:
            >>> graph.sparql("ASK { ?stance a <https://w3id.org/stancegraph/ontology#Stance> }")
            True
        """
        return self.engine.query(text)

    def resolve(self, name: str) -> NamedNode:
        """Find the thing that has a name.

        Args:
            name: A label or alias in any case and language, a prefixed name such as ``actor:China``, or an IRI.

        Raises:
            UsageError: Nothing has this name, or several things have it; the remedy lists candidates.
            ExternalError: The engine fails.

        Examples:
            >>> graph.resolve("the Alliance").value
            'https://w3id.org/stancegraph/id/actor/NATO'
        """
        return parameters.resolve(self.engine, name)

    def find_names(self, klass: str | None = None) -> list[Name]:
        """Find the names of the things in the graph: their labels and aliases, in all languages.

        Args:
            klass: The IRI of a class, to find only the names of its things.

        Raises:
            ExternalError: The engine fails.

        Examples:
            >>> alliances = graph.find_names("https://w3id.org/stancegraph/ontology#Alliance")
            >>> [name.text for name in alliances if name.is_preferred]
            ['NATO']
        """
        return parameters.find_names(self.engine, klass)

    @cached_property
    def headings(self) -> Headings:
        """The headings under which `show` puts statements, as the shapes of the workspace define them."""
        from stancegraph.pipeline.reading import read_shapes

        return find_headings(read_shapes(self.workspace))

    def show(self, thing: str | NamedNode, *, from_triples: bool = False) -> Description:
        """Describe a thing: all that the graph knows about it, in sections.

        Args:
            thing: The thing, by its IRI or by any name that `resolve` accepts.
            from_triples: Whether to add the sentences that the triples of claims make, without their labels.

        Raises:
            UsageError: Nothing has this name, or several things have it.
            ExternalError: The engine fails.

        Examples:
            >>> description = graph.show("Qu Xing")
            >>> [section.title for section in description.sections][:2]
            ['Names', 'What it is']
        """
        from stancegraph.questions.description import describe

        node = thing if isinstance(thing, NamedNode) else self.resolve(thing)
        return describe(self.engine, node, self.headings, from_triples=from_triples)

    def evidence(self, claim: str | NamedNode) -> list[Evidence]:
        """Return the evidence for one claim, or for the accounts of one event.

        Args:
            claim: The claim or event, by its IRI or by any name that `resolve` accepts.

        Returns:
            The chains of attribution of the claim, in the order of the text; none if nobody puts it forward.

        Raises:
            UsageError: Nothing has this name, or several things have it.
            ExternalError: The engine fails.

        Examples:
            >>> (chain,) = graph.evidence(graph.ask("conditions", holder="China").rows.rows[0][3])
            >>> print(chain.passages[0])
            Introduction, paragraph 1, sentence 3
        """
        node = claim if isinstance(claim, NamedNode) else self.resolve(claim)
        return self.evidence_by_claim([node]).get(node.value, [])

    def evidence_by_claim(self, claims: Collection[NamedNode]) -> dict[str, list[Evidence]]:
        """Return the evidence for several claims at once.

        Args:
            claims: The claims, by their IRIs.

        Returns:
            The chains of attribution of each claim, by the IRI of the claim; claims without evidence are left out.

        Raises:
            ExternalError: The engine fails.

        Examples:
            >>> claims = [row["claim"] for row in graph.ask("conditions")]
            >>> sorted(chains[0].mode for chains in graph.evidence_by_claim(claims).values())
            ['own statement', 'quotation']
        """
        from stancegraph.questions.evidence import evidence

        return evidence(self.engine, claims)
