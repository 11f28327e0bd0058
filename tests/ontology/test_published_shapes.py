"""Shapes for others say all that ours say by way of pages and checks, and engines for SHACL find the same by them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pyshacl
import pytest
from pyoxigraph import BlankNode, Quad, RdfFormat, Triple, serialize
from rdflib import Graph
from rdflib.namespace import RDF, SH

from stancegraph.errors import DataError
from stancegraph.ontology.published_shapes import SHAPE, published_shapes
from stancegraph.pipeline.checks import run_checks
from stancegraph.pipeline.inference import infer
from stancegraph.pipeline.reading import Reading, read_turtle
from stancegraph.sparql.engine import Oxigraph
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT
from tests.pipeline.conftest import sound_reading as sound_reading
from tests.pipeline.test_rules import CHECKS, FAULTS
from tests.support import servers
from tests.support.servers import Server

ONTOLOGY = ROOT / "ontology" / "stancegraph.ttl"
TARGETED = [name for name, path in CHECKS.items() if "#+ targets:" in path.read_text(encoding="utf-8")]


def triples(*paths: Path) -> list[Triple]:
    return [quad.triple for path in paths for quad in read_turtle(path)]


@pytest.fixture(scope="module")
def published() -> list[Triple]:
    shapes = triples(*sorted((ROOT / "ontology" / "shapes").glob("*.ttl")))
    return published_shapes(shapes, triples(ONTOLOGY), CHECKS.values())


def to_graph(data: list[Triple]) -> Graph:
    written = serialize(dict.fromkeys(data), format=RdfFormat.N_TRIPLES)
    assert written is not None
    return Graph().parse(data=written, format="nt")


def test_every_shape_of_a_property_has_a_name_a_place_and_a_severity(published: list[Triple]) -> None:
    graph = to_graph(published)
    shapes = [shape for shape in graph.subjects(RDF.type, SH.PropertyShape) if (shape, SH.message, None) in graph]
    assert len(shapes) > 150
    for shape in shapes:
        assert (shape, SH.severity, None) in graph
        for property in (SH.name, SH.group, SH.order):
            assert len(list(graph.objects(shape, property))) == 1, (shape, property)
        assert (graph.value(shape, SH.group), RDF.type, SH.PropertyGroup) in graph


def test_checks_of_one_thing_are_constraints(published: list[Triple]) -> None:
    graph = to_graph(published)
    constraints = list(graph.subjects(RDF.type, SH.SPARQLConstraint))
    assert len(constraints) == len(TARGETED) >= 30
    for constraint in constraints:
        shape = graph.value(predicate=SH.sparql, object=constraint)
        assert set(graph.objects(shape, SH.targetClass)) | set(graph.objects(shape, SH.targetSubjectsOf))
        assert "$this" in str(graph.value(constraint, SH.select))


Found = set[tuple[str, str, str | None]]


def expected(store_quads: list[Quad], ours: Workspace) -> tuple[list[Triple], Found]:
    """A graph with what follows from it, and what the checks find there: rule, subject and value."""
    from pyoxigraph import Store

    store = Store()
    store.bulk_extend(store_quads)
    store.bulk_extend(infer(Reading(store_quads, {}), ours))
    findings = run_checks(Oxigraph(store), [CHECKS[name] for name in TARGETED])
    return [quad.triple for quad in store], {(one.rule, one.subject, one.value) for one in findings}


def in_report(report: Graph) -> Found:
    """What a report says of the checks; without a value, SHACL takes the focus node for it."""
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        rule = str(report.value(result, SH.sourceShape)).removeprefix(f"{SHAPE}check/")
        focus, value = report.value(result, SH.focusNode), report.value(result, SH.value)
        if rule in TARGETED:
            found.add((rule, str(focus), None if value in (None, focus) else str(value)))
    return found


@pytest.fixture(scope="module")
def fuseki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.fuseki(tmp_path_factory.mktemp("fuseki")) as server:
        yield server


def by_jena(data: list[Triple], shapes: Graph, server: Server) -> Found:
    output = io.BytesIO()
    serialize(dict.fromkeys(data), output, format=RdfFormat.N_TRIPLES)
    with httpx.Client(timeout=120, trust_env=False) as client:
        headers = {"Content-Type": "application/n-triples"}
        client.put(f"{server.graph_store}?default", content=output.getvalue(), headers=headers).raise_for_status()
        headers = {"Content-Type": "text/turtle"}
        report = client.post(
            f"{server.shacl}?graph=default", content=shapes.serialize(format="turtle"), headers=headers
        )
    return in_report(Graph().parse(data=report.raise_for_status().text, format="turtle"))


@pytest.mark.early
@pytest.mark.long
@pytest.mark.java
@pytest.mark.parametrize("slice", range(3))
def test_engines_find_by_constraints_what_the_checks_find(
    slice: int, ours: Workspace, sound_reading: Reading, published: list[Triple], fuseki: Server
) -> None:
    """Jena on all faults of these checks; pySHACL, which is slower, on a third of them."""
    checks = {one.subject for one in published if str(one.subject).startswith(f"<{SHAPE}check/")}
    checks |= {one.object for one in published if one.subject in checks and isinstance(one.object, BlankNode)}
    constraints = to_graph([one for one in published if one.subject in checks])
    rules, size = TARGETED[slice::3], 20
    while rules:  # those that others of their batch hide are tried again, alone
        done = set()
        for start in range(0, len(rules), size):
            store = sound_reading.store()
            for rule in rules[start : start + size]:
                store.update(FAULTS[rule].read_text(encoding="utf-8"))
            data, found = expected([quad for quad in store if "/inferred/" not in str(quad.graph_name)], ours)
            done |= {rule for rule, _, _ in found}
            # without a value SHACL gives the focus node for it
            found = {(rule, subject, None if value == subject else value) for rule, subject, value in found}
            assert by_jena(data, constraints, fuseki) == found
            if slice == 0 and size > 1:
                report = pyshacl.validate(to_graph(data), shacl_graph=constraints, advanced=True)[1]
                assert isinstance(report, Graph)
                assert in_report(report) == found
        assert size > 1 or done >= set(rules)
        rules, size = [rule for rule in rules if rule not in done], 1


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("VALUES ?kind { sg:Event } ?subject a ?kind .", "VALUES is not allowed in a constraint of SHACL"),
        ("GRAPH ?g { ?subject a sg:Event }", "GRAPH is not allowed in a constraint of SHACL"),
    ],
)
def test_a_check_that_cannot_be_a_constraint_says_so(query: str, message: str, tmp_path: Path) -> None:
    check = tmp_path / "never.rq"
    check.write_text(
        '#+ title: Never\n#+ description: "Never."\n#+ problem: "No."\n#+ remedy: "None."\n'
        "#+ severity: warning\n#+ targets: [sg:Event]\n"
        f"PREFIX sg: <https://w3id.org/stancegraph/ontology#>\nSELECT ?subject WHERE {{ {query} }}\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError, match=message):
        published_shapes([], [], [check])


def test_a_target_is_a_name(tmp_path: Path) -> None:
    check = tmp_path / "never.rq"
    check.write_text(
        '#+ title: Never\n#+ description: "Never."\n#+ problem: "No."\n#+ remedy: "None."\n'
        "#+ severity: info\n#+ targets: [Event]\n"
        "SELECT ?subject WHERE { ?subject ?p ?o }\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError, match="no prefixed name"):
        published_shapes([], [], [check])
