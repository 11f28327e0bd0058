"""What answering a request needs: the graph with its stored questions, and the addresses of things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from stancegraph.api import KnowledgeGraph
from stancegraph.errors import UsageError
from stancegraph.output.pictures.drawing import Draw, convert
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.calls import calls_service
from stancegraph.sparql.engine import Answer, Engine
from stancegraph.sparql.lexer import check_size
from stancegraph.web.failures import RequestError

ROOT = PREFIXES["sg"].removesuffix("ontology#")


class RequestContext:
    """What a request is answered from.

    Args:
        graph: The graph that is asked.
        root: The address of the site, without a slash at its end.
        version: The digest of the snapshot that answers; None where that is not known.
        draw: What draws pictures.
        most: How many rows of an answer are looked at.
    """

    def __init__(
        self, graph: KnowledgeGraph, root: str, version: str | None = None, draw: Draw = convert, most: int = 10_000
    ) -> None:
        self.graph, self.root = graph, root.rstrip("/")
        self.version, self.draw, self.most = version, draw, most

    @property
    def engine(self) -> Engine:
        """What answers queries."""
        return self.graph.engine

    def question(self, name: str) -> StoredQuery:
        """The stored question *name*; raises `RequestError` 404 where there is none that can be asked over HTTP."""
        try:
            question = self.graph.question(name)
        except UsageError as error:
            raise RequestError(404, error.message, error.remedy) from None
        if question.path.parent.name == "federated":
            raise RequestError(404, f"{name} asks other endpoints", f"use `stancegraph ask {name}`")
        return question

    def sparql(self, text: str) -> Answer:
        """The answer to any query that calls no other endpoint.

        Raises:
            UsageError: where *text* is not a query, or is too large.
            RequestError: 400 where it calls others.
            ExternalError: where the engine fails.
        """
        check_size(text)
        try:
            if calls_service(text):
                raise RequestError(400, "SERVICE is refused on pages", "ask at /sparql, if the server allows endpoints")
        except SyntaxError as error:
            raise UsageError(f"not SPARQL 1.1: {error}", remedy="correct the query") from None
        return self.engine.query(text)

    def href(self, iri: str) -> str | None:
        """Where a browser finds the thing with that *iri*: here, or elsewhere if it is a web address."""
        if iri.startswith(ROOT + "id/"):
            return f"{self.root}/page/{quote(iri.removeprefix(ROOT))}"
        return iri if iri.startswith(("http://", "https://")) and not iri.startswith(ROOT) else None

    def address(self, question: StoredQuery, values: Mapping[str, Sequence[str]], **further: str | None) -> str:
        """The address of *question* with *values*, and *further* parameters where they have a value."""
        pairs = [(name, word) for name, words in values.items() for word in words]
        pairs += [(name, word) for name, word in further.items() if word is not None]
        return f"{self.root}/queries/{question.name}" + (f"?{urlencode(pairs)}" if pairs else "")
