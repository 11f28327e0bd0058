"""Claims that conflict are found by their triples, and each that is found has the verdict of a person."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import NamedNode, Store

from stancegraph.pipeline.checks import check
from stancegraph.pipeline.reading import Reading
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Oxigraph, require_rows
from tests.conftest import ROOT

SG = PREFIXES["sg"]
CHECKS = [ROOT / "queries" / "check" / f"{kind}-undecided.rq" for kind in ("conflict", "denial", "position")]
RECORDED = """
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
SELECT DISTINCT ?one ?other ?verdict
WHERE {
  ?conflict sg:conflictingClaim ?one , ?other ;
            sg:verdict ?verdict .
  FILTER(STR(?one) < STR(?other))
}
ORDER BY ?one ?other
"""


def pairs(store: Store, checks: list[Path]) -> set[frozenset[str]]:
    """The pairs of claims that the checks find."""
    findings = [finding for path in checks for finding in check(Oxigraph(store), path)]
    assert all(finding.value for finding in findings)
    return {frozenset({finding.subject, finding.value or ""}) for finding in findings}


def recorded(store: Store) -> dict[frozenset[str], str]:
    """The verdict on each pair of claims, without its namespace."""
    rows = require_rows(Oxigraph(store).query(RECORDED))
    return {frozenset({row["one"].value, row["other"].value}): row["verdict"].value.rpartition("/")[2] for row in rows}


def test_what_is_recorded_is_not_proposed_again(store: Store) -> None:
    assert len(recorded(store)) >= 20
    assert not pairs(store, CHECKS)


def test_most_conflicts_are_found_by_what_the_claims_say(store: Store) -> None:
    """Without their records, the checks propose them anew; the others say more than their triples can show."""
    verdicts = recorded(store)
    for quad in list(store.quads_for_pattern(None, NamedNode(f"{SG}conflictingClaim"), None, None)):
        store.remove(quad)
    found = pairs(store, CHECKS)
    assert found <= set(verdicts)
    each = [pairs(store, [path]) for path in CHECKS]
    assert all(each), "a check that finds nothing shows nothing"
    confirmed = {pair for pair, verdict in verdicts.items() if verdict != "NoConflict"}
    assert set(verdicts) - confirmed <= found, "what was never proposed need not be dismissed"
    missed = {claim.rpartition("/")[2] for pair in confirmed - found for claim in pair}
    assert len(confirmed & found) >= 6
    assert len(confirmed - found) <= 8, sorted(missed)


def test_contradictions_follow_from_the_verdicts_alone(store: Store, facts: Reading) -> None:
    stated = [quad for quad in facts.quads if quad.predicate.value in {f"{SG}contradicts", f"{SG}inTensionWith"}]
    assert not stated
    for pair, verdict in recorded(store).items():
        one, other = map(NamedNode, sorted(pair))
        for relation, verdicts in (("contradicts", {"Contradiction"}), ("inTensionWith", {"Contradiction", "Tension"})):
            follows = any(store.quads_for_pattern(one, NamedNode(SG + relation), other, None))
            assert follows == (verdict in verdicts), (pair, relation)
