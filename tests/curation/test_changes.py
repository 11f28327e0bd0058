"""What changed between two snapshots is told by claim, in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from stancegraph.curation.changes import ChangeType, compare
from stancegraph.pipeline.snapshot import current
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.workspace.folders import Workspace
from tests.conftest import ARTICLE, Run, no_traceback


@pytest.fixture
def changed(copy: Path, run: Callable[..., Run]) -> tuple[str, Callable[..., Run]]:
    """A workspace in which a claim was changed, one removed and one added, and the name of the snapshot before."""

    def go(*arguments: str) -> Run:
        return run("--workspace", str(copy), *arguments)

    assert go("build").status == 0
    before = current(Workspace(copy).snapshots)
    assert before is not None
    facts = copy / "data" / "articles" / ARTICLE / "facts.ttl"
    text = facts.read_text(encoding="utf-8")
    start = text.index(":china-has-hopes-and-fears a sg:Stance")
    end = text.index(" .\n", start)
    text = text[:start] + text[start:end].replace("attitude:IsAmbivalent", "attitude:Hopes") + text[end:]
    text = text.replace("sg:putsForward     :caption-names-interview .", "sg:putsForward     :caption-names-him .")
    text = text.replace(":caption-names-interview a sg:Proposition", ":caption-names-him a sg:Proposition")
    text = text.replace(
        "The Secretary General of NATO gave Xinhua an interview recently, as", "He gave an interview, as"
    )
    facts.write_text(text, encoding="utf-8")
    built = go("build")
    assert built.status == 0, built.out
    return before.path.name, go


@pytest.mark.long
def test_claims_are_told_by_what_became_of_them(changed: tuple[str, Callable[..., Run]]) -> None:
    before, go = changed
    done = go("diff", before[:8])
    assert done.status == 0
    assert "  + He gave an interview, as the caption of the picture has it." in done.out
    assert "  - The Secretary General of NATO gave Xinhua an interview recently" in done.out
    assert (
        "  ~ China has both hopes and fears with regard to NATO.\n      no longer: sg:attitude is ambivalent\n"
        in done.out
    )
    assert "      now: sg:attitude hopes\n" in done.out
    assert done.err.strip() == "1 added, 1 removed, 1 changed", "what follows from the rest is not told"
    back = go("diff", "current", before)
    assert "  - He gave an interview" in back.out
    assert go("diff", before, before).err.strip() == "The two state the same."


@pytest.mark.long
def test_it_is_for_release_notes_and_for_programs(changed: tuple[str, Callable[..., Run]], tmp_path: Path) -> None:
    before, go = changed
    notes = go("diff", before, "--format", "md").out
    assert "## sg:Stance\n\n- changed: China has both hopes and fears with regard to NATO.\n  - no longer: " in notes
    told = json.loads(go("diff", before, "--format", "json").out)
    assert {one["how"] for one in told} == {"added", "removed", "changed"}
    added = next(one for one in told if one["how"] == "added")
    assert "sg:putsForward China Brief 12:13" in " ".join(added["new"]), "who puts it forward is told with the claim"
    file = tmp_path / "now.nq"
    assert go("export", "--format", "nq", "-o", str(file)).status == 0
    assert go("diff", before, str(file)).out == go("diff", before).out


@pytest.mark.long
def test_what_is_no_snapshot_is_told(changed: tuple[str, Callable[..., Run]], tmp_path: Path) -> None:
    _, go = changed
    for name in ("zzzz", "", str(tmp_path / "nowhere.nq")):
        done = go("diff", name)
        no_traceback(done)
        assert done.status in {1, 2}
    assert "one of: " in go("diff", "zzzz").err
    assert compare([], []) == []
    assert list(ChangeType) == ["added", "removed", "changed"]


def test_things_are_told_by_their_labels_in_english() -> None:
    label = NamedNode(PREFIXES["rdfs"] + "label")
    china, nato, tie = (NamedNode(f"https://example.org/{name}") for name in ("China", "NATO", "tie"))
    names = [
        Quad(china, label, Literal("中国", language="zh")),
        Quad(china, label, Literal("China", language="en")),
        Quad(china, label, Literal("Chine", language="fr")),
    ]
    (change,) = compare(names, [*names, Quad(china, tie, nato)])
    assert change.label == "China"
