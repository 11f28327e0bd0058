"""The reference page has every class, property and scheme, with what a reader looks for, and needs no network."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from stancegraph.ontology import axioms, reference
from stancegraph.rdf.namespaces import PREFIXES
from tests.conftest import ROOT, Run

pytestmark = pytest.mark.java


@pytest.fixture(scope="module")
def page() -> str:
    return reference.render_page(ROOT)


@pytest.fixture(scope="module")
def words(page: str) -> str:
    """The text of the page, as it is read."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_every_term_is_there_with_definition_and_example(page: str, words: str) -> None:
    seen = 0
    for term in axioms.read_ontology(ROOT / "ontology" / "stancegraph.ttl").terms.values():
        if term.iri.startswith(PREFIXES["sg"]):
            seen += 1
            assert f"<code>{term.iri}</code>" in page, term.iri
            assert " ".join(term.definition.split()) in words, term.iri
            assert " ".join(term.example.split()) in words, term.iri
    assert seen > 150


def test_every_concept_of_every_scheme_is_there_with_its_definition(page: str, words: str) -> None:
    seen = 0
    for path in sorted((ROOT / "data" / "vocabulary").glob("*.ttl")):
        assert f'id="scheme-{path.stem}"' in page, path.stem
        assert f'href="#scheme-{path.stem}"' in page, path.stem
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            if quad.predicate.value == PREFIXES["skos"] + "inScheme":
                assert isinstance(quad.subject, NamedNode)
                seen += 1
                assert f"<code>{quad.subject.value}</code>" in page
            if quad.predicate.value in {PREFIXES["skos"] + name for name in ("prefLabel", "altLabel")}:
                assert isinstance(quad.object, Literal)
                assert quad.object.value in words
    assert seen > 150


def test_a_term_says_where_it_stands_and_where_it_is_used(page: str) -> None:
    start = page.index(f"<code>{PREFIXES['sg']}attitude</code>")
    section = page[start : page.index('class="property entity"', start)]
    for said in ("owl:FunctionalProperty", "Domain", "Range", "Used in shapes: headings, stance.", "hopes-and-fears"):
        assert said in section
    above = page[page.index(f"<code>{PREFIXES['sg']}Visit</code>") :]
    assert 'href="#Meeting"' in above[:3000]


def test_ids_are_unique_and_every_link_within_the_page_leads_somewhere(page: str) -> None:
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 300
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert len(links) > 200
    assert links <= set(ids)


def test_nothing_is_fetched_from_elsewhere(page: str) -> None:
    assert not re.findall(r'<(?:script|img|iframe|link)[^>]+(?:src|href)="(?!data:)[^"]+"', page)
    assert "@import" not in page


@pytest.mark.long  # the command, below, writes the same page, too
def test_the_page_is_the_same_each_time(page: str) -> None:
    assert reference.render_page(ROOT) == page


@pytest.mark.command("ontology reference")
def test_the_command_writes_it(tmp_path: Path, run: Callable[..., Run], page: str) -> None:
    target = tmp_path / "ontology.html"
    assert run("--workspace", str(ROOT), "ontology", "reference", "-o", str(target)).status == 0
    assert target.read_text(encoding="utf-8") == page
    done = run("--workspace", str(ROOT), "ontology", "reference", "-o", str(tmp_path / "no" / "such" / "folder.html"))
    assert done.status == 3
