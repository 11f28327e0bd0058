"""`ontology check` finds what breaks the ontology, and what contradicts it, each for its own reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from stancegraph.errors import DataError, ExternalError
from stancegraph.findings import Finding, Severity
from stancegraph.ontology import checking, form, owlapi, reasoning, reporting
from stancegraph.pipeline.reading import Reading
from stancegraph.rdf.namespaces import ID, PREFIXES, shorten
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run, facts_of, no_traceback

ONTOLOGY = ROOT / "ontology" / "stancegraph.ttl"
EXAMPLES = ROOT / "tests" / "examples"
CONTRADICTIONS = yaml.safe_load((EXAMPLES / "contradictions.yaml").read_text(encoding="utf-8"))
BROKEN = yaml.safe_load((EXAMPLES / "broken-ontologies.yaml").read_text(encoding="utf-8"))
TEXT = ONTOLOGY.read_text(encoding="utf-8")
ALL_DISJOINT = PREFIXES["owl"] + "AllDisjointClasses"
EX = f"@prefix ex: <https://w3id.org/stancegraph/id/example/> . @prefix sg: <{PREFIXES['sg']}> .\n"


@pytest.mark.java
@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_found_for_its_own_reason(name: str) -> None:
    case = CONTRADICTIONS[name]
    why = owlapi.explain_inconsistency(f"{TEXT}\n{EX}{case['facts']}")
    assert why is not None, f"{name} passes for consistent"
    assert [axiom for axiom in why.axioms if case["because"] in axiom], why.axioms


@pytest.mark.java
def test_without_the_facts_there_is_no_contradiction() -> None:
    assert owlapi.explain_inconsistency(TEXT) is None


def fill_template(store: Store, template: str, pattern: str) -> set[str]:
    """Fill *template* with ?a, ?b and ?c of each solution of *pattern*, as prefixed names."""
    names = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("owl", "rdf", "rdfs"))
    solutions = store.query(f"{names} SELECT ?a ?b ?c WHERE {{ {pattern} }}")
    assert isinstance(solutions, QuerySolutions)
    rows = [{n: shorten(row[n].value) for n in "abc" if isinstance(row[n], NamedNode)} for row in solutions]
    assert rows, pattern
    return {template.format(**row) for row in rows}


def test_every_axiom_that_can_be_contradicted_is() -> None:
    """Functional, irreflexive and asymmetric properties, inverses, chains, cardinalities and disjointness, each one."""
    store = Store()
    store.bulk_load(path=str(ONTOLOGY), format=RdfFormat.TURTLE)
    reasons = fill_template(store, "Functional: {a}", "?a a owl:FunctionalProperty")
    reasons |= fill_template(store, "Asymmetric: {a}", "?a a owl:AsymmetricProperty")  # each of which is irreflexive
    reasons |= fill_template(
        store, "Irreflexive: {a}", "?a a owl:IrreflexiveProperty MINUS { ?a a owl:AsymmetricProperty }"
    )
    reasons |= fill_template(
        store, "{a} SubClassOf {b} some", "?a rdfs:subClassOf ?x . ?x owl:onProperty ?b ; owl:someValuesFrom ?c"
    )
    reasons |= fill_template(store, "{a} DisjointWith {b}", "?a owl:disjointWith ?b")
    covered = {str(case["because"]) for case in CONTRADICTIONS.values()}
    assert len(reasons) > 75
    assert reasons <= covered
    inverses = fill_template(store, "owl:assertionProperty {b}", "?a owl:inverseOf ?b")
    assert all(any(inverse in case["facts"] for case in CONTRADICTIONS.values()) for inverse in inverses)
    groups = {reason for reason in covered if reason.startswith("DisjointClasses: ")}
    assert len(fill_template(store, "{a}", "?x a owl:AllDisjointClasses BIND(owl:Thing AS ?a)")) == 1
    assert len(groups) == sum(1 for _ in store.quads_for_pattern(None, None, NamedNode(ALL_DISJOINT)))


def broken(tmp_path: Path, name: str) -> Path:
    """The ontology, broken in the way of that name."""
    case = BROKEN[name]
    path = tmp_path / "stancegraph.ttl"
    path.write_text(f"{case.get('text', '')}\n{TEXT}\n{case.get('turtle', '')}\n", encoding="utf-8")
    return path


def of_form(name: str) -> bool:
    """Whether the fault is one that a look at the file finds."""
    rule = str(BROKEN[name]["rule"])
    return rule.endswith(("-in-ontology", "-lost", "-axiom")) and rule != "not-owl-2-dl"


def found_for(case: dict[str, str], findings: list[Finding]) -> bool:
    return any(f.rule == case["rule"] and case["says"] in f.message for f in findings)


@pytest.mark.parametrize("name", [name for name in BROKEN if of_form(name)])
def test_a_fault_of_form_is_found(name: str, tmp_path: Path) -> None:
    findings = form.check_form(broken(tmp_path, name), "ontology/stancegraph.ttl")
    assert found_for(BROKEN[name], findings)
    assert {finding.rule for finding in findings} == {BROKEN[name]["rule"]}


def test_the_files_have_no_fault_of_form() -> None:
    for name in ("stancegraph", "alignments"):
        assert not form.check_form(ROOT / "ontology" / f"{name}.ttl", name)


@pytest.mark.java
@pytest.mark.parametrize("name", [name for name in BROKEN if not of_form(name)])
def test_a_broken_ontology_is_found(name: str, tmp_path: Path) -> None:
    case, path = BROKEN[name], broken(tmp_path, name)
    if case["rule"] == "not-owl-2-dl":
        assert [reason for term, reason in owlapi.find_dl_violations(path) if case["says"] in term + reason]
    elif case["rule"].startswith("robot:"):
        rows = owlapi.robot_report(path, PREFIXES["sg"])
        assert case["rule"].removeprefix("robot:") in {rule for _, rule, _ in rows}
    else:
        triples = [quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)]
        findings = reasoning.check_hierarchy(triples)
        assert found_for(case, findings), findings


@pytest.mark.java
def test_the_sound_ontology_has_nothing_to_find(ours: Workspace) -> None:
    report = checking.check(ours, facts=False)
    assert report.is_sound
    assert not report.findings
    assert all(step.done for step in report.steps), report.steps
    assert len(report.steps) == 11


@pytest.mark.java
@pytest.mark.long
def test_facts_that_contradict_the_ontology_are_named_with_their_file(copy: Path, run: Callable[..., Run]) -> None:
    facts = facts_of(copy)
    with facts.open("a", encoding="utf-8") as file:
        file.write("\n<https://w3id.org/stancegraph/id/actor/QuXing> a sg:Place .\n")
    done = run("--workspace", str(copy), "ontology", "check", "--format", "json")
    assert done.status == 1
    report = json.loads(done.out)
    (clash,) = [f for f in report["findings"] if f["rule"] == "contradiction"]
    assert clash["subject"].endswith("actor/QuXing")
    assert clash["file"]
    assert "DisjointClasses" in clash["message"]
    assert {"disjoint-classes", "contradiction"} <= {f["rule"] for f in report["findings"]}


@pytest.mark.java
@pytest.mark.long
def test_hermit_and_the_build_conclude_the_same(facts: Reading, conclusions: list[Quad]) -> None:
    named = [q for q in facts.quads if not str(q.graph_name).endswith("/alignments>")]
    found = reasoning.compare_conclusions(named, conclusions)
    assert found.both > 7000
    assert found.only_build == ()
    assert found.only_hermit == ()
    assert (found.reflexive, found.by_dispute) == (0, 0), "what is only said takes no part in what a reasoner concludes"
    assert "Nothing else differs" in reporting.summarize(found)


@pytest.mark.java
@pytest.mark.long
def test_a_rule_that_concludes_too_much_or_too_little_shows(facts: Reading, conclusions: list[Quad]) -> None:
    named = [q for q in facts.quads if not str(q.graph_name).endswith("/alignments>")]
    types = [q for q in conclusions if q.predicate.value.endswith("#type") and str(q.subject).startswith(f"<{ID}")]
    wrong = Quad(NamedNode(f"{ID}actor/China"), NamedNode(PREFIXES["sg"] + "met"), NamedNode(f"{ID}actor/QuXing"))
    graph = types[0].graph_name
    spoilt = [q for q in conclusions if q != types[0]] + [Quad(wrong.subject, wrong.predicate, wrong.object, graph)]
    found = reasoning.compare_conclusions(named, spoilt)
    assert len(found.only_build) == 1
    assert len(found.only_hermit) == 1


@pytest.mark.command("ontology check")
def test_without_java_the_rest_is_checked_and_the_report_says_what_is_left_out(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise ExternalError("there is no Java", remedy="install it")

    monkeypatch.setattr(owlapi, "start_jvm", absent)
    monkeypatch.setattr("stancegraph.ontology.java.find_java", lambda: None)
    done = run("--workspace", str(ROOT), "ontology", "check")
    no_traceback(done)
    assert done.status == 0
    lines = [line for line in done.out.splitlines() if "left out:" in line]
    assert len(lines) >= 6
    for name in ("form of the files", "house rules", "earlier releases", "facts, by rules"):
        assert not [line for line in lines if line.startswith(name)]


def test_a_contradiction_is_told_where_only_the_explanation_is_not_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(turtle: str) -> None:
        raise ExternalError("the libraries cannot be had", remedy="try again")

    def classify(self: object) -> None:
        raise DataError("the facts contradict the ontology")

    monkeypatch.setattr(owlapi, "explain_inconsistency", absent)
    monkeypatch.setattr(
        reasoning, "Objects", type("Clashing", (), {"__init__": lambda s, t: None, "classify": classify})
    )
    (finding,) = reasoning.find_contradictions([], {})
    assert finding.rule == "contradiction"
    assert "the libraries cannot be had" in finding.message


def test_a_file_that_does_not_parse_is_named_with_its_line(copy: Path, run: Callable[..., Run]) -> None:
    path = copy / "ontology" / "stancegraph.ttl"
    path.write_text(TEXT.replace("owl:Ontology ;", "owl:Ontology ;;;; ( ;", 1), encoding="utf-8")
    done = run("--workspace", str(copy), "ontology", "check")
    no_traceback(done)
    assert done.status == 1
    assert "stancegraph.ttl:" in done.err


@pytest.mark.java
def test_the_report_is_markdown_and_json(run: Callable[..., Run]) -> None:
    report = checking.CheckReport(
        [checking.CheckStep("house rules", "1 violations")],
        [Finding(Severity.VIOLATION, "term-misnamed", PREFIXES["sg"] + "x", "Wrong\n    axiom", "rename it", "f.ttl")],
    )
    assert json.loads(reporting.to_json(report))["findings"][0]["remedy"] == "rename it"
    text = reporting.to_markdown(report)
    assert "- **term-misnamed**: `sg:x` (f.ttl). Wrong\n  - `axiom`" in text
