"""Stored queries: each is well kept, answers as its snapshot says, and leads back to the passages."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat
from rdflib.plugins.sparql import prepareQuery

from stancegraph.errors import DataError, ExternalError, UsageError
from stancegraph.questions import stored_query
from stancegraph.questions.evidence import evidence
from stancegraph.questions.parameters import parse_value, parse_values, resolve
from stancegraph.questions.stored_query import Parameter, StoredQuery
from stancegraph.sparql.engine import Answer, Oxigraph, Rows
from stancegraph.sparql.lookups import rows
from tests.conftest import ROOT

ANSWERS = ROOT / "tests" / "answers"
QUERIES = stored_query.load_all(sorted((ROOT / "queries" / "ask").glob("*.rq")))
ALL_FILES = sorted((ROOT / "queries").rglob("*.rq")) + sorted((ROOT / "src").rglob("*.rq"))
every_query = pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))


def answer(engine: Oxigraph, query: StoredQuery) -> Rows:
    found = engine.query(query.text)
    assert isinstance(found, Rows)
    return found


def test_there_are_at_least_45_questions() -> None:
    assert len(QUERIES) >= 45


@every_query
def test_answer_is_the_one_that_was_read(query: StoredQuery, engine: Oxigraph) -> None:
    """With UPDATE_ANSWERS=1 the snapshots are written anew, to be read in the diff."""
    found = answer(engine, query).serialize(QueryResultsFormat.CSV).decode("utf-8").replace("\r\n", "\n")
    path = ANSWERS / f"{query.name}.csv"
    if os.environ.get("UPDATE_ANSWERS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@every_query
def test_answer_is_not_empty_and_every_row_has_evidence(query: StoredQuery, engine: Oxigraph) -> None:
    found = answer(engine, query)
    columns = [name for name in found.variables if name.startswith("claim")]
    assert columns, "an answer without claims leads nowhere"
    needs_more = {"enrichment", "articles"}
    if needs_more & set(query.tags) and query.name not in {"participants-compared", "sources-contradict"}:
        return  # asked in test_enrichment.py and test_second_article.py, where there is something to find
    assert len(found)
    claims = {row[name] for row in found for name in columns if name in row}
    nodes = {claim for claim in claims if isinstance(claim, NamedNode)}
    known = evidence(engine, nodes)
    assert {node.value for node in nodes} == set(known)
    for row in found:
        if query.name == "coverage" and columns[0] not in row:
            assert "heading" in row["kindName"].value
            continue
        if query.name == "who-coded" and columns[0] not in row:
            continue  # what was judged is no claim, but an article or a citation
        assert columns[0] in row
        chains = known[row[columns[0]].value]
        assert all(chain.passages and chain.levels for chain in chains)


@every_query
def test_order_is_total(query: StoredQuery, engine: Oxigraph) -> None:
    """Rows that the ORDER BY cannot tell apart may come in any order on another engine."""
    found = answer(engine, query)
    order = query.text.rsplit("ORDER BY", 1)[1]
    keys = set(re.findall(r"\?(\w+)", order))
    seen = [tuple(row.get(name) for name in found.variables if name in keys) for row in found]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.stem)
def test_text_is_sparql_1_1_for_another_parser_too(path: Path) -> None:
    prepareQuery(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.stem)
def test_text_follows_the_house_style(path: Path) -> None:
    text = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    assert "SELECT *" not in text
    assert re.search(r"\b(SELECT|CONSTRUCT|ASK)\b", text)
    for word in ("select", "where", "optional", "filter", "union", "order by", "prefix", "values"):
        assert not re.search(rf"^\s*{word}\b", text, re.MULTILINE)
    is_sorted_elsewhere = "/build/" in path.as_posix() or path.name == "labels.rq"  # see find_names
    if "SELECT" in text and not is_sorted_elsewhere:
        assert "ORDER BY" in text
    assert "\t" not in text


@every_query
def test_header_explains(query: StoredQuery) -> None:
    assert query.title
    assert query.tags
    assert query.description.endswith(".")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", query.name)
    for parameter in query.parameters:
        assert parameter.label


@every_query
def test_binding_a_default_changes_nothing(query: StoredQuery, engine: Oxigraph) -> None:
    """Every parameter takes a value of its type and the answer is still one."""
    samples: dict[str, Literal | NamedNode] = {
        "xsd:date": Literal("2012-05-21", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date")),
        "xsd:string": Literal("piracy"),
        "xsd:integer": Literal(3),
        "iri": NamedNode("https://w3id.org/stancegraph/id/actor/China"),
    }
    for parameter in query.parameters:
        required = {p.name: [samples[p.type]] for p in query.parameters if p.required}
        bound = query.bind({**required, parameter.name: [samples[parameter.type]]})
        assert str(samples[parameter.type]) in bound
        assert isinstance(engine.query(bound), Rows)


def test_several_values_for_one_parameter_widen_the_answer(engine: Oxigraph) -> None:
    query = QUERIES["stances-of-actor"]
    china, nato = resolve(engine, "China"), resolve(engine, "NATO")
    counts = [len(answer_to(engine, query, [value])) for value in (china, nato)]
    assert len(answer_to(engine, query, [china, nato])) == sum(counts)


def answer_to(engine: Oxigraph, query: StoredQuery, actors: list[NamedNode]) -> Rows:
    found = engine.query(query.bind({"actor": actors}))
    assert isinstance(found, Rows)
    return found


def test_an_issue_includes_the_issues_below_it(engine: Oxigraph) -> None:
    query = QUERIES["issue-over-time"]

    def statements(words: str) -> set[str]:
        found = engine.query(query.bind(parse_values(partial(parse_value, engine), query, {"issue": [words]})))
        assert isinstance(found, Rows)
        return {row["claim"].value for row in found}

    assert statements("Afghan transition") < statements("Afghanistan") < statements("Security")


def test_values_are_replaced_by_terms_and_nothing_else(engine: Oxigraph) -> None:
    query = QUERIES["find-claims"]
    hostile = '"} UNION { ?s ?p ?o } # \\ \u202e'
    bound = query.bind({"words": [Literal(hostile)]})
    assert len(bound.splitlines()) == len(query.text.splitlines())
    found = engine.query(bound)
    assert isinstance(found, Rows)
    assert len(found) == 0


def test_what_is_nearly_called_so_is_suggested_and_what_has_the_words_in_it(engine: Oxigraph) -> None:
    with pytest.raises(UsageError) as misspelt:
        resolve(engine, "Chnia")
    assert "China" in str(misspelt.value.remedy).removeprefix("did you mean: ").split("; ")
    with pytest.raises(UsageError) as part:
        resolve(engine, "legitimizes its own")
    first = str(part.value.remedy).removeprefix("did you mean: ").split("; ")[0]
    assert first.startswith("A major Chinese concern is that NATO legitimizes its own")
    with pytest.raises(UsageError) as nothing:
        resolve(engine, "qqqqqqqq")
    assert nothing.value.remedy == "give a label, a prefixed name or an IRI"


@pytest.mark.parametrize("kind", ["iri", "xsd:string", "xsd:date", "xsd:integer"])
def test_halves_of_characters_are_refused(kind: str, engine: Oxigraph) -> None:
    """Python makes them of bytes that are not UTF-8, and no RDF term has them."""
    for text in ("\udce9", "caf\udce9", "https://example.org/\ud800"):
        with pytest.raises(UsageError, match="is not Unicode text"):
            parse_value(engine, Parameter("x", kind, "X"), text)


def test_an_engine_that_answers_a_select_with_a_truth_value_has_failed() -> None:
    class Broken:
        def query(self, text: str) -> Answer:
            return True

    with pytest.raises(ExternalError, match="rows were asked for"):
        rows(Broken(), "SELECT * {}")


def test_unknown_and_missing_parameters_are_refused() -> None:
    with pytest.raises(UsageError, match="no parameter 'holdr'"):
        QUERIES["conditions"].check({"holdr"})
    with pytest.raises(UsageError, match="needs --actor"):
        QUERIES["stances-of-actor"].check({})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT ?x WHERE { ?x ?y ?z }", "header is not valid"),
        (
            "#+ title: T\n#+ description: D.\n#+ params:\n#+   a: {type: iri}\nSELECT ?x WHERE { ?x ?y ?z }",
            "VALUES blocks",
        ),
        ("#+ title: T\n#+ description: D.\n#+ params: [\nSELECT", "header is not valid"),
        (
            "#+ title: T\n#+ description: D.\n#+ params:\n#+   a: {type: colour}\nSELECT ?x WHERE {\n"
            "  VALUES ?a { UNDEF }   # param\n  ?x ?y ?a }",
            "unknown type",
        ),
        (
            "#+ title: T\n#+ description: D.\n#+ sentence: What of {b}?\n#+ params:\n#+   a: {type: iri}\n"
            "SELECT ?x WHERE {\n  VALUES ?a { UNDEF }   # param\n  ?x ?y ?a }",
            r"sentence or page does not match the parameters: \['a', 'b'\]",
        ),
        (
            "#+ title: T\n#+ description: D.\n#+ page: {b: 1}\n#+ params:\n#+   a: {type: iri}\n"
            "SELECT ?x WHERE {\n  VALUES ?a { UNDEF }   # param\n  ?x ?y ?a }",
            r"sentence or page does not match the parameters: \['b'\]",
        ),
        (
            "#+ title: T\n#+ description: D.\n#+ params:\n#+   a: {type: iri, class: nowhere:Actor}\n"
            "SELECT ?x WHERE {\n  VALUES ?a { UNDEF }   # param\n  ?x ?y ?a }",
            "class 'nowhere:Actor' has no known prefix",
        ),
    ],
)
def test_a_file_that_is_no_stored_query_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        stored_query.load(path)
    assert caught.value.file == path
