"""A new workspace builds, validates and answers from the first minute."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import stancegraph
from stancegraph.questions.stored_query import load_all
from stancegraph.workspace import folders
from tests.conftest import Run

Runner = Callable[..., Run]


@pytest.fixture
def new(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace as ``init`` makes it."""
    monkeypatch.delenv("STANCEGRAPH_SNAPSHOTS")
    assert run("init", str(tmp_path / "mine")).status == 0
    return tmp_path / "mine"


def test_it_builds_validates_and_answers(run: Runner, new: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(new)
    assert run("validate").out == "0 violations, 0 warnings, 0 infos\n"
    assert run("build").status == 0
    done = run("ask", "stances-of-actor", "--actor", "Rudolf Rassendyll", "--evidence", "--format", "md")
    assert done.status == 0
    assert "Rudolf fears war." in done.out
    assert "The Example, no. 1, reported that Report of May reported that Rudolf Rassendyll said" in done.out
    assert (new / ".stancegraph").is_dir()


def test_every_question_can_be_asked_of_it_and_most_have_an_answer(new: Path) -> None:
    graph = stancegraph.open(new)
    answered = 0
    for query in load_all(folders.find(new).query_files("ask")).values():
        answer = graph.sparql(query.text)  # with the defaults, which may name what this workspace does not have
        assert not isinstance(answer, bool)
        answered += bool(len(answer))
    assert answered > 30


def test_it_has_an_example_of_each_class_of_claim(new: Path) -> None:
    graph = stancegraph.open(new)
    missing = graph.sparql("""
        PREFIX owl: <http://www.w3.org/2002/07/owl#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX sg: <https://w3id.org/stancegraph/ontology#>
        SELECT ?class WHERE {
          VALUES ?class {
            sg:Stance sg:Proposition sg:CausalProposition sg:ConditionalProposition sg:Superlative sg:Recurrence
            sg:Event sg:SpeechAct sg:ForumEdition sg:Attendance sg:NonAttendance sg:Tenure sg:Agreement
            sg:Attribution sg:Citation sg:Passage sg:Mention sg:TimeSpan sg:Curation sg:Ambiguity
            sg:Actor sg:Forum sg:Place sg:Policy sg:Post sg:Publication
          }
          FILTER NOT EXISTS { ?thing a ?class }
        }""")
    assert not isinstance(missing, bool)
    assert list(missing) == []


def test_what_is_there_is_left_alone(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    done = run("init", str(tmp_path / "mine"))
    assert done.status == 2
    assert "it exists already, and is not an empty folder" in done.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_an_empty_folder_will_do(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert run("init", str(tmp_path / "mine")).status == 0
    assert folders.is_workspace(tmp_path / "mine")


def test_a_failure_leaves_nothing_behind(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copytree", full)
    done = run("init", str(tmp_path / "mine"))
    assert done.status == 3
    assert "No space left" in done.err
    assert list(tmp_path.iterdir()) == []


def test_it_knows_where_links_may_lead_and_has_none_yet(run: Runner, new: Path) -> None:
    listed = run("--workspace", str(new), "link", "list", "--format", "json")
    assert (listed.status, listed.out.strip()) == (0, "[]")
    targets = {path.stem for path in (new / "data" / "links").glob("*.toml")}
    assert {"wikidata", "dbpedia", "geonames", "eu-authority", "viaf"} <= targets
    asked = run("--workspace", str(new), "link", "candidates", "wikidata")
    assert (asked.status, "public services must be told who asks" in asked.err) == (2, True)
