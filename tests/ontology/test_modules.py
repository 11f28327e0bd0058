"""The core of the ontology stands by itself, and says nothing that the whole does not say."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from stancegraph.ontology import modules, owlapi
from stancegraph.ontology.axioms import Ontology
from stancegraph.rdf.namespaces import PREFIXES
from tests.conftest import ROOT

SG = PREFIXES["sg"]
DISJOINT = "owl:AllDisjointClasses"


@pytest.fixture(scope="module")
def whole() -> list[Triple]:
    return [q.triple for q in parse(path=str(ROOT / "ontology" / "stancegraph.ttl"), format=RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def core(whole: list[Triple]) -> list[Triple]:
    return modules.extract_core(whole)


def test_it_has_some_thirty_terms_and_names_no_other(core: list[Triple]) -> None:
    named = {node.value for triple in core for node in triple if isinstance(node, NamedNode)}
    ours = {iri.removeprefix(SG) for iri in named if iri.startswith(SG)}
    assert 30 <= len(ours) <= 40
    assert {"Claim", "Attribution", "Stance", "Position", "Passage", "Citation", "putsForward"} <= ours
    assert ours == {t.subject.value.removeprefix(SG) for t in core if str(t.subject).startswith(f"<{SG}")}  # type: ignore[union-attr]


def test_what_it_says_the_whole_says(whole: list[Triple], core: list[Triple]) -> None:
    of_whole, of_core = Ontology.from_triples(whole), Ontology.from_triples(core)
    for iri, term in of_core.terms.items():
        there = of_whole.terms[iri]
        assert (term.kind, term.label, term.definition, term.example) == (
            there.kind, there.label, there.definition, there.example,
        )  # fmt: skip
        assert term.parents <= there.parents
        assert term.axioms <= there.axioms
    for axiom in of_core.general_axioms:
        if axiom.startswith(DISJOINT):
            classes = set(axiom.split("(")[1].split(")")[0].split(", "))
            wider = [set(a.split("(")[1].split(")")[0].split(", ")) for a in of_whole.general_axioms if DISJOINT in a]
            assert len(classes) >= 2
            assert any(classes <= more for more in wider)
    assert [axiom for axiom in of_core.general_axioms if axiom.startswith(DISJOINT)]


def test_a_stance_keeps_what_makes_it_one(core: list[Triple]) -> None:
    stance = Ontology.from_triples(core).terms[SG + "Stance"]
    assert stance.parents == {
        "sg:Claim", "(sg:holder some sg:Actor)", "(sg:attitude some sg:Attitude)", "(sg:position some sg:Position)",
    }  # fmt: skip


@pytest.mark.java
def test_it_is_owl_2_dl_and_consistent(core: list[Triple], tmp_path: Path) -> None:
    turtle = serialize(core, format=RdfFormat.TURTLE) or b""
    path = tmp_path / "core.ttl"
    path.write_bytes(turtle)
    assert owlapi.find_dl_violations(path) == []
    assert owlapi.explain_inconsistency(turtle.decode("utf-8")) is None
