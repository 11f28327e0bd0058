"""What the commands of ``stancegraph link`` are given, and what they are given it for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.errors import CallError
from stancegraph.workspace import Workspace

if TYPE_CHECKING:
    from stancegraph.linking.endpoints import PoliteEndpoint
    from stancegraph.linking.manners import Manners
    from stancegraph.linking.targets import Target

Contact = Annotated[
    str | None, typer.Option(envvar="STANCEGRAPH_CONTACT", help="Who asks: an address for the User-Agent.")
]
Elsewhere = Annotated[str | None, typer.Option(metavar="URL", help="Another endpoint than the target's own.")]
Cache = Annotated[Path | None, typer.Option(help="Where answers are kept; else in the user's cache.")]


def file_of(workspace: Workspace, target: str) -> Path:
    """The mappings to *target*; raise `CallError` where there are none."""
    files = {path.name.split(".")[0]: path for path in workspace.link_files()}
    if target not in files:
        raise CallError(f"there are no links to {target!r}", remedy=f"one of {', '.join(files) or 'none so far'}")
    return files[target]


def asked_politely(described: Target, contact: str | None, endpoint: str | None, cache: Path | None) -> PoliteEndpoint:
    """The endpoint of a target, asked with manners; raise `CallError` where there is none, or nobody says who asks."""
    from stancegraph.linking.endpoints import PoliteEndpoint

    url = endpoint or described.endpoint
    if url is None:
        raise CallError("it has no endpoint", subject=described.name, remedy="name one with --endpoint")
    return PoliteEndpoint(url, manners_of(contact, described.interval), folder_of(cache))


def manners_of(contact: str | None, interval: float) -> Manners:
    """How public services are asked; raise `CallError` where nobody says who asks."""
    from stancegraph.linking.manners import Manners

    if not contact:
        raise CallError(
            "who asks? Public services want to know", subject="--contact", remedy="give an e-mail or web address"
        )
    return Manners(contact, interval)


def folder_of(cache: Path | None) -> Path:
    """Where answers of public services are kept."""
    import platformdirs

    return cache or Path(platformdirs.user_cache_dir("stancegraph")) / "links"
