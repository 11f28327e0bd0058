"""The roles that predicates take: each core role of the ontology is looked at, and none is listed by hand."""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, Store

from stancegraph.pipeline.checks import check
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Oxigraph, require_rows
from tests.conftest import ROOT

SG = PREFIXES["sg"]
NOT_TAKEN = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
SELECT ?role (SAMPLE(?claim) AS ?one)
WHERE {
  ?role rdfs:subPropertyOf sg:coreRole FILTER(?role != sg:coreRole)
  ?claim sg:predicate ?predicate .
  FILTER NOT EXISTS { ?predicate sg:requiresRole|sg:takesRole ?role }
}
GROUP BY ?role
"""


def test_every_core_role_that_a_predicate_does_not_take_is_found(store: Store) -> None:
    added = set()
    for row in require_rows(Oxigraph(store).query(NOT_TAKEN)):
        claim, role = row["one"], row["role"]
        assert isinstance(claim, NamedNode)
        assert isinstance(role, NamedNode)
        store.add(Quad(claim, role, NamedNode("https://w3id.org/stancegraph/id/actor/China")))
        added.add((claim.value, role.value))
    findings = check(Oxigraph(store), ROOT / "queries" / "check" / "role-not-taken.rq")
    assert {(finding.subject, finding.value) for finding in findings} == added
    assert len(added) == 10
    assert (SG + "attribute") in {role for _, role in added}
