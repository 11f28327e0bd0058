"""A folder of texts, drafted in parallel: what is there is passed over, so that a run that breaks off goes on."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from stancegraph.drafting import loaders
from stancegraph.drafting.creation import Known, create_draft
from stancegraph.drafting.sheet import ArticleMetadata
from stancegraph.errors import DataError, StancegraphError, UsageError
from stancegraph.pipeline.building import published
from stancegraph.pipeline.snapshot import open_store
from stancegraph.rdf.datatypes import date
from stancegraph.sparql.engine import Oxigraph
from stancegraph.workspace.folders import Workspace

SUFFIXES = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ".pdf"})
_DATED = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)[-_ ]+(?P<name>.+)")


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of one text: how many passages and proposals it has; or that it was there; or what went wrong."""

    path: Path
    slug: str
    passages: int = 0
    proposals: int = 0
    was_there: bool = False
    failed: str | None = None


def texts(folder: Path) -> list[Path]:
    """The texts of a folder, by name; of a text in several formats, the one that is not plain text is the source."""
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES and path.is_file()]
    sources_of = {path.stem for path in files if path.suffix.lower() != ".txt"}
    return [path for path in files if path.suffix.lower() != ".txt" or path.stem not in sources_of]


def about(path: Path, publisher: str | None, day: datetime.date | None) -> ArticleMetadata:
    """What the name of a file says of its article: a date at its begin is the day on which it was published."""
    match = _DATED.fullmatch(path.stem)
    if match is not None:
        try:
            day = date(match["day"])
        except ValueError:
            match = None
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    return ArticleMetadata(slug, "", publisher, day)


def draft_all(
    workspace: Workspace, paths: Sequence[Path], publisher: str | None, day: datetime.date | None, workers: int
) -> Iterator[Drafted]:
    """Draft each of *paths*, *workers* at once, and tell of each as it ends; one that fails leaves the others.

    Raises `UsageError` where two texts would be one article.
    """
    told = {path: about(path, publisher, day) for path in paths}
    by_slug: dict[str, Path] = {}
    for path, one in told.items():
        other = by_slug.setdefault(one.slug, path)
        if other != path:
            raise UsageError(f"{other.name} and {path.name} would both be {one.slug!r}", remedy="rename one of the two")
    waiting = []
    for path, one in told.items():
        if (workspace.root / "data" / "articles" / one.slug).exists():
            yield Drafted(path, one.slug, was_there=True)
        else:
            waiting.append((path, one))
    if not waiting:
        return
    snapshot = published(workspace).snapshot
    if snapshot is None:
        raise DataError(
            "the workspace cannot be built", file=workspace.root, remedy="mend what `stancegraph build` tells"
        )
    # not by fork: a store that is open here must not be closed there, where its threads are not
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for future in as_completed([pool.submit(_draft, workspace, snapshot.path, *one) for one in waiting]):
            yield future.result()


@lru_cache(1)
def _known(workspace: Workspace, snapshot: Path) -> Known:
    """What is known, which a process reads once for all drafts that it makes."""
    return Known.of(workspace, Oxigraph(open_store(snapshot)))


def _draft(workspace: Workspace, snapshot: Path, path: Path, told: ArticleMetadata) -> Drafted:
    """In a process of its own."""
    try:
        title = loaders.read(path).title
        if not title:
            raise DataError("it has no title", file=path, remedy="begin it with one")
        one = ArticleMetadata(told.slug, title, told.publisher, told.day)
        made = create_draft(workspace, _known(workspace, snapshot), path, one)
    except StancegraphError as error:
        return Drafted(path, told.slug, failed=str(error).splitlines()[0])
    counts = (
        len(p.mentions) + len(p.citations) + len(p.quotations) + len(p.dates) + len(p.reported_statements)
        for p in made.proposals
    )
    return Drafted(path, told.slug, len(made.proposals), sum(counts))
