"""``stancegraph link candidates`` and ``check``: ask targets for what may be linked, and for what has been."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer

from stancegraph.cli.context import note, of
from stancegraph.cli.services import Cache, Contact, Elsewhere, candidate_search, file_of, rate_limited_endpoint
from stancegraph.errors import UsageError
from stancegraph.linking import sssom
from stancegraph.linking.sssom import Mapping, MappingSet
from stancegraph.questions.stored_query import find


def find_candidates(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="The target that is asked.")],
    contact: Contact = None,
    endpoint: Elsewhere = None,
    reconciliation: Annotated[
        str | None, typer.Option(metavar="URL", help="Ask this reconciliation service (API 0.2) instead.")
    ] = None,
    cache: Cache = None,
) -> None:
    """Ask a target for what it calls by the names of things without a link. Candidates are written after each batch."""
    from stancegraph.linking import candidates, targets
    from stancegraph.linking.unlinked import find_unlinked_entities

    given = of(context)
    path = file_of(given.workspace, target)
    described = targets.read(path.parent / f"{target}.toml")
    if endpoint is not None and reconciliation is not None:
        raise UsageError("--endpoint and --reconciliation are two ways to ask", remedy="give one of them")
    service, ask = candidate_search(given.workspace, described, contact, endpoint, reconciliation, cache)
    things = find_unlinked_entities(given.engine(), sssom.read(path), described)
    note(f"{len(things)} things have no link to {described.title}; {service.url} is asked")
    report, written = candidates.Report(), 0
    day = datetime.date.today().isoformat()
    for report in candidates.propose_links(ask, things, sssom.read(path), described, day):
        if len(report.mappings) > written:
            fresh = report.mappings[written:]
            sssom.change(given.workspace.root, path, partial(_with, fresh))
            written = len(report.mappings)
    failures = Counter(report.failed)
    for message, number in failures.items():
        note(f"{number} of the requests failed: {message}")
    note(f"{report.searched} names looked up ({report.from_cache} in the cache); {written} candidates are new.")
    if failures:
        raise typer.Exit(3)


def _with(fresh: Sequence[Mapping], now: MappingSet) -> MappingSet:
    return now.with_rows([*now.mappings, *fresh])


def check(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="The target that is asked.")],
    contact: Contact = None,
    endpoint: Elsewhere = None,
    cache: Cache = None,
) -> None:
    """Read accepted links again at their target. Gone, merged, renamed, of another kind: told, and not changed."""
    from stancegraph.linking import recheck, targets

    workspace = of(context).workspace
    path = file_of(workspace, target)
    described = targets.read(path.parent / f"{target}.toml")
    query = find("entity", workspace.query_files(f"link/{described.queries}"))
    polite = rate_limited_endpoint(described, contact, endpoint, cache)
    told = list(recheck.recheck_links(lambda text: list(polite.ask(text).rows), query, sssom.read(path), described))
    for one in told:
        if one.state != "same":
            print(f"{one.mapping.subject_id} {one.mapping.object_id}: {one.state}: {one.detail}")
    counts = Counter(one.state for one in told)
    note(", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "there are no accepted links")
    if counts["unread"]:
        raise typer.Exit(3)
    if set(counts) - {"same"}:
        raise typer.Exit(1)
