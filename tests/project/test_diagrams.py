"""The diagrams of the data model are those that the ontology gives, and they show what is in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from documentation import diagrams
from documentation.diagrams import DIAGRAMS, ONTOLOGY, PAGE, REFERENCE, Diagram, read_model, to_mermaid, with_diagrams
from stancegraph.ontology.modules import MODULES


@pytest.mark.parametrize("page", [PAGE, REFERENCE], ids=lambda page: page.stem)
def test_a_page_has_the_diagrams_that_the_ontology_gives(page: Path) -> None:
    """``python -m documentation.diagrams`` writes them anew."""
    text = page.read_text(encoding="utf-8")
    assert with_diagrams(text, read_model(ONTOLOGY)) == text


def test_the_page_shows_each_diagram_once() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(DIAGRAMS) > 5
    assert sorted(diagrams.NAMED.findall(text)) == sorted(DIAGRAMS)


def test_the_reference_shows_every_class_that_is_no_kind_of_concept() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert diagrams.NAMED.findall(text) == [f"module_{name.replace('-', '_')}" for name in MODULES]
    drawn = [set(re.findall(r"^  class (\w+)", block, re.MULTILINE)) for block in text.split("```mermaid")[1:]]
    expected = [{klass for klass, name in read_model(ONTOLOGY).modules if name == module} for module in MODULES]
    assert all(own <= shown for own, shown in zip(expected, drawn, strict=True))
    assert sum(map(len, expected)) > 50


def test_each_class_of_a_diagram_is_in_the_ontology() -> None:
    text = ONTOLOGY.read_text(encoding="utf-8")
    shown = {klass for one in DIAGRAMS.values() for klass in (*one.focus, *one.context)}
    assert len(shown) > 40
    assert not [klass for klass in shown if f"\n:{klass} rdf:type owl:Class " not in text]


def test_each_property_that_is_left_out_is_in_the_ontology() -> None:
    text = ONTOLOGY.read_text(encoding="utf-8")
    assert not [name for one in DIAGRAMS.values() for name in one.without if f"\n:{name} rdf:type" not in text]


def test_an_arrow_says_how_many_values_there_are() -> None:
    """A stance has exactly one holder; an attribution puts forward at least one claim, and may name passages."""
    drawn = to_mermaid(read_model(ONTOLOGY), Diagram(("Stance", "Attribution"), ("Actor", "Claim", "Passage")))
    assert '  Stance --> "1" Actor : holder' in drawn
    assert '  Attribution --> "1..*" Claim : putsForward' in drawn
    assert '  Attribution --> "*" Passage : statedIn' in drawn
    assert "  Claim <|-- Stance" in drawn
