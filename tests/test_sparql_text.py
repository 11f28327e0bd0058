"""What stands in strings, IRIs, comments and names is no keyword, and what is written with escapes is one."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from stancegraph.engine import Oxigraph, Rows
from stancegraph.sparql_text import keywords

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


@pytest.mark.parametrize("text", HIDDEN)
def test_what_is_no_keyword_is_none(text: str) -> None:
    assert not keywords(text) & {"SERVICE", "FROM"}


@pytest.mark.parametrize("text", PLAIN)
def test_a_keyword_is_seen_however_it_is_written(text: str) -> None:
    assert "SERVICE" in keywords(text)


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
