"""A full OWL 2 DL reasoner, HermiT, finds real mistakes and draws the conclusions that the build draws.

HermiT comes with owlready2 and needs a Java runtime. It knows no xsd:date, so that dates are left out here.
"""

from __future__ import annotations

import io
import shutil
from typing import Any

import pytest
from pyoxigraph import Literal, Quad, RdfFormat, serialize

from stancegraph.prefixes import ID
from stancegraph.reading import Reading

owlready2 = pytest.importorskip("owlready2", reason="owlready2 is an extra: pip install 'stancegraph[reasoner]'")
pytestmark = [
    pytest.mark.java,
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java runtime: HermiT cannot run"),
]

SG = "https://w3id.org/stancegraph/ontology#"
XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"
EX = "https://w3id.org/stancegraph/id/example/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
DIFFERENT = "<http://www.w3.org/2002/07/owl#differentFrom>"


def triples(quads: list[Quad]) -> str:
    kept = [q.triple for q in quads if not (isinstance(q.object, Literal) and q.object.datatype.value == XSD_DATE)]
    output = serialize(kept, format=RdfFormat.N_TRIPLES)
    assert output is not None
    return output.decode("utf-8")


def is_consistent(text: str) -> bool:
    return reasoned(text) is not None


def reasoned(text: str) -> Any:
    """The world after reasoning; None where what *text* says is inconsistent."""
    world = owlready2.World()
    world.get_ontology("https://example.org/test.nt#").load(fileobj=io.BytesIO(text.encode("utf-8")))
    try:
        with world.get_ontology("https://example.org/inferred#"):
            owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return None
    return world


@pytest.fixture(scope="module")
def ontology(facts: Reading) -> str:
    return triples([quad for quad in facts.quads if str(quad.graph_name).endswith("/graph/ontology>")])


def test_the_ontology_is_consistent_and_no_class_is_empty(ontology: str) -> None:
    world = reasoned(ontology)
    assert world is not None
    assert list(world.inconsistent_classes()) == []


@pytest.fixture(scope="module")
def article(ontology: str, facts: Reading) -> Any:
    """The ontology, the article, the entities and the vocabularies, after reasoning; None where they clash."""
    about = ("/article/", "/entities", "/vocabulary")
    return reasoned(ontology + triples([q for q in facts.quads if any(part in str(q.graph_name) for part in about)]))


@pytest.mark.long
def test_the_facts_of_the_article_are_consistent(article: Any) -> None:
    assert article is not None


TWO = "?a different ?b"
MISTAKES = {
    "a person who is a forum": "?a a Person ; ?a a StandingForum",
    "a tenure with two holders": f"?t tenureHolder ?a ; ?t tenureHolder ?b ; {TWO}",
    "a stance with two holders": f"?s holder ?a ; ?s holder ?b ; {TWO}",
    "a state that is an organization": "?a a State ; ?a a Alliance",
    "a place that holds a stance": "?s holder ?p ; ?p a Place",
    "a proposal that is an agreement": "?u a Proposal ; ?u a Agreement",
    "an attendance that is an absence": "?x attendee ?a ; ?x absentee ?a",
    "a tenure held by a place": "?t tenureHolder ?a ; ?a a Place",
    "an attribution that puts itself forward": "?x putsForward ?x",
    "two attributions that put each other forward": "?x putsForward ?y ; ?y putsForward ?x",
    "a citation of two publications": f"?c citedPublication ?a ; ?c citedPublication ?b ; {TWO}",
    "an event that is a proposition": "?e a Meeting ; ?e a Proposition",
}


def n_triples(mistake: str) -> str:
    """The N-Triples of a *mistake*: ?x is a thing of the example, other names are terms of the ontology."""

    def term(word: str) -> str:
        fixed = {"a": TYPE, "different": DIFFERENT}
        return f"<{EX}{word[1:]}>" if word.startswith("?") else fixed.get(word, f"<{SG}{word}>")

    return "".join(" ".join(map(term, line.split())) + " .\n" for line in mistake.split(";"))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_reasoner_finds(mistake: str, ontology: str) -> None:
    assert not is_consistent(ontology + n_triples(MISTAKES[mistake]))


@pytest.mark.long
def test_a_reasoner_concludes_who_engages_in_what_and_who_met_whom(article: Any) -> None:
    china, japan = article[ID + "actor/China"], article[ID + "actor/Japan"]
    assert japan in china.met
    assert article[ID + "forum/MunichSecurityConference"] in article[ID + "actor/AndersFoghRasmussen"].engagesIn
