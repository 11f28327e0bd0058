"""What is wrong is found, whoever made it wrong: faults that were made without a look at the rules of the project."""

from __future__ import annotations

import pytest
import yaml

from stancegraph.pipeline.reading import Reading
from stancegraph.workspace.folders import Workspace
from tests.pipeline.test_rules import EXAMPLES, about_example, findings

FAULTS = yaml.safe_load((EXAMPLES / "foreign-faults.yaml").read_text(encoding="utf-8"))
PREFIXES = """
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX attitude: <https://w3id.org/stancegraph/id/attitude/>
PREFIX position: <https://w3id.org/stancegraph/id/position/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
WITH <https://w3id.org/stancegraph/graph/article/example>
"""


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_somebody_else_made_is_found(name: str, ours: Workspace, sound_reading: Reading) -> None:
    store = sound_reading.store()
    before = set(store)
    store.update(PREFIXES + FAULTS[name])
    assert set(store) != before, "the fault changed nothing"
    assert about_example(findings(ours, list(store)))


def test_there_are_as_many_as_the_bar_counts() -> None:
    assert len(FAULTS) == 36
