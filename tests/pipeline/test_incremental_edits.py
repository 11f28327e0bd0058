"""Whatever is done to the files of a workspace, an incremental build comes to what one from the beginning comes to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from stancegraph.pipeline.incremental import update
from stancegraph.workspace.folders import Workspace
from tests.conftest import copy_workspace
from tests.pipeline.outcomes import build, build_anew, watch_increments
from tests.support.generated import generate_articles

pytestmark = pytest.mark.usefixtures("own_snapshots", "many_builds")

PLACES = st.integers(0, 999)  # of articles, files and triples, each modulo how many there are
SOME = st.sets(PLACES, max_size=8)
PAIRS = st.lists(st.tuples(PLACES, PLACES), max_size=6)


class Edits(RuleBasedStateMachine):
    """Edits of the files, each on top of the last, and a build after each; most of what they make is wrong."""

    original: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.cleanup = ExitStack()
        folder = Path(self.cleanup.enter_context(tempfile.TemporaryDirectory()))
        self.space = Workspace(copy_workspace(self.original, folder / "space"))
        self.increments = self.cleanup.enter_context(watch_increments())
        self.edits = 0

    def teardown(self) -> None:
        """Remove the workspace."""
        self.cleanup.close()
        assert sum(self.increments) >= self.edits - 2, "an increment that gives up shows nothing"

    def articles(self) -> list[Path]:
        """The facts of the articles."""
        return sorted((self.space.root / "data" / "articles").glob("*/facts.ttl"))

    def compare(self) -> None:
        """Build, and compare with a build from the beginning."""
        before = len(self.increments)
        assert build(self.space) == build_anew(self.space)
        self.edits += len(self.increments) - before

    @rule(place=PLACES, lost=SOME, moved=PAIRS)
    def edit_facts(self, place: int, lost: set[int], moved: list[tuple[int, int]]) -> None:
        """An article says less, and other things."""
        edit_file(choose(self.articles(), place), lost, moved)
        self.compare()

    @rule(place=PLACES, lost=SOME, moved=PAIRS)
    def edit_vocabulary(self, place: int, lost: set[int], moved: list[tuple[int, int]]) -> None:
        """A scheme of concepts says less, and other things."""
        edit_file(choose(sorted((self.space.root / "data" / "vocabulary").glob("*.ttl")), place), lost, moved)
        self.compare()

    @rule(place=PLACES, number=st.integers(0, 9), keep=st.booleans())
    def copy_or_move_article(self, place: int, number: int, keep: bool) -> None:
        """The same triples are in a second graph, or in another one."""
        folder = choose(self.articles(), place).parent
        target = folder.with_name(f"{folder.name[:20]}-{number}")
        if not target.exists():
            shutil.copytree(folder, target)
            if not keep:
                shutil.rmtree(folder)
        self.compare()

    @precondition(lambda self: len(self.articles()) > 1)
    @rule(place=PLACES)
    def remove_article(self, place: int) -> None:
        """An article is gone."""
        shutil.rmtree(choose(self.articles(), place).parent)
        self.compare()

    @rule(place=PLACES)
    def split_facts(self, place: int) -> None:
        """The same triples are in the same graph, by two files."""
        path = choose(self.articles(), place)
        quads = read(path)
        half = len(quads) // 2
        write(path, quads[:half])
        write(path.with_name("more.ttl"), quads[half:])
        self.compare()

    @rule(place=PLACES, kept=st.integers(2, 5))
    def describe_entities(self, place: int, kept: int) -> None:
        """Things that articles refer to are described in a file that they share."""
        path = choose(self.articles(), place)
        write(self.space.root / "data" / "entities" / "some.ttl", read(path)[::kept])
        self.compare()

    @rule()
    def restore(self) -> None:
        """All files are what they were at first."""
        shutil.rmtree(self.space.root / "data")
        shutil.copytree(self.original / "data", self.space.root / "data")
        self.compare()


def edits_of(original: Path) -> type[Edits]:
    """Return edits of copies of the workspace *original*."""
    return type("Edits", (Edits,), {"original": original})


def choose(paths: Sequence[Path], place: int) -> Path:
    """Return one of *paths*."""
    return paths[place % len(paths)]


def read(path: Path) -> list[Quad]:
    """Return the statements of a file."""
    return list(parse(path=str(path), format=RdfFormat.TURTLE))


def write(path: Path, quads: Sequence[Quad]) -> None:
    """Write statements into a file."""
    serialize([quad.triple for quad in quads], path, format=RdfFormat.TURTLE)


def edit_file(path: Path, lost: set[int], moved: list[tuple[int, int]]) -> None:
    """Leave out some statements of a file, and give others' subjects and objects to some."""
    quads = read(path)
    if not quads:
        return
    triples = [quad.triple for place, quad in enumerate(quads) if place not in {one % len(quads) for one in lost}]
    for first, second in moved:
        source, target = quads[first % len(quads)], quads[second % len(quads)]
        triples.append(Triple(source.subject, source.predicate, target.object))
        triples.append(Triple(target.subject, source.predicate, source.object))
    serialize(triples, path, format=RdfFormat.TURTLE)


def test_edits_of_a_small_workspace_come_to_the_same(lean_original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update, "_COST_RATIO", 0)  # no change is too large
    bounds = settings(max_examples=max(2, settings().max_examples // 20), stateful_step_count=5)
    run_state_machine_as_test(edits_of(lean_original), settings=bounds)


@pytest.mark.early
@pytest.mark.long
def test_edits_of_many_articles_come_to_the_same(tmp_path: Path) -> None:
    generate_articles(tmp_path / "space", 4)
    build(Workspace(tmp_path / "space"))
    bounds = settings(max_examples=6, stateful_step_count=8)
    run_state_machine_as_test(edits_of(tmp_path / "space"), settings=bounds)
