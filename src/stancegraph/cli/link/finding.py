"""``stancegraph link candidates`` and ``check``: ask targets about links to be made, and about links made."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer

from stancegraph.cli.context import global_options, note
from stancegraph.cli.services import (
    Cache,
    Contact,
    EndpointOverride,
    candidate_search,
    mapping_file,
    rate_limited_endpoint,
)
from stancegraph.errors import UsageError
from stancegraph.linking import sssom
from stancegraph.linking.sssom import Mapping, MappingSet
from stancegraph.questions.stored_query import find


def find_candidates(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The link target to ask.")],
    contact: Contact = None,
    endpoint: EndpointOverride = None,
    reconciliation: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Ask this reconciliation service (API 0.2) instead."),
    ] = None,
    cache: Cache = None,
) -> None:
    """Find candidates for things without a link. Ask a target by their names; candidates are saved after each batch."""
    from stancegraph.linking import candidates, targets
    from stancegraph.linking.unlinked import unlinked_entities

    options = global_options(context)
    path = mapping_file(options.workspace, target)
    link_target = targets.read(path.parent / f"{target}.toml")
    if endpoint is not None and reconciliation is not None:
        raise UsageError("--endpoint and --reconciliation exclude each other", remedy="give one of them")
    service, ask = candidate_search(options.workspace, link_target, contact, endpoint, reconciliation, cache)
    things = unlinked_entities(options.open_engine(), sssom.read(path), link_target)
    note(f"{len(things)} things have no link to {link_target.title}; asking {service.url}")
    report, written = candidates.Report(), 0
    today = datetime.date.today().isoformat()
    for report in candidates.search(ask, things, sssom.read(path), link_target, today):
        if len(report.found) > written:
            new = report.found[written:]
            sssom.change(options.workspace.root, path, partial(_add_rows, new))
            written = len(report.found)
    failures = Counter(report.failed)
    for message, number in failures.items():
        note(f"{number} request{'s' if number != 1 else ''} failed: {message}")
    note(f"{report.asked} names looked up ({report.kept} in the cache); {written} candidates are new.")
    if failures:
        raise typer.Exit(3)


def _add_rows(rows: Sequence[Mapping], mapping_set: MappingSet) -> MappingSet:
    return mapping_set.with_rows([*mapping_set.mappings, *rows])


def check(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The link target to ask.")],
    contact: Contact = None,
    endpoint: EndpointOverride = None,
    cache: Cache = None,
) -> None:
    """Check accepted links against their target. Report what is gone, merged, renamed or of another kind there; nothing
    is changed.
    """
    from stancegraph.linking import recheck, targets

    workspace = global_options(context).workspace
    path = mapping_file(workspace, target)
    link_target = targets.read(path.parent / f"{target}.toml")
    query = find("entity", workspace.query_files(f"link/{link_target.queries}"))
    client = rate_limited_endpoint(link_target, contact, endpoint, cache)
    rechecked = list(
        recheck.recheck_links(lambda text: list(client.ask(text).rows), query, sssom.read(path), link_target)
    )
    for link in rechecked:
        if link.state != "same":
            print(f"{link.row.subject_id} {link.row.object_id}: {link.state}: {link.told}")
    counts = Counter(link.state for link in rechecked)
    note(", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "There are no accepted links.")
    if counts["unread"]:
        raise typer.Exit(3)
    if set(counts) - {"same"}:
        raise typer.Exit(1)
