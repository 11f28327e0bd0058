"""Draft the texts of a folder in parallel. Existing articles are skipped, so that an interrupted run can continue."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from stancegraph.drafting import loaders
from stancegraph.drafting.creation import DraftingContext, create_draft
from stancegraph.drafting.sheet import ArticleMetadata
from stancegraph.errors import DataError, StancegraphError, UsageError
from stancegraph.pipeline.building import published
from stancegraph.pipeline.snapshot import open_store
from stancegraph.rdf.datatypes import date
from stancegraph.sparql.engine import Oxigraph
from stancegraph.workspace.folders import Workspace

SUFFIXES = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ".pdf"})
"""The suffixes of files that are texts."""
_DATED_NAME = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)[-_ ]+(?P<name>.+)")


@dataclass(frozen=True, slots=True)
class DraftResult:
    """What became of one text.

    Attributes:
        path: The text.
        slug: The name of the article's folder.
        passages: The number of its passages, if it was drafted.
        proposals: The number of proposals, if it was drafted.
        existed: Whether the text was skipped because its article already exists.
        error: Why it could not be drafted, if it could not.
    """

    path: Path
    slug: str
    passages: int = 0
    proposals: int = 0
    existed: bool = False
    error: str | None = None


def find_texts(folder: Path) -> list[Path]:
    """Return the texts in a folder, sorted by name, without plain texts that were made from another file in it."""
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES and path.is_file()]
    source_stems = {path.stem for path in files if path.suffix.lower() != ".txt"}
    return [path for path in files if path.suffix.lower() != ".txt" or path.stem not in source_stems]


def metadata_from_name(path: Path, publisher: str | None, day: datetime.date | None) -> ArticleMetadata:
    """Return the metadata of an article that the name of its file gives; the title is left empty.

    Args:
        path: The file. A date at the beginning of its name is the day on which the article was published.
        publisher: The publisher.
        day: The day of publication if the name has none.

    >>> metadata = metadata_from_name(Path("2012-07-05 NATO.txt"), "Xinhua", None)
    >>> metadata.slug, metadata.day
    ('2012-07-05-nato', datetime.date(2012, 7, 5))
    """
    match = _DATED_NAME.fullmatch(path.stem)
    if match is not None:
        with suppress(ValueError):  # such as the 30th of February
            day = date(match["day"])
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    return ArticleMetadata(slug, "", publisher, day)


def draft_all(
    workspace: Workspace, paths: Sequence[Path], publisher: str | None, day: datetime.date | None, workers: int
) -> Iterator[DraftResult]:
    """Draft texts in parallel, and yield each result as it is ready; a text that fails does not stop the others.

    Args:
        workspace: The workspace.
        paths: The texts.
        publisher: Their publisher.
        day: The day of publication of texts without a date in their names.
        workers: The number of processes.

    Raises:
        UsageError: Two texts would become the same article.
        DataError: The workspace cannot be built.
    """
    metadata_by_path = {path: metadata_from_name(path, publisher, day) for path in paths}
    by_slug: dict[str, Path] = {}
    for path, metadata in metadata_by_path.items():
        other = by_slug.setdefault(metadata.slug, path)
        if other != path:
            raise UsageError(
                f"{other.name} and {path.name} would both become the article {metadata.slug!r}",
                remedy="rename one of the two files",
            )
    pending = []
    for path, metadata in metadata_by_path.items():
        if (workspace.root / "data" / "articles" / metadata.slug).exists():
            yield DraftResult(path, metadata.slug, existed=True)
        else:
            pending.append((path, metadata))
    if not pending:
        return
    snapshot = published(workspace).snapshot
    if snapshot is None:
        raise DataError(
            "the workspace cannot be built", file=workspace.root, remedy="fix what `stancegraph build` reports"
        )
    # spawned, not forked: a fork would close an open store of this process, whose threads it does not have
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        futures = [pool.submit(_draft, workspace, snapshot.path, *arguments) for arguments in pending]
        for future in as_completed(futures):
            yield future.result()


@lru_cache(1)
def _context(workspace: Workspace, snapshot: Path) -> DraftingContext:
    """Load the context once for all drafts that a process makes."""
    return DraftingContext.load(workspace, Oxigraph(open_store(snapshot)))


def _draft(workspace: Workspace, snapshot: Path, path: Path, metadata: ArticleMetadata) -> DraftResult:
    """Draft one text, in a process of the pool."""
    try:
        title = loaders.read(path).title
        if not title:
            raise DataError("the text has no title", file=path, remedy="begin the text with its title")
        draft = create_draft(workspace, _context(workspace, snapshot), path, replace(metadata, title=title))
    except StancegraphError as error:
        return DraftResult(path, metadata.slug, error=str(error).splitlines()[0])
    counts = (
        len(proposal.mentions)
        + len(proposal.citations)
        + len(proposal.quotations)
        + len(proposal.dates)
        + len(proposal.reported_statements)
        for proposal in draft.proposals
    )
    return DraftResult(path, metadata.slug, len(draft.proposals), sum(counts))
