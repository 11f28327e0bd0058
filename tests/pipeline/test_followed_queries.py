"""Queries are taken apart: the rows that a change can matter to are told, too many perhaps, and never too few."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib import SH, URIRef

from stancegraph.pipeline import manifest
from stancegraph.pipeline.incremental.analysis import analyse
from stancegraph.pipeline.incremental.closure import Rule
from stancegraph.pipeline.incremental.delta import ChangedTriples, affected_rows, restrict_to_rows
from stancegraph.pipeline.incremental.dependencies import UnknownError
from stancegraph.pipeline.incremental.dependency_cache import DependencyCache
from stancegraph.pipeline.incremental.shape_dependencies import shape_dependencies
from stancegraph.pipeline.shapes import load_shapes
from tests.conftest import ROOT

QUERIES = sorted([*(ROOT / "queries" / "check").glob("*.rq"), *(ROOT / "queries" / "build").rglob("*.rq")])


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_every_rule_and_check_that_ships_can_be_followed(path: Path) -> None:
    of_query = analyse(path.read_text(encoding="utf-8"))
    assert of_query.occurrences
    assert of_query.template is not None or "?subject" in of_query.bound
    # from whichever triple has changed, the conclusions can be found; a check that cannot be followed is asked in full
    template = of_query.template or ()
    for occurrence in of_query.occurrences if template else ():
        terms = (f"<urn:x-test:{name[1:]}>" if name.startswith("?") else name for name in occurrence.triple)
        (quad,) = parse(f"{' '.join(terms)} .", format=RdfFormat.TURTLE)
        affected_rows(of_query, template, ChangedTriples([quad.triple]), Store(), union=False)


def test_the_shapes_that_ship_can_be_followed() -> None:
    shapes = load_shapes(sorted((ROOT / "ontology" / "shapes").glob("*.ttl")))
    looked_at = {one.triple[1] for one in shape_dependencies(shapes).occurrences}
    constrained = set(shapes.subjects(SH.message))
    paths = {
        path.n3()
        for shape, path in shapes.subject_objects(SH.path)
        if shape in constrained and isinstance(path, URIRef)
    }
    assert len(paths) > 80
    assert paths <= looked_at


PEOPLE = """
@prefix : <https://example.org/> .
:ann :knows :bob . :bob :knows :eve . :eve :knows :dan . :dan :likes :ann . :fay :likes :fay . :ann a :Person .
:gus :knows :hal . :hal a :Person . :ann :age 40 . :bob :age 40 .
"""
ASKED = {
    "a pattern": "?subject :knows ?other .",
    "two patterns": "?subject :knows ?other . ?other a :Person .",
    "a path of any length": "?subject :knows+ ?last . ?last :likes ?other .",
    "a path that may be empty": "?subject :likes ?other . ?other :knows* ?last . ?last :knows :dan .",
    "an inverse in a sequence": "?subject :knows/^:knows ?other .",
    "an alternative": "?subject :knows|:likes ?other . ?other a :Person .",
    "not exists": "?subject :knows ?other . FILTER NOT EXISTS { ?other :knows ?last }",
    "exists within or": "?subject :age ?age . FILTER(?age > 50 || EXISTS { ?subject :knows ?x . ?x :likes ?y })",
    "minus": "?subject :knows ?other . MINUS { ?subject :knows ?other . ?other :knows+ :dan }",
    "optional": "?subject :knows ?other . OPTIONAL { ?other :likes ?liked } FILTER(!BOUND(?liked))",
    "union": "{ ?subject :likes ?other } UNION { ?other :knows ?subject . ?other a :Person }",
    "values": "VALUES ?kind { :Person } ?other a ?kind . ?subject :knows ?other .",
    "a sub-select": "?subject :knows ?other . { SELECT DISTINCT ?other WHERE { ?other :likes ?inner } }",
    "a sub-select with names of its own": "?subject :age ?n . { SELECT ?n WHERE { ?one :age ?n . ?one a :Person } }",
    "a blank node": "?subject :knows [ :knows [ :likes ?other ] ] .",
    "the same twice": "?subject ?property ?subject .",
    "a predicate that is open": "?subject ?property ?other . ?other ?property ?last .",
    "bind": "?subject :knows ?other . BIND(STR(?other) AS ?word) FILTER(?word > 'e')",
}


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("seed", range(6))
def test_the_rows_that_are_followed_hold_all_that_differ(asked: str, seed: int) -> None:
    """For each triple that can be removed, and random ones that can be added."""
    text = f"PREFIX : <https://example.org/>\nSELECT DISTINCT ?subject WHERE {{ {ASKED[asked]} }} ORDER BY ?subject"
    chance = random.Random(seed)
    before = Store()
    before.bulk_extend(parse(PEOPLE.encode(), format=RdfFormat.TURTLE))
    after = Store()
    after.bulk_extend(before)
    quads = list(before)
    for quad in chance.sample(quads, 2):
        after.remove(quad)
    for _ in range(2):
        one, other = chance.choice(quads), chance.choice(quads)
        after.add(Quad(one.subject, chance.choice(quads).predicate, other.object))
    removed, added = set(before) - set(after), set(after) - set(before)
    of_query = analyse(text)
    found = affected_rows(of_query, ["?subject"], ChangedTriples(q.triple for q in removed), before, union=False)
    found |= affected_rows(of_query, ["?subject"], ChangedTriples(q.triple for q in added), after, union=False)
    old, new = answer(before, text), answer(after, text)
    assert old ^ new <= found
    assert answer(after, restrict_to_rows(text, of_query, ["?subject"], found)) == new & found


def answer(store: Store, text: str) -> set[tuple[object, ...]]:
    solutions = store.query(text)
    return {(solution["subject"],) for solution in solutions}  # type: ignore[union-attr]


CONSTANTS = [
    "<https://example.org/c>",
    '"c"',
    "'c'@en",
    '"two\\nlines \\" of it"',
    "5",
    "true",
    "'a'^^:b",
    ":c",
]


@pytest.mark.parametrize("constant", CONSTANTS)
def test_a_conclusion_with_a_constant_is_followed_as_an_engine_draws_it(constant: str) -> None:
    """Whatever the template of a rule says of everything: an IRI, or a literal of any form."""
    head = f"PREFIX : <https://example.org/>\nCONSTRUCT {{ ?who :is {constant} }}"
    text = f"{head} WHERE {{ ?who :knows ?other . ?other a :P }}"
    store = Store()
    store.bulk_extend(parse("@prefix : <https://example.org/> . :a :knows :b . :b a :P .", format=RdfFormat.TURTLE))
    of_rule = analyse(text)
    assert of_rule.template is not None
    rule = Rule(Path("rule.rq"), text, of_rule, of_rule.template)
    concluded = rule.affected(ChangedTriples(quad.triple for quad in store), store)
    assert concluded == set(store.query(text))  # type: ignore[arg-type]
    assert rule.conclude(concluded, store) == concluded


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SELECT (COUNT(?x) AS ?subject) WHERE { ?x ?p ?o } GROUP BY ?o", "is not supported"),
        ("SELECT ?subject WHERE { ?subject ?p ?o } LIMIT 1", "is not supported"),
        ("SELECT ?subject WHERE { SERVICE <https://example.org/> { ?subject ?p ?o } }", "is not supported"),
        ("SELECT ?subject WHERE { ?subject !<https://example.org/p> ?o }", "is not supported"),
        ("SELECT ?subject WHERE { ?subject <https://example.org/p>* ?o }", "of length zero"),
        ("SELECT ?subject WHERE { ?subject ?p ?o . ?a ?b ?c { SELECT ?o WHERE { ?o ?q ?a } } }", "sub-select"),
        ("SELECT ?subject WHERE {", "Expected"),
    ],
)
def test_what_cannot_be_followed_is_said_to_be_so(text: str, why: str) -> None:
    with pytest.raises(UnknownError, match=why):
        analyse(text)


def test_a_pattern_that_nothing_joins_cannot_be_followed_once_it_is_matched() -> None:
    of_query = analyse(
        "SELECT ?subject WHERE { ?subject <https://example.org/p> 1 . ?other <https://example.org/q> 2 }"
    )
    one = Triple(NamedNode("https://example.org/x"), NamedNode("https://example.org/q"), Literal(2))
    with pytest.raises(UnknownError, match="joins"):
        affected_rows(of_query, ["?subject"], ChangedTriples([one]), Store(), union=False)


def test_what_is_known_of_queries_is_the_same_after_it_was_written_down(tmp_path: Path) -> None:
    dependency_cache = DependencyCache({})
    first = [dependency_cache.look_up(path.read_text(encoding="utf-8")) for path in QUERIES]
    manifest.save(tmp_path, manifest.Record(manifest.Inputs({}), dependency_cache=dependency_cache.used))
    known = manifest.load(tmp_path, manifest.Inputs({}).digest)
    assert known is not None
    assert first == [
        DependencyCache(known.dependency_cache).look_up(path.read_text(encoding="utf-8")) for path in QUERIES
    ]
