"""Prefixed names and IRIs, in both directions, and Turtle that is written with them."""

from __future__ import annotations

import string

from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from stancegraph.rdf.namespaces import ID
from stancegraph.rdf.turtle import write_document
from stancegraph.workspace import folders

PREFIXES = folders.shipped().namespaces().of_article("article")
LOCAL_NAMES = st.text(alphabet=string.ascii_letters + string.digits + "-._~/#:%éß", max_size=12)
NAMESPACES = st.sampled_from(sorted(PREFIXES.values()))
IRIS = st.builds(
    lambda namespace, name: namespace + name,
    NAMESPACES | st.sampled_from([f"{ID}claim/article/", f"{ID}claim/other/", "http://example.org/"]),
    st.text(alphabet=string.ascii_letters + string.digits + "-._~/:éß", max_size=12),
)
LITERALS = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])).map(Literal),
    st.builds(lambda words: Literal(words, language="en"), st.text(alphabet=string.printable + "“”é")),
    st.integers(-(10**9), 10**9).map(Literal),
    st.builds(lambda day: Literal(day.isoformat(), datatype=NamedNode(f"{PREFIXES['xsd']}date")), st.dates()),
)
TRIPLES = st.builds(
    lambda subject, predicate, value: Triple(NamedNode(subject), NamedNode(predicate), value),
    IRIS,
    IRIS,
    IRIS.map(NamedNode) | LITERALS,
)


@given(NAMESPACES, LOCAL_NAMES)
@example(f"{ID}actor/", "São_Tomé")
@example(ID, "actor/China")
def test_a_shortened_iri_expands_to_itself(namespace: str, name: str) -> None:
    short = PREFIXES.shorten(namespace + name)
    assert short != namespace + name
    assert PREFIXES.expand(short) == namespace + name


@given(st.sampled_from(sorted(PREFIXES)), LOCAL_NAMES)
@example("time", "x")
@example("time-span", "article/x")
def test_a_prefixed_name_expands_to_its_namespace(prefix: str, name: str) -> None:
    assert PREFIXES.expand(f"{prefix}:{name}") == PREFIXES[prefix] + name


@given(st.text())
@example("nothing:China")
@example("China")
@example("http://example.org/x")
def test_whatever_has_no_known_prefix_is_not_a_prefixed_name(text: str) -> None:
    prefix, colon, _ = text.partition(":")
    assert (PREFIXES.expand(text) is None) == (not colon or prefix not in PREFIXES)


@given(st.lists(TRIPLES, max_size=12))
@example([Triple(NamedNode(f"{ID}claim/article/a.b."), NamedNode(f"{PREFIXES['sg']}holder"), Literal('"\\\n'))])
@example([Triple(NamedNode(f"{ID}claim/article/"), NamedNode(f"{PREFIXES['sg']}holder"), Literal("007"))])
def test_turtle_for_people_says_what_the_triples_say(triples: list[Triple]) -> None:
    turtle = write_document(triples, PREFIXES, "A comment.")
    assert {quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)} == set(triples)
    assert turtle == write_document(triples, PREFIXES, "A comment.")
