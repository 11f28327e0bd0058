"""Entities are merged and split, and every reference follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from stancegraph import building, founding
from stancegraph.coding.article import Article
from stancegraph.linking import mappings
from stancegraph.serving.application import application
from stancegraph.serving.service import Service
from stancegraph.serving.task import Limits
from stancegraph.workspace import Workspace
from tests.conftest import ARTICLE, Run, no_traceback

SG = "PREFIX sg: <https://w3id.org/stancegraph/ontology#> PREFIX actor: <https://w3id.org/stancegraph/id/actor/> "


@pytest.fixture
def go(copy: Path, run: Callable[..., Run]) -> Callable[..., Run]:
    """Run a command on a workspace in which China is there twice, as Peking, too: linked, named and spoken of."""

    def do(*arguments: str) -> Run:
        return run("--workspace", str(copy), *arguments)

    actors = copy / "data" / "entities" / "actors.ttl"
    text = actors.read_text(encoding="utf-8")
    peking = """
actor:Peking a sg:State ;
    rdfs:label "Peking"@en ; # actor:Peking in a comment
    skos:altLabel "Red China, e.g. actor:Peking"@en ;
    sg:latitude 39.9 .
"""
    actors.write_text(text + peking, encoding="utf-8")
    facts = copy / "data" / "articles" / ARTICLE / "facts.ttl"
    words = facts.read_text(encoding="utf-8")
    assert words.count("sg:holder    actor:China ;") > 5
    facts.write_text(words.replace("sg:holder    actor:China ;", "sg:holder    actor:Peking ;", 3), encoding="utf-8")
    links = copy / "data" / "links" / "eu-authority.sssom.tsv"
    links.write_text(links.read_text(encoding="utf-8").replace("actor:China\t", "actor:Peking\t"), encoding="utf-8")
    return do


def count(go: Callable[..., Run], name: str) -> int:
    stated = "FILTER(!CONTAINS(STR(?g), 'inferred'))"
    asked = f"{SG}SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?s ?p actor:{name} }} {stated} }}"
    return int(go("sparql", asked, "--format", "csv").out.splitlines()[1])


@pytest.mark.long
def test_two_that_are_one_are_merged_and_everything_follows(copy: Path, go: Callable[..., Run]) -> None:
    (copy / "data" / "articles" / ARTICLE / "coding.txt").write_text(Article(Workspace(copy), ARTICLE).show(), "utf-8")
    assert "Peking" in (copy / "data" / "articles" / ARTICLE / "coding.txt").read_text(encoding="utf-8")
    done = go("entity", "merge", "https://w3id.org/stancegraph/id/actor/Peking", "actor:China")
    assert done.status == 0, done.err
    assert "left out of actor:Peking: sg:latitude" in done.err, "what the two contradict each other in is told"
    assert go("validate").status == 0
    assert go("build").status == 0
    assert count(go, "Peking") == 0
    told = go("show", "Peking").out
    assert told.startswith("China actor:China"), "its name is an alias now"
    former = go("sparql", f"{SG}SELECT ?old WHERE {{ actor:China sg:formerIri ?old }}", "--format", "csv").out
    assert "https://w3id.org/stancegraph/id/actor/Peking" in former
    assert go("show", "actor:Peking").out == told, "its old name is understood"
    asked = ("ask", "stances-of-actor", "--actor")
    assert go(*asked, "actor:Peking").out == go(*asked, "actor:China").out != ""
    text = (copy / "data" / "entities" / "actors.ttl").read_text(encoding="utf-8")
    assert "actor:Peking a sg:State" not in text
    assert '"Red China, e.g. actor:Peking"@en' in text, "words are no references"
    rows = mappings.read(copy / "data" / "links" / "eu-authority.sssom.tsv").mappings
    assert [row.object_id for row in rows if row.subject_id == "actor:China"] == ["eu-authority:country/CHN"]
    sheet = Article(Workspace(copy), ARTICLE)
    assert {str(one) for one in sheet.compile().triples} == {str(one) for one in sheet.compile(sheet.show()).triples}


@pytest.mark.long
def test_one_that_is_two_is_split(copy: Path, go: Callable[..., Run]) -> None:
    before = (copy / "data" / "entities" / "actors.ttl").read_text(encoding="utf-8")
    claim = f"https://w3id.org/stancegraph/id/claim/{ARTICLE}/china-wonders-why-nato"
    done = go("entity", "split", "actor:China", "actor:ChineseState", "--label", "the Chinese state", "--claim", claim)
    assert done.status == 0, done.err
    after = (copy / "data" / "entities" / "actors.ttl").read_text(encoding="utf-8")
    assert after.startswith(before.rstrip()), "what a person wrote stays as it was"
    assert 'actor:ChineseState a sg:State ;\n    rdfs:label "the Chinese state"@en .' in after
    facts = (copy / "data" / "articles" / ARTICLE / "facts.ttl").read_text(encoding="utf-8")
    start = facts.index(":china-wonders-why-nato a sg:Stance")
    assert "actor:ChineseState" in facts[start : facts.index(" .\n", start)]
    assert facts.count("actor:ChineseState") == facts[start : facts.index(" .\n", start)].count("actor:ChineseState")


@pytest.mark.parametrize(
    "wrong",
    [
        ("merge", "actor:China", "actor:China"),
        ("merge", "actor:China", "actor:Xinhua"),
        ("merge", "actor:Nobody", "actor:China"),
        ("split", "actor:China", "actor:NATO", "--label", "x", "--claim", "x"),
        ("split", "actor:China", "actor:New", "--label", "x", "--claim", "actor:Nothing"),
        ("split", "actor:China", "New", "--label", "x", "--claim", "x"),
    ],
)
def test_what_makes_no_sense_changes_nothing(copy: Path, run: Callable[..., Run], wrong: tuple[str, ...]) -> None:
    files = {path: path.read_bytes() for path in (copy / "data").rglob("*") if path.is_file()}
    done = run("--workspace", str(copy), "entity", *wrong)
    no_traceback(done)
    assert done.status == 2, done.err
    assert {path: path.read_bytes() for path in (copy / "data").rglob("*") if path.is_file()} == files


def test_an_old_address_leads_to_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STANCEGRAPH_SNAPSHOTS")  # its own, beside those of other tests
    founding.found(tmp_path / "space")
    facts = tmp_path / "space" / "data" / "articles" / "example" / "facts.ttl"
    words = facts.read_text(encoding="utf-8")
    old = "https://w3id.org/stancegraph/id/example/OldRuritania"
    facts.write_text(words.replace("https://example.org/old/Ruritania", old), encoding="utf-8")
    space = Workspace(tmp_path / "space")
    assert building.build(space).published
    service = Service(space.snapshots, 1, limits=Limits(30, 2 << 30, 1 << 30))
    try:
        client = TestClient(application(space, service), base_url="http://127.0.0.1")
        for form, accept in (("page", "text/html"), ("data", "text/turtle")):
            there = client.get("/id/example/OldRuritania", headers={"Accept": accept})
            assert [(one.status_code, one.headers["Location"]) for one in there.history] == [
                (303, f"http://127.0.0.1/{form}/id/example/OldRuritania"),
                (301, f"http://127.0.0.1/{form}/id/example/Ruritania"),
            ]
            assert (there.status_code, "Ruritania" in there.text) == (200, True)
            assert client.get("/id/example/Nobody", headers={"Accept": accept}).status_code == 404
    finally:
        service.close()
