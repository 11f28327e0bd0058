"""The build draws real conclusions, and no others."""

from __future__ import annotations

import owlrl
import pytest
from pyoxigraph import Literal as OxigraphLiteral
from pyoxigraph import Quad
from rdflib import OWL, RDF, Graph, Literal

from stancegraph.pipeline.reading import Reading
from stancegraph.pipeline.shapes import to_rdflib
from stancegraph.rdf.namespaces import ID

SG = "https://w3id.org/stancegraph/ontology#"


def concluded(conclusions: list[Quad], subject: str, predicate: str, thing: str) -> bool:
    wanted = (f"<{ID}{subject}>", f"<{SG}{predicate}>", f"<{ID}{thing}>")
    return any((str(q.subject), str(q.predicate), str(q.object)) == wanted for q in conclusions)


def test_who_takes_part_in_an_edition_engages_in_the_forum(conclusions: list[Quad]) -> None:
    assert concluded(conclusions, "actor/AndersFoghRasmussen", "takesPartIn", "event/munich-conference-2010")
    assert concluded(conclusions, "actor/AndersFoghRasmussen", "engagesIn", "forum/MunichSecurityConference")


def test_who_takes_part_in_a_standing_forum_engages_in_it(conclusions: list[Quad]) -> None:
    assert concluded(conclusions, "actor/ChineseNavy", "engagesIn", "forum/SHADE")


def test_who_takes_part_in_the_same_meeting_met(conclusions: list[Quad]) -> None:
    assert concluded(conclusions, "actor/China", "met", "actor/Japan")
    assert concluded(conclusions, "actor/Japan", "met", "actor/China")


def test_voting_together_is_not_meeting(conclusions: list[Quad]) -> None:
    assert concluded(conclusions, "actor/Russia", "takesPartIn", "event/libya-vote")
    assert not concluded(conclusions, "actor/China", "met", "actor/Russia")


def test_who_holds_a_post_is_affiliated_with_whom_it_serves(conclusions: list[Quad]) -> None:
    assert concluded(conclusions, "actor/QuXing", "affiliatedWith", "actor/China")
    assert concluded(conclusions, "actor/JurgenBornemann", "affiliatedWith", "actor/NATO")


def test_absence_is_not_taking_part(conclusions: list[Quad]) -> None:
    assert not concluded(conclusions, "actor/ChineseRepresentatives", "takesPartIn", "event/nato-summit-chicago")


def test_nothing_follows_from_what_is_disputed(conclusions: list[Quad]) -> None:
    assert concluded(conclusions, "actor/Japan", "takesPartIn", "event/nato-summit-chicago")
    assert not concluded(conclusions, "actor/NorthKorea", "takesPartIn", "event/nato-summit-chicago")
    assert not concluded(conclusions, "actor/NorthKorea", "engagesIn", "forum/NATOSummits")
    assert not concluded(conclusions, "actor/Japan", "met", "actor/NorthKorea")


def test_every_conclusion_stands_in_a_graph_of_the_step_that_drew_it(conclusions: list[Quad], facts: Reading) -> None:
    graphs = {quad.graph_name.value for quad in conclusions}  # type: ignore[union-attr]
    steps = (
        "owl-rl",
        "takes-part-in",
        "meets-at",
        "brings-together",
        "met",
        "engages-in",
        "covers",
        "conflicts",
        "speaks-about",
        "broader-transitive",
    )  # whom a post serves is stated of each of its holders, so that nothing new follows from their posts
    assert graphs == {f"https://w3id.org/stancegraph/graph/inferred/{step}" for step in steps}
    asserted = {quad.triple for quad in facts.quads}
    assert not [quad for quad in conclusions if quad.triple in asserted]


@pytest.mark.long
def test_the_rules_conclude_what_a_library_for_owl_rl_concludes(facts: Reading, conclusions: list[Quad]) -> None:
    """owlrl implements all of OWL 2 RL; the differences are those that the rules document.

    Left out here: what our rules leave out on purpose (a thing's relation to itself, what follows by way of disputed
    claims) and what says nothing about the article (owl:Thing, owl:sameAs of itself, the hierarchy of the terms).
    Literals are left out too: no rule concludes from them but prp-spo1, and they double the time.
    """
    graph = to_rdflib(quad for quad in facts.quads if not isinstance(quad.object, OxigraphLiteral))
    closed = Graph()
    closed += graph
    owlrl.OWLRL_Semantics(closed, axioms=False, daxioms=False, rdfs=False).closure()
    ours = {(q.subject.value, q.predicate.value, q.object.value) for q in conclusions if "owl-rl" in str(q.graph_name)}  # type: ignore[union-attr]
    asserted = {(str(s), str(p), str(o)) for s, p, o in graph}

    def speaks_of_things(s: str, p: str, o: str) -> bool:
        return s.startswith(ID) and p.startswith(SG) and o.startswith(ID) and s != o

    library = {
        (str(s), str(p), str(o))
        for s, p, o in closed
        if not isinstance(o, Literal) and speaks_of_things(str(s), str(p), str(o))
    } - asserted
    rules = {triple for triple in ours if speaks_of_things(*triple)}
    disputed = {ID + f"actor/{name}" for name in ("NorthKorea", "SouthAfrica")}
    by_dispute = {triple for triple in library - rules if {triple[0], triple[2]} & disputed}
    navy = {triple for triple in library - rules if triple[2].endswith("MultinationalMissionGulfOfAden")}
    assert len(rules) > 400
    assert rules <= library
    assert library - rules == by_dispute | navy
    types = {
        (str(s), str(o)) for s, o in closed.subject_objects(RDF.type) if str(s).startswith(ID) and str(o).startswith(SG)
    }
    own = {(s, o) for s, p, o in ours | asserted if p == str(RDF.type) and s.startswith(ID) and o.startswith(SG)}
    assert own == types
    assert not [(s, o) for s, o in closed.subject_objects(OWL.sameAs) if s != o and str(s).startswith(ID)]
