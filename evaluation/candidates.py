"""How good candidates are: names of about 250 countries and areas, with known answers, against a target with traps.

The table of country codes gives our side its names in the style of ISO 3166, and the other side names as people use
them, with Wikidata's numbers. Made by hand beside them, and to be told by their numbers (Q9000000000 and on): capitals,
some of which are called like their country, newspapers that are called like countries, and pages that tell names apart.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store

from evaluation.scores import Measured
from stancegraph.linking import candidates, sssom, targets
from stancegraph.linking.unlinked import UnlinkedEntity
from stancegraph.questions import stored_query
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.sparql.engine import Oxigraph, Term
from stancegraph.sparql.lookups import rows
from tests.conftest import ROOT

_WD, _WDT = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"
_LABEL, _ALIAS = NamedNode(PREFIXES["rdfs"] + "label"), NamedNode(PREFIXES["skos"] + "altLabel")
_KIND, _COUNTRY = NamedNode(_WDT + "P31"), NamedNode(_WDT + "P17")


def measure(table: Path, thresholds: Sequence[float]) -> dict[float, Measured]:
    """Run the search on the countries of *table*, and compare with the known answers."""
    with table.open(encoding="utf-8", newline="") as file:
        known = [row for row in csv.DictReader(file) if row["wikidata_id"].strip() and row["official_name_en"].strip()]
    engine = Oxigraph(_target(known))
    things, answers = _things(known)
    target = targets.read(ROOT / "data" / "links" / "wikidata.toml")
    of = sssom.read(ROOT / "data" / "links" / "wikidata.sssom.tsv").with_rows([])
    query = stored_query.load(ROOT / "queries" / "link" / "wikidata" / "search.rq")

    def ask(text: str) -> tuple[Sequence[Mapping[str, Term]], bool]:
        return list(rows(engine, text)), False

    *_, report = candidates.propose_links(candidates.search_by_sparql(ask, query), things, of, target, "2026-11-24")
    pairs = [(of.expand(one.subject_id), of.expand(one.object_id), float(one.confidence)) for one in report.mappings]
    measured = {}
    for least in thresholds:
        chosen = [(ours, theirs) for ours, theirs, confidence in pairs if confidence >= least]
        right = [(ours, theirs) for ours, theirs in chosen if answers[ours] == theirs]
        measured[least] = Measured(len(chosen), len(right), len(things), len({ours for ours, _ in right}))
    return measured


def _things(known: Sequence[Mapping[str, str]]) -> tuple[list[UnlinkedEntity], dict[str, str]]:
    things, answers = [], {}
    state = frozenset({PREFIXES["sg"] + "State"})
    for row in known:
        iri = f"{ID}actor/{row['ISO3166-1-Alpha-3'] or row['official_name_en'].replace(' ', '')}"
        names = [
            row["official_name_en"],
            row["UNTERM English Short"],
            row["UNTERM English Formal"].removeprefix("the "),
        ]
        things.append(UnlinkedEntity(iri, names[0], tuple(dict.fromkeys(filter(None, names))), state))
        answers[iri] = _WD + row["wikidata_id"].rsplit("/", 1)[-1].strip()
    return things, answers


def _target(known: Sequence[Mapping[str, str]]) -> Store:
    store, number = Store(), 9_000_000_000

    def add(item: NamedNode, kind: str, name: str, *aliases: str, country: NamedNode | None = None) -> None:
        said: list[tuple[NamedNode, NamedNode | Literal]] = [
            (_LABEL, Literal(name, language="en")),
            (_KIND, NamedNode(_WD + kind)),
        ]
        said += [(_ALIAS, Literal(alias, language="en")) for alias in aliases if alias]
        for predicate, value in said + ([(_COUNTRY, country)] if country is not None else []):
            store.add(Quad(item, predicate, value, NamedNode("urn:example:wikidata")))

    for place, row in enumerate(known):
        item = NamedNode(_WD + row["wikidata_id"].rsplit("/", 1)[-1].strip())
        name = row["CLDR display name"] or row["official_name_en"]
        add(item, "Q6256", name, row["UNTERM English Formal"].removeprefix("the "))
        traps = [("Q515", row["Capital"], item), ("Q11032", name if place % 5 == 0 else "", None)]
        traps += [("Q4167410", name if place % 3 == 0 else "", None), ("Q515", name if place % 7 == 0 else "", item)]
        for kind, called, country in traps:
            if called:
                number += 1
                add(NamedNode(f"{_WD}Q{number}"), kind, called, country=country)
    return store
