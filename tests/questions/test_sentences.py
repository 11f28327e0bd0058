"""Sentences from triples: what each claim says without its label, beside the label.

``sentences.csv`` has the sentence of every claim of the shipped article, and the words of its label that neither the
sentence nor a form of one of its words has: where the triples may say less. Most are other words for the same thing.
"""

from __future__ import annotations

import csv
import io
import os
import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from stancegraph.questions.sentences import Sentences
from stancegraph.rdf.namespaces import PREFIXES, shorten
from stancegraph.sparql.engine import Oxigraph, require_rows

SG = PREFIXES["sg"]
KEPT = Path(__file__).with_name("sentences.csv")
CLAIMS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
SELECT DISTINCT ?claim ?label
WHERE {
  VALUES ?kind { sg:Proposition sg:Stance sg:Undertaking sg:Account sg:Participation sg:Tenure }
  ?claim a ?kind .
  ?claim rdfs:label ?label FILTER(LANG(?label) = "en")
}
ORDER BY ?claim
"""
LITTLE = frozenset(
    """
    a about after also among an and another are as at be been before being between both but by can could
    do does for from had has have he her his how if in into is it its itself may might more most no not
    of on one or other others out own same should so some such than that the their them these they this
    those through to two under up was were what when where whether which who whom why will with without
    would
    """.split()  # noqa: SIM905
)
"""Words that say little by themselves."""


WORD = re.compile(r"[\w'\N{RIGHT SINGLE QUOTATION MARK}-]+")


@pytest.fixture(scope="module")
def labels(engine: Oxigraph) -> dict[str, str]:
    return {row["claim"].value: row["label"].value for row in require_rows(engine.query(CLAIMS))}


@pytest.fixture(scope="module")
def sentences(engine: Oxigraph, labels: dict[str, str]) -> Sentences:
    return Sentences.read(engine, list(map(NamedNode, labels)))


def stems(text: str) -> set[str]:
    """The first five letters of the words of *text* that say something."""
    words = WORD.findall(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return {re.sub(r"'s?$", "", word)[:5] for word in words if word not in LITTLE}


def only_in_label(label: str, sentence: str) -> str:
    said = stems(sentence)
    return " ".join(dict.fromkeys(word for word in WORD.findall(label.lower()) if stems(word) - said))


def test_every_claim_has_a_sentence_beside_its_label(labels: dict[str, str], sentences: Sentences) -> None:
    """The comparison that a person reads: written anew with ``UPDATE_ANSWERS=1``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("claim", "label", "from its triples", "only in the label"))
    for claim, label in labels.items():
        sentence = sentences.sentence(claim)
        assert sentence, claim
        writer.writerow((claim.rpartition("/")[2], label, sentence, only_in_label(label, sentence)))
    assert len(labels) > 400
    if os.environ.get("UPDATE_ANSWERS"):
        KEPT.write_text(out.getvalue(), encoding="utf-8")
    assert out.getvalue() == KEPT.read_text(encoding="utf-8")


def test_a_sentence_names_whatever_plays_a_role(labels: dict[str, str], sentences: Sentences, engine: Oxigraph) -> None:
    """Nothing that the triples of a proposition say is left out of its sentence."""
    query = """
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    PREFIX sg: <https://w3id.org/stancegraph/ontology#>
    SELECT DISTINCT ?role WHERE { VALUES ?kind { sg:coreRole sg:peripheralRole } ?role rdfs:subPropertyOf ?kind }
    """
    roles = {shorten(row["role"].value) for row in require_rows(engine.query(query))}
    assert len(roles) > 15
    looked_at = 0
    for claim in labels:
        said = sentences.values[claim]
        if "sg:predicate" not in said:
            continue
        sentence = sentences.sentence(claim).casefold()
        assert not re.search(r"[a-z]{3}\. ", sentence), claim  # the full stop of what it names
        for role in roles & set(said):
            for value in said[role]:
                assert value.is_claim or value.name.removesuffix(".").casefold() in sentence, (claim, role, value.name)
                looked_at += 1
    assert looked_at > 500


def test_a_stance_reads_as_one(labels: dict[str, str], sentences: Sentences) -> None:
    """The sentence of a stance names the holder and then the attitude, as a clause and not as a list of properties."""
    stances = [claim for claim in labels if "sg:attitude" in sentences.values[claim]]
    assert len(stances) > 90
    for claim in stances:
        holder, attitude = (sentences.values[claim][name][-1].name for name in ("sg:holder", "sg:attitude"))
        verb = {"is": "(is|are)", "has": "(has|have)"}.get(attitude.split()[0], re.escape(attitude[:3]))
        assert re.search(rf"{re.escape(holder)} {verb}", sentences.sentence(claim), re.IGNORECASE), claim
    example = "https://w3id.org/stancegraph/id/claim/china-brief-12-13/china-wants-peaceful-afghanistan"
    assert sentences.sentence(example) == (
        "China hopes that [Afghanistan would be peaceful and prosperous] towards Afghanistan "
        "with regard to Afghanistan (supportive)."
    )


def test_a_claim_that_says_less_makes_a_shorter_sentence(store: Store) -> None:
    """A sentence comes from triples alone: what is taken from them is missing in it, whatever the label says."""
    claim = NamedNode("https://w3id.org/stancegraph/id/claim/china-brief-12-13/strike-deliberate")
    before = Sentences.read(Oxigraph(store), [claim]).sentence(claim.value)
    assert before == "U.S. bombers strikes Chinese embassy in Belgrade on purpose."
    for quad in list(store.quads_for_pattern(claim, NamedNode(f"{SG}manner"), None, None)):
        store.remove(quad)
    assert Sentences.read(Oxigraph(store), [claim]).sentence(claim.value) == before.replace(" on purpose", "")


@pytest.mark.parametrize(
    ("modality", "polarity", "reads"),
    [
        ("Actual", "Affirmed", "NATO cooperates with China."),
        ("Actual", "Negated", "NATO does not cooperate with China."),
        ("Possible", "Affirmed", "NATO can cooperate with China."),
        ("Possible", "Negated", "NATO cannot cooperate with China."),
        ("Necessary", "Affirmed", "NATO must cooperate with China."),
        ("Planned", "Negated", "NATO is not to cooperate with China."),
        ("Prospective", "Affirmed", "NATO would cooperate with China."),
    ],
)
def test_polarity_and_modality_are_in_the_verb(modality: str, polarity: str, reads: str, store: Store) -> None:
    claim = NamedNode("https://example.org/claim")
    ids = "https://w3id.org/stancegraph/id"
    for prop, value in {
        "predicate": f"{ids}/relation/Cooperates",
        "modality": f"{ids}/modality/{modality}",
        "polarity": f"{ids}/polarity/{polarity}",
        "agent": f"{ids}/actor/NATO",
        "coAgent": f"{ids}/actor/China",
    }.items():
        store.add(Quad(claim, NamedNode(SG + prop), NamedNode(value)))
    store.add(Quad(claim, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(SG + "Claim")))
    assert Sentences.read(Oxigraph(store), [claim]).sentence(claim.value) == reads


def test_claims_that_contain_each_other_come_to_an_end(store: Store) -> None:
    first, second = NamedNode("https://example.org/first"), NamedNode("https://example.org/second")
    for claim, other in ((first, second), (second, first)):
        for kind in ("Claim", "Proposition"):
            store.add(Quad(claim, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(SG + kind)))
        store.add(Quad(claim, NamedNode(f"{SG}goal"), other))
    sentence = Sentences.read(Oxigraph(store), [first]).sentence(first.value)
    assert sentence == "Goal: [goal: [the same]]."
