"""Every shape and every check has an example that passes and one that fails for its own reason.

The passing one is ``src/stancegraph/workspace/example/example.ttl``; each file in ``examples/faults/`` spoils it in one
way and is named after the rule.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pyoxigraph import Quad, Store
from rdflib import Graph, Node
from rdflib.namespace import OWL, RDF, RDFS, SH

from stancegraph.findings import Finding
from stancegraph.pipeline import inference
from stancegraph.pipeline.checks import run_checks
from stancegraph.pipeline.reading import Reading
from stancegraph.pipeline.shapes import check_shapes, load_shapes
from stancegraph.sparql.engine import Oxigraph
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT
from tests.support.sampling import one_in

EXAMPLES = ROOT / "tests" / "examples"
FAULTS = {path.stem: path for path in sorted((EXAMPLES / "faults").glob("*.ru"))}
SHAPES = load_shapes(sorted((ROOT / "ontology" / "shapes").glob("*.ttl")))
CHECKS = {path.stem: path for path in sorted((ROOT / "queries" / "check").glob("*.rq"))}


def constrains(shape: Node) -> bool:
    """Whether a property shape has a constraint; one that only says where its values stand on a page has none."""
    return bool(set(SHAPES.predicates(shape)) - {RDF.type, SH.path, SH.group, SH.order, SH.name})


def shape_rules() -> set[str]:
    """The names of all shapes that can be violated: property shapes, and node shapes with a message."""
    named = {shape for shape in SHAPES.subjects(RDF.type, SH.PropertyShape) if constrains(shape)} | {
        shape for shape in SHAPES.subjects(RDF.type, SH.NodeShape) if (shape, SH.message, None) in SHAPES
    }
    return {str(shape).rsplit("/", 1)[-1] for shape in named}


def findings(ours: Workspace, quads: list[Quad], shapes: Graph = SHAPES) -> list[Finding]:
    read = Reading([quad for quad in quads if "/inferred/" not in str(quad.graph_name)], {})
    store = Store()
    store.bulk_extend(quads)
    store.bulk_extend(inference.infer(Reading(quads, {}), ours))
    return check_shapes(read.quads, shapes) + run_checks(Oxigraph(store), CHECKS.values())


def about_example(found: list[Finding]) -> set[str]:
    return {finding.rule for finding in found if finding.rule != "entity-unused"}


def test_the_sound_example_is_sound(ours: Workspace, sound_reading: Reading) -> None:
    assert not findings(ours, sound_reading.quads)


def test_every_shape_looks_at_something_in_the_sound_example(sound_reading: Reading) -> None:
    """A rule that finds no focus node passes because it looked at nothing."""
    from stancegraph.pipeline.shapes import to_rdflib

    graph = to_rdflib(sound_reading.quads)
    targets = set(SHAPES.objects(None, SH.targetClass))
    subclasses = "SELECT ?x WHERE { ?x a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* ?class }"
    empty = [target for target in targets if not list(graph.query(subclasses.replace("?class", f"<{target}>")))]
    assert len(targets) > 20
    assert not empty


def test_every_rule_has_a_fault_of_its_name() -> None:
    rules = shape_rules() | set(CHECKS)
    assert len(rules) > 120
    assert rules == set(FAULTS)


@pytest.mark.parametrize("rule", one_in(4, FAULTS))
def test_fault_is_found_for_its_own_reason(rule: str, ours: Workspace, sound_reading: Reading) -> None:
    text = FAULTS[rule].read_text(encoding="utf-8")
    header = yaml.safe_load("\n".join(line[2:] for line in text.splitlines() if line.startswith("#+")))
    store = sound_reading.store()
    before = set(store)
    store.update(text)
    assert set(store) != before, f"the fault changed nothing of {len(before)} quads"
    found = findings(ours, list(store))
    rules = about_example(found) if rule != "entity-unused" else {finding.rule for finding in found}
    assert rule in rules, f"{header['fault']} Found: {sorted(rules)}"
    assert rules - {rule} - {"entity-unused"} <= set(header.get("also", [])), "further rules fired"


@pytest.mark.parametrize(
    ("labels", "rules"),
    [
        ('"西尔达维亚"@zh', {"ActorLabel", "no-english-label"}),
        ('"Syldavia"@en-GB', {"no-english-label"}),
        ('"Syldavia"', {"ActorLabel", "no-english-label"}),
        ('"Syldavia"@en , "Syldavia proper"@en', {"ActorLabel"}),
        ('"Syldavia"@en , "西尔达维亚"@zh , "西爾達維亞"@zh', {"ActorLabel"}),
        ('"Syldavia"@en , "Syldavia"@en-GB , "西尔达维亚"@zh-Hans , "西爾達維亞"@zh-Hant', set()),
    ],
)
def test_a_thing_has_one_label_in_english_and_one_in_each_other_language(
    labels: str, rules: set[str], ours: Workspace, sound_reading: Reading
) -> None:
    store = sound_reading.store()
    store.update(
        "PREFIX : <https://w3id.org/stancegraph/id/example/>"
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
        "WITH <https://w3id.org/stancegraph/graph/article/example>"
        f"DELETE {{ :Syldavia rdfs:label ?old }} INSERT {{ :Syldavia rdfs:label {labels} }}"
        "WHERE { :Syldavia rdfs:label ?old }"
    )
    assert about_example(findings(ours, list(store))) == rules


@pytest.mark.parametrize(
    ("thing", "klass"),
    [
        (":Courier", "sg:GovernmentBody"),  # a medium that is an organ of the state
        (":Courier", "sg:ResearchInstitute"),
        (":Envoy", "sg:Person"),  # somebody whom one source names and another one does not
        (":Rebels", "sg:GovernmentBody"),  # a movement that comes to power
        (":Institute", "sg:GovernmentBody"),  # an institute of a ministry
    ],
)
def test_what_something_does_does_not_exclude_what_else_it_does(
    thing: str, klass: str, ours: Workspace, sound_reading: Reading
) -> None:
    store = sound_reading.store()
    store.update(
        "PREFIX : <https://w3id.org/stancegraph/id/example/> PREFIX sg: <https://w3id.org/stancegraph/ontology#> "
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> INSERT DATA { "
        "GRAPH <https://w3id.org/stancegraph/graph/article/example> { "
        ':Rebels a sg:NonStateGroup ; rdfs:label "the rebels"@en . '
        ':Institute a sg:ResearchInstitute ; rdfs:label "the institute"@en . '
        f"{thing} a {klass} }} }}"
    )
    assert not about_example(findings(ours, list(store)))


@pytest.mark.parametrize("path", [*CHECKS.values()], ids=list(CHECKS))
def test_check_says_what_to_do(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    header = yaml.safe_load("\n".join(line[2:] for line in text.splitlines() if line.startswith("#+")))
    assert {"title", "problem", "remedy", "severity"} <= set(header)


def test_every_shape_has_a_message_and_a_remedy() -> None:
    for shape in SHAPES.subjects(SH.path, None):
        if str(shape).startswith("https://w3id.org/stancegraph/shape/") and constrains(shape):
            assert SHAPES.value(shape, SH.message), shape
            assert SHAPES.value(shape, SH.description), shape


VALUE = (SH["class"], SH.datatype, SH["in"], SH.node, SH.nodeKind, SH.hasValue, SH.pattern)
SG = "https://w3id.org/stancegraph/ontology#"


def value_classes(shape: Node) -> set[Node]:
    """The classes that a property shape lets its values be of."""
    branches = [branch for choice in SHAPES.objects(shape, SH["or"]) for branch in SHAPES.items(choice)]
    return {klass for node in (shape, *branches) for klass in SHAPES.objects(node, SH["class"])}


def test_every_property_has_a_shape_for_its_values() -> None:
    """Of the class, datatype or form that the ontology gives as its range, where it gives one."""
    ontology = Graph().parse(ROOT / "ontology" / "stancegraph.ttl")
    shapes: dict[Node, list[Node]] = {}
    for shape, path in SHAPES.subject_objects(SH.path):
        shapes.setdefault(path, []).append(shape)
    properties = [
        subject
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty)
        for subject in ontology.subjects(RDF.type, kind)
        if str(subject).startswith(SG) and (subject, OWL.deprecated, None) not in ontology
    ]
    assert len(properties) > 150
    lacking, wider = [], []
    for prop in properties:
        mine = shapes.get(prop, [])
        if not any(value_classes(shape) or any((shape, name, None) in SHAPES for name in VALUE) for shape in mine):
            lacking.append(str(prop).removeprefix(SG))
        range_ = ontology.value(prop, RDFS.range)
        union = ontology.value(range_, OWL.unionOf) if range_ is not None else None
        allowed = set(ontology.items(union)) if union is not None else {range_}
        wanted = {klass for shape in mine for klass in value_classes(shape)}
        below = {sub for klass in allowed for sub in ontology.transitive_subjects(RDFS.subClassOf, klass)}
        if wanted and range_ is not None and not wanted <= below:
            wider.append(str(prop).removeprefix(SG))
    assert not lacking
    assert not wider, "their shapes let pass what the ontology excludes"
