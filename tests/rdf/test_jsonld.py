"""What is written as JSON-LD is read back as the same quads."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from stancegraph.pipeline.snapshot import canonical
from stancegraph.rdf.jsonld import context, to_jsonld
from stancegraph.rdf.namespaces import ID, PREFIXES, shorten

SG, XSD = PREFIXES["sg"], PREFIXES["xsd"]
ONTOLOGY = [
    quad.triple
    for quad in parse(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
        f"@prefix sg: <{SG}> . @prefix xsd: <{XSD}> . sg:Stance a owl:Class . sg:holder a owl:ObjectProperty . "
        "sg:skos a owl:ObjectProperty . sg:published a owl:DatatypeProperty ; rdfs:range xsd:date . "
        "sg:words a owl:DatatypeProperty .",
        format=RdfFormat.TURTLE,
    )
]
IRIS = st.sampled_from(
    [
        *(f"{SG}{name}" for name in ("Stance", "holder", "skos", "published", "words", "unknown", "")),
        f"{ID}actor/China", f"{ID}actor/a:b", f"{PREFIXES['rdf']}type", f"{PREFIXES['rdf']}first", "urn:x", "rdf:x",
        "skos:Concept", "http://example.org/a b".replace(" ", "%20"), "http://example.org/中", "mailto:a@b",
    ]
).map(NamedNode)  # fmt: skip
NODES = IRIS | st.sampled_from("ab").map(BlankNode)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
LITERALS = (
    TEXTS.map(Literal)
    | TEXTS.map(lambda text: Literal(text, language="en"))
    | st.builds(
        lambda text, name: Literal(text, datatype=NamedNode(name)),
        st.sampled_from(["01", "2012-05-20", "1.50", "true", "@id", "_:a", "actor:China"]),
        st.sampled_from([f"{XSD}integer", f"{XSD}date", f"{XSD}decimal", f"{XSD}boolean", "urn:x", "rdf:x"]),
    )
)
QUADS = st.lists(st.builds(Quad, NODES, IRIS, NODES | LITERALS, st.just(DefaultGraph()) | IRIS), max_size=8)


@given(QUADS)
def test_what_is_read_back_is_the_same(quads: list[Quad]) -> None:
    written = to_jsonld(quads, context(ONTOLOGY))
    assert set(canonical(parse(written, format=RdfFormat.JSON_LD))) == set(canonical(quads))


def test_terms_are_keys() -> None:
    stance, china = NamedNode(f"{ID}claim/x"), NamedNode(f"{ID}actor/China")
    quads = [
        Quad(stance, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(SG + "Stance")),
        Quad(stance, NamedNode(SG + "holder"), china),
        Quad(stance, NamedNode(SG + "published"), Literal("2012-06-25", datatype=NamedNode(XSD + "date"))),
    ]
    document = json.loads(to_jsonld(quads, context(ONTOLOGY)))
    assert document["@context"]["published"] == {"@id": SG + "published", "@type": XSD + "date"}
    assert document["@graph"] == [
        {
            "@id": shorten(f"{ID}claim/x"),  # by the prefixes that the process knows
            "@type": "Stance",
            "holder": shorten(f"{ID}actor/China"),
            "published": "2012-06-25",
        }
    ]
