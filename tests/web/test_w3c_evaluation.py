"""The endpoint answers as the standard has it: the W3C's tests of evaluation and syntax of SPARQL 1.1, by HTTP.

They are part of rdflib's source distribution; STANCEGRAPH_W3C names the folder ``sparql11`` of them. All their data are
in one snapshot, and each test names its graphs with the query, as the SPARQL 1.1 Protocol lets a client do.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from rdflib.term import Node
from starlette.testclient import TestClient

from stancegraph.pipeline.snapshot import canonical, publish
from stancegraph.sparql.lexer import keywords
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.workspace.folders import Workspace
from tests.project.figures import note

pytestmark = pytest.mark.long
BASE = "http://w3c.example/sparql11/"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
_RESULTS = {".srx": QueryResultsFormat.XML, ".srj": QueryResultsFormat.JSON, ".tsv": QueryResultsFormat.TSV}
_RDF = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES}
LEFT_OUT = {
    "entailment": "no entailment regime: what follows is concluded when the graph is built",
    "service": "SERVICE is refused",
    "syntax-fed": "SERVICE is refused",
    "http-rdf-update": "an update",
    "protocol": "in test_serve_w3c.py",
    "service-description": "in test_serve.py",
}
"""Folders that are not run, and why."""

ENGINE = {
    "aggregates/agg-empty-group": "no row for an aggregate of nothing beside GROUP BY, where the test has an empty one",
    "csv-tsv-res/csv01": "the columns of SELECT * come in the order of their names, not in that of the query",
    "csv-tsv-res/csv02": "the columns of SELECT * come in the order of their names, not in that of the query",
    "csv-tsv-res/csv03": "numbers are written in their canonical form: 1.0E6 is 1000000",
    "functions/bnode01": "BNODE of one string is one blank node in all rows, not in each row another",
    "functions/strdt03": "a plain literal is one of xsd:string, as in RDF 1.1; the test is of RDF 1.0",
    "functions/strlang03": "a plain literal is one of xsd:string, as in RDF 1.1; the test is of RDF 1.0",
    "syntax-query/test_4": "a function that is not known is refused before a row is looked at",
}
"""Tests that the engine, Oxigraph 0.5.13, answers otherwise, and how."""


def _suite() -> Path:
    named = os.environ.get("STANCEGRAPH_W3C")
    if not named or not (Path(named) / "manifest-all.ttl").is_file():
        pytest.skip(
            "the W3C's tests of evaluation are part of rdflib's source distribution; STANCEGRAPH_W3C can name them"
        )
    return Path(named)


def _iri(suite: Path, path: str) -> str:
    return BASE + Path(path.removeprefix("file://")).relative_to(suite).as_posix()


def _tests(suite: Path) -> Iterator[tuple[str, str, Graph, Node]]:
    """Each test of a query: its name, its kind, its manifest and its node."""
    for manifest in sorted(suite.glob("*/manifest.ttl")):
        if manifest.parent.name in LEFT_OUT:
            continue
        graph = Graph().parse(manifest, publicID=manifest.as_uri())
        for entries in graph.objects(None, MF.entries):
            for test in Collection(graph, entries):
                kind = str(graph.value(test, Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#").type)).rsplit(
                    "#"
                )[-1]
                if kind in {
                    "QueryEvaluationTest",
                    "CSVResultFormatTest",
                    "PositiveSyntaxTest11",
                    "NegativeSyntaxTest11",
                }:
                    yield f"{manifest.parent.name}/{str(test).rsplit('#', 1)[-1]}", kind, graph, test


@pytest.fixture(scope="module")
def suite() -> Path:
    return _suite()


@pytest.fixture(scope="module")
def standard(suite: Path, ours: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service on all data of the tests."""
    folder = tmp_path_factory.mktemp("evaluation")
    quads: list[Quad] = []
    for path in sorted(suite.glob("*/*")):
        if path.suffix in _RDF and path.name != "manifest.ttl" and path.parent.name not in LEFT_OUT:
            name = _iri(suite, path.as_uri())
            try:
                found = list(parse(path=str(path), format=_RDF[path.suffix], base_iri=name, rename_blank_nodes=True))
            except (SyntaxError, ValueError):
                continue  # a result, or data that are wrong on purpose
            quads += [Quad(quad.subject, quad.predicate, quad.object, NamedNode(name)) for quad in found]
    publish(folder, canonical(quads), "w3c", {})
    service = Service(ours, 2, folder=folder)
    with TestClient(application(ours, service), raise_server_exceptions=False) as client:
        yield client
    service.close()


def _as_graph(result: QuerySolutions) -> Dataset:
    """Rows as a graph in which each is a node, so that they can be compared whatever their order and blank nodes."""
    made, names = Store(), [variable.value for variable in result.variables]
    for number, row in enumerate(result):
        node = BlankNode(f"row{number}")
        made.add(Quad(node, NamedNode("urn:is"), Literal("row")))
        for index, name in enumerate(names):
            value: Any = row[index]
            if value is not None:
                made.add(Quad(node, NamedNode(f"urn:{name}"), value))
    return _compared(made)


def _triples(content: bytes, form: RdfFormat, base: str) -> Dataset:
    made = Store()
    made.extend(Quad(t.subject, t.predicate, t.object) for t in parse(content, format=form, base_iri=base))
    return _compared(made)


def _compared(made: Store) -> Dataset:
    """What a store has, with numbers in the one form that a store gives them (2.0 is 2), and blank nodes named."""
    found = Dataset(made)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return found


def _fails(client: TestClient, suite: Path, kind: str, graph: Graph, test: Node) -> str | None:
    """What is wrong with the answer to a test; None where it passes."""
    action = graph.value(test, MF.action)
    if "Syntax" in kind:
        text = Path(str(action).removeprefix("file://")).read_text(encoding="utf-8")
        status = client.post("/sparql", data={"query": text}).status_code
        return None if (status == 400) is kind.startswith("Negative") else f"status {status}"
    query = Path(str(graph.value(action, QT.query)).removeprefix("file://"))
    text = query.read_text(encoding="utf-8")
    based = text if re.search(r"^\s*BASE", text, re.MULTILINE) else f"BASE <{_iri(suite, query.as_uri())}> {text}"
    told: dict[str, Any] = {"query": based}
    told["default-graph-uri"] = [_iri(suite, str(one)) for one in graph.objects(action, QT.data)]
    told["named-graph-uri"] = [_iri(suite, str(one)) for one in graph.objects(action, QT.graphData)]
    if not told["default-graph-uri"] + told["named-graph-uri"] and "FROM" not in keywords(text):
        told["default-graph-uri"] = ["urn:empty"]
    wanted = Path(str(graph.value(test, MF.result)).removeprefix("file://"))
    base = _iri(suite, wanted.as_uri())
    content = wanted.read_bytes()
    if wanted.suffix in _RDF:
        done = client.post("/sparql", data=told, headers={"Accept": "application/n-triples"})
        if done.status_code != 200:
            return f"{done.status_code} {done.text[:200]}"
        if _triples(done.content, RdfFormat.N_TRIPLES, base) == _triples(content, _RDF[wanted.suffix], base):
            return None
        return "other triples"
    if wanted.suffix == ".csv":
        done = client.post("/sparql", data=told, headers={"Accept": "text/csv"})
        return None if sorted(done.text.split()) == sorted(content.decode().split()) else f"other rows: {done.text}"
    done = client.post("/sparql", data=told, headers={"Accept": "application/sparql-results+json"})
    if done.status_code != 200:
        return f"{done.status_code} {done.text[:200]}"
    given, expected = (
        parse_query_results(body, form)
        for body, form in ((done.content, QueryResultsFormat.JSON), (content, _RESULTS[wanted.suffix]))
    )
    if isinstance(given, QueryBoolean) or isinstance(expected, QueryBoolean):
        return None if bool(given) is bool(expected) else f"{bool(given)}"
    assert isinstance(given, QuerySolutions)
    assert isinstance(expected, QuerySolutions)
    one, other = _as_graph(given), _as_graph(expected)
    return None if one == other else f"other rows: {sorted(map(str, one))[:6]} for {sorted(map(str, other))[:6]}"


def test_the_endpoint_answers_as_the_w3c_has_it(standard: TestClient, suite: Path) -> None:
    seen: Counter[str] = Counter()
    failed: dict[str, str] = {}
    for name, kind, graph, test in _tests(suite):
        seen[kind] += 1
        wrong = _fails(standard, suite, kind, graph, test)
        if wrong is not None:
            failed[name] = wrong
    print(
        f"{dict(seen)}; {len(failed)} of them otherwise",
        *(f"{name}: {wrong}" for name, wrong in sorted(failed.items())),
        sep="\n",
    )
    assert seen == {
        "QueryEvaluationTest": 180, "CSVResultFormatTest": 3, "PositiveSyntaxTest11": 60, "NegativeSyntaxTest11": 43
    }  # fmt: skip
    note("W3C evaluation and syntax, by HTTP: tests", seen.total())
    note("W3C evaluation and syntax, by HTTP: otherwise than the W3C, each with its reason", len(failed))
    assert failed.keys() == ENGINE.keys(), {name: failed[name] for name in failed.keys() - ENGINE.keys()}
