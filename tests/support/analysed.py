"""Published workspaces to start from, whose queries have been analysed, as they are at the first change of each."""

from __future__ import annotations

from dataclasses import replace

from stancegraph.pipeline import building, manifest, snapshot
from stancegraph.pipeline.incremental.dependency_cache import DependencyCache
from stancegraph.workspace.folders import Workspace


def publish_analysed(space: Workspace) -> None:
    """Build a workspace, and record the dependencies of its queries: processes that go on from it need a second less.

    What they would record at their first change is the same (`stancegraph.pipeline.incremental.dependency_cache`).
    """
    assert building.build(space).published
    published = snapshot.current(space.snapshots)
    assert published is not None
    record = manifest.load(space.snapshots, published.inputs)
    assert record is not None
    dependencies = DependencyCache(record.dependency_cache)
    for path in (*space.query_files("build"), *space.query_files("check")):
        dependencies.look_up(path.read_text(encoding="utf-8"))
    manifest.save(space.snapshots, replace(record, dependency_cache=dependencies.entries))
