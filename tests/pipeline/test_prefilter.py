"""The prefilter spares pySHACL the sound nodes and no others: the findings are those of pySHACL on the whole graph."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, parse
from pyshacl.graph_abstraction import OxigraphDataGraph
from rdflib import Graph

from stancegraph.pipeline.prefilter import candidate_focus_nodes
from stancegraph.pipeline.reading import Reading
from stancegraph.pipeline.shapes import check_shapes, to_rdflib, validate
from tests.pipeline.test_rules import FAULTS, SHAPES
from tests.support.spoiling import spoil

PREFIXES = """
@prefix : <https://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATA = """
:Sub rdfs:subClassOf :Class . :Class rdfs:subClassOf :Top .
:none a :Class .
:one a :Class ; :p 1 ; :q 2 .
:two a :Class ; :p 1 , 2 ; :q 2 .
:three a :Sub ; :p 1 , 2 , 3 ; :q 1 .
:twin a :Sub ; :p 1 , 01 .
:malformed a :Class ; :p "one"^^xsd:integer .
:day a :Class ; :p "2012-07-04"^^xsd:date ; :q "2012-07-05"^^xsd:date .
:no-day a :Class ; :p "2012-13-04"^^xsd:date .
:year a :Class ; :p 2012 ; :q "2012-07-05"^^xsd:date .
:words a :Class ; :p "one" , "two"@en , "zwei"@de , "trois"@fr-CA , "quatre"@fr-ca .
:empty a :Class ; :p "" .
:link a :Class ; :p :one , :sub .
:sub a :Sub ; :p :link .
:outside :p :one .
"""
CONSTRAINTS = [
    *(f"sh:minCount {n}" for n in (0, 1, 2, 3, 5)),
    *(f"sh:maxCount {n}" for n in (0, 1, 2, 6)),
    "sh:class :Class",
    "sh:class :Top",
    "sh:class :Sub ; sh:minCount 1",
    *(f"sh:datatype {d}" for d in ("xsd:integer", "xsd:date", "xsd:string", "rdf:langString", "xsd:gYear")),
    "sh:minLength 1",
    "sh:minLength 4",
    "sh:maxLength 3",
    'sh:pattern "^[a-z]+$"',
    'sh:pattern "^ONE$" ; sh:flags "i"',
    "sh:uniqueLang true",
    "sh:uniqueLang false",
    "sh:minInclusive 2",
    "sh:minExclusive 1",
    "sh:maxInclusive 1",
    "sh:maxExclusive 3",
    "sh:lessThan :q",
    "sh:lessThanOrEquals :q",
    "sh:equals :q",
    "sh:disjoint :q",
    "sh:in ( 1 2 :one )",
    "sh:hasValue 2",
    "sh:nodeKind sh:IRI",
    "sh:nodeKind sh:Literal",
    "sh:nodeKind sh:BlankNodeOrLiteral",
    'sh:languageIn ( "en" )',
    "sh:not [ sh:datatype xsd:integer ]",
    "sh:not [ sh:property [ sh:path :q ; sh:minCount 1 ] ]",
    "sh:or ( [ sh:datatype xsd:integer ] [ sh:class :Sub ] )",
    "sh:and ( [ sh:datatype xsd:integer ] [ sh:maxInclusive 1 ] )",
    "sh:xone ( [ sh:datatype xsd:integer ] [ sh:hasValue 2 ] )",
    "sh:node [ sh:property [ sh:path :p ; sh:minCount 1 ] ]",
    "sh:property [ sh:path :p ; sh:class :Sub ]",
    "sh:qualifiedValueShape [ sh:class :Sub ] ; sh:qualifiedMinCount 1",
    'sh:qualifiedValueShape [ sh:languageIn ( "en" "fr" ) ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 2',
    "sh:qualifiedValueShape [ sh:datatype xsd:integer ; sh:minInclusive 2 ] ; sh:qualifiedMinCount 2",
    "sh:qualifiedValueShape [ sh:class :Sub ] ; sh:qualifiedMaxCount 0 ; sh:qualifiedValueShapesDisjoint true",
    "sh:minCount 7 ; sh:deactivated true",
]
PATHS = [":p", "[ sh:inversePath :p ]", "( :p :p )"]
TARGETS = ["sh:targetClass :Class", "sh:targetNode :link , :absent", "sh:targetSubjectsOf :p", "sh:targetObjectsOf :p"]


def quads(text: str) -> list[Quad]:
    return list(parse(PREFIXES + text, format=RdfFormat.TURTLE))


def in_default_graph(quads: list[Quad]) -> Store:
    store = Store()
    store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads)
    return store


def shapes(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def agree(data: list[Quad], graph: Graph) -> int:
    """The number of findings, after it has been shown that the prefilter leaves out none and adds none."""
    whole = set(validate(to_rdflib(data), graph))
    assert set(check_shapes(data, graph)) == whole
    return len(whole)


@pytest.mark.long
@pytest.mark.parametrize("path", PATHS)
def test_the_prefilter_changes_no_finding_on_the_values_of_a_path(path: str) -> None:
    data = quads(DATA)
    found = {
        constraint: agree(
            data,
            shapes(
                ":Shape a sh:NodeShape ; sh:targetClass :Class ; sh:property :Property ."
                f":Property a sh:PropertyShape ; sh:path {path} ; {constraint} ."
            ),
        )
        for constraint in CONSTRAINTS
    }
    assert len(found) > 40
    assert sum(1 for number in found.values() if number) > 30


@pytest.mark.parametrize("target", TARGETS)
def test_the_prefilter_changes_no_finding_on_a_node(target: str) -> None:
    data = quads(DATA)
    of_nodes = ("class", "in", "not", "or", "and", "xone", "node", "property", "pattern", "hasValue")
    chosen = [c for c in CONSTRAINTS if c.split(":")[1].split(" ")[0] in of_nodes and "; sh:minCount" not in c]
    found = [agree(data, shapes(f":Shape a sh:NodeShape ; {target} ; {constraint} .")) for constraint in chosen]
    assert len(found) > 10
    assert sum(found) > 12


def test_a_shape_that_is_a_class_and_has_a_target_beside_is_for_both() -> None:
    both = (
        ":Sub a sh:NodeShape , rdfs:Class ; sh:targetNode :three ; sh:property [ sh:path :nothing ; sh:minCount 1 ] ."
    )
    assert candidate_focus_nodes(in_default_graph(quads(DATA)), shapes(both)) is None, "pySHACL validates them all"
    assert agree(quads(DATA), shapes(both)) > 1


def test_what_the_screen_does_not_know_makes_suspects_of_all() -> None:
    unknown = shapes(':Shape a sh:NodeShape ; sh:targetClass :Sub ; sh:languageIn ( "en" ) .')
    assert candidate_focus_nodes(in_default_graph(quads(DATA)), unknown) == {
        "https://example.org/Shape": [f"https://example.org/{name}" for name in ("sub", "three", "twin")]
    }


def test_a_sound_graph_has_no_candidates(facts: Reading) -> None:
    assert candidate_focus_nodes(in_default_graph(facts.quads), SHAPES) == {}


@pytest.mark.long
def test_the_prefilter_changes_no_finding_on_the_faults(sound_reading: Reading) -> None:
    """All faults, several in one graph: the whole graph costs pySHACL more than each alone is worth."""
    rules = sorted(FAULTS)
    batches = [rules[start : start + 15] for start in range(0, len(rules), 15)]
    found = 0
    for batch in batches:
        store = sound_reading.store()
        for rule in batch:
            store.update(FAULTS[rule].read_text(encoding="utf-8"))
        found += agree(list(store), SHAPES)
    assert len(batches) > 10
    assert found > 100


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_the_prefilter_changes_no_finding_on_a_spoilt_article(seed: int, facts: Reading) -> None:
    assert agree(spoil(facts.quads, seed), SHAPES) > 50


def test_what_is_found_in_a_large_store_is_told_without_counting_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """pySHACL asks for the truth of the graph at each violation, which is its length where nothing else is said."""
    counted: list[object] = []

    def count(graph: OxigraphDataGraph, context: object = None) -> int:
        counted.append(graph)
        return 1

    monkeypatch.setattr(OxigraphDataGraph, "__len__", count)
    filler = "".join(f":filler{number} :q {number} .\n" for number in range(600))
    shape = ":S a sh:NodeShape ; sh:targetClass :Class ; sh:property [ sh:path :p ; sh:maxCount 1 ] ."
    data = quads(":one a :Class ; :p 1 , 2 .\n" + filler)
    assert [finding.subject for finding in check_shapes(data, shapes(shape))] == ["https://example.org/one"]
    assert not counted
