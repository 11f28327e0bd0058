"""A release keeps its terms for good, and never changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph, URIRef

from stancegraph.ontology import releases
from stancegraph.ontology.modules import MODULES
from stancegraph.rdf.namespaces import PREFIXES
from tests.conftest import Run

SG = PREFIXES["sg"]
BASE = SG.removesuffix("#")


def test_a_release_keeps_its_terms_for_good(copy: Path, run: Callable[..., Run]) -> None:
    assert not releases.find_removed_terms(copy)
    assert run("--workspace", str(copy), "ontology", "release", "0.2.0").status == 0
    path = copy / "ontology" / "stancegraph.ttl"
    text = path.read_text(encoding="utf-8")
    assert "owl:versionIRI <https://w3id.org/stancegraph/ontology/0.2.0>" in text
    assert 'owl:versionInfo "0.2.0"' in text
    assert (copy / "ontology" / "releases" / "0.2.0.ttl").read_text(encoding="utf-8") == text
    path.write_text(text.replace(":Visit ", ":Call ").replace("#Visit\n", "#Call\n"), encoding="utf-8")
    (finding,) = releases.find_removed_terms(copy)
    assert (finding.subject, finding.rule) == (SG + "Visit", "released-term-gone")
    assert "0.1.0" in finding.message
    assert "rename --finish" in finding.remedy
    refused = run("--workspace", str(copy), "ontology", "release", "0.3.0")
    assert refused.status == 1


def test_a_release_has_the_modules_and_names_what_was_before(copy: Path, run: Callable[..., Run]) -> None:
    assert run("--workspace", str(copy), "ontology", "release", "0.3.0").status == 0
    folder = copy / "ontology" / "releases" / "0.3.0"
    assert {path.stem for path in folder.iterdir()} == {"alignments", "shapes", "vocabularies", *MODULES}
    ontology = Graph().parse(folder.with_name("0.3.0.ttl"))
    assert str(ontology.value(URIRef(BASE), OWL.priorVersion)) == f"{BASE}/0.1.0"
    assert f'dcterms:modified "{date.today().isoformat()}"' in (folder.with_name("0.3.0.ttl")).read_text("utf-8")
    for name in ("alignments", "shapes", *MODULES):
        module = Graph().parse(folder / f"{name}.ttl")
        (header,) = module.subjects(RDF.type, OWL.Ontology)
        assert str(module.value(header, OWL.versionIRI)) == f"{BASE}/0.3.0/{name}"
    concepts = Graph().parse(folder / "vocabularies.ttl")
    assert (URIRef("https://w3id.org/stancegraph/id/attitude/Hopes"), None, None) in concepts
    assert releases.find_changed_releases(copy) == []
    assert run("--workspace", str(copy), "ontology", "release", "0.4.0").status == 0
    assert "owl:priorVersion <https://w3id.org/stancegraph/ontology/0.3.0>" in folder.with_name("0.4.0.ttl").read_text(
        "utf-8"
    )


CHANGES = {
    "a definition": ("ontology/stancegraph.ttl", r'skos:definition "A', 'skos:definition "An'),
    "an alignment": ("ontology/alignments.ttl", "subClassOf oa:SpecificResource", "seeAlso oa:SpecificResource"),
    "a message": ("ontology/shapes/actor.ttl", r'sh:message     "An actor', 'sh:message "Any actor'),
    "a concept": ("data/vocabulary/attitudes.ttl", r'"hopes"@en', '"does hope"@en'),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_differs_from_a_release_may_not_bear_its_version(copy: Path, run: Callable[..., Run], name: str) -> None:
    assert run("--workspace", str(copy), "ontology", "release", "0.3.0").status == 0
    file, pattern, replacement = CHANGES[name]
    path = copy / file
    text, changes = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
    assert changes == 1
    path.write_text(text, encoding="utf-8")
    findings = releases.find_changed_releases(copy)
    assert {(finding.rule, finding.subject) for finding in findings} == {("released-version-changed", f"{BASE}/0.3.0")}
    assert len(findings) == (2 if name == "a definition" else 1), "of a term, the ontology and its module"
    ontology = copy / "ontology" / "stancegraph.ttl"
    ontology.write_text(ontology.read_text(encoding="utf-8").replace("ontology/0.3.0>", "ontology/0.4.0>"), "utf-8")
    assert releases.find_changed_releases(copy) == []
