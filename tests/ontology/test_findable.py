"""What FOOPS! and the guide of LOV ask of an ontology, as far as it shows without a network.

See `FOOPS! <https://w3id.org/foops>`_, whose tests are named here, and `the recommendations of Linked Open Vocabularies
<https://lov.linkeddata.es/Recommendations_Vocabulary_Design.pdf>`_.
"""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Graph, Literal, Namespace, URIRef
from starlette.testclient import TestClient

from stancegraph.ontology.releases import list_releases
from stancegraph.rdf.namespaces import PREFIXES
from tests.conftest import ROOT

BASE = PREFIXES["sg"].removesuffix("#")
IRI = URIRef(BASE)
BIBO = Namespace("http://purl.org/ontology/bibo/")


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(ROOT / "ontology" / "stancegraph.ttl")


def terms(ontology: Graph) -> set[URIRef]:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    subjects = {subject for kind in kinds for subject in ontology.subjects(RDF.type, kind)}
    return {subject for subject in subjects if isinstance(subject, URIRef) and subject.startswith(f"{BASE}#")}


FOOPS = {
    "OM1: minimum metadata": [DCTERMS.title, DCTERMS.description, DCTERMS.license, OWL.versionIRI, DCTERMS.creator],
    "OM2: recommended metadata": [VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri, OWL.versionInfo,
                                  DCTERMS.created, DCTERMS.bibliographicCitation],
    "OM3: detailed metadata": [DCTERMS.abstract, DCTERMS.publisher, DCTERMS.modified, BIBO.status, OWL.priorVersion],
    "OM4: licence": [DCTERMS.license],
    "OM5: provenance": [DCTERMS.creator, DCTERMS.created],
}  # fmt: skip


@pytest.mark.parametrize("criterion", FOOPS)
def test_the_header_has_what_is_asked_for(ontology: Graph, criterion: str) -> None:
    assert [name for name in FOOPS[criterion] if not ontology.value(IRI, name)] == []


def test_the_version_has_an_iri_of_its_own_and_leads_to_the_one_before(ontology: Graph) -> None:
    """VER1, VER2 and FIND: the version IRI has the version as its last part, and is not the IRI of the ontology."""
    version = str(ontology.value(IRI, OWL.versionInfo))
    assert str(ontology.value(IRI, OWL.versionIRI)) == f"{BASE}/{version}"
    released = [path.stem for path in list_releases(ROOT)]
    before = [name for name in released if name != version]
    assert str(ontology.value(IRI, OWL.priorVersion)) == f"{BASE}/{before[-1]}"


def test_prefix_and_namespace_are_those_in_use(ontology: Graph) -> None:
    """FIND2 and LOV."""
    assert ontology.value(IRI, VANN.preferredNamespacePrefix) == Literal("sg")
    assert ontology.value(IRI, VANN.preferredNamespaceUri) == Literal(f"{BASE}#")


def test_the_licence_is_an_iri_and_open(ontology: Graph) -> None:
    """RDF1 and the licence of OM4.1."""
    assert ontology.value(IRI, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")


def test_every_term_has_a_label_a_definition_and_the_ontology_that_defines_it(ontology: Graph) -> None:
    """VOC3, VOC4, and rdfs:isDefinedBy, which LOV follows from a term to its ontology."""
    ours = terms(ontology)
    assert len(ours) > 200
    for predicate in (RDFS.label, SKOS.definition):
        assert [term for term in ours if not ontology.value(term, predicate)] == []
    assert [term for term in ours if ontology.value(term, RDFS.isDefinedBy) != IRI] == []


def test_terms_of_others_are_reused(ontology: Graph) -> None:
    """VOC1 and VOC2: metadata are in known vocabularies, and alignments lead to others."""
    alignments = Graph().parse(ROOT / "ontology" / "alignments.ttl")
    aligned = {str(value).rsplit("/", 1)[0].rsplit("#", 1)[0] for value in alignments.objects(None, RDFS.subClassOf)}
    assert len(aligned) >= 7


@pytest.mark.parametrize("media_type", ["text/turtle", "application/rdf+xml", "application/ld+json", "text/html"])
def test_its_iri_serves_data_and_people(client: TestClient, media_type: str) -> None:
    """CN1, RDF1, DOC1, URI1 and URI2: by content negotiation, as far as our own server goes."""
    done = client.get("/ontology", headers={"Accept": media_type})
    assert done.status_code == 200
    assert done.headers["content-type"].startswith(media_type)
    if media_type == "text/turtle":
        assert len(list(parse(done.content, format=RdfFormat.TURTLE))) > 2000
