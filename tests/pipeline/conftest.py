"""The worked example, which is sound, for tests that spoil it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stancegraph.pipeline import reading
from stancegraph.pipeline.reading import Reading
from stancegraph.workspace.folders import SourceFile, Workspace
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def sound_reading(small: Path) -> Reading:
    """The sound example, with the ontology and the vocabularies that it needs."""
    sources = Workspace(small).source_files()
    needed = [source for source in sources if source.graph.endswith(("/ontology", "/alignments", "/vocabulary"))]
    example = SourceFile(
        ROOT / "src" / "stancegraph" / "workspace" / "example" / "example.ttl",
        "https://w3id.org/stancegraph/graph/article/example",
    )
    return reading.read([*needed, example])
