"""The Python API: open a graph, ask it, and get rows, data frames or graphs, with the errors of the command line."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat

import stancegraph
from stancegraph.sparql.engine import Oxigraph, Rows, Triples
from tests.conftest import ROOT
from tests.support.endpoint import serve

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def graph(engine: Oxigraph) -> stancegraph.KnowledgeGraph:
    """The article's graph; *engine* has built it."""
    return stancegraph.open(ROOT)


def test_questions_are_listed_by_name(graph: stancegraph.KnowledgeGraph) -> None:
    assert len(graph.questions) >= 45
    assert graph.questions["conditions"].title == "Conditions attached to stances"


def test_a_value_may_be_a_label_an_iri_or_several(graph: stancegraph.KnowledgeGraph) -> None:
    by_label = graph.ask("stances-of-actor", actor="China")
    china = graph.resolve("China")
    by_iri = graph.ask("stances-of-actor", actor=china)
    both = graph.ask("stances-of-actor", actor=["China", "NATO"])
    assert by_label.rows.rows == by_iri.rows.rows
    assert 0 < len(by_label) < len(both)


def test_a_value_may_be_a_date(graph: stancegraph.KnowledgeGraph) -> None:
    day = datetime.date(2012, 2, 10)
    by_date = graph.ask("posts-at-date", date=day).rows.rows
    assert by_date
    assert by_date == graph.ask("posts-at-date", date="2012-02-10").rows.rows


def test_every_claim_of_an_answer_has_evidence(graph: stancegraph.KnowledgeGraph) -> None:
    answer = graph.ask("conditions")
    claims = {row["claim"].value for row in answer}
    assert claims
    assert set(answer.evidence()) >= claims
    (chain,) = graph.evidence(next(iter(sorted(claims))))
    assert chain.levels[0].source == "China Brief 12:13"


def test_an_answer_is_a_data_frame(graph: stancegraph.KnowledgeGraph) -> None:
    frame = graph.ask("coverage").to_pandas()
    assert list(frame.columns) == list(graph.ask("coverage").rows.variables)
    assert len(frame) == len(graph.ask("coverage")) > 101
    values = "SELECT ?n ?d ?t ?u WHERE { BIND(2 AS ?n) BIND('2012-07-04'^^<" + XSD + "date> AS ?d) BIND(true AS ?t) }"
    rows = graph.sparql(values)
    assert isinstance(rows, Rows)
    assert rows.to_pandas().to_dict("records") == [{"n": 2, "d": datetime.date(2012, 7, 4), "t": True, "u": None}]


def test_a_thing_is_shown(graph: stancegraph.KnowledgeGraph) -> None:
    shown = graph.show("Qu Xing")
    assert shown.name == "Qu Xing"
    assert "Names" in [section.title for section in shown.sections]
    assert "<caption>Qu Xing</caption>" in shown._repr_html_()


def test_a_construct_is_a_graph(graph: stancegraph.KnowledgeGraph) -> None:
    answer = graph.sparql(
        "CONSTRUCT { ?s <https://example.org/p> ?o } WHERE { ?s <https://w3id.org/stancegraph/ontology#met> ?o }"
    )
    assert isinstance(answer, Triples)
    assert len(answer.to_rdflib()) == len(answer) > 10


def test_a_notebook_shows_a_table_and_runs_no_script(graph: stancegraph.KnowledgeGraph) -> None:
    html = graph.ask("conditions")._repr_html_()
    assert "<caption>Conditions attached to stances</caption>" in html
    assert html.count("<tr>") == 3
    bad = Rows.from_records(("x", "y"), [(Literal("<script>"), NamedNode("javascript:alert(1)"))])._repr_html_()
    assert "<script>" not in bad
    assert "href" not in bad


def test_rows_can_be_looked_at_again_and_in_any_way(graph: stancegraph.KnowledgeGraph) -> None:
    rows = graph.ask("conditions").rows
    first = list(rows)
    assert rows.serialize(QueryResultsFormat.CSV).count(b"\r\n") == len(first) + 1 == len(rows) + 1
    assert list(rows) == first
    assert Rows.from_records(rows.variables, rows.rows).rows == rows.rows


def test_an_iteration_that_is_broken_off_does_not_spoil_the_next(graph: stancegraph.KnowledgeGraph) -> None:
    rows = graph.ask("coverage").rows
    next(iter(rows))
    assert len(list(rows)) == len(graph.ask("coverage")) > 101


def test_the_graph_can_be_held_in_memory(graph: stancegraph.KnowledgeGraph) -> None:
    held = stancegraph.open(ROOT, in_memory=True)
    assert held.ask("conditions").rows.rows == graph.ask("conditions").rows.rows


def test_an_endpoint_is_opened_in_the_same_way(graph: stancegraph.KnowledgeGraph, engine: Oxigraph) -> None:
    with serve(engine) as url:
        far = stancegraph.open(ROOT, engine=url)
        assert far.ask("stances-of-actor", actor="China").rows.rows == (
            graph.ask("stances-of-actor", actor="China").rows.rows
        )


def test_errors_are_exceptions_with_fields(graph: stancegraph.KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(stancegraph.UsageError) as unknown:
        graph.ask("stances-of-actr")
    assert "stances-of-actor" in (unknown.value.remedy or "")
    with pytest.raises(stancegraph.UsageError) as no_parameter:
        graph.ask("conditions", colour="red")
    assert no_parameter.value.subject == "conditions"
    with pytest.raises(stancegraph.UsageError, match="nothing"):
        graph.ask("stances-of-actor", actor="Ruritania")
    with pytest.raises(stancegraph.UsageError, match="not SPARQL"):
        graph.sparql("SELECT")
    with pytest.raises(stancegraph.UsageError) as no_workspace:
        stancegraph.open(tmp_path)
    assert no_workspace.value.file == tmp_path
    with pytest.raises(stancegraph.ExternalError):
        stancegraph.open(ROOT, engine="http://127.0.0.1:9/").sparql("ASK {}")


def test_asking_imports_neither_rdflib_nor_pyshacl_nor_owlready2(engine: Oxigraph) -> None:
    """The snapshot is published: *engine* has built it."""
    program = (
        "import sys; sys.argv = ['stancegraph', 'ask', 'conditions', '--format', 'csv'];"
        "import atexit; from stancegraph.cli.main import main;"
        "heavy = {'rdflib', 'pyshacl', 'owlready2', 'pandas', 'pydantic', 'SPARQLWrapper'};"
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules)))); main()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_a_large_answer_is_written_in_bounded_memory() -> None:
    """A million rows, of which Python holds none: the process grows by less than what the rows take."""
    program = """
import resource, sys
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, Store
from stancegraph.sparql.engine import Oxigraph
iri = NamedNode("https://example.org/p")
store = Store()
store.extend(Quad(NamedNode(f"https://example.org/{n}"), iri, Literal(n)) for n in range(1000))
rows = Oxigraph(store).query("SELECT * WHERE { ?s ?p ?o . ?t ?q ?r }")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open("/dev/null", "wb") as nowhere:
    rows.write(QueryResultsFormat.TSV, nowhere)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=True)
    assert int(done.stdout) < 50_000, "kilobytes; the rows take 100 000 as text"
