"""The commands of links do what they are for: candidates are found, decided on and read again."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.linking import sssom
from stancegraph.pipeline import building
from stancegraph.workspace.folders import Workspace
from tests.support.linked import link

Command = Callable[..., str]
ENTITIES = """@prefix actor: <https://w3id.org/stancegraph/id/actor/> .
@prefix place: <https://w3id.org/stancegraph/id/place/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/stancegraph/ontology#> .

actor:NATO a sg:IntergovernmentalOrganization ;
    rdfs:label "NATO"@en .

place:Belgrade a sg:Place ;
    rdfs:label "Belgrade"@en .
"""
NATO = ("actor:NATO", "Q7184", "NATO", "international organization")


@pytest.fixture(scope="module")
def lean_original(lean_original: Path, own_snapshots: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lean workspace, in which NATO is linked to Wikidata, and Belgrade is not."""
    root = Path(shutil.copytree(lean_original, tmp_path_factory.mktemp("linked") / "space"))
    (root / "data" / "entities" / "more.ttl").write_text(ENTITIES, encoding="utf-8")
    link(root, [NATO])
    assert building.build(Workspace(root)).published
    return root


@pytest.fixture
def links(example: Path) -> Path:
    """The links to Wikidata."""
    return example / "data" / "links" / "wikidata.sssom.tsv"


@pytest.fixture
def service(wikidata: str, tmp_path: Path) -> tuple[str, ...]:
    """The options by which a stand-in for Wikidata is asked."""
    return ("--endpoint", wikidata, "--contact", "me@example.org", "--cache", str(tmp_path / "cache"))


@pytest.mark.command("link list")
def test_links_are_listed(command: Command, links: Path) -> None:
    assert "Q7184" in command("link", "list", "--target", "wikidata")


@pytest.mark.command("link candidates", "link review")
def test_candidates_are_found_and_reviewed(
    command: Command, links: Path, service: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    command("link", "candidates", "wikidata", *service)
    candidates = [row for row in sssom.read(links).mappings if row.subject_id == "place:Belgrade"]
    assert {row.object_id for row in candidates} == {"wikidata:Q1000000001", "wikidata:Q1000000002"}
    monkeypatch.setattr("sys.stdin", io.StringIO("r\nIt is another one.\nq\n"))
    assert "1 of 2" in command("link", "review", "wikidata", "--reviewer", "A reviewer")
    assert sum(row.rejected for row in sssom.read(links).mappings) == 1


@pytest.mark.command("link check")
def test_accepted_links_are_read_again(command: Command, links: Path, service: tuple[str, ...]) -> None:
    assert "1 same" in command("link", "check", "wikidata", *service)


@pytest.mark.command("link enrich")
def test_the_statements_of_a_target_are_fetched(
    command: Command, links: Path, service: tuple[str, ...], example: Path
) -> None:
    command("link", "enrich", "wikidata", "--fact", "members", *service)
    assert "Albania" in (example / "data" / "enrichment" / "wikidata" / "members.ttl").read_text("utf-8")
