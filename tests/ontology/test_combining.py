"""The ontology with the facts opens as one ontology, in which each thing is an individual, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from stancegraph.ontology import combining, owlapi
from stancegraph.pipeline.reading import Reading
from stancegraph.rdf.namespaces import GRAPH, PREFIXES
from stancegraph.workspace.folders import Workspace
from tests.conftest import ARTICLE, Run, no_traceback

TYPE, ONTOLOGY = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["owl"] + "Ontology")
OWL = PREFIXES["owl"]


@pytest.mark.parametrize("article", [None, ARTICLE])
def test_there_is_one_header_and_no_import(ours: Workspace, article: str | None) -> None:
    triples = combining.combine(ours, article)
    headers = [triple.subject for triple in triples if triple.predicate == TYPE and triple.object == ONTOLOGY]
    iri = "https://w3id.org/stancegraph/" if article is None else f"{GRAPH}article/{article}"
    assert headers == [NamedNode(iri)]
    assert not [t for t in triples if t.predicate.value in {OWL + "imports", OWL + "versionIRI", OWL + "versionInfo"}]


def test_every_fact_is_in_it_and_dates_are_text(ours: Workspace, facts: Reading) -> None:
    combined = {(t.subject, t.predicate, getattr(t.object, "value", None)) for t in combining.combine(ours)}
    said = [quad for quad in facts.quads if str(quad.graph_name).startswith(f"<{GRAPH}article/")]
    assert len(said) > 5000
    assert not [q for q in said if (q.subject, q.predicate, getattr(q.object, "value", None)) not in combined]
    assert not [
        triple
        for triple in combining.combine(ours)
        if isinstance(triple.object, Literal) and triple.object.datatype.value == PREFIXES["xsd"] + "date"
    ]


def test_an_article_that_is_not_there_is_told(tmp_path: Path, run: Callable[..., Run]) -> None:
    done = run("ontology", "export", "--article", "nothing", "-o", str(tmp_path / "x.ttl"))
    no_traceback(done)
    assert done.status == 2
    assert ARTICLE in done.err
    assert not (tmp_path / "x.ttl").exists()


@pytest.mark.command("ontology export")
def test_the_command_writes_it(example: Path, tmp_path: Path, run: Callable[..., Run]) -> None:
    done = run("--workspace", str(example), "ontology", "export", "-o", str(tmp_path / "x.ttl"))
    assert done.status == 0, done.err
    assert "triples" in done.err
    written = {quad.subject for quad in parse(path=str(tmp_path / "x.ttl"), format=RdfFormat.TURTLE)}
    assert NamedNode("https://w3id.org/stancegraph/id/example/Stance") in written


@pytest.mark.java
def test_it_has_the_form_of_protege_and_a_reasoner_classifies_it(tmp_path: Path, run: Callable[..., Run]) -> None:
    path = tmp_path / "combined.ttl"
    done = run("ontology", "export", "--article", ARTICLE, "-o", str(path))
    assert done.status == 0, done.err
    content = path.read_bytes()
    assert owlapi.format_turtle(path) == content, "a save would change it"
    concluded = owlapi.infer(content.decode("utf-8"))
    china = "https://w3id.org/stancegraph/id/actor/China"
    assert (china, TYPE.value, PREFIXES["sg"] + "Actor") in concluded
    assert len(list(parse(content, format=RdfFormat.TURTLE))) > 10_000
