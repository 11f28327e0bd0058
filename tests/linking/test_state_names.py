"""Names of states in other languages are those of the table of country codes, found by reviewed links, not by name."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from stancegraph.linking import sssom
from stancegraph.rdf.namespaces import ID, PREFIXES
from tests.conftest import ROOT

ENTITIES, LINKS = ROOT / "data" / "entities", ROOT / "data" / "links"
LABEL = PREFIXES["rdfs"] + "label"
COUNTRY_CODES = (
    Path(os.environ.get("STANCEGRAPH_EXTERNAL", str(ROOT.parent / "shared" / "external")))
    / "country-codes"
    / "country-codes.csv"
)
COLUMNS = {
    "ar": ("UNTERM Arabic Short", "official_name_ar"),
    "es": ("UNTERM Spanish Short", "official_name_es"),
    "fr": ("UNTERM French Short", "official_name_fr"),
    "ru": ("UNTERM Russian Short", "official_name_ru"),
    "zh": ("UNTERM Chinese Short", "official_name_cn"),
}
"""The columns of a language: the one to take, and the one to take where that is empty."""


def short(actor: object) -> str:
    """The name of an actor as the links have it, such as ``actor:China``."""
    assert isinstance(actor, NamedNode)
    return "actor:" + actor.value.removeprefix(f"{ID}actor/")


def names(file: str) -> dict[tuple[str, str | None], str]:
    """The labels in a file, by the state and the language."""
    found: dict[tuple[str, str | None], str] = {}
    for quad in parse(path=str(ENTITIES / file), format=RdfFormat.TURTLE):
        assert isinstance(quad.object, Literal)
        assert quad.predicate.value == LABEL
        key = short(quad.subject), quad.object.language
        assert key not in found, f"{key} has two names"
        found[key] = quad.object.value
    return found


def linked_states() -> dict[str, tuple[str, str]]:
    """The ISO 3166-1 alpha-2 code and the Wikidata number of each state that has both, by its short name."""
    states = {
        short(quad.subject)
        for quad in parse(path=str(ENTITIES / "actors.ttl"), format=RdfFormat.TURTLE)
        if quad.object == NamedNode(PREFIXES["sg"] + "State")
    }
    codes, numbers = (
        {one.subject_id: one.object_id.split(":")[1] for one in sssom.read(LINKS / name).mappings if one.accepted}
        for name in ("iso3166.sssom.tsv", "wikidata.sssom.tsv")
    )
    return {name: (codes[name], numbers[name]) for name in states if name in codes and name in numbers}


def cleaned(name: str) -> str:
    """A name without what UNTERM puts in parentheses behind it: an article, or the rest of a longer name.

    >>> cleaned("Afganistán (el)"), cleaned("Irán (República Islámica del)"), cleaned("Китай")
    ('Afganistán', 'Irán', 'Китай')
    """
    return re.sub(r"\s*\([^()]*\)$", "", name)


def test_each_name_is_the_one_that_the_table_has() -> None:
    if not COUNTRY_CODES.is_file():
        pytest.skip("the table of country codes is not part of the project; STANCEGRAPH_EXTERNAL can name its folder")
    with COUNTRY_CODES.open(encoding="utf-8", newline="") as file:
        table = {row["ISO3166-1-Alpha-2"]: row for row in csv.DictReader(file)}
    expected: dict[tuple[str, str | None], str] = {}
    for name, (code, number) in linked_states().items():
        row = table[code]
        assert row["wikidata_id"].rsplit("/", 1)[-1] == number, f"the links of {name} lead to two rows"
        for language, (first, second) in COLUMNS.items():
            if row[first] or row[second]:
                expected[name, language] = cleaned(row[first] or row[second])
    assert len(expected) == 80
    assert names("state-names.ttl") == expected


def test_each_linked_state_has_a_name_in_every_language() -> None:
    states = linked_states()
    assert len(states) == 16
    assert names("state-names.ttl").keys() == {(name, language) for name in states for language in COLUMNS}
    assert names("state-names-german.ttl").keys() == {(name, "de") for name in states}


def test_no_name_has_parentheses_or_stray_space() -> None:
    found = names("state-names.ttl") | names("state-names-german.ttl")
    assert len(found) == 96
    assert not [name for name in found.values() if re.search(r"[()]", name) or name != " ".join(name.split())]
