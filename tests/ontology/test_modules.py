"""The modules of the ontology stand by themselves, above one another, and together say what the whole says."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from stancegraph.ontology import modules, owlapi
from stancegraph.ontology.axioms import Ontology
from stancegraph.ontology.modules import MODULES, extract_module, module_iri
from stancegraph.rdf.namespaces import PREFIXES
from tests.conftest import ROOT

SG = PREFIXES["sg"]
DISJOINT = "owl:AllDisjointClasses"
IMPORTS = NamedNode(PREFIXES["owl"] + "imports")
NAMES = list(MODULES)
each_module = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def whole() -> list[Triple]:
    return [q.triple for q in parse(path=str(ROOT / "ontology" / "stancegraph.ttl"), format=RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def extracted(whole: list[Triple]) -> dict[str, list[Triple]]:
    return {name: extract_module(whole, name) for name in NAMES}


def terms_in(triples: list[Triple]) -> set[str]:
    """The terms of ours that triples name."""
    named = {node.value for triple in triples for node in triple if isinstance(node, NamedNode)}
    return {iri.removeprefix(SG) for iri in named if iri.startswith(SG)}


def disjoint_classes(axiom: str) -> set[str]:
    return set(axiom.split("(")[1].split(")")[0].split(", "))


def test_the_core_has_some_thirty_terms_and_names_no_other(extracted: dict[str, list[Triple]]) -> None:
    core = extracted["core"]
    assert 30 <= len(terms_in(core)) <= 40
    assert {"Claim", "Attribution", "Stance", "Position", "Passage", "Citation", "putsForward"} <= terms_in(core)
    assert terms_in(core) == {t.subject.value.removeprefix(SG) for t in core if str(t.subject).startswith(f"<{SG}")}  # type: ignore[union-attr]


def test_every_term_is_of_one_module(whole: list[Triple]) -> None:
    places = {str(module_iri(name)) for name in NAMES}
    parts = [triple for triple in whole if triple.predicate == modules._PART]
    assert {str(triple.object) for triple in parts} == places
    described = {iri for iri in Ontology.from_triples(whole).terms if iri.startswith(SG)}
    assert sorted(f"<{iri}>" for iri in described) == sorted(str(triple.subject) for triple in parts)


@each_module
def test_a_module_imports_those_below_it_and_needs_no_other(extracted: dict[str, list[Triple]], name: str) -> None:
    below = NAMES[: NAMES.index(name)]
    imported = {triple.object for triple in extracted[name] if triple.predicate == IMPORTS}
    assert imported == {module_iri(other) for other in below}
    described = {
        triple.subject.value.removeprefix(SG)
        for part in (*below, name)
        for triple in extracted[part]
        if isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(SG)
    }
    assert terms_in(extracted[name]) <= described
    assert len(terms_in(extracted[name])) > 30


def test_together_they_say_what_the_whole_says(whole: list[Triple], extracted: dict[str, list[Triple]]) -> None:
    headers = {module_iri(name) for name in NAMES}
    together = [triple for triples in extracted.values() for triple in triples if triple.subject not in headers]
    expected, found = Ontology.from_triples(whole), Ontology.from_triples(dict.fromkeys(together))
    assert found.terms == expected.terms
    axioms = {axiom for axiom in expected.general_axioms if not axiom.startswith(f"{SG.removesuffix('#')} ")}
    assert axioms <= found.general_axioms
    for axiom in found.general_axioms - axioms:
        assert axiom.startswith(DISJOINT)
        assert any(disjoint_classes(axiom) <= disjoint_classes(wider) for wider in axioms if DISJOINT in wider)


def test_a_stance_keeps_what_makes_it_one(extracted: dict[str, list[Triple]]) -> None:
    stance = Ontology.from_triples(extracted["core"]).terms[SG + "Stance"]
    assert stance.parents == {
        "sg:Claim", "(sg:holder some sg:Actor)", "(sg:attitude some sg:Attitude)", "(sg:position some sg:Position)",
    }  # fmt: skip
    assert [a for a in Ontology.from_triples(extracted["core"]).general_axioms if a.startswith(DISJOINT)]


def test_there_is_no_other_module(whole: list[Triple]) -> None:
    with pytest.raises(ValueError, match="not in list"):
        extract_module(whole, "shell")


@pytest.mark.java
@each_module
def test_a_module_is_owl_2_dl_and_consistent_with_those_below_it(
    extracted: dict[str, list[Triple]], name: str, tmp_path: Path
) -> None:
    """The imports are merged, as a tool that follows them does."""
    headers = {module_iri(other) for other in NAMES} - {module_iri(name)}
    merged = [
        triple
        for part in NAMES[: NAMES.index(name) + 1]
        for triple in extracted[part]
        if triple.subject not in headers and triple.predicate != IMPORTS
    ]
    turtle = serialize(dict.fromkeys(merged), format=RdfFormat.TURTLE) or b""
    path = tmp_path / "module.ttl"
    path.write_bytes(turtle)
    assert owlapi.find_dl_violations(path) == []
    assert owlapi.explain_inconsistency(turtle.decode("utf-8")) is None
