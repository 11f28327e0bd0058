"""Federated questions from the command line: whom they ask, and how that went."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from stancegraph.api import BoundQuestion, KnowledgeGraph, QuestionAnswer
from stancegraph.cli.context import note
from stancegraph.cli.services import cache_folder, request_policy
from stancegraph.errors import UsageError
from stancegraph.sparql.engine import Rows
from stancegraph.sparql.lexer import services

Mirror = Annotated[
    list[str] | None,
    typer.Option(metavar="URL=URL", help="If a question asks the first endpoint, ask the second instead; repeatable."),
]


def ask_federated(
    graph: KnowledgeGraph, bound: BoundQuestion, contact: str | None, mirrors: Sequence[str], cache: Path | None
) -> tuple[QuestionAnswer, bool]:
    """Ask a question that also asks other SPARQL endpoints; report each request on standard error.

    Args:
        graph: The graph.
        bound: The question.
        contact: An e-mail or web address that tells public endpoints who asks.
        mirrors: For an endpoint that the question names, another to ask instead, each as ``URL=URL``.
        cache: The folder of cached answers; None for that of the user.

    Returns:
        The answer, and whether all endpoints answered.

    Raises:
        UsageError: *contact* is missing, a mirror is not of this form, or it is for an endpoint that the question does
            not ask.
        DataError: The question is not a SELECT.
        ExternalError: The engine of the graph fails.
    """
    from stancegraph.linking import targets
    from stancegraph.linking.sparql_client import RateLimitedEndpoint
    from stancegraph.questions import federation

    text = bound.text
    mirror_of = {}
    for pair in mirrors:
        original, equals, mirror = pair.partition("=")
        if not equals or original not in services(text):
            asked = ", ".join(dict.fromkeys(iri for iri in services(text) if iri))
            raise UsageError(
                f"{pair!r} is not a mirror", subject="--mirror", remedy=f"write URL=URL for one of {asked}"
            )
        mirror_of[original] = mirror
    link_targets = targets.load_all(graph.workspace.target_files()).values()
    intervals = {target.endpoint: target.interval for target in link_targets}
    endpoints = {
        iri: RateLimitedEndpoint(
            mirror_of.get(iri, iri),
            request_policy(contact, intervals.get(iri, 1.0)),
            cache_folder(cache),
            named=iri in mirror_of or iri in intervals,  # by the user; a question may come from somebody else
        )
        for iri in services(text)
        if iri is not None
    }

    def ask_endpoint(iri: str, query: str) -> tuple[Rows, float]:
        answer = endpoints[iri].ask(query)
        return answer.rows, answer.age

    answer, reports = federation.answer(graph.engine, text, ask_endpoint)
    for report in reports:
        note(str(report))
    return bound.receive(answer, graph.engine), not any(report.failed for report in reports)
