"""Federated questions: endpoints are asked for bound values, side by side, and the answer is of what they gave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from stancegraph.errors import ExternalError, UsageError
from stancegraph.questions import federation, stored_query
from stancegraph.sparql.engine import Oxigraph, Rows
from stancegraph.sparql.lexer import service_blocks, variables
from tests.conftest import ROOT, Run, no_traceback
from tests.support.endpoint import serve
from tests.support.linked import EXAMPLES, link

QUERIES = sorted((ROOT / "queries" / "federated").glob("*.rq"))
WIKIDATA, DBPEDIA = "https://query.wikidata.org/sparql", "https://dbpedia.org/sparql"
EX = "PREFIX ex: <http://example.org/>\n"


def local() -> Oxigraph:
    store = Store()
    data = "".join(f"ex:a{number} ex:is ex:b{number} ." for number in range(120))
    store.update(f"{EX}INSERT DATA {{ {data} }}")
    return Oxigraph(store)


def echo(iri: str, text: str) -> tuple[Rows, float]:
    """An endpoint that has a name for every third thing; it answers what is asked, as SPARQL has it."""
    store = Store()
    data = "".join(f'ex:b{number} ex:name "{iri[-1]}{number}" .' for number in range(0, 120, 3))
    store.update(f"{EX}INSERT DATA {{ {data} }}")
    answer = Oxigraph(store).query(text)
    assert isinstance(answer, Rows)
    return answer, 0.0


def question(first: str, second: str = "") -> str:
    return f"{EX}SELECT ?a ?name ?other WHERE {{ ?a ex:is ?b . {first} {second} }} ORDER BY ?a"


def cell_values(answer: object) -> list[tuple[object, ...]]:
    assert isinstance(answer, Rows)
    return [tuple(None if term is None else term.value for term in row) for row in answer.rows]


def test_only_bound_values_are_asked_for_in_batches() -> None:
    asked: list[str] = []

    def ask(iri: str, text: str) -> tuple[Rows, float]:
        asked.append(text)
        return echo(iri, text)

    answer, (report,) = federation.answer(local(), question("SERVICE <urn:x> { ?b ex:name ?name }"), ask)
    assert len(cell_values(answer)) == 40
    assert (report.values, report.requests, report.rows, report.state) == (120, 3, 40, "answered")
    assert all("VALUES (?b)" in text and "ex:is" not in text for text in asked)
    assert str(report) == "urn:x: answered; asked for 120 values in 3 requests, 40 rows"


def test_an_optional_service_leaves_rows_without_it() -> None:
    answer, _ = federation.answer(local(), question("OPTIONAL { SERVICE <urn:x> { ?b ex:name ?name } }"), echo)
    rows = cell_values(answer)
    assert (len(rows), sum(name is not None for _, name, _ in rows)) == (120, 40)


def test_one_endpoint_down_leaves_the_other() -> None:
    def ask(iri: str, text: str) -> tuple[Rows, float]:
        if iri == "urn:y":
            raise ExternalError("it is down", file=iri)
        return echo(iri, text)

    optional = "OPTIONAL {{ SERVICE <urn:{}> {{ ?b ex:name ?{} }} }}"
    text = question(optional.format("x", "name"), optional.format("y", "other"))
    answer, reports = federation.answer(local(), text, ask)
    rows = cell_values(answer)
    assert (len(rows), {other for _, _, other in rows}) == (120, {None})
    assert [(report.iri, report.state) for report in reports] == [("urn:x", "answered"), ("urn:y", "failed")]
    assert "it is down" in str(reports[1])


def test_what_a_failed_service_would_have_said_is_not_made_up() -> None:
    def ask(iri: str, text: str) -> tuple[Rows, float]:
        raise ExternalError("it is down")

    bare, _ = federation.answer(local(), question("SERVICE <urn:x> { ?b ex:name ?name }"), ask)
    silent, _ = federation.answer(local(), question("SERVICE SILENT <urn:x> { ?b ex:name ?name }"), ask)
    assert cell_values(bare) == [], "else a question such as who is a member would name everybody"
    assert len(cell_values(silent)) == 120, "SILENT says: go on without it"


def test_part_of_an_answer_is_called_partial_and_what_was_kept_has_an_age() -> None:
    calls = iter(range(100))

    def ask(iri: str, text: str) -> tuple[Rows, float]:
        if next(calls) == 1:
            raise ExternalError("too slow")
        return echo(iri, text)[0], 7200.0

    answer, (report,) = federation.answer(local(), question("SERVICE <urn:x> { ?b ex:name ?name }"), ask)
    assert report.state == "partial"
    assert 0 < len(cell_values(answer)) < 40
    assert "2 of the requests answered from cache, up to 2.0 hours old" in str(report)
    _, (kept,) = federation.answer(
        local(), question("SERVICE <urn:x> { ?b ex:name ?name }"), lambda iri, text: (echo(iri, text)[0], 60.0)
    )
    assert kept.state == "from cache"


def test_endpoints_are_asked_side_by_side() -> None:
    """Each waits for the other: one after the other, neither would ever be answered."""
    both = threading.Barrier(2, timeout=20)
    seen: set[str] = set()

    def ask(iri: str, text: str) -> tuple[Rows, float]:
        if iri not in seen:
            seen.add(iri)
            both.wait()
        return echo(iri, text)

    text = question("SERVICE <urn:x> { ?b ex:name ?name }", "SERVICE <urn:y> { ?b ex:name ?other }")
    answer, reports = federation.answer(local(), text, ask)
    assert [report.state for report in reports] == ["answered", "answered"]
    assert cell_values(answer)[0][1:] == ("x0", "y0")


def test_nothing_to_ask_for_asks_nobody() -> None:
    text = f"{EX}SELECT ?a ?name WHERE {{ ?a ex:nothing ?b . SERVICE <urn:x> {{ ?b ex:name ?name }} }}"
    answer, (report,) = federation.answer(local(), text, echo)
    assert (cell_values(answer), report.state, report.requests) == ([], "not asked", 0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (question("SERVICE <urn:x> { ?z ex:name ?name }"), "shares no variable"),
        (question("SERVICE ?b { ?b ex:name ?name }"), "must name its endpoint"),
        (question("SERVICE <urn:x> { ?b ex:name ?name "), "not closed"),
        (f"{EX}ASK {{ ?a ex:is ?b . SERVICE <urn:x> {{ ?b ex:name ?name }} }}", "only a SELECT"),
    ],
)
def test_what_cannot_be_taken_apart_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        federation.answer(local(), text, echo)


def test_braces_in_strings_comments_and_iris_are_not_braces() -> None:
    text = """SELECT * { ?a ?b "}" # }
      SERVICE <urn:{x> { ?a ?c '}' . { ?a ?d \"""}\""" } } # SERVICE <urn:y> {
      SERVICE SILENT <urn:z> { ?a ?e "SERVICE <urn:w> {" } }"""
    found = service_blocks(text.replace("urn:{x", "urn:x"))
    assert [(block.iri, block.silent) for block in found] == [("urn:x", False), ("urn:z", True)]
    assert variables(found[0].body) == ["a", "c", "d"]


@pytest.mark.parametrize("path", QUERIES, ids=[path.stem for path in QUERIES])
def test_stored_questions_are_plain_sparql(path: Path) -> None:
    """An engine that follows SERVICE answers them, too: here with endpoints that answer nothing."""
    query = stored_query.load(path)
    assert "federated" in query.tags
    assert service_blocks(query.text)
    assert path.stem not in {other.stem for other in (ROOT / "queries" / "ask").glob("*.rq")}
    answer, reports = federation.answer(Oxigraph(Store()), query.text, echo)
    assert (cell_values(answer), {report.state for report in reports}) == ([], {"not asked"})


@pytest.fixture
def elsewhere() -> Iterator[dict[str, str]]:
    """Endpoints in the shape of Wikidata and DBpedia."""
    stores = {}
    for name in ("wikidata", "dbpedia"):
        stores[name] = Store()
        stores[name].bulk_load(path=str(EXAMPLES / f"{name}-shaped.ttl"), format=RdfFormat.TURTLE)
    with serve(Oxigraph(stores["wikidata"])) as wikidata, serve(Oxigraph(stores["dbpedia"])) as dbpedia:
        yield {"wikidata": wikidata, "dbpedia": dbpedia}


@pytest.mark.long
def test_from_the_command_line(copy: Path, run: Callable[..., Run], elsewhere: dict[str, str], tmp_path: Path) -> None:
    link(copy, [])  # asks without waiting
    asked = ("--workspace", str(copy), "ask", "described-elsewhere", "--actor", "NATO", "--format", "csv")
    where = ("--contact", "me@example.org", "--cache", str(tmp_path), "--mirror", f"{WIKIDATA}={elsewhere['wikidata']}")
    done = run(*asked, *where, "--mirror", f"{DBPEDIA}={elsewhere['dbpedia']}")
    assert done.status == 0, done.err
    assert "NATO,military alliance,NATO is an alliance.," in done.out
    assert f"{WIKIDATA}: answered; asked for 1 values in 1 requests, 1 rows" in done.err
    down = run(*asked, *where, "--mirror", f"{DBPEDIA}=http://127.0.0.1:1/")
    no_traceback(down)
    assert down.status == 3, "what was got is printed, and the exit status says that it is not all"
    assert "NATO,military alliance,,http://www.wikidata.org/entity/Q7184" in down.out
    assert f"{WIKIDATA}: from cache" in down.err
    assert f"{DBPEDIA}: failed" in down.err
    assert run(*asked).status == 2, "nobody says who asks"
    wrong = run(*asked, "--contact", "me", "--mirror", "nonsense")
    assert (wrong.status, "is not a mirror" in wrong.err) == (2, True)


def test_they_are_listed_with_the_others(run: Callable[..., Run]) -> None:
    listed = run("--workspace", str(ROOT), "queries", "--tag", "federated").out
    assert all(path.stem in listed for path in QUERIES)
    assert len(QUERIES) >= 3


def test_terms_are_sent_as_they_are() -> None:
    """A value that looks like SPARQL stays a value."""
    store = Store()
    store.update('INSERT DATA { <urn:a> <urn:says> "\\"} SERVICE <urn:evil> {" . <urn:b> <urn:says> _:blank }')
    texts: list[str] = []

    def ask(iri: str, text: str) -> tuple[Rows, float]:
        texts.append(text)
        return Rows.from_records(("words", "name"), [(Literal('"} SERVICE <urn:evil> {'), NamedNode("urn:found"))]), 0.0

    text = "SELECT ?who ?name WHERE { ?who <urn:says> ?words . SERVICE <urn:x> { ?words <urn:called> ?name } }"
    answer, (report,) = federation.answer(Oxigraph(store), text, ask)
    assert cell_values(answer) == [("urn:a", "urn:found")]
    assert (report.values, [block.iri for block in service_blocks(texts[0])]) == (1, []), "a blank node is not sent"
