"""Federated questions from the command line: who asks whom, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from stancegraph.api import BoundQuestion, KnowledgeGraph, QuestionAnswer
from stancegraph.cli.context import note
from stancegraph.cli.services import cache_folder, request_policy
from stancegraph.errors import DataError, UsageError
from stancegraph.sparql.engine import Rows
from stancegraph.sparql.lexer import services

Mirror = Annotated[
    list[str] | None,
    typer.Option(metavar="URL=URL", help="For questions that ask elsewhere: ask the second instead of the first."),
]


def federated(
    graph: KnowledgeGraph, bound: BoundQuestion, contact: str | None, mirrors: Sequence[str], cache: Path | None
) -> tuple[QuestionAnswer, bool]:
    """The answer to a question that asks endpoints elsewhere, and whether all of them answered.

    What became of each is said on standard error. Raises `UsageError` where nobody says who asks, where a mirror is not
    one, and where the question is not a SELECT.
    """
    from stancegraph.linking import targets
    from stancegraph.linking.sparql_client import RateLimitedEndpoint
    from stancegraph.questions import federation

    text = bound.text
    instead = {}
    for pair in mirrors:
        first, equals, second = pair.partition("=")
        if not equals or first not in services(text):
            asked = ", ".join(dict.fromkeys(iri for iri in services(text) if iri))
            raise UsageError(
                f"{pair!r} is not a mirror", subject="--mirror", remedy=f"write URL=URL for one of {asked}"
            )
        instead[first] = second
    described = targets.load_all(graph.workspace.target_files()).values()
    intervals = {one.endpoint: one.interval for one in described}
    endpoints = {
        iri: RateLimitedEndpoint(
            instead.get(iri, iri),
            request_policy(contact, intervals.get(iri, 1.0)),
            cache_folder(cache),
            named=iri in instead or iri in intervals,  # a question may be of somebody else, and names nothing
        )
        for iri in services(text)
        if iri is not None
    }

    def ask(iri: str, words: str) -> tuple[Rows, float]:
        answered = endpoints[iri].ask(words)
        return answered.rows, answered.age

    answer, reports = federation.answer(graph.engine, text, ask)
    for report in reports:
        note(str(report))
    if not isinstance(answer, Rows):
        raise DataError(
            "a stored question must be a SELECT", file=bound.question.path, remedy="write SELECT … WHERE { … }"
        )
    return QuestionAnswer(bound.question, answer, graph.engine), not any(report.failed for report in reports)
