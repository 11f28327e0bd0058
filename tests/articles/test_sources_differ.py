"""Two articles tell of one event, and not the same: both are published, nothing is lost, the difference is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Store
from starlette.testclient import TestClient

from stancegraph.api import KnowledgeGraph
from stancegraph.pipeline import building
from stancegraph.pipeline.building import published
from stancegraph.pipeline.reading import read_turtle
from stancegraph.sparql.engine import Oxigraph
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.workspace.folders import Workspace
from tests.conftest import ARTICLE, Run, copy_workspace

OTHER = """\
@prefix : <https://w3id.org/stancegraph/id/claim/other-paper/> .
@prefix actor: <https://w3id.org/stancegraph/id/actor/> .
@prefix event: <https://w3id.org/stancegraph/id/event/> .
@prefix attitude: <https://w3id.org/stancegraph/id/attitude/> .
@prefix certainty: <https://w3id.org/stancegraph/id/certainty/> .
@prefix issue: <https://w3id.org/stancegraph/id/issue/> .
@prefix mode: <https://w3id.org/stancegraph/id/mode/> .
@prefix part: <https://w3id.org/stancegraph/id/part/> .
@prefix place: <https://w3id.org/stancegraph/id/place/> .
@prefix position: <https://w3id.org/stancegraph/id/position/> .
@prefix post: <https://w3id.org/stancegraph/id/post/> .
@prefix pub: <https://w3id.org/stancegraph/id/publication/> .
@prefix rank: <https://w3id.org/stancegraph/id/rank/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/stancegraph/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

pub:other-paper a sg:Publication ;
    rdfs:label "The Other Paper (an example)"@en .

<https://w3id.org/stancegraph/id/passage/other-paper/1> a sg:Passage ;
    sg:inPublication pub:other-paper ;
    sg:passageKind   <https://w3id.org/stancegraph/id/kind/Sentence> ;
    sg:section       "Text" ;
    sg:paragraphNumber 1 ;
    sg:sentenceNumber  1 ;
    sg:charStart     0 ;
    sg:charEnd       10 ;
    sg:sha256        "0000000000000000000000000000000000000000000000000000000000000000" .

<https://w3id.org/stancegraph/id/attribution/other-paper/1> a sg:Attribution ;
    sg:attributedTo    pub:other-paper ;
    sg:attributionMode mode:OwnStatement ;
    sg:statedIn        <https://w3id.org/stancegraph/id/passage/other-paper/1> ;
    sg:putsForward     :embassy , :visit , :chicago , :absence , :view , :disputed , :office .

<https://w3id.org/stancegraph/id/time/other-paper/may> a sg:TimeSpan ;
    rdfs:label         "May 2000"@en ;
    sg:wordsAsGiven    "May 2000" ;
    sg:earliestBegin   "2000-05-01"^^xsd:date ;
    sg:latestBegin     "2000-05-31"^^xsd:date ;
    sg:earliestEnd     "2000-05-01"^^xsd:date ;
    sg:latestEnd       "2000-05-31"^^xsd:date .

:embassy a sg:Account ;
    rdfs:label      "The embassy was struck in Kosovo in May 2000, and four people died."@en ;
    sg:accountOf    event:embassy-strike ;
    sg:happened     <https://w3id.org/stancegraph/id/time/other-paper/may> ;
    sg:takesPlaceIn place:Kosovo ;
    sg:deaths       4 .

<https://w3id.org/stancegraph/id/time/other-paper/1999> a sg:TimeSpan ;
    rdfs:label         "the year 1999"@en ;
    sg:wordsAsGiven    "1999" ;
    sg:earliestBegin   "1999-01-01"^^xsd:date ;
    sg:latestBegin     "1999-12-31"^^xsd:date ;
    sg:earliestEnd     "1999-01-01"^^xsd:date ;
    sg:latestEnd       "1999-12-31"^^xsd:date .

:visit a sg:Account ;
    rdfs:label      "Operation Allied Force took place in 1999."@en ;
    sg:accountOf    event:operation-allied-force ;
    sg:happened     <https://w3id.org/stancegraph/id/time/other-paper/1999> .

:absence a sg:Attendance ;
    rdfs:label           "Chinese representatives observed the NATO summit in Chicago."@en ;
    sg:attendee          actor:ChineseRepresentatives ;
    sg:inMeeting         event:nato-summit-chicago ;
    sg:participationMode part:Observer .

:view a sg:Stance ;
    rdfs:label   "China supports dialogue, and would because Afghanistan attends the NATO summit in Chicago."@en ;
    sg:holder    actor:China ;
    sg:attitude  attitude:Supports ;
    sg:position  position:Supportive ;
    sg:certainty certainty:Flat ;
    sg:target    actor:Afghanistan ;
    sg:issue     issue:PoliticalDialogue ;
    sg:reason    :given .

:given a sg:Attendance ;
    rdfs:label           "Afghanistan attends the NATO summit in Chicago."@en ;
    sg:attendee          actor:Afghanistan ;
    sg:inMeeting         event:nato-summit-chicago ;
    sg:participationMode part:Participant .

:disputed a sg:Attendance ;
    rdfs:label           "India attends the NATO summit in Chicago."@en ;
    sg:attendee          actor:India ;
    sg:inMeeting         event:nato-summit-chicago ;
    sg:participationMode part:Participant .

<https://w3id.org/stancegraph/id/curation/other-paper/1> a sg:Curation ;
    sg:curates         :disputed ;
    sg:curationRank    rank:Disputed ;
    sg:curationReason  "An example of what nothing may follow from."@en ;
    sg:curationMethod  "comparison"@en ;
    sg:counterEvidence pub:china-brief-12-13 ;
    sg:curatedBy       actor:StancegraphEditors .

:chicago a sg:Attendance ;
    rdfs:label           "China attended the NATO summit in Chicago as a guest."@en ;
    sg:attendee          actor:China ;
    sg:inMeeting         event:nato-summit-chicago ;
    sg:participationMode part:Guest .

:office a sg:Tenure ;
    rdfs:label      "Anders Fogh Rasmussen is Secretary General of NATO in May 2000."@en ;
    sg:tenureHolder actor:AndersFoghRasmussen ;
    sg:tenurePost   post:NATOSecretaryGeneral ;
    sg:tenureSpan   <https://w3id.org/stancegraph/id/time/other-paper/may> .
"""
STRIKE = "Bombing of the Chinese embassy in Belgrade"
TOLD = "U.S. bombers hit the Chinese embassy in Belgrade in 1999, and three Chinese citizens died."


@pytest.fixture(scope="module")
def both(own_snapshots: None, original: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The shipped workspace with an invented article that tells otherwise of an event, a meeting and an office."""
    root = copy_workspace(original, tmp_path_factory.mktemp("differ") / "w")
    folder = root / "data" / "articles" / "other-paper"
    folder.mkdir()
    (folder / "facts.ttl").write_text(OTHER, encoding="utf-8")
    space = Workspace(root)
    done = building.build(space)
    assert done.snapshot is not None, done.findings
    return space


@pytest.fixture(scope="module")
def graph(both: Workspace) -> KnowledgeGraph:
    done = published(both)
    assert done.snapshot is not None
    return KnowledgeGraph(both, Oxigraph(done.snapshot.open()))


def test_both_are_published_and_nothing_is_lost(both: Workspace) -> None:
    shipped = read_turtle(both.root / "data" / "articles" / ARTICLE / "facts.ttl")
    other = read_turtle(both.root / "data" / "articles" / "other-paper" / "facts.ttl")
    stored = Store()  # which writes numbers in one way
    stored.extend([*shipped, *other])
    asserted = {quad.triple for quad in stored}
    assert len(asserted) > 5000
    snapshot = published(both).snapshot
    assert snapshot is not None
    assert not asserted - {quad.triple for quad in snapshot.open()}


def test_a_question_shows_the_difference_with_its_evidence(graph: KnowledgeGraph) -> None:
    answer = graph.ask("sources-differ", about=STRIKE)
    seen = {(row["aspectName"].value, row["valueName"].value, row["sourceName"].value[:11]) for row in answer.rows}
    assert seen >= {
        ("deaths", "3", "China Brief"),
        ("deaths", "4", "The Other P"),
        ("happened", "1999", "China Brief"),
        ("happened", "May 2000", "The Other P"),
        ("takes place in", "Belgrade", "China Brief"),
        ("takes place in", "Kosovo", "The Other P"),
    }
    assert all(answer.evidence_by_row())


def test_what_two_sources_say_alike_is_no_difference(graph: KnowledgeGraph) -> None:
    """Each has a time span of its own for the same year."""
    year = {row["valueName"].value for row in graph.ask("sources-differ", about=STRIKE).rows}
    assert "1999" in year
    assert not graph.ask("sources-differ", about="Visit of the Deputy Secretary General of NATO to Beijing").rows


def test_sources_differ_about_who_took_part_and_who_held_a_post(graph: KnowledgeGraph) -> None:
    rows = graph.ask("sources-differ").rows
    seen = {(row["aspectName"].value, row["valueName"].value, row["sourceName"].value[:11]) for row in rows}
    assert seen >= {
        ("participation mode", "absent", "China Brief"),
        ("participation mode", "observer", "The Other P"),
        ("tenure span", "May 2000", "The Other P"),
    }
    assert sum(aspect == "tenure span" for aspect, *_ in seen) == 2


def test_the_command_line_shows_it_too(both: Workspace, run: Callable[..., Run]) -> None:
    done = run("--workspace", str(both.root), "ask", "sources-differ", "--about", STRIKE, "--format", "csv")
    assert done.status == 0, done.err
    assert "May 2000" in done.out


def test_the_evidence_for_an_event_is_that_of_its_accounts(graph: KnowledgeGraph) -> None:
    """And not that of a claim about it, such as one that it caused something."""
    chains = graph.evidence(STRIKE)
    other = "The embassy was struck in Kosovo in May 2000, and four people died."
    assert {chain.label for chain in chains} == {TOLD, other}
    assert {chain.embedded_in for chain in chains} == {None}
    assert {chain.levels[0].source[:11] for chain in chains} == {"China Brief", "The Other P"}


def test_the_page_of_the_event_has_both_accounts(both: Workspace) -> None:
    service = Service(both, 1)
    try:
        with TestClient(application(both, service)) as client:
            page = client.get("/page/id/event/embassy-strike", headers={"Accept": "text/html"}).text
    finally:
        service.close()
    assert "four people died" in page
    assert TOLD in page
    assert "Where sources differ about what happened" in page
    for value in ("Kosovo", "May 2000"):
        assert f">{value}" in page


def test_shortcuts_follow_from_claims_that_are_put_forward_and_not_disputed(graph: KnowledgeGraph) -> None:
    """China is said to attend; Afghanistan only in a reason, which nobody puts forward; India is disputed."""
    query = """
    PREFIX event: <https://w3id.org/stancegraph/id/event/>
    PREFIX sg: <https://w3id.org/stancegraph/ontology#>
    SELECT ?actor WHERE { ?actor %s event:nato-summit-chicago FILTER(ISIRI(?actor)) }
    """

    def actors(path: str) -> set[str]:
        return {row["actor"].value.rpartition("/")[2] for row in graph.sparql(query % path)}  # type: ignore[union-attr]

    assert actors("^sg:attendee/sg:inMeeting") >= {"China", "Afghanistan", "India"}
    for shortcut in ("sg:meetsAt", "sg:takesPartIn", "sg:met/sg:meetsAt", "^sg:bringsTogether"):
        assert not actors(shortcut) & {"Afghanistan", "India"}, shortcut
    assert "China" in actors("sg:meetsAt")
    assert actors("sg:meetsAt") <= actors("^sg:attendee/sg:inMeeting"), "each leads back to a claim"
