"""Fixtures for the examples in docstrings: an open graph, called ``graph``, in a temporary folder of snapshots."""

from __future__ import annotations

from pathlib import Path

import pytest

import stancegraph


@pytest.fixture(scope="session")
def example_snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the snapshots that the examples publish."""
    return tmp_path_factory.mktemp("snapshots-of-examples")


@pytest.fixture(autouse=True)
def example_graph(
    request: pytest.FixtureRequest,
    example_snapshots: Path,
    doctest_namespace: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Give the examples an open graph, if they use one."""
    monkeypatch.setenv("STANCEGRAPH_SNAPSHOTS", str(example_snapshots))
    monkeypatch.chdir(Path(__file__).parents[1])
    examples = request.node.dtest.examples if isinstance(request.node, pytest.DoctestItem) else []
    if any("graph." in example.source for example in examples):
        doctest_namespace["graph"] = stancegraph.open()
