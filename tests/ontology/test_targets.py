"""The ontology agrees with the vocabularies that it is aligned to, and gives them nothing that is only said."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, Triple

from stancegraph.errors import ExternalError
from stancegraph.ontology import reasoning, targets
from stancegraph.pipeline.inference import infer
from stancegraph.pipeline.reading import Reading
from stancegraph.rdf.namespaces import GRAPH, ID, PREFIXES
from stancegraph.rdf.quads import in_graph
from stancegraph.workspace.folders import Workspace

FOREIGN = {
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "http://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "skos": PREFIXES["skos"],
    "time": "http://www.w3.org/2006/time#",
}
TYPE, SUBCLASS = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["rdfs"] + "subClassOf")
SUBPROPERTY = NamedNode(PREFIXES["rdfs"] + "subPropertyOf")


def term(name: str) -> NamedNode:
    """Expand a name whose prefix is one of the vocabularies', or one of ours."""
    prefix, _, local = name.partition(":")
    return NamedNode((FOREIGN | dict(PREFIXES) | {"actor": f"{ID}actor/"})[prefix] + local)


def triple(words: str) -> Triple:
    """Return the triple of three names."""
    subject, predicate, value = map(term, words.split())
    return Triple(subject, predicate, value)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("sg:affiliatedWith rdfs:subPropertyOf org:linkedTo", "org:linkedTo rdfs:domain org:Organization"),
        ("sg:Organization rdfs:subClassOf org:Organization", "org:Organization owl:equivalentClass foaf:Organization"),
        ("sg:Person rdfs:subClassOf foaf:Person", "foaf:Person owl:disjointWith foaf:Organization"),
        ("actor:China skos:exactMatch actor:China", "skos:semanticRelation rdfs:domain skos:Concept"),
        ("sg:agent rdfs:subPropertyOf sem:hasActor", "sem:hasActor rdfs:range sem:Actor"),
        ("sg:Retrieval rdfs:subClassOf prov:Activity", "prov:Activity owl:disjointWith prov:Entity"),
        ("sg:TimeSpan rdfs:subClassOf time:ProperInterval", "time:ProperInterval owl:disjointWith time:Instant"),
        ("sg:Forum rdfs:subClassOf schema:EventSeries", "schema:EventSeries rdfs:subClassOf schema:Event"),
        ("sg:inPublication rdfs:subPropertyOf oa:hasSource", "oa:hasSource rdfs:domain oa:ResourceSelection"),
    ],
)
def test_what_a_vocabulary_says_of_a_term_that_is_used_is_among_the_axioms(ours: str, theirs: str) -> None:
    assert triple(theirs) in targets.axioms([triple(ours)])


def test_what_cannot_matter_is_left_out() -> None:
    axioms = targets.axioms([triple("sg:Person rdfs:subClassOf foaf:Person")])
    assert 5 < len(axioms) < 200
    assert not [axiom for axiom in axioms if str(axiom.subject).startswith(f"<{FOREIGN['time']}")]
    assert targets.axioms([triple("sg:Person rdfs:subClassOf sg:Actor")]) == []


def test_a_vocabulary_that_was_not_fetched_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stancegraph.assets.asset", lambda name: None)
    targets._all_axioms.cache_clear()
    with pytest.raises(ExternalError, match="did not fetch the vocabulary foaf"):
        targets.axioms([])
    targets._all_axioms.cache_clear()


WRONG = [
    ("sg:affiliatedWith rdfs:subPropertyOf org:linkedTo", "org:linkedTo"),
    ("actor:China skos:exactMatch actor:China", "skos:semanticRelation"),
    ("sg:Claim rdfs:subClassOf prov:Activity", "prov:Activity"),
]


@pytest.mark.java
@pytest.mark.long
@pytest.mark.parametrize(("words", "named"), WRONG, ids=[words.split()[0] for words, _ in WRONG])
def test_an_alignment_that_contradicts_its_vocabulary_is_found(facts: Reading, words: str, named: str) -> None:
    people = {q.subject for q in facts.quads if q.predicate == TYPE and q.object == term("sg:Person")}
    parts = ("/ontology>", "/alignments>")
    few = [q.triple for q in facts.quads if str(q.graph_name).endswith(parts) or q.subject in people]
    some = [Triple(term("actor:China"), TYPE, term("sg:State")), Triple(term("actor:Said"), TYPE, term("sg:Stance"))]
    triples = [*few, triple(words), *some]
    found = reasoning.find_contradictions([*triples, *targets.axioms(triples)], {})
    assert len(found) == 1
    assert named in found[0].message


@pytest.fixture(scope="module")
def closure(ours: Workspace, facts: Reading) -> list[Quad]:
    """All that follows from the graph by the alignments and the vocabularies, beside what is in the graph."""
    axioms = targets.axioms([quad.triple for quad in facts.quads])
    graph = NamedNode(f"{GRAPH}alignments")
    quads = [*facts.quads, *(Quad(axiom.subject, axiom.predicate, axiom.object, graph) for axiom in axioms)]
    return [*facts.quads, *infer(Reading(quads, {}), ours)]


def _foreign(node: object) -> str | None:
    iri = node.value if isinstance(node, NamedNode) else ""
    return next((f"{p}:{iri.removeprefix(base)}" for p, base in FOREIGN.items() if iri.startswith(base)), None)


def test_of_what_is_only_said_nothing_follows_but_that_it_was_said(facts: Reading, closure: list[Quad]) -> None:
    """To whoever loads the alignments, a claim is an entity, and neither an event nor a membership."""
    claims = {quad.subject for quad in closure if quad.predicate == TYPE and quad.object == term("sg:Claim")}
    assert len(claims) > 400
    assert Quad(term("actor:China"), TYPE, term("sem:Authority")) in {in_graph(quad) for quad in closure}, (
        "axioms are used"
    )
    types = {_foreign(quad.object) for quad in closure if quad.predicate == TYPE and quad.subject in claims}
    assert types == {None, "prov:Entity"}
    properties = {_foreign(quad.predicate) for quad in closure if {quad.subject, quad.object} & claims}
    assert properties == {None}


def test_no_statement_in_the_terms_of_others_is_a_claim_s(closure: list[Quad]) -> None:
    """What is said in their terms of actors, events and passages is what identifies these, and no more."""
    said = {_foreign(quad.predicate) for quad in closure if quad.subject.value.startswith(ID)} - {None}  # type: ignore[union-attr]
    labels = {name for name in said if name and name.startswith("skos:")}
    identifying = {"schema:sameAs", "schema:identifier"}
    assert said - labels - identifying <= {"oa:hasSource", "sem:eventType", "sem:type", "sem:eventProperty"}
