"""Whatever is done to whichever file, and whenever a build is killed: a build comes to what one from nothing comes to.

STANCEGRAPH_EDITS says how many edits are made, 50 in a row on each workspace, with a build after each few. What fails
names its seed, and `STANCEGRAPH_EDITS=… pytest -m long tests/pipeline/test_edits.py -k 'in_a_row[SEED]'` does it again.
"""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from stancegraph.errors import StancegraphError
from stancegraph.findings import Finding
from stancegraph.pipeline import building, manifest, snapshot
from stancegraph.pipeline.incremental import update
from stancegraph.workspace.folders import Workspace, find
from tests.project.figures import note
from tests.support.edits import RandomEditor
from tests.support.killed import killed
from tests.support.small_workspaces import drop_unnamed_terms

EDITS = int(os.environ.get("STANCEGRAPH_EDITS", "150"))
IN_A_ROW = 50


@dataclass(frozen=True)
class Outcome:
    """What a build comes to: what is published and found, or what kept it from being built."""

    content: str | None = None
    quads: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    findings: tuple[Finding, ...] = ()
    error: type[StancegraphError] | None = None


def unlike(told: Outcome, wanted: Outcome) -> str:
    """What only one of the two has, in lines."""
    pairs = [(told.findings, wanted.findings), (told.counts, wanted.counts), ((told.content,), (wanted.content,))]
    only = [f"{sign} {one}" for a, b in pairs for sign, x, y in (("+", a, b), ("-", b, a)) for one in x if one not in y]
    return "\n".join(only) or "the same, in another order"


def outcome(space: Workspace) -> Outcome:
    try:
        done = building.build(space)
    except StancegraphError as error:
        return Outcome(error=type(error))
    if done.snapshot is None:
        return Outcome(findings=done.findings)
    assert done.snapshot == replace(snapshot.current(space.snapshots) or done.snapshot, counts=done.snapshot.counts)
    return Outcome(
        done.snapshot.content, done.snapshot.quads, tuple(sorted(done.snapshot.counts.items())), done.findings
    )


@pytest.fixture(scope="module")
def original(lean: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lean workspace with no more terms than it needs, so that edits of these have a consequence."""
    folder = shutil.copytree(lean, tmp_path_factory.mktemp("original") / "space")
    drop_unnamed_terms(folder)
    return folder


@pytest.fixture
def followed(many_builds: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No change is too large to be followed: what can be gone on from is."""
    monkeypatch.setattr(update, "_COST_RATIO", 0)


@pytest.mark.long
@pytest.mark.usefixtures("followed")
@pytest.mark.parametrize("seed", range(max(1, EDITS // IN_A_ROW)))
def test_what_is_done_to_the_files_in_a_row(
    seed: int, original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Builds are refused for violations in every second row; in the others everything is published."""
    chance = random.Random(seed)
    shutil.copytree(original, tmp_path / "space")
    space = find(tmp_path / "space")
    if seed % 2:
        monkeypatch.setattr(building, "_has_violations", lambda findings: False)
        monkeypatch.setenv(
            "STANCEGRAPH_PUBLISH_ALL", "1"
        )  # for those in processes of their own: tests/support/killed.py
    editor, edits = RandomEditor(space, original, chance), list[str]()
    known: dict[str, Outcome] = {}

    def here(name: str) -> None:
        monkeypatch.setenv("STANCEGRAPH_SNAPSHOTS", str(tmp_path / name))

    def expected() -> Outcome:
        try:
            digest = manifest.inputs(space).digest
        except StancegraphError as error:
            return Outcome(error=type(error))
        if digest not in known:
            here("nothing")
            known[digest] = outcome(space)
            shutil.rmtree(tmp_path / "nothing", ignore_errors=True)
            here("snapshots")
        return known[digest]

    here("snapshots")
    told = outcome(space)
    builds = 0
    while editor.edits_made < IN_A_ROW:
        if told.error is not None and chance.random() < 0.6:  # what is spoilt does not stay so for ever
            editor.restore_all(space.root)
            edits.append("restore_all")
        edits += [editor.edit() for _ in range(chance.choice([1, 1, 2, 3, 5]))]
        way = chance.random()
        if way < 0.3:
            edit_during_build(editor, chance, edits)
        elif way < 0.4:
            moment = chance.randrange(1, 50)
            edits.append(f"killed at {moment}: {killed(moment, 'build', str(space.root))}")
        told = outcome(space)
        wanted = expected()
        builds += 1
        assert told == wanted, f"{seed}: {edits}\n{unlike(told, wanted)}"
    note("edits compared, gone on from and from nothing", editor.edits_made)
    note("builds compared, gone on from and from nothing", builds)
    note("builds killed between edits", sum("killed" in edit for edit in edits))
    assert len(known) >= 5, "a row in which nothing changes shows nothing"


def edit_during_build(editor: RandomEditor, chance: random.Random, edits: list[str]) -> None:
    """Edit files while a build runs, and undo it or not."""
    data, kept = editor.space.root / "data", editor.space.root.parent / "meanwhile"

    def step(name: str) -> None:
        if kept.exists():  # what was done at the step before is undone
            shutil.rmtree(data)
            kept.rename(data)
            edits.append(f"undone at {name}")
        elif chance.random() < 0.6:
            if chance.random() < 0.7:
                shutil.copytree(data, kept, symlinks=True)
            edits.append(f"at {name}: {editor.edit(again=chance.random() < 0.7)}")

    try:
        building.build(editor.space, progress=step)
    except StancegraphError as error:
        edits.append(f"told: {error.message}")
    if kept.exists():
        shutil.rmtree(data)
        kept.rename(data)
        edits.append("undone")
