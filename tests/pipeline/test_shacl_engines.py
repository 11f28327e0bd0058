"""The shapes mean the same to others: three engines for SHACL find the same, on all faults and on a spoilt article."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx2 as httpx
import pyshacl
import pytest
from pyoxigraph import Quad, RdfFormat, serialize
from rdflib import BNode, Graph, Node
from rdflib.namespace import RDF, SH

from stancegraph.pipeline.reading import Reading
from tests.pipeline.test_foreign_faults import FAULTS as FOREIGN
from tests.pipeline.test_foreign_faults import PREFIXES as FOREIGN_PREFIXES
from tests.pipeline.test_rules import FAULTS, SHAPES, shape_rules
from tests.support import servers
from tests.support.servers import Server
from tests.support.spoiling import spoil

LESS_OR_EQUAL = str(SH.LessThanOrEqualsConstraintComponent)
UNIQUE_LANGUAGE = str(SH.UniqueLangConstraintComponent)
pytestmark = [pytest.mark.long, pytest.mark.java]


class Result(NamedTuple):
    """What SHACL says of a violation, but for the message, and for blank nodes, which each engine names anew."""

    focus: str
    component: str
    path: str | None
    value: str | None
    severity: str
    shape: str | None


def results(report: Graph) -> set[Result]:
    """The results in a report."""

    def name(result: Node, predicate: Node) -> str | None:
        value = report.value(result, predicate)
        return None if value is None or isinstance(value, BNode) else str(value)

    properties = (
        SH.focusNode,
        SH.sourceConstraintComponent,
        SH.resultPath,
        SH.value,
        SH.resultSeverity,
        SH.sourceShape,
    )
    found = [
        Result(*(name(result, each) for each in properties))  # type: ignore[arg-type]
        for result in report.subjects(RDF.type, SH.ValidationResult)
    ]
    return {result._replace(value=None) if result.component == UNIQUE_LANGUAGE else result for result in found}


def by_pyshacl(data: Path, shapes: Path) -> set[Result]:
    report: Any = pyshacl.validate(Graph().parse(data, format="nt"), shacl_graph=Graph().parse(shapes))[1]
    return results(report)


@pytest.fixture(scope="module")
def fuseki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.fuseki(tmp_path_factory.mktemp("fuseki")) as server:
        yield server


def by_jena(data: Path, shapes: Path, server: Server) -> set[Result]:
    assert server.shacl is not None
    triples, turtle = {"Content-Type": "application/n-triples"}, {"Content-Type": "text/turtle"}
    with httpx.Client(timeout=60, trust_env=False) as client:
        client.put(f"{server.graph_store}?default", content=data.read_bytes(), headers=triples).raise_for_status()
        report = client.post(f"{server.shacl}?graph=default", content=shapes.read_bytes(), headers=turtle)
    return results(Graph().parse(data=report.raise_for_status().text, format="turtle"))


def by_rudof(data: Path, shapes: Path) -> set[Result]:
    pyrudof = pytest.importorskip("pyrudof", reason="no pyrudof: pip install 'stancegraph[shacl]'")
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(data.read_text(encoding="utf-8"), pyrudof.RDFFormat.NTriples)
    rudof.read_shacl(shapes.read_text(encoding="utf-8"), pyrudof.ShaclFormat.Turtle)

    def whole(name: str) -> str:
        return name if name.startswith("http") else str(SH[name])

    return {
        Result(
            str(entry.focus_node),
            str(entry.constraint_component),
            _iri_or_none(entry.path),
            _lexical(entry.value),
            whole(str(entry.severity)),
            _iri_or_none(entry.source_shape),
        )
        for entry in rudof.validate_shacl()
    }


def _iri_or_none(value: object) -> str | None:
    return None if value is None or str(value).startswith("_:") else str(value)


def _is_iri(value: str | None) -> bool:
    return value is not None and value.startswith("http")


def _lexical(value: object) -> str | None:
    """What a value is written as; rudof shows literals with their datatypes or languages."""
    iri = _iri_or_none(value)
    if iri is None or _is_iri(iri):
        return iri
    return iri[1:].rpartition('"')[0] if iri.startswith('"') else iri.partition("^^")[0]


def compare(quads: list[Quad], folder: Path, server: Server) -> set[Result]:
    """Have the three engines validate a graph, and return what all of them find."""
    data, shapes = folder / "data.nt", folder / "shapes.ttl"
    output = io.BytesIO()
    stated = (quad.triple for quad in quads if "/inferred/" not in str(quad.graph_name))
    serialize(dict.fromkeys(stated), output, format=RdfFormat.N_TRIPLES)
    data.write_bytes(output.getvalue())
    SHAPES.serialize(shapes, format="turtle")
    expected = by_pyshacl(data, shapes)
    assert by_jena(data, shapes, server) == expected
    # rudof does not compare a thing with a date, which another rule finds to be no date
    incomparable = {result for result in expected if result.component == LESS_OR_EQUAL and _is_iri(result.value)}
    assert by_rudof(data, shapes) == expected - incomparable
    return expected


@pytest.mark.early
def test_engines_agree_on_every_fault(sound_reading: Reading, tmp_path: Path, fuseki: Server) -> None:
    """Several faults in one graph, as an engine's start takes longer; those that hide each other, with fewer others."""
    rules, size = sorted(shape_rules()), 15
    while rules:
        found: set[str] = set()
        for start in range(0, len(rules), size):
            store = sound_reading.store()
            for rule in rules[start : start + size]:
                store.update(FAULTS[rule].read_text(encoding="utf-8"))
            found |= {str(result.shape).rpartition("/")[2] for result in compare(list(store), tmp_path, fuseki)}
        assert size > 1 or found >= set(rules)
        rules, size = sorted(set(rules) - found), max(1, size // 4)


def test_engines_agree_on_the_faults_of_others(sound_reading: Reading, tmp_path: Path, fuseki: Server) -> None:
    store = sound_reading.store()
    for update in FOREIGN.values():
        store.update(FOREIGN_PREFIXES + update)
    assert len(compare(list(store), tmp_path, fuseki)) > 10


def test_engines_agree_on_a_spoilt_article(facts: Reading, tmp_path: Path, fuseki: Server) -> None:
    assert len(compare(spoil(facts.quads, 3), tmp_path, fuseki)) > 50


def test_engines_find_nothing_in_the_article(facts: Reading, tmp_path: Path, fuseki: Server) -> None:
    assert compare(facts.quads, tmp_path, fuseki) == set()
