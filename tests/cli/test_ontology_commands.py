"""The commands of the ontology that can do without Java do what they are for; the others: see tests/ontology."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.errors import ExternalError
from stancegraph.ontology import axioms, owlapi
from stancegraph.rdf.namespaces import PREFIXES
from tests.conftest import ROOT

Command = Callable[..., str]
SG = PREFIXES["sg"]


@pytest.fixture
def ontology(example: Path) -> Path:
    """The file of the ontology, which has its explanations, as it is shipped."""
    for name in ("alignments", "stancegraph"):
        shutil.copy2(ROOT / "ontology" / f"{name}.ttl", example / "ontology")
    return example / "ontology" / "stancegraph.ttl"


@pytest.fixture
def without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Java, which a change of the ontology can do without."""

    def refuse() -> None:
        raise ExternalError("there is no Java")

    monkeypatch.setattr(owlapi, "start_jvm", refuse)


@pytest.mark.usefixtures("without_java")
@pytest.mark.command("ontology rename", "ontology diff")
def test_a_term_is_renamed(command: Command, ontology: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.ttl"
    before.write_bytes(ontology.read_bytes())
    assert "stancegraph.ttl" in command("ontology", "rename", "Ambiguity", "Vagueness")
    assert axioms.read_ontology(ontology).terms[f"{SG}Ambiguity"].successor == f"{SG}Vagueness"
    assert "sg:Ambiguity was renamed to sg:Vagueness" in command("ontology", "diff", str(before))


@pytest.mark.usefixtures("without_java")
@pytest.mark.command("ontology deprecate")
def test_a_term_is_deprecated(command: Command, ontology: Path) -> None:
    command("ontology", "deprecate", "holder", "--because", "Nobody uses it.")
    assert axioms.read_ontology(ontology).terms[f"{SG}holder"].deprecated


@pytest.mark.command("ontology release")
def test_a_version_is_released(command: Command, example: Path, ontology: Path) -> None:
    assert "releases" in command("ontology", "release", "99.0.0")
    assert list((example / "ontology" / "releases").rglob("*99.0.0*"))
