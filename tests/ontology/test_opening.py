"""The ontology opens with no network: imports are found beside it, and what is borrowed is declared as what it is."""

from __future__ import annotations

from importlib.resources import files as resources
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import Graph, URIRef

from stancegraph.ontology import axioms
from stancegraph.rdf.namespaces import PREFIXES, shorten
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT

FILES = Workspace(ROOT).ontology_files()
VOCABULARIES = sorted((ROOT / "data" / "vocabulary").glob("*.ttl"))
TABLE = yaml.safe_load((ROOT / "tests" / "examples" / "upstream-kinds.yaml").read_text(encoding="utf-8"))
NAMESPACES = Workspace(ROOT).namespaces().prefixes
UPSTREAM = {NAMESPACES[p] + n: kind for p, kinds in TABLE.items() for kind, names in kinds.items() for n in names}
OWL, RDF = PREFIXES["owl"], PREFIXES["rdf"]
BUILT_IN = tuple(PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
STATUS = NAMESPACES["bibo"] + "status/draft"  # a value, not a term
KINDS = {"class": "Class", "object property": "ObjectProperty", "data property": "DatatypeProperty"}


def entries(catalog: Path) -> dict[str, Path]:
    found = ElementTree.parse(catalog).getroot().iterfind("{*}uri")
    table = {entry.attrib["name"]: entry.attrib["uri"] for entry in found}
    assert table
    assert not [uri for uri in table.values() if "://" in uri or uri.startswith("/")]
    return {name: (catalog.parent / uri).resolve() for name, uri in table.items()}


@pytest.mark.parametrize("path", [*FILES, *VOCABULARIES], ids=lambda path: path.stem)
def test_every_import_is_found_by_the_catalog_beside_the_file(path: Path) -> None:
    catalog = entries(path.parent / "catalog-v001.xml")
    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        if quad.predicate.value == OWL + "imports":
            assert isinstance(quad.object, NamedNode)
            target = catalog[quad.object.value]
            assert declares(target, quad.object.value), f"{target} is no ontology of that name"


def declares(path: Path, ontology: str) -> bool:
    quads = parse(path=str(path), format=RdfFormat.TURTLE)
    return any((q.subject, q.object) == (NamedNode(ontology), NamedNode(OWL + "Ontology")) for q in quads)


def test_every_entry_of_the_catalog_leads_to_the_ontology_of_its_name() -> None:
    table = entries(ROOT / "ontology" / "catalog-v001.xml")
    assert len(table) == len(FILES) + len(VOCABULARIES)
    assert all(declares(path, name) for name, path in table.items())


def test_the_catalog_of_the_labels_leads_to_all_that_they_import() -> None:
    """Also to what the imports import in turn: a new vocabulary has a line in both catalogs."""
    main = entries(ROOT / "ontology" / "catalog-v001.xml")
    of_labels = entries(ROOT / "ontology" / "labels" / "catalog-v001.xml")
    assert len(of_labels) > 14
    apart = {name for name in main if name.rsplit("/", 1)[-1] == "alignments" or "/labels/" in name}
    assert of_labels == {name: path for name, path in main.items() if name not in apart}


def test_the_ontology_itself_imports_nothing() -> None:
    quads = parse(path=str(ROOT / "ontology" / "stancegraph.ttl"), format=RdfFormat.TURTLE)
    assert not [quad for quad in quads if quad.predicate.value == OWL + "imports"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_borrowed_term_is_declared_as_what_it_is_upstream(path: Path) -> None:
    both = {ROOT / "ontology" / "stancegraph.ttl", path}  # which the others import
    declared = {iri: term.kind for file in both for iri, term in axioms.read_ontology(file).terms.items()}
    used = {
        node.value
        for quad in parse(path=str(path), format=RdfFormat.TURTLE)
        if quad.predicate.value != PREFIXES["rdfs"] + "seeAlso"  # names terms, and uses none
        for node in (quad.subject, quad.predicate, quad.object)
        if isinstance(node, NamedNode) and not node.value.startswith(BUILT_IN)
    }
    used -= {STATUS}
    borrowed = {iri for iri in used if iri.startswith(tuple(NAMESPACES[name] for name in TABLE))}
    assert borrowed
    assert not [iri for iri in used - borrowed if "/stancegraph/" not in iri and "creativecommons" not in iri]
    assert {shorten(iri): declared.get(iri) for iri in borrowed} == {shorten(iri): UPSTREAM[iri] for iri in borrowed}


@pytest.mark.java
@pytest.mark.parametrize("vocabulary", ["skos", "prov"])
def test_the_table_of_kinds_is_that_of_the_vocabulary_itself(vocabulary: str) -> None:
    """pyLODE carries copies of SKOS and PROV-O."""
    data = resources("pylode").joinpath("rdf", f"{vocabulary}.ttl").read_bytes()
    upstream = Graph().parse(data=data, format="turtle", publicID="https://example.org/")
    types = {(str(subject), str(kind)) for subject, kind in upstream.subject_objects(URIRef(RDF + "type"))}
    own = {iri: kind for iri, kind in UPSTREAM.items() if iri.startswith(NAMESPACES[vocabulary])}
    assert len(own) >= 6
    for iri, kind in own.items():
        assert (iri, OWL + KINDS.get(kind, "AnnotationProperty")) in types, iri


def test_classes_form_a_tree_that_a_person_can_read() -> None:
    terms = axioms.read_ontology(ROOT / "ontology" / "stancegraph.ttl").terms
    classes = {shorten(iri): term for iri, term in terms.items() if term.kind == "class"}
    roots = [n for n, term in classes.items() if not term.deprecated and not {a for a in term.parents if a in classes}]
    assert len(classes) > 60
    assert len(roots) <= 20
    children = {above: [n for n, t in classes.items() if above in t.parents] for above in classes}
    assert max(len(below) for below in children.values()) < 20
