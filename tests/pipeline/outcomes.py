"""What builds come to, so that an incremental build can be compared with one from the beginning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from stancegraph.findings import Finding
from stancegraph.pipeline import building
from stancegraph.pipeline.inference import infer
from stancegraph.pipeline.reading import read_workspace
from stancegraph.pipeline.snapshot import canonical, content_digest
from stancegraph.pipeline.validation import validate_reading
from stancegraph.workspace.folders import Workspace


@dataclass(frozen=True)
class Outcome:
    """What a build comes to."""

    content: str
    quads: int
    counts: dict[str, int]
    findings: tuple[Finding, ...]


def build_anew(space: Workspace) -> Outcome:
    """Return what a build from the beginning comes to."""
    reading = read_workspace(space)
    conclusions = infer(reading, space)
    store = reading.store()
    store.bulk_extend(conclusions)
    findings = validate_reading(space, reading, conclusions).ordered()
    return Outcome(content_digest(canonical(store)), len(store), building._count(store), findings)


def build(space: Workspace) -> Outcome:
    """Return what a build comes to, which may be incremental: see `watch_increments`."""
    done = building.build(space)
    assert done.snapshot is not None
    return Outcome(done.snapshot.content, done.snapshot.quads, done.snapshot.counts, done.findings)


@contextmanager
def watch_increments() -> Iterator[list[bool]]:
    """Note of each build whether it was incremental; those with violations are published as well."""
    increments: list[bool] = []
    build_incrementally = building._build_incrementally

    def watched(*arguments: object) -> building.Build | None:
        done = build_incrementally(*arguments)  # type: ignore[arg-type]
        increments.append(done is not None)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "_build_incrementally", watched)
        patch.setattr(building, "_has_violations", lambda findings: False)
        yield increments
