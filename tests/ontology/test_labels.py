"""The labels in other languages: each term and concept has one, none is there twice, and unreviewed ones say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from stancegraph.ontology import axioms
from stancegraph.pipeline.reading import Reading
from stancegraph.rdf.namespaces import GRAPH, PREFIXES, shorten
from stancegraph.sparql.engine import Oxigraph, Rows
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT

SG, RDFS, SKOS = (PREFIXES[name] for name in ("sg", "rdfs", "skos"))
SCHEMA = "http://schema.org/"
FILES = Workspace(ROOT).label_files()
UNREVIEWED = """
    PREFIX schema: <http://schema.org/>
    SELECT ?language WHERE { ?labels schema:inLanguage ?language ; schema:creativeWorkStatus "unreviewed" }
    ORDER BY ?language
"""
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def expected() -> dict[str, str]:
    """What has to have a label, by IRI: the class or property of the ontology, or the scheme of the concept."""
    terms = axioms.read_ontology(ROOT / "ontology" / "stancegraph.ttl").terms
    groups = {
        iri: "class" if term.kind == "class" else "property"
        for iri, term in terms.items()
        if iri.startswith(SG) and not term.deprecated
    }
    for file in sorted((ROOT / "data" / "vocabulary").glob("*.ttl")):
        for quad in parse(path=str(file), format=RdfFormat.TURTLE):
            assert isinstance(quad.subject, NamedNode)
            if quad.predicate.value == SKOS + "inScheme":
                groups[quad.subject.value] = quad.object.value
            elif quad.object == NamedNode(SKOS + "ConceptScheme"):
                groups[quad.subject.value] = "scheme"
    return groups


def labels(path: Path) -> Iterator[Quad]:
    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        if quad.predicate.value in {RDFS + "label", SKOS + "prefLabel"}:
            yield quad


def test_three_languages_are_shipped() -> None:
    assert [path.stem for path in FILES] == ["de", "fr", "zh"]


@each_file
def test_every_term_and_concept_has_one_label(path: Path) -> None:
    groups = expected()
    assert len(groups) > 380
    counts = Counter(str(quad.subject).strip("<>") for quad in labels(path))
    name = f"ontology/labels/{path.name}"
    assert not (found := sorted(map(shorten, groups.keys() - counts))), f"add to {name} a label of {', '.join(found)}"
    assert not (found := sorted(map(shorten, counts.keys() - groups))), f"{name} names what is not there: {found}"
    assert not [shorten(iri) for iri, count in counts.items() if count > 1], f"{name} gives more than one label"


@each_file
def test_labels_are_in_the_language_of_the_file_and_by_the_property_of_the_english_ones(path: Path) -> None:
    groups = expected()
    for quad in labels(path):
        assert isinstance(quad.object, Literal)
        assert quad.object.language == path.stem
        assert quad.object.value == " ".join(quad.object.value.split()) != ""
        concept = groups[str(quad.subject).strip("<>")] not in {"class", "property", "scheme"}
        assert quad.predicate.value == (SKOS + "prefLabel" if concept else RDFS + "label"), quad


@pytest.mark.parametrize("language", ["en", *(path.stem for path in FILES)])
def test_no_two_classes_or_properties_or_concepts_of_a_scheme_share_a_label(facts: Reading, language: str) -> None:
    groups = expected()
    named = Counter(
        (groups[quad.subject.value], quad.object.value)
        for quad in facts.quads
        if isinstance(quad.subject, NamedNode) and quad.subject.value in groups
        if isinstance(quad.object, Literal) and quad.object.language == language
        if quad.predicate.value in {RDFS + "label", SKOS + "prefLabel"}
    )
    assert named.total() == len(groups)
    assert not [key for key, count in named.items() if count > 1]


@each_file
def test_labels_are_sorted(path: Path) -> None:
    subjects = [str(quad.subject) for quad in labels(path)]
    assert subjects == sorted(subjects), f"run `stancegraph ontology format`: ontology/labels/{path.name}"


def header(path: Path) -> dict[str, str]:
    """What a file says of itself, by the IRI of the property."""
    ontology = NamedNode(f"{SG.rstrip('#')}/labels/{path.stem}")
    quads = parse(path=str(path), format=RdfFormat.TURTLE)
    return {quad.predicate.value: quad.object.value for quad in quads if quad.subject == ontology}


@each_file
def test_each_file_is_an_ontology_that_says_its_language_and_whether_it_was_reviewed(path: Path) -> None:
    told = header(path)
    assert told[PREFIXES["owl"] + "imports"] == f"{SG.rstrip('#')}/vocabularies"
    assert told[f"{SCHEMA}inLanguage"] == path.stem
    assert told[f"{SCHEMA}creativeWorkStatus"] in {"unreviewed", "reviewed"}
    if told[f"{SCHEMA}creativeWorkStatus"] == "reviewed":
        assert told[SKOS + "editorialNote"].startswith("Reviewed by "), "say who looked, and when"


def test_a_reader_can_list_the_languages_that_nobody_has_reviewed(engine: Oxigraph) -> None:
    answer = engine.query(UNREVIEWED)
    assert isinstance(answer, Rows)
    unreviewed = [path.stem for path in FILES if header(path)[f"{SCHEMA}creativeWorkStatus"] == "unreviewed"]
    assert [row["language"].value for row in answer] == unreviewed


def test_each_language_is_a_graph_of_its_own(facts: Reading) -> None:
    graphs = {quad.graph_name.value for quad in facts.quads if isinstance(quad.graph_name, NamedNode)}
    assert {name.removeprefix(GRAPH) for name in graphs if name.startswith(f"{GRAPH}labels/")} == {
        f"labels/{path.stem}" for path in FILES
    }


def test_what_a_finding_names_is_the_file_that_describes_a_thing_and_not_its_labels(facts: Reading) -> None:
    described = {facts.files[iri].parent.name for iri in expected()}
    assert described == {"ontology", "vocabulary"}
