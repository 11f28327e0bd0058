"""Exports lose nothing: what is read back is the same graph. Tables and networks say what the graph says."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import networkx
import pytest
from pyoxigraph import DefaultGraph, Literal, Quad, QueryResultsFormat, RdfFormat, parse

from stancegraph.output import exporting
from stancegraph.output.exporting import RdfFile, quads, to_rdf
from stancegraph.pipeline.snapshot import canonical, content_digest, current
from stancegraph.rdf.namespaces import GRAPH
from stancegraph.sparql.engine import Oxigraph
from stancegraph.sparql.lookups import rows
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run

Runner = Callable[..., Run]
SG = "https://w3id.org/stancegraph/ontology#"
PARSED = {
    RdfFile.TTL: RdfFormat.TURTLE,
    RdfFile.NT: RdfFormat.N_TRIPLES,
    RdfFile.RDFXML: RdfFormat.RDF_XML,
    RdfFile.TRIG: RdfFormat.TRIG,
    RdfFile.NQ: RdfFormat.N_QUADS,
    RdfFile.JSONLD: RdfFormat.JSON_LD,
}


def read_back(content: bytes, format: RdfFile) -> list[Quad]:
    return list(parse(content, format=PARSED[format], rename_blank_nodes=True))


@pytest.mark.long
@pytest.mark.parametrize("format", list(RdfFile))
def test_what_is_read_back_is_the_same_graph(engine: Oxigraph, format: RdfFile) -> None:
    """By the hash of the canonical form (RDFC-1.0), of the union where the format has no graphs."""
    whole = quads(engine)
    if not PARSED[format].supports_datasets:
        whole = [Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in whole]
    again = read_back(to_rdf(quads(engine), format, quads(engine, GRAPH + "ontology")), format)
    assert len(whole) > 10_000
    assert content_digest(canonical(again)) == content_digest(canonical(whole))


def test_json_ld_has_a_context_and_is_hardly_larger_than_turtle(engine: Oxigraph) -> None:
    ontology, article = quads(engine, f"{GRAPH}ontology"), quads(engine, f"{GRAPH}article/china-brief-12-13")
    written = to_rdf(article, RdfFile.JSONLD, ontology)
    assert len(written) < 2 * len(to_rdf(article, RdfFile.TTL))
    document = json.loads(written)
    assert document["@context"]["holder"]["@type"] == "@id"
    stance = next(node for graph in document["@graph"] for node in graph["@graph"] if "holder" in node)
    assert stance["holder"].startswith("actor:")


def test_the_whole_export_has_the_hash_of_the_snapshot(ours: Workspace, engine: Oxigraph) -> None:
    published = current(ours.snapshots)
    assert published is not None
    assert content_digest(canonical(read_back(to_rdf(quads(engine), RdfFile.NQ), RdfFile.NQ))) == published.content


@pytest.mark.long
def test_an_export_is_the_same_each_time(engine: Oxigraph) -> None:
    for format in (RdfFile.TTL, RdfFile.NQ):
        assert to_rdf(quads(engine), format) == to_rdf(quads(engine), format)
    for table in exporting.TABLES:
        assert exporting.to_csv(engine, table) == exporting.to_csv(engine, table)
    assert exporting.to_graphml(engine) == exporting.to_graphml(engine)


def test_one_article_or_one_graph_can_be_exported(run: Runner, engine: Oxigraph) -> None:
    by_article = run("export", "--format", "nq", "--article", "china-brief-12-13").out
    by_path = run("export", "--format", "nq", "--graph", "article/china-brief-12-13").out
    by_iri = run(
        "export", "--format", "nq", "--graph", "https://w3id.org/stancegraph/graph/article/china-brief-12-13"
    ).out
    assert by_article == by_path == by_iri
    found = read_back(by_article.encode(), RdfFile.NQ)
    assert {quad.graph_name.value for quad in found} == {  # type: ignore[union-attr]
        "https://w3id.org/stancegraph/graph/article/china-brief-12-13"
    }
    graph = "<https://w3id.org/stancegraph/graph/article/china-brief-12-13>"
    (count,) = rows(engine, f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert len(found) == int(count["n"].value)


@pytest.mark.parametrize(
    ("table", "klass", "column"),
    [
        ("stances", "sg:Stance", "stance"),
        ("events", "sg:Event", "event"),
        ("participation", "sg:Participation", "participation"),
        ("citations", "sg:Citation", "citation"),
    ],
)
def test_a_table_has_everything_of_its_kind(engine: Oxigraph, table: str, klass: str, column: str) -> None:
    listed = {row[column] for row in csv.DictReader(io.StringIO(exporting.to_csv(engine, table).decode()))}
    there = {row["x"].value for row in rows(engine, f"PREFIX sg: <{SG}> SELECT ?x WHERE {{ ?x a {klass} }}")}
    assert len(there) > 30
    assert listed == there


def test_a_table_says_what_is_disputed(engine: Oxigraph) -> None:
    table = csv.DictReader(io.StringIO(exporting.to_csv(engine, "participation").decode()))
    (korea,) = [row for row in table if row["actorName"] == "North Korea"]
    assert "not North Korea" in korea["disputed"]


def test_the_network_opens_in_a_graph_tool(engine: Oxigraph, tmp_path: Path) -> None:
    (tmp_path / "network.graphml").write_bytes(exporting.to_graphml(engine))
    network = networkx.read_graphml(tmp_path / "network.graphml", force_multigraph=True)
    assert isinstance(network, networkx.MultiDiGraph)
    china, nato = (f"https://w3id.org/stancegraph/id/actor/{name}" for name in ("China", "NATO"))
    assert network.nodes[china] == {"label": "China", "kind": "State"}
    ties = list(network.get_edge_data(china, nato).values())
    assert {"is ambivalent", "is willing"} <= {tie.get("attitude") for tie in ties}
    kinds = {told["tie"] for _, _, told in network.edges(data=True)}
    assert kinds == {"met", "affiliated with", "holds a stance towards"}
    actors = rows(engine, f"SELECT ?x WHERE {{ ?x a <{SG}Actor> }}")
    assert len(network) == len(actors)


def test_files_are_replaced_whole(run: Runner, tmp_path: Path) -> None:
    target = tmp_path / "graph.ttl"
    target.write_text("old", encoding="utf-8")
    assert run("export", "--format", "ttl", "-o", str(target)).status == 0
    assert target.stat().st_size > 100_000
    assert run("export", "--format", "csv", "-o", str(tmp_path / "tables")).status == 0
    assert {path.name for path in (tmp_path / "tables").iterdir()} == {f"{name}.csv" for name in exporting.TABLES}
    assert {path.name for path in tmp_path.iterdir()} == {"graph.ttl", "tables"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--format", "csv"), "--table is missing"),
        (("--format", "nq", "--table", "events"), "--table goes with --format csv"),
        (("--format", "nq", "--graph", "nowhere"), "no graph is called 'nowhere'"),
        (("--format", "nq", "--article", "a", "--graph", "b"), "exclude each other"),
        (("--format", "graphml", "--graph", "entities"), "whole graph"),
        (("--format", "xls"), "xls"),
    ],
)
def test_a_wrong_call_is_told(run: Runner, arguments: tuple[str, ...], told: str) -> None:
    done = run("export", *arguments)
    assert done.status == 2
    assert told in done.err
    assert "Traceback" not in done.err


def test_a_place_that_cannot_be_written_is_told(run: Runner, tmp_path: Path) -> None:
    done = run("export", "--format", "nq", "-o", str(tmp_path / "no" / "such" / "folder.nq"))
    assert done.status == 3
    assert "cannot write it" in done.err


@pytest.mark.long
def test_others_can_take_the_graph_by_their_own_iris(run: Callable[..., Run]) -> None:
    where = ("--workspace", str(ROOT), "export", "--format", "nt")
    ours, theirs = run(*where).out.splitlines(), run(*where, "--iris", "wikidata").out.splitlines()
    china, item = "<https://w3id.org/stancegraph/id/actor/China>", "<http://www.wikidata.org/entity/Q148>"
    assert len(ours) == len(theirs)
    left = [line for line in theirs if china in line]
    assert left, "the way back"
    assert all("schema.org/sameAs" in line or "schema.org/identifier" in line for line in left)
    assert sum(item in line for line in theirs) > 100
    one = run("--workspace", str(ROOT), "export", "--format", "nt", "--graph", "links/wikidata").out.splitlines()
    sets = tuple(f"<https://w3id.org/stancegraph/{path}> " for path in ("graph/links/wikidata", "links/wikidata"))
    described = [line for line in one if line.startswith(sets)]
    assert any("void#Linkset" in line for line in described)
    assert len(one) > len(described)
    rest = [line for line in one if line not in described]
    assert all("schema.org/sameAs>" in line for line in rest), "the linkset alone, and what it is"


def test_iris_of_a_target_need_links_to_it_and_rdf(run: Callable[..., Run]) -> None:
    where = ("--workspace", str(ROOT), "export", "--format")
    nowhere = run(*where, "nt", "--iris", "nowhere")
    assert (nowhere.status, "one of: eu-authority" in nowhere.err) == (2, True)
    assert run(*where, "csv", "--table", "stances", "--iris", "wikidata").status == 2


def test_no_text_of_a_table_is_a_formula(engine: Oxigraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spreadsheets show them as they are; numbers stay numbers; without the apostrophe all is as it was."""
    texts = ['=HYPERLINK("https://example.org")', "+1", "-2+3+cmd", "@SUM(A1)", "\ttab", "\rreturn", "plain", "'quoted"]
    values = " ".join(f"({Literal(text)} {number})" for number, text in enumerate(texts, -2))
    query = f"SELECT ?text ?number WHERE {{ VALUES (?text ?number) {{ {values} }} }} ORDER BY ?number"
    monkeypatch.setattr(exporting, "lookup", lambda name: query)
    table = list(csv.reader(io.StringIO(exporting.to_csv(engine, "stances").decode(), newline="")))
    assert table[0] == ["text", "number"]
    assert [row[1] for row in table[1:]] == [str(number) for number in range(-2, 6)]
    assert [row[0] for row in table[1:]] == [text if text[0] in "p'" else f"'{text}" for text in texts]
    standard = list(csv.reader(io.StringIO(rows(engine, query).serialize(QueryResultsFormat.CSV).decode(), newline="")))
    assert [row[0] for row in standard[1:]] == texts
