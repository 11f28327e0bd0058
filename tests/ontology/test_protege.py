"""Protégé itself opens the files without a question, and a save changes only the lines of what was edited."""

from __future__ import annotations

import difflib
import os
import shutil
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.ontology import protege

pytestmark = [
    pytest.mark.java,
    pytest.mark.long,
    pytest.mark.skipif(bool(protege.missing()), reason=f"Protégé needs {', '.join(protege.missing())}: see the README"),
]
ADDED = """\
###  https://w3id.org/stancegraph/ontology#Communique
:Communique rdf:type owl:Class ;
            rdfs:label "Communiqué"@en ;
            skos:definition "A declaration that several actors issue together."@en .
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return protege.assemble(tmp_path_factory.mktemp("protege"))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Copies of the files that a person opens."""
    for name in ("ontology", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def pictures(tmp_path: Path) -> Path:
    """Where pictures of the screen go: a folder that STANCEGRAPH_PICTURES names, or one that goes with the test."""
    return Path(os.environ.get("STANCEGRAPH_PICTURES", str(tmp_path / "pictures")))


def test_a_class_added_in_protege_shows_up_as_those_lines_only(program: Path, files: Path, tmp_path: Path) -> None:
    path = files / "ontology" / "stancegraph.ttl"
    before = path.read_text(encoding="utf-8").splitlines()
    with protege.running(program, path, tmp_path / "home", pictures(tmp_path)) as screen:
        protege.add_class(screen, "Communique", "Communiqué", "A declaration that several actors issue together.")
    after = path.read_text(encoding="utf-8").splitlines()
    changed = [line for line in difflib.ndiff(before, after) if line[0] in "+-" and line[1:].strip()]
    assert changed == [f"+ {line}" for line in ADDED.splitlines()]


@pytest.mark.parametrize(
    "name",
    [
        "ontology/alignments.ttl",
        "ontology/vocabularies.ttl",
        "ontology/labels/zh.ttl",
        "data/vocabulary/positions.ttl",
    ],
)
def test_what_imports_the_ontology_opens_without_a_question(
    name: str, program: Path, files: Path, tmp_path: Path
) -> None:
    """The import is found by the catalog beside the file: a dialog would ask for it otherwise."""
    with protege.running(program, files / name, tmp_path / "home", pictures(tmp_path)) as screen:
        main = screen.window(r"https://w3id.org/stancegraph/.*" + Path(name).name)
        time.sleep(5)  # for a dialog to come up, if one does
        screen.picture(Path(name).stem)
        windows = screen.tool("search", "--onlyvisible", "--name", ".+").split()
        titles = {screen.tool("getwindowname", window) for window in windows} - {"Content window", "FocusProxy"}
    assert main in windows
    assert len(titles) == 1, titles  # those that are left out are parts of every window of Java
    log = (tmp_path / "home" / "protege.log").read_text(encoding="utf-8", errors="replace")
    assert "ontology/stancegraph.ttl" in log, "the import was not read from the file beside"
