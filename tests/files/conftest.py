"""A small workspace beside texts, for tests of what changes a workspace."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from stancegraph.linking import review, sssom
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT
from tests.support import program
from tests.support.analysed import publish_analysed
from tests.support.killing import command
from tests.support.texts import SHEET, TEXT

MORE = """@prefix actor: <https://w3id.org/stancegraph/id/actor/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/stancegraph/ontology#> .

actor:Zubrowka a sg:State ;
    rdfs:label "Zubrowka"@en .

actor:Concierge a sg:Person ;
    rdfs:label        "a concierge"@en ;
    sg:affiliatedWith actor:Zubrowka .
"""


@pytest.fixture(scope="package")
def template(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace beside texts: an example, a coded article that is not compiled, two states that are one."""
    folder = tmp_path_factory.mktemp("template")
    root = shutil.copytree(small, folder / "w")
    (root / "data" / "entities" / "more.ttl").write_text(MORE, encoding="utf-8")
    links = sssom.read(ROOT / "data" / "links" / "wikidata.sssom.tsv")
    category = next(row.object_category for row in links.mappings if row.subject_id == "actor:China")
    candidates = review.list_candidates(links)[:3]
    rows = [replace(row, subject_id="actor:Zubrowka", object_category=category) for row in candidates]
    sssom.write(links.with_rows(rows), root / "data" / "links" / "wikidata.sssom.tsv")
    for name in ("tale", "other"):
        (folder / "texts").mkdir(exist_ok=True)
        (folder / "texts" / f"{name}.txt").write_text(TEXT.replace("tale", name), encoding="utf-8")
    (folder / "changed.txt").write_text(TEXT.replace("It hopes", "A word. It hopes"), encoding="utf-8")
    snapshots = os.environ["STANCEGRAPH_SNAPSHOTS"]
    os.environ["STANCEGRAPH_SNAPSHOTS"] = str(folder / "snapshots")
    try:
        publish_analysed(Workspace(root))
        assert program.run(command, root, "article", "new", str(folder / "texts" / "tale.txt"), "--id", "coded") == 0
    finally:
        os.environ["STANCEGRAPH_SNAPSHOTS"] = snapshots
    (root / "data" / "articles" / "coded" / "coding.txt").write_text(SHEET, encoding="utf-8")
    return folder


@pytest.fixture
def root(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of one's own, with the snapshot of the template."""
    monkeypatch.setenv("STANCEGRAPH_SNAPSHOTS", str(template / "snapshots"))
    return Path(shutil.copytree(template / "w", tmp_path / "w"))
