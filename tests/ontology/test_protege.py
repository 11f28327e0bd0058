"""Protégé itself opens the files without a question, and a save changes only the lines of what was edited."""

from __future__ import annotations

import difflib
import os
import shutil
import time
from pathlib import Path

import pytest

from stancegraph.ontology import combining
from stancegraph.workspace.folders import Workspace
from tests.conftest import ARTICLE, ROOT
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


@pytest.mark.early
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
        titles = screen.titles()
        assert screen.tool("getwindowname", main) in titles
    assert len(titles) == 1, titles
    assert "ontology/stancegraph.ttl" in log_of(tmp_path / "home"), "the import was not read from the file beside"


def test_an_article_opens_whole_is_classified_and_a_save_changes_nothing(program: Path, tmp_path: Path) -> None:
    """By the reasoner that comes with Protégé, with no dialog before or after."""
    path = tmp_path / "article.ttl"
    turtle, is_formatted = combining.to_turtle(combining.combine(Workspace(ROOT), ARTICLE))
    assert is_formatted
    path.write_bytes(turtle)
    home = tmp_path / "home"
    with protege.running(program, path, home, pictures(tmp_path)) as screen:
        main = screen.window(r"https://w3id.org/stancegraph/.*article.ttl")
        protege.classify(screen, main)
        until = time.monotonic() + 60
        while "processed in" not in log_of(home) and time.monotonic() < until:
            time.sleep(2)
        screen.picture("classified")
        screen.key("ctrl+s", pause=5)
        titles = screen.titles()
    assert "processed in" in log_of(home), log_of(home)[-2000:]
    assert "by HermiT" in log_of(home)
    assert "Inconsistent" not in log_of(home)
    assert len(titles) == 1, titles
    assert path.read_bytes() == turtle


def log_of(home: Path) -> str:
    return (home / "protege.log").read_text(encoding="utf-8", errors="replace")
