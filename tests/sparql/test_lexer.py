"""What stands in strings, IRIs, comments and names is no keyword, and what is written with escapes is one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from stancegraph.errors import UsageError
from stancegraph.sparql.calls import calls_service, may_call_service
from stancegraph.sparql.engine import Oxigraph, Rows
from stancegraph.sparql.lexer import braces, check_size, keywords, openings, service_blocks, services, variables
from tests.conftest import Run, no_traceback
from tests.project.figures import note
from tests.robustness import calling

pytestmark = pytest.mark.oldest

HIDDEN = [
    'SELECT * { ?s ?p "SERVICE FROM" }',
    "SELECT * { ?s ?p 'SERVICE FROM' }",
    'SELECT * { ?s ?p """a "quoted" SERVICE\n FROM""" }',
    "SELECT * { ?s ?p '''it's SERVICE\n FROM''' }",
    'SELECT * { ?s ?p "an escaped \\" SERVICE FROM" }',
    "SELECT * { ?s ?p <http://example.org/SERVICE/FROM> }",
    "SELECT * { ?SERVICE ?p $FROM }",
    "SELECT * { ?s ?p ?o } # SERVICE FROM",
    "PREFIX service: <http://example.org/> SELECT * { ?s service:FROM service:SERVICE }",
    "PREFIX : <http://example.org/> SELECT * { ?s :FROM :SERVICE }",
    'SELECT * { ?s ?p "x"@service-FROM }',
]
HERE = "http://127.0.0.1:9/"
PLAIN = [
    "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
    "SELECT * {?s ?p 1.SERVICE<http://example.org/>{?s ?p ?o}}",
    "SELECT * { service silent ?where { ?s ?p ?o } }",
    "SELECT * { # a comment\nSERVICE <http://example.org/> { ?s ?p ?o } }",
    'SELECT * { ?s ?p "a # no comment" . SERVICE <http://example.org/> { ?s ?p ?o } }',
    "SELECT * { FILTER(?a <?b) SERVICE <http://example.org/> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <http://example.org/> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <http://example.org/> { ?s ?p ?o } }",
]
CALLING = [  # as the engine reads them, with : for an endpoint
    "SELECT * { ?a ?b ?c.SERVICE:{?s ?p ?o} } LIMIT 1",
    "SELECT * { ?a ?b 3.SERVICE:{?s ?p ?o} }",
    "SELECT * { ?a ?b true.SERVICE:{?s ?p ?o} }",
    "SELECT * { {}SERVICE:{?s ?p ?o} }",
    "SELECT * { FILTER(1<2)SERVICE:#>\n{?s ?p ?o} }",
    "SELECT * { FILTER EXISTS {SERVICE:{?s ?p ?o}} }",
    f'SELECT * {{ BIND("\\u0022" AS ?a) SERVICE <{HERE}> {{?s ?p ?o}} BIND("\\u0022" AS ?b) }}',
    "SELECT * { VALUES ?x {true}SERVICEx:y{} }",
    "SELECT * { SERVICESILENT:{} }",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_what_is_no_keyword_is_none(text: str) -> None:
    assert not keywords(text) & {"SERVICE", "FROM"}


@pytest.mark.parametrize("text", PLAIN)
def test_a_keyword_is_seen_however_it_is_written(text: str) -> None:
    assert "SERVICE" in keywords(text)


@pytest.mark.parametrize("text", CALLING)
def test_what_the_engine_calls_is_seen_by_parser_and_lexer(text: str) -> None:
    text = f"PREFIX : <{HERE}> PREFIX x: <{HERE}> {text}"
    assert calls_service(text)
    assert "SERVICE" in keywords(text)


@pytest.mark.parametrize("text", HIDDEN)
def test_what_is_no_call_is_not_taken_for_one(text: str) -> None:
    assert not calls_service(text)


@pytest.mark.parametrize("text", ["SELECT * { SERVICE", "service", "ASK { 'service } ", "SELECT * { ?s ?p } # service"])
def test_what_is_no_query_is_told_as_that_and_not_run(text: str) -> None:
    with contextlib.suppress(SyntaxError):
        assert calls_service(text)  # it ends too early for anybody to tell


@pytest.mark.parametrize("number", [5_000, pytest.param(250_000, marks=pytest.mark.long)])
def test_whatever_the_engine_calls_was_seen(number: int) -> None:
    told: list[str] = []
    assert calling.main(number, seed=number, told=told.append) == 0, told
    counts = {line.strip().split(" ", 1)[1]: int(line.split()[0].replace(",", "")) for line in told}
    note("texts of queries compared with the engine, for what it calls", number)
    note("texts of queries that called, all seen", counts["called"])
    assert counts["called"] > number / 100
    assert counts["did not"] > number / 100
    assert counts["called"] + counts["did not"] + counts["none"] == number


BOMBS = {
    "digits": "1%", "quotes": '"', "escapes": '"\\', "angles": "<a", "dots": "a.", "long": "'''", "names": "_:",
    "calls": "SERVICE<a>{", "codes": "\\u0041", "marks": "?", "comments": "#\r", "colons": ":%", "services": "service ",
    "hidden": "<)service>",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_every_text_is_read_in_one_pass(name: str) -> None:
    """Many characters are over soon where it takes as long as they are many; their square would take hours."""
    text = BOMBS[name] * (20_000 // len(BOMBS[name]))
    keywords(text)
    services(text)
    variables(text)
    braces(text)
    openings(text, "WHERE")
    with contextlib.suppress(ValueError):
        service_blocks(text)
    with contextlib.suppress(UsageError):
        check_size(text)
    assert may_call_service(text) == ("service" in text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {" + "{" * 300 + "}" * 300 + "}",
        "ASK { FILTER(" + "!" * 3000 + "true) }",
        "SELECT * {" + " OPTIONAL {?s ?p ?o}" * 1000 + "}",
        "SELECT (1" + "+1" * 3000 + " AS ?x) {}",
        "SELECT * {" + " FILTER(1)" * 1000 + "}",
        "ASK {} #" + "x" * (1 << 20),
    ],
)
def test_no_query_is_given_to_the_engine_that_would_end_it(text: str, run: Callable[..., Run]) -> None:
    with pytest.raises(UsageError):
        check_size(text)
    done = run("sparql", text)
    no_traceback(done)
    assert done.status == 2
    assert "Remedy" in done.err


@pytest.mark.parametrize(
    "text", ["VALUES ?x {" + " -1" * 5000 + "}", " ".join("?s ?p ?o ." for _ in range(3000)), "{}" * 400]
)
def test_a_query_may_be_large_in_what_is_harmless(text: str) -> None:
    check_size(f"SELECT * {{ {text} }}")


def test_a_query_that_names_its_graphs_is_answered_from_them() -> None:
    store = Store()
    thing = NamedNode("http://example.org/thing")
    for name in ("one", "two"):
        store.add(Quad(thing, thing, Literal(name), NamedNode(f"http://example.org/{name}")))

    def values(clause: str) -> set[str]:
        found = Oxigraph(store).query(f"SELECT ?o {clause} WHERE {{ ?s ?p ?o }}")
        assert isinstance(found, Rows)
        return {row["o"].value for row in found}

    assert values("") == {"one", "two"}
    assert values("FROM <http://example.org/one>") == {"one"}
    assert values("FROM NAMED <http://example.org/one>") == set()
