"""Options and clients of the commands that ask services of others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.errors import UsageError
from stancegraph.questions.stored_query import find
from stancegraph.workspace.folders import Workspace

if TYPE_CHECKING:
    from stancegraph.coding.duplicates import Compare
    from stancegraph.linking.candidates import Search
    from stancegraph.linking.http_client import RateLimitedClient, RequestPolicy
    from stancegraph.linking.sparql_client import RateLimitedEndpoint
    from stancegraph.linking.targets import Target
    from stancegraph.sparql.engine import Term

Contact = Annotated[
    str | None, typer.Option(envvar="STANCEGRAPH_CONTACT", help="Who asks: an address for the User-Agent.")
]
Elsewhere = Annotated[str | None, typer.Option(metavar="URL", help="Another endpoint than the target's own.")]
Against = Annotated[
    str | None, typer.Option(metavar="TARGET", help="Compare new things with what this target of links knows.")
]
Cache = Annotated[Path | None, typer.Option(help="Where answers are kept; else in the user's cache.")]


def file_of(workspace: Workspace, target: str) -> Path:
    """The mappings to *target*; raise `UsageError` where there are none."""
    files = {path.name.split(".")[0]: path for path in workspace.link_files()}
    if target not in files:
        raise UsageError(f"there are no links to {target!r}", remedy=f"one of {', '.join(files) or 'none so far'}")
    return files[target]


def rate_limited_endpoint(
    described: Target, contact: str | None, endpoint: str | None, cache: Path | None
) -> RateLimitedEndpoint:
    """The endpoint of a target, asked within limits.

    Raises `UsageError` where there is none, or nobody says who asks.
    """
    from stancegraph.linking.sparql_client import RateLimitedEndpoint

    url = endpoint or described.endpoint
    if url is None:
        raise UsageError("it has no endpoint", subject=described.name, remedy="name one with --endpoint")
    return RateLimitedEndpoint(url, request_policy(contact, described.interval), cache_folder(cache))


def candidate_search(
    workspace: Workspace,
    described: Target,
    contact: str | None,
    endpoint: str | None = None,
    reconciliation: str | None = None,
    cache: Path | None = None,
) -> tuple[RateLimitedClient, Search]:
    """What is asked for candidates: a SPARQL endpoint where there is one, else a reconciliation service."""
    from stancegraph.linking.candidates import search_by_reconciliation, search_by_sparql
    from stancegraph.linking.reconciliation_client import ReconciliationClient

    matcher_url = reconciliation or (described.reconciliation if described.endpoint is None else None)
    if matcher_url is not None and endpoint is None:
        matcher = ReconciliationClient(matcher_url, request_policy(contact, described.interval), cache_folder(cache))
        return matcher, search_by_reconciliation(matcher.match)
    polite = rate_limited_endpoint(described, contact, endpoint, cache)
    query = find("search", workspace.query_files(f"link/{described.queries}"))

    def ask(text: str) -> tuple[list[dict[str, Term]], bool]:
        answered = polite.ask(text)
        return list(answered.rows), answered.age > 0

    return polite, search_by_sparql(ask, query)


def duplicate_check(
    workspace: Workspace, target: str | None, contact: str | None, endpoint: str | None, cache: Path | None
) -> Compare | None:
    """How the new things of a sheet are compared with *target*; None without one, `UsageError` where it cannot be."""
    from stancegraph.coding.duplicates import duplicate_check
    from stancegraph.linking import sssom, targets

    if target is None:
        if endpoint is not None:
            raise UsageError("--endpoint goes with --against", remedy="add --against TARGET, or leave it out")
        return None
    path = file_of(workspace, target)
    described = targets.read(path.parent / f"{target}.toml")
    _, ask = candidate_search(workspace, described, contact, endpoint, cache=cache)
    return duplicate_check(ask, sssom.read(path), described)


def request_policy(contact: str | None, interval: float) -> RequestPolicy:
    """How public services are asked; raise `UsageError` where nobody says who asks."""
    from stancegraph.linking.http_client import RequestPolicy

    if not contact:
        raise UsageError(
            "who asks? Public services want to know", subject="--contact", remedy="give an e-mail or web address"
        )
    return RequestPolicy(contact, interval)


def cache_folder(cache: Path | None) -> Path:
    """Where answers of public services are kept."""
    import platformdirs

    return cache or Path(platformdirs.user_cache_dir("stancegraph")) / "links"
