"""What a file of a workspace is depends on where it stands in it, and on nothing above it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.errors import DataError
from stancegraph.pipeline.reading import read_file
from stancegraph.workspace.folders import SourceFile, find
from tests.conftest import Run

NAMELESS = '<https://example.org/a> <https://example.org/b> [ <https://example.org/c> "d" ] .\n'


@pytest.mark.long
@pytest.mark.parametrize("above", ["data", "ontology", "queries", "articles/links"])
def test_a_workspace_is_built_wherever_it_lies(
    above: str, tmp_path: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STANCEGRAPH_SNAPSHOTS")
    folder = tmp_path / above / "space"
    assert run("init", str(folder)).status == 0
    done = run("--workspace", str(folder), "build")
    assert done.status == 0, done.err
    kinds = {source.kind for source in find(folder).source_files()}
    assert kinds == {"ontology", "data", "mappings"}


def test_names_are_asked_of_facts_and_not_of_an_ontology(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(NAMELESS, encoding="utf-8")
    assert len(read_file(SourceFile(path, "https://example.org/graph", "ontology"))) == 2
    with pytest.raises(DataError, match="blank node"):
        read_file(SourceFile(path, "https://example.org/graph"))
