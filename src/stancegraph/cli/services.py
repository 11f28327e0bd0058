"""Options and clients of the commands that ask public services."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.errors import UsageError
from stancegraph.questions.stored_query import find
from stancegraph.workspace.folders import Workspace

if TYPE_CHECKING:
    from stancegraph.coding.duplicates import Compare
    from stancegraph.linking.candidates import Ask
    from stancegraph.linking.http_client import RateLimitedClient, RequestPolicy
    from stancegraph.linking.sparql_client import RateLimitedEndpoint
    from stancegraph.linking.targets import Target
    from stancegraph.sparql.engine import Term

Contact = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", envvar="STANCEGRAPH_CONTACT", help="Your e-mail or web address, which public services see."
    ),
]
EndpointOverride = Annotated[
    str | None, typer.Option(metavar="URL", help="Ask this endpoint instead of the target's own.")
]
Against = Annotated[
    str | None, typer.Option(metavar="TARGET", help="Compare new entities with those of this link target.")
]
Cache = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The folder for cached answers; by default, the user's cache.")
]


def mapping_file(workspace: Workspace, target: str) -> Path:
    """Return the file of the mappings to the target of the name *target*; raise `UsageError` if there is none."""
    files = {path.name.split(".")[0]: path for path in workspace.link_files()}
    if target not in files:
        raise UsageError(f"there are no links to {target!r}", remedy=f"one of {', '.join(files) or 'none so far'}")
    return files[target]


def rate_limited_endpoint(
    link_target: Target, contact: str | None, endpoint: str | None, cache: Path | None
) -> RateLimitedEndpoint:
    """Return a client for the endpoint of a link target that keeps to the limits of public services.

    Args:
        link_target: The link target.
        contact: An e-mail or web address that tells the endpoint who asks.
        endpoint: The URL of an endpoint to ask instead of the target's own.
        cache: The folder of cached answers; None for that of the user.

    Raises:
        UsageError: There is no endpoint, or *contact* is missing.
    """
    from stancegraph.linking.sparql_client import RateLimitedEndpoint

    url = endpoint or link_target.endpoint
    if url is None:
        raise UsageError("this target has no endpoint", subject=link_target.name, remedy="name one with --endpoint")
    return RateLimitedEndpoint(url, request_policy(contact, link_target.interval), cache_folder(cache))


def candidate_search(
    workspace: Workspace,
    link_target: Target,
    contact: str | None,
    endpoint: str | None = None,
    reconciliation: str | None = None,
    cache: Path | None = None,
) -> tuple[RateLimitedClient, Ask]:
    """Return a search for candidates, by a SPARQL endpoint if there is one, else by a reconciliation service.

    Args:
        workspace: The workspace, which has the query for the endpoint.
        link_target: The link target.
        contact: An e-mail or web address that tells the service who asks.
        endpoint: The URL of an endpoint to ask instead of the target's own service.
        reconciliation: The URL of a reconciliation service to ask instead of the target's own service.
        cache: The folder of cached answers; None for that of the user.

    Returns:
        The client, and the search that uses it.

    Raises:
        UsageError: There is no service to ask, or *contact* is missing.
    """
    from stancegraph.linking.candidates import search_by_reconciliation, search_by_sparql
    from stancegraph.linking.reconciliation_client import ReconciliationClient

    service_url = reconciliation or (link_target.reconciliation if link_target.endpoint is None else None)
    if service_url is not None and endpoint is None:
        service = ReconciliationClient(service_url, request_policy(contact, link_target.interval), cache_folder(cache))
        return service, search_by_reconciliation(service.match)
    client = rate_limited_endpoint(link_target, contact, endpoint, cache)
    query = find("search", workspace.query_files(f"link/{link_target.queries}"))

    def ask(text: str) -> tuple[list[dict[str, Term]], bool]:
        answer = client.ask(text)
        return list(answer.rows), answer.age > 0

    return client, search_by_sparql(ask, query)


def duplicate_check(
    workspace: Workspace, target: str | None, contact: str | None, endpoint: str | None, cache: Path | None
) -> Compare | None:
    """Return a function that compares the new entities of a coding sheet with those of a link target.

    Args:
        workspace: The workspace.
        target: The name of the link target; None to compare nothing.
        contact: An e-mail or web address that tells the target who asks.
        endpoint: The URL of an endpoint to ask instead of the target's own.
        cache: The folder of cached answers; None for that of the user.

    Returns:
        The function; None without a target.

    Raises:
        UsageError: The target is unknown or has no service to ask, *contact* is missing, or there is an *endpoint*
            without a target.
    """
    from stancegraph.coding.duplicates import duplicate_check
    from stancegraph.linking import sssom, targets

    if target is None:
        if endpoint is not None:
            raise UsageError("--endpoint goes with --against", remedy="add --against TARGET, or leave it out")
        return None
    path = mapping_file(workspace, target)
    link_target = targets.read(path.parent / f"{target}.toml")
    _, ask = candidate_search(workspace, link_target, contact, endpoint, cache=cache)
    return duplicate_check(ask, sssom.read(path), link_target)


def request_policy(contact: str | None, interval: float) -> RequestPolicy:
    """Return the policy for requests to a public service; raise `UsageError` if *contact* is missing."""
    from stancegraph.linking.http_client import RequestPolicy

    if not contact:
        raise UsageError(
            "public services must be told who asks", subject="--contact", remedy="give an e-mail or web address"
        )
    return RequestPolicy(contact, interval)


def cache_folder(cache: Path | None) -> Path:
    """Return the folder for cached answers of public services: *cache*, or that of the user."""
    import platformdirs

    return cache or Path(platformdirs.user_cache_dir("stancegraph")) / "links"
