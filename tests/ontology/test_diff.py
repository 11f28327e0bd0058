"""`ontology diff` says in words what changed, whatever the order of the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from stancegraph.errors import DataError
from stancegraph.ontology import axioms, comparing, naming
from stancegraph.ontology.axioms import Ontology
from stancegraph.rdf.namespaces import PREFIXES
from tests.conftest import ROOT, Run, no_traceback
from tests.support.repository import commit

FILE = ROOT / "ontology" / "stancegraph.ttl"
TEXT = FILE.read_text(encoding="utf-8")
WALK = ':Walk rdf:type owl:Class ; rdfs:subClassOf :Meeting ; rdfs:label "Walk"@en ; '
NEW = WALK + 'skos:definition "A meeting on foot."@en .'


@pytest.fixture(scope="module")
def now() -> Ontology:
    return axioms.parse_ontology(TEXT, "now")


def changes(now: Ontology, text: str) -> list[str]:
    return [str(change) for change in comparing.compare(now, axioms.parse_ontology(text, "then"))]


def spoilt(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1, old
    return TEXT.replace(old, new, 1)


def test_serialisation_is_no_change(now: Ontology) -> None:
    lines = serialize((quad.triple for quad in parse(TEXT, format=RdfFormat.TURTLE)), format=RdfFormat.N_TRIPLES)
    assert lines is not None
    mixed = b"\n".join(sorted(lines.splitlines(), reverse=True))
    turtle = serialize(parse(mixed, format=RdfFormat.N_TRIPLES), format=RdfFormat.TURTLE)
    assert turtle is not None
    assert turtle.decode() != TEXT
    assert changes(now, turtle.decode()) == []


CASES = {
    "a new term": (f"{TEXT}\n{NEW}", ["sg:Walk was added: class below sg:Meeting. A meeting on foot."]),
    "a term below another one": (
        spoilt("rdfs:subClassOf :Actor ;", "rdfs:subClassOf :Place ;"),
        ["sg:CollectiveActor was below sg:Actor and is now below sg:Place"],
    ),
    "another definition": (
        spoilt('skos:definition "Relates a stance to the way in which', 'skos:definition "Says in which way'),
        ["sg:attitude changed its definition from "
         "“Relates a stance to the way in which its holder relates to what it is about.” to "
         "“Says in which way its holder relates to what it is about.”"],
    ),
    "another label": (
        spoilt('rdfs:label "attitude"@en', 'rdfs:label "attitude taken"@en'),
        ["sg:attitude changed its label from “attitude” to “attitude taken”"],
    ),
    "an axiom less": (
        spoilt(":attitude rdf:type owl:ObjectProperty ,\n                   owl:FunctionalProperty ;",
               ":attitude rdf:type owl:ObjectProperty ;"),
        ["sg:attitude lost the axiom sg:attitude rdf:type owl:FunctionalProperty"],
    ),
    "a restriction more": (
        f"{TEXT}\n:Visit rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :agent ; owl:someValuesFrom :Actor ] .",
        ["sg:Visit was below sg:Meeting and is now below (sg:agent some sg:Actor), sg:Meeting"],
    ),
    "a member of a union": (
        TEXT.replace(
            "owl:unionOf ( :Actor\n                                         :Publication",
            "owl:unionOf ( :Actor :Forum :Publication",
            1,
        ),
        ["sg:attributedTo lost the axiom sg:attributedTo rdfs:range (sg:Actor or sg:Publication)",
         "sg:attributedTo gained the axiom sg:attributedTo rdfs:range (sg:Actor or sg:Forum or sg:Publication)"],
    ),
    "a disjointness less": (
        spoilt("( :DialogueMechanism\n                :ForumSeries", "( :ForumSeries"),
        ["the ontology lost the axiom "
         "owl:AllDisjointClasses [owl:members (sg:DialogueMechanism, sg:ForumSeries, sg:StandingForum)]",
         "the ontology gained the axiom owl:AllDisjointClasses [owl:members (sg:ForumSeries, sg:StandingForum)]"],
    ),
    "a deprecation": (
        f'{TEXT}\n:Visit owl:deprecated "true"^^xsd:boolean ; dcterms:isReplacedBy :Meeting .',
        ["sg:Visit was deprecated, in favour of sg:Meeting"],
    ),
    "a disjointness in another order": (
        spoilt("( :DialogueMechanism\n                :ForumSeries", "( :ForumSeries\n :DialogueMechanism"),
        [],
    ),
    "a new name that sorts elsewhere": (
        TEXT.replace(":ForumSeries ", ":Series ").replace(":ForumSeries\n", ":Series\n").replace(
            "( :DialogueMechanism\n                :Series\n                :StandingForum",
            "( :DialogueMechanism\n                :StandingForum\n                :Series"),
        ["sg:ForumSeries was renamed to sg:Series"],
    ),
    "a new name": (
        TEXT.replace(":Visit ", ":Call ").replace("#Visit\n", "#Call\n"),
        ["sg:Visit was renamed to sg:Call"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_told_in_words(name: str, now: Ontology) -> None:
    text, expected = CASES[name]
    assert sorted(changes(now, text)) == sorted(expected)


def test_the_other_way_round_what_is_new_is_gone(now: Ontology) -> None:
    then = axioms.parse_ontology(f"{TEXT}\n{NEW}", "then")
    assert [change.kind for change in comparing.compare(then, now)] == ["removed"]


def test_a_change_names_the_queries_shapes_and_facts_that_it_touches(now: Ontology) -> None:
    then = axioms.parse_ontology(TEXT.replace('rdfs:label "attitude"@en', 'rdfs:label "stand"@en'), "then")
    (change,) = comparing.compare(now, then, naming.find_uses(ROOT))
    assert "ontology/shapes/stance.ttl" in change.touches
    assert "queries/ask/hopes-and-fears.rq" in change.touches
    assert "data/articles/china-brief-12-13/facts.ttl" in change.touches
    assert "queries/ask/editions-of-forum.rq" not in change.touches


def test_git_revisions_are_compared(copy: Path, run: Callable[..., Run]) -> None:
    commit(copy, "ontology")
    with (copy / "ontology" / "stancegraph.ttl").open("a", encoding="utf-8") as file:
        file.write(NEW)
    done = run("--workspace", str(copy), "ontology", "diff", "HEAD", "--format", "json")
    assert done.status == 0
    (change,) = json.loads(done.out)
    assert change["kind"] == "added"
    table = run("--workspace", str(copy), "ontology", "diff", "HEAD")
    assert "sg:Walk was added" in table.out
    assert "1 change" in table.out


def test_what_protege_leaves_undone_is_proposed(copy: Path, run: Callable[..., Run]) -> None:
    commit(copy, "ontology")
    text = TEXT.replace(":Visit ", ":Call ").replace("#Visit\n", "#Call\n")
    start = text.index(":Agreement rdf:type owl:Class")
    (copy / comparing.FILE).write_text(text[:start] + text[text.index("###", start) :], encoding="utf-8")
    told = run("--workspace", str(copy), "ontology", "diff", "HEAD").out
    assert "finish it with `stancegraph ontology rename --finish sg:Visit sg:Call`" in told
    assert "finish it with `stancegraph ontology deprecate sg:Agreement --because REASON`" in told
    assert "finish" not in run("--workspace", str(copy), "ontology", "diff", "HEAD", "HEAD").out


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        ("_:l rdf:first :Visit ; rdf:rest _:l . :Walk rdf:type owl:Class ; owl:equivalentClass _:l .", "circular"),
        ("_:l rdf:first :Visit ; rdf:rest _:l . :Walk a owl:Class ; rdfs:seeAlso [ owl:unionOf _:l ] .", "circular"),
        ("_:r owl:someValuesFrom _:r . :Walk a owl:Class ; rdfs:subClassOf _:r .", "contains itself"),
        (
            ":Walk a owl:Class ; rdfs:subClassOf _:r0 . "
            + " ".join(f"_:r{n} owl:someValuesFrom _:r{n + 1} ." for n in range(5_000)),
            "nested more than",
        ),
    ],
    ids=["list", "union", "restriction", "depth"],
)
def test_what_contains_itself_is_refused(turtle: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        axioms.parse_ontology(f"{TEXT}\n{turtle}", "circular.ttl")


@pytest.mark.parametrize("name", ["no-such-thing", "--output=/tmp/x", "HEAD:../.."])
def test_what_is_neither_a_file_nor_a_revision_is_told(name: str, run: Callable[..., Run]) -> None:
    done = run("--workspace", str(ROOT), "ontology", "diff", "--", name)
    no_traceback(done)
    assert done.status == 2
    assert "neither a file nor a git revision" in done.err


def test_an_ontology_that_does_not_parse_is_named_with_its_line(tmp_path: Path, run: Callable[..., Run]) -> None:
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text("@prefix : <http://example.org/> .\n:a :b\n", encoding="utf-8")
    done = run("--workspace", str(ROOT), "ontology", "diff", str(wrong))
    no_traceback(done)
    assert done.status == 1
    assert "wrong.ttl:" in done.err


def test_a_label_in_another_language_is_no_change_of_the_label(now: Ontology) -> None:
    text = f'{TEXT}\n:Stance rdfs:label "立场"@zh .'
    term = axioms.parse_ontology(text, "then").terms[PREFIXES["sg"] + "Stance"]
    assert (term.label, term.axioms - now.terms[term.iri].axioms) == (
        "Stance",
        frozenset({'sg:Stance rdfs:label "立场"@zh'}),
    )
    (change,) = changes(now, text)
    assert "立场" in change
    assert "relabel" not in change
