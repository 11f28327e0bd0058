"""What a request is answered from: the graph with its stored questions, and the addresses of things."""

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

IRI_ROOT = PREFIXES["sg"].removesuffix("ontology#")
"""What all IRIs of the graph start with; the rest is their path on the site."""


class RequestContext:
    """What a request is answered from.

    Args:
        graph: The graph.
        root: The address of the site, with or without a slash at its end.
        version: The digest of the snapshot, if it is known.
        draw: Draws pictures.
        max_rows: How many rows of an answer a page looks at.
    """

    def __init__(
        self,
        graph: KnowledgeGraph,
        root: str,
        version: str | None = None,
        draw: Draw = convert,
        max_rows: int = 10_000,
    ) -> None:
        self.graph, self.root = graph, root.rstrip("/")
        self.version, self.draw, self.max_rows = version, draw, max_rows

    @property
    def engine(self) -> Engine:
        """The engine that answers queries."""
        return self.graph.engine

    def question(self, name: str) -> StoredQuery:
        """Return the stored question *name*.

        Raises:
            RequestError: With 404 if there is no such question, or it cannot be asked over HTTP.
        """
        try:
            question = self.graph.question(name)
        except UsageError as error:
            raise RequestError(404, error.message, error.remedy) from None
        if question.path.parent.name == "federated":
            raise RequestError(404, f"{name} asks other endpoints", f"use `stancegraph ask {name}`")
        return question

    def query(self, text: str) -> Answer:
        """Return the answer to any query that calls no other endpoint.

        Raises:
            UsageError: *text* is not a query, or is too large.
            RequestError: With 400 if it calls other endpoints.
            ExternalError: The engine fails.
        """
        check_size(text)
        try:
            if calls_service(text):
                raise RequestError(
                    400, "SERVICE is refused on pages", "send it to /sparql, if this server allows the endpoint"
                )
        except SyntaxError as error:
            raise UsageError(f"not SPARQL 1.1: {error}", remedy="correct the query") from None
        return self.engine.query(text)

    def href(self, iri: str) -> str | None:
        """Return where a browser finds a thing: on this site, or at its IRI if that is another web address."""
        if iri.startswith(IRI_ROOT + "id/"):
            return f"{self.root}/page/{quote(iri.removeprefix(IRI_ROOT))}"
        return iri if iri.startswith(("http://", "https://")) and not iri.startswith(IRI_ROOT) else None

    def question_url(self, question: StoredQuery, values: Mapping[str, Sequence[str]], **further: str | None) -> str:
        """Return the address of a question.

        Args:
            question: The question.
            values: The values of each of its parameters.
            **further: Further parameters of the address; those that are None are left out.
        """
        pairs = [(name, value) for name, texts in values.items() for value in texts]
        pairs += [(name, value) for name, value in further.items() if value is not None]
        return f"{self.root}/queries/{question.name}" + (f"?{urlencode(pairs)}" if pairs else "")
