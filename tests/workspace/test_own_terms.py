"""A user's own class and property need no change of the program: they are coded, named, listed and shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

import stancegraph
from stancegraph.coding.article import build_symbol_table
from stancegraph.errors import DataError
from stancegraph.pipeline.reading import read_workspace
from stancegraph.rdf import namespaces, terms
from stancegraph.web.context import RequestContext
from stancegraph.web.pages import thing
from stancegraph.workspace import folders
from stancegraph.workspace.folders import Workspace
from stancegraph.workspace.namespaces import FILE
from tests.conftest import Run, no_traceback

TERMS = """
@prefix ex: <http://example.org/terms#> .
ex:Company a owl:Class ; rdfs:label "Company"@en ; rdfs:subClassOf :Actor ; skos:definition "A firm."@en .
ex:Treaty a owl:Class ; rdfs:label "Treaty"@en ; skos:definition "A text that states bind themselves by."@en .
ex:ship a owl:ObjectProperty ; rdfs:label "sails"@en ; rdfs:domain ex:Company ; rdfs:range ex:Treaty .
ex:staff a owl:DatatypeProperty ; rdfs:label "number of staff"@en ; rdfs:domain ex:Company .
"""
SHAPES = """
@prefix ex: <http://example.org/terms#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Size a sh:PropertyGroup ; rdfs:label "How large it is"@en ; sh:order 2.5 .
ex:CompanyShape a sh:NodeShape ; sh:targetClass ex:Company ; sh:property ex:StaffShape , ex:TreatyShape .
ex:StaffShape a sh:PropertyShape ; sh:path ex:staff ; sh:datatype xsd:integer ; sh:minInclusive 1 ;
    sh:group ex:Size ; sh:order 1 ;
    sh:message "A company has staff."@en ; sh:description "Give the number, at least 1."@en .
ex:TreatyShape a sh:PropertyShape ; sh:path ex:ship ; sh:class ex:Treaty ; sh:group ex:Size ; sh:order 0 ;
    sh:name "is bound by"@en ;
    sh:message "It is bound by treaties."@en ; sh:description "Name a treaty."@en .
"""
SHEET = """
company Acme: Acme Shipping
  ex:staff: 5; ex:ship: Straits
treaty Straits: Convention of the Straits
"""


@pytest.fixture
def prefixes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test declares is unknown to the next one."""
    monkeypatch.setattr(namespaces, "_declared", namespaces.prefixes())


@pytest.fixture
def own(space: Workspace, prefixes: None, run: Callable[..., Run], tmp_path: Path) -> Workspace:
    """A workspace with classes and properties of its own, and an article whose sheet uses them."""
    ontology = space.root / "ontology" / "stancegraph.ttl"
    ontology.write_text(ontology.read_text(encoding="utf-8") + TERMS, encoding="utf-8")
    (space.root / "ontology" / "shapes" / "own.ttl").write_text(SHAPES, encoding="utf-8")
    declared = (space.root / FILE).read_text(encoding="utf-8")
    declared = declared.replace("[prefixes]", '[prefixes]\nex = "http://example.org/terms#"')
    declared = declared.replace("[entities]", '[entities]\n"ex:Treaty" = "http://example.org/id/treaty/"')
    (space.root / FILE).write_text(declared, encoding="utf-8")
    text = tmp_path / "ports.txt"
    text.write_text("Ports\n\nA firm sails through the straits.\n", encoding="utf-8")
    about = ("--id", "ports", "--publisher", "The Observer", "--date", "2014-03-10")
    assert run("--workspace", str(space.root), "article", "new", str(text), *about).status == 0
    sheet = space.root / "data" / "articles" / "ports" / "coding.txt"
    drafted = sheet.read_text(encoding="utf-8")
    coded = re.sub(r"^(@ .*)$", r"\1\nno claim: an example", drafted, flags=re.MULTILINE)
    assert coded != drafted
    sheet.write_text(coded + SHEET, encoding="utf-8")
    return folders.find(space.root)


def test_they_are_coded_and_compiled_with_prefixes_of_the_workspace(own: Workspace, run: Callable[..., Run]) -> None:
    done = run("--workspace", str(own.root), "article", "compile", "ports")
    assert done.status == 0, done.err
    entities = (own.root / "data" / "entities" / "of-ports.ttl").read_text(encoding="utf-8")
    assert "@prefix ex: <http://example.org/terms#> ." in entities
    assert "actor:Acme a ex:Company" in entities, "a class below one that has a place lies where that does"
    assert "<http://example.org/id/treaty/Straits> a ex:Treaty" in entities
    again = run("--workspace", str(own.root), "article", "show", "ports")
    assert "treaty Straits: Convention of the Straits" in again.out
    assert "ex:staff: 5" in again.out


def test_they_are_built_found_and_shown_under_their_heading(own: Workspace, run: Callable[..., Run]) -> None:
    def go(*arguments: str) -> str:
        done = run("--workspace", str(own.root), *arguments)
        assert done.status == 0, done.err
        return done.out

    go("article", "compile", "ports")
    go("build")
    shown = go("show", "Acme Shipping")
    before, heading, after = shown.partition("How large it is")
    assert heading
    assert "What it is" in before
    assert "is bound by" in after
    assert after.index("is bound by") < after.index("number of staff"), "by sh:order, not by the alphabet"
    assert "Company" in shown
    query = "PREFIX ex: <http://example.org/terms#> SELECT ?property WHERE { ?thing ?property 5 }"
    assert "ex:staff" in go("sparql", query), "names are printed by the prefixes of the workspace"


def test_a_value_that_its_shape_refuses_is_found(own: Workspace, run: Callable[..., Run]) -> None:
    sheet = own.root / "data" / "articles" / "ports" / "coding.txt"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("ex:staff: 5", "ex:staff: 0"), encoding="utf-8")
    done = run("--workspace", str(own.root), "article", "check", "ports")
    assert done.status == 1
    assert "A company has staff." in done.out


def test_their_pages_have_the_heading(own: Workspace, run: Callable[..., Run]) -> None:
    assert run("--workspace", str(own.root), "article", "compile", "ports").status == 0
    assert run("--workspace", str(own.root), "build").status == 0
    context = RequestContext(stancegraph.open(own.root), "")
    page = thing.render_thing(context, "id/actor/Acme")
    assert "How large it is</h" in page
    assert page.index("is bound by") < page.index("number of staff")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("[prefixes]\nex = 5\n", "[prefixes] is not a table of strings"),
        ("[prefixes]\nsg = 'http://example.org/'\n", "'sg' always stands for"),
        ("[entities]\n'ex:Company' = 'actor:'\n", "'ex:Company' has no prefix"),
        ("[entities]\n'sg:Actor' = 'http://example.org/x'\n", "must end with / or #"),
        ("[entities]\n'sg:Actor' = 'no iri /'\n", "Invalid IRI"),
        ("[abbreviations]\n'sg:Actor' = 'a'\n", "is in [abbreviations], and not in [records]"),
        ("[entities]\n'sg:Actor' = 'sg:'\n[records]\n'sg:Actor' = 'sg:'\n", "is in [entities] and in [records]"),
        ("[places]\n", "[places] is not one of its tables"),
        ("[prefixes\n", "line 1"),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_refused(
    space: Workspace, run: Callable[..., Run], change: str, message: str
) -> None:
    (space.root / FILE).write_text(change, encoding="utf-8")
    with pytest.raises(DataError) as raised:
        space.namespaces()
    assert message in str(raised.value)
    done = run("--workspace", str(space.root), "queries")
    assert done.status == 1
    assert FILE in done.err
    no_traceback(done)


def test_a_workspace_that_gives_a_known_prefix_another_meaning_is_not_opened(
    space: Workspace, prefixes: None, run: Callable[..., Run]
) -> None:
    declared = (space.root / FILE).read_text(encoding="utf-8")
    (space.root / FILE).write_text(
        declared.replace('pub = "https://w3id.org/stancegraph/id/publication/"', 'pub = "http://example.org/pub/"'),
        encoding="utf-8",
    )
    done = run("--workspace", str(space.root), "queries")
    assert done.status == 1
    assert "'pub' stands for https://w3id.org/stancegraph/id/publication/ already" in done.err


def test_a_workspace_without_the_file_uses_that_of_the_program(space: Workspace, ours: Workspace) -> None:
    (space.root / FILE).unlink()
    assert space.namespaces() == ours.namespaces()


@pytest.mark.long
def test_a_process_that_is_given_a_workspace_knows_its_prefixes(own: Workspace) -> None:
    """A process that is spawned inherits nothing: the workspace that it gets brings its prefixes along."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(shorten_in, own, "http://example.org/terms#Company").result() == "ex:Company"


def shorten_in(workspace: Workspace, iri: str) -> str:
    """What a process that has *workspace* prints for *iri*."""
    return namespaces.shorten(iri)


def test_records_may_lie_where_entities_do(own: Workspace) -> None:
    """Which of the two a class is, the tables say, and not the place."""
    path = own.root / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"sg:Curation" = "curation:{article}/"', '"sg:Curation" = "actor:"'), encoding="utf-8")
    symbols = build_symbol_table(own, read_workspace(own), "ports")
    assert symbols.namespace_of(terms.CURATION) == symbols.namespace_of(terms.ACTOR)
    assert symbols.is_entity(terms.ACTOR)
    assert not symbols.is_entity(terms.CURATION)
