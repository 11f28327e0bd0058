"""What is only part of what somebody says never reads as if it were said by itself: the first rule, on each way out."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import NamedNode
from starlette.testclient import TestClient

from stancegraph.questions.evidence import evidence
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.sparql.engine import Oxigraph, Rows
from tests.conftest import ROOT, Run

EMBEDDED = "NATO legitimized its military action in Libya itself."
EMBEDDING = (
    "A major Chinese concern is that NATO legitimizes its own use of force when the Security Council does not "
    "authorize it."
)
CLAIM = "claim/china-brief-12-13/nato-legitimizes-itself-libya"
PART = f"{EMBEDDING} (of which this is part: {EMBEDDED})"


def test_no_chain_ends_in_a_claim_that_is_only_part_of_another(engine: Oxigraph) -> None:
    """Of every claim of the graph: its own label alone where it is put forward, else that of what embeds it first."""
    answer = engine.query(
        f"SELECT DISTINCT ?claim (EXISTS {{ ?attribution <{PREFIXES['sg']}putsForward> ?claim }} AS ?put)"
        f" WHERE {{ ?claim a ?kind FILTER(isIRI(?claim)) MINUS {{ ?account <{PREFIXES['sg']}accountOf> ?claim }} }}"
    )
    assert isinstance(answer, Rows)
    put = {row["claim"].value: row["put"].value == "true" for row in answer}
    embedded = 0
    for claim, chains in evidence(engine, map(NamedNode, put)).items():
        for chain in chains:
            assert (chain.embedded_in is None) == put[claim]
            if not put[claim]:
                embedded += 1
                assert chain.chain.endswith(f": {chain.embedded_in} (of which this is part: {chain.label})")
    assert embedded > 100


def test_the_command_line_says_so(run: Callable[..., Run]) -> None:
    done = run("--workspace", str(ROOT), "ask", "find-claims", "--words", "action in Libya itself", "--evidence")
    assert PART in " ".join(done.out.split())


def test_the_page_says_so(client: TestClient) -> None:
    page = " ".join(client.get(f"/page/id/{CLAIM}", headers={"Accept": "text/html"}).text.split())
    place = page.index('<li class="claim">')
    said = page[place : page.index("</li>", place)]
    assert said.startswith(f'<li class="claim">{EMBEDDING} <span class="mode">of which this is part: {EMBEDDED}')


def test_the_interface_for_programs_says_so(engine: Oxigraph) -> None:
    (chain,) = evidence(engine, [NamedNode(ID + CLAIM)])[ID + CLAIM]
    assert chain.chain.endswith(PART)
    assert chain.embedded_in == EMBEDDING
