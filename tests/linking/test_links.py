"""Links are data: read strictly, right before many, valid by the standard's own library, published when reviewed."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from stancegraph.errors import DataError
from stancegraph.linking import linksets, rules, sssom, targets
from stancegraph.linking.sssom import COLUMNS, Mapping, MappingSet
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Oxigraph
from stancegraph.sparql.lookups import rows
from tests.conftest import ROOT

LINKS = ROOT / "data" / "links"
FILES = sorted(LINKS.glob("*.sssom.tsv"))
TARGETS = targets.load_all(sorted(LINKS.glob("*.toml")))
CHINA = "https://w3id.org/stancegraph/id/actor/China"
STATE = PREFIXES["sg"] + "State"
COUNTRY_CODES = (
    Path(os.environ.get("STANCEGRAPH_EXTERNAL", str(ROOT.parent / "shared" / "external")))
    / "country-codes"
    / "country-codes.csv"
)
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.split(".")[0])
GOOD = Mapping(
    "actor:China", "China", "schema:sameAs", "wikidata:Q148", "China", "semapv:ManualMappingCuration",
    object_category="country", author_label="A", reviewer_label="B", mapping_date="2026-11-24", confidence="1",
    see_also="https://example.org/", comment="The row of China has this number.",
)  # fmt: skip


def with_row(**changed: str) -> MappingSet:
    return sssom.read(LINKS / "wikidata.sssom.tsv").with_rows([replace(GOOD, **changed)])  # type: ignore[arg-type]


def test_there_is_a_description_for_each_file() -> None:
    assert len(FILES) >= 3
    assert {path.name.split(".")[0] for path in FILES} == set(TARGETS)


@each_file
def test_what_is_written_is_what_was_read(path: Path) -> None:
    found = sssom.read(path)
    assert bool(found.mappings) == (path.name != "dbpedia.sssom.tsv"), "nothing is linked to DBpedia so far"
    assert sssom.to_tsv(found) == path.read_text(encoding="utf-8")


@each_file
def test_every_accepted_link_says_who_made_it_and_what_it_was_checked_against(path: Path) -> None:
    for one in sssom.read(path).mappings:
        if one.accepted:
            assert one.reviewer_label
            assert one.author_label
            assert one.see_also.startswith("https://")
            assert len(one.comment) > 20


@pytest.mark.long
@each_file
def test_the_standards_own_library_finds_each_file_valid(path: Path) -> None:
    if find_spec("sssom") is None:
        pytest.skip("needs sssom: pip install 'stancegraph[link]'")
    from sssom.constants import SchemaValidationType as Kind
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    table = parse_sssom_table(str(path))
    kinds = [Kind.JsonSchema, Kind.PrefixMapCompleteness, Kind.StrictCurieFormat]
    assert len(table.df) == len(sssom.read(path).mappings)
    reports = validate(table, kinds, fail_on_error=False)
    assert [result.message for report in reports.values() for result in report.results] == []


def test_links_of_countries_are_those_of_the_table_of_country_codes() -> None:
    if not COUNTRY_CODES.is_file():
        pytest.skip("the table of country codes is not part of the project; STANCEGRAPH_EXTERNAL can name its folder")
    with COUNTRY_CODES.open(encoding="utf-8", newline="") as file:
        table = {
            name: row
            for row in csv.DictReader(file)
            for name in (row["CLDR display name"], row["UNTERM English Short"])
        }
    columns: dict[str, Callable[[dict[str, str]], str]] = {
        "wikidata": lambda row: "wikidata:" + row["wikidata_id"].rsplit("/", 1)[-1],
        "geonames": lambda row: f"geonames:{row['Geoname ID']}/",
        "iso3166": lambda row: "iso3166:" + row["ISO3166-1-Alpha-2"],
    }
    seen = 0
    for name, identifier in columns.items():
        for one in sssom.read(LINKS / f"{name}.sssom.tsv").mappings:
            if one.object_category == "country" and one.accepted:
                seen += 1
                assert one.subject_label == one.object_label or one.object_id.endswith(("Q30", ":6252001/", ":US"))
                assert one.object_id == identifier(table[one.object_label])
    assert seen == 48


def test_what_nobody_has_read_is_a_candidate_and_what_is_wrong_stays_rejected() -> None:
    found = sssom.read(LINKS / "wikidata.sssom.tsv").mappings
    states = Counter("rejected" if one.rejected else "accepted" if one.accepted else "candidate" for one in found)
    assert states == {"accepted": 36, "candidate": 6, "rejected": 2}
    assert all(one.confidence < "1" for one in found if not one.accepted and not one.rejected)


def test_only_what_is_accepted_is_published() -> None:
    found = sssom.read(LINKS / "wikidata.sssom.tsv").with_rows(
        [
            GOOD,
            replace(GOOD, object_id="wikidata:Q1", reviewer_label=""),
            replace(GOOD, object_id="wikidata:Q2", predicate_modifier="Not"),
        ]
    )
    graph = "https://w3id.org/stancegraph/graph/links/wikidata"
    quads = linksets.to_quads(found, graph)
    assert {quad.graph_name for quad in quads} == {NamedNode(graph)}
    of_set = [quad for quad in quads if quad.subject == NamedNode(found.metadata["mapping_set_id"])]
    assert {str(quad.object) for quad in of_set} >= {'"Links of stancegraph to Wikidata"@en'}
    links = [quad for quad in quads if quad.subject != NamedNode(graph) and quad not in of_set]
    assert [str(quad.object) for quad in links] == ["<http://www.wikidata.org/entity/Q148>"]
    told = {
        str(quad.predicate).rsplit("#", 1)[-1].strip(">"): str(quad.object)
        for quad in quads
        if quad not in [*links, *of_set]
    }
    assert told["triples"].startswith('"1"')
    assert told["linkPredicate"] == f"<{PREFIXES['schema']}sameAs>"
    assert told["objectsTarget"] == "<https://www.wikidata.org/>"
    assert linksets.to_quads(found.with_rows([replace(GOOD, reviewer_label="")]), graph) == []


def test_the_graph_has_the_links_and_says_what_its_linksets_are(engine: Oxigraph) -> None:
    text = (
        "PREFIX void: <http://rdfs.org/ns/void#> PREFIX schema: <http://schema.org/> "
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "SELECT ?set ?kind ?n (COUNT(?a) AS ?counted) WHERE { ?set a ?kind ; void:triples ?n . GRAPH ?set { "
        "?a schema:sameAs|schema:identifier|skos:closeMatch|skos:broadMatch|skos:relatedMatch ?b } } "
        "GROUP BY ?set ?kind ?n ORDER BY ?set"
    )
    found = list(rows(engine, text))
    kinds = {row["set"].value.rpartition("/")[2]: row["kind"].value.rpartition("#")[2] for row in found}
    assert kinds == dict.fromkeys(kinds, "Linkset") | {"iso3166": "Dataset"}, "codes link to nothing"
    assert len(found) == sum(any(one.accepted for one in sssom.read(path).mappings) for path in FILES) >= 5
    assert all(row["n"].value == row["counted"].value for row in found)


@each_file
def test_a_row_says_what_was_done_and_by_whom(path: Path) -> None:
    """What was read in a table rests on it; what is not certain says what on the other side was not read."""
    for mapping in sssom.read(path).mappings:
        if mapping.accepted:
            assert mapping.mapping_justification == "semapv:BackgroundKnowledgeBasedMatching"
            lacks_definition = "no definition was read there" in mapping.comment
            assert (float(mapping.confidence) < 1) == (not mapping.object_label or lacks_definition)
            assert mapping.comment.endswith("Reviewed by its author.") == (
                mapping.author_label == mapping.reviewer_label
            )


def test_a_set_has_the_prefixes_of_its_predicates(tmp_path: Path) -> None:
    found = sssom.read(LINKS / "wikidata.sssom.tsv")
    prefixes = {name: iri for name, iri in found.prefixes.items() if name != "schema"}
    path = tmp_path / "x.sssom.tsv"
    sssom.write(replace(found, metadata={**found.metadata, "curie_map": prefixes}).with_rows([GOOD]), path)
    assert sssom.read(path).prefixes["schema"] == "http://schema.org/"


def test_a_good_row_has_nothing_to_find() -> None:
    assert rules.check(with_row(), TARGETS["wikidata"], {CHINA: {STATE}}) == []


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"predicate_id": "skos:related"}, "LinkPredicate"),
        ({"predicate_id": "skos:exactMatch"}, "LinkPredicate"),
        ({"predicate_modifier": "not"}, "LinkModifier"),
        ({"object_id": "wikidata:P31"}, "LinkIdentifier"),
        ({"object_id": "wikidata:Q0"}, "LinkIdentifier"),
        ({"see_also": ""}, "LinkReview"),
        ({"comment": ""}, "LinkReview"),
        ({"mapping_date": ""}, "LinkReview"),
        ({"author_label": ""}, "LinkReview"),
        ({"reviewer_label": "A"}, "LinkOwnReview"),
        ({"confidence": "1.5"}, "LinkConfidence"),
        ({"confidence": "high"}, "LinkConfidence"),
        ({"mapping_date": "24 November"}, "LinkDate"),
        ({"subject_id": "actor:Nobody"}, "LinkSubject"),
        ({"object_category": "planet"}, "LinkCategory"),
        ({"object_category": "city"}, "LinkKind"),
        ({"object_category": "person"}, "LinkKind"),
    ],
)
def test_what_is_wrong_with_a_row_is_found(changed: dict[str, str], rule: str) -> None:
    found = rules.check(with_row(**changed), TARGETS["wikidata"], {CHINA: {STATE}})
    assert [finding.rule for finding in found] == [rule]
    assert found[0].remedy


def test_a_pair_stands_once_and_a_rejected_link_needs_no_evidence() -> None:
    twice = with_row().with_rows([replace(GOOD, line=17), replace(GOOD, line=18, predicate_id="owl:sameAs")])
    assert [one.rule for one in rules.check(twice, TARGETS["wikidata"], {CHINA: {STATE}})] == ["LinkTwice"]
    no = with_row(predicate_modifier="Not", object_category="city", see_also="", comment="")
    assert rules.check(no, TARGETS["wikidata"], {CHINA: {STATE}}) == []


HEADER = "# curie_map:\n#   actor: https://a/\n#   skos: https://s/\n#   x: https://x/\n"
NEEDED = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no metadata with a curie_map"),
        ("# a: [\n", "the metadata are not YAML"),
        (HEADER, "line of column names is missing"),
        (HEADER + "subject_id\tcolour\n", "unknown or missing columns: colour"),
        (HEADER + NEEDED.replace("object_id", "subject_id"), "unknown or missing columns: object_id"),
        (HEADER + NEEDED + "actor:A\tskos:b\n", "2 cells for 4 columns"),
        (HEADER + NEEDED + "actor:A\tskos:b\t\tx:y\n", "object_id is empty"),
        (HEADER + NEEDED + "actor:A\tskos:b\ty:1\tx:y\n", "object_id: the prefix of 'y:1' is not in the curie_map"),
        (HEADER + NEEDED + "actor:A\tskos:b\thttp\tx:y\n", "object_id: the prefix of 'http' is not in the curie_map"),
    ],
)
def test_a_file_that_is_no_sssom_is_refused_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "x.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said) as caught:
        sssom.read(path)
    assert caught.value.file == path
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "not TOML"),
        ('title = "X"', "home, identifier, licence must be given"),
        ('title = "X"\nhome = "h"\nlicence = "l"\nidentifier = "("', "not a regular expression"),
        ('title = "X"\nhome = "h"\nlicence = "l"\nidentifier = "x"\n[categories]\na = ["zz:B"]', "no known prefix"),
    ],
)
def test_a_target_that_is_not_described_as_it_must_be_is_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        targets.read(path)


def test_columns_are_slots_of_the_standard() -> None:
    assert len(COLUMNS) == len(set(COLUMNS)) == 14


def test_a_code_is_a_literal(engine: Oxigraph) -> None:
    states = "SELECT ?code WHERE { <https://w3id.org/stancegraph/id/actor/China> <http://schema.org/identifier> ?code }"
    assert [row["code"] for row in rows(engine, states)] == [Literal("CN")]
