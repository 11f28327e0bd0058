"""What changes a workspace: each action is run in a process of its own, which may be killed."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from stancegraph.errors import ExternalError
from stancegraph.files import journal
from stancegraph.pipeline import building
from stancegraph.workspace.folders import Workspace
from tests.support import killing
from tests.support.killing import command


def merge(root: Path) -> None:
    command(root, "entity", "merge", "Ruritania", "Zubrowka")


def split(root: Path) -> None:
    command(root, "entity", "split", "Ruritania", "actor:South", "--label", "the South", "--claim", "Lake Congress")


def _run_without_java(root: Path, *arguments: str) -> None:
    from stancegraph.ontology import owlapi

    owlapi.format_turtle = refuse_java
    command(root, *arguments)


def refuse_java(path: Path) -> bytes:
    raise ExternalError("there is no Java here")


def rename(root: Path) -> None:
    _run_without_java(root, "ontology", "rename", "Ambiguity", "Vagueness")


def deprecate(root: Path) -> None:
    _run_without_java(root, "ontology", "deprecate", "holder", "--because", "It goes.")


def release(root: Path) -> None:
    command(root, "ontology", "release", "99.0.0")


def format_ontology(root: Path) -> None:
    from stancegraph.ontology import owlapi

    owlapi.format_turtle = lambda path: path.read_bytes() + b"# saved\n"
    command(root, "ontology", "format")


def compile_sheet(root: Path) -> None:
    command(root, "article", "compile", "coded")


def draft(root: Path) -> None:
    command(root, "article", "new", str(_template() / "texts" / "other.txt"), "--id", "other")


def draft_folder(root: Path) -> None:
    from stancegraph.drafting import batch

    batch.ProcessPoolExecutor = lambda workers, context: ThreadPoolExecutor(1)  # type: ignore[attr-defined,assignment]
    command(root, "article", "batch", str(_template() / "texts"))


def reanchor(root: Path) -> None:
    command(root, "article", "reanchor", "coded", str(_template() / "changed.txt"))


def review(root: Path) -> None:
    command(root, "link", "review", "wikidata", "--reviewer", "A reviewer", stdin="r\nNo.\nr\nNo.\nu\nq\n")


def _template() -> Path:
    return Path(os.environ["STANCEGRAPH_SNAPSHOTS"]).parent


def publish(root: Path) -> None:
    from stancegraph.web.editing import EditingSession

    building.build = building.published  # type: ignore[assignment]  # publishing has a test of its own
    EditingSession(Workspace(root)).publish("coded")


def save(root: Path) -> None:
    from stancegraph.web.editing import EditingSession

    EditingSession(Workspace(root)).save("coded", "two-1-1", "no claim: It repeats.", "no claim: It is dull.")


def remove(root: Path) -> None:
    folder = root / "data" / "articles" / "coded"
    removed: dict[Path, bytes | None] = dict.fromkeys(folder.iterdir())
    journal.commit(root, {**removed, root / "data" / "entities" / "more.ttl": b"# nothing\n"})


@dataclass(frozen=True)
class Change:
    """A change of a workspace: its action, the states between first and last, and steps from full disk to full disk."""

    action: killing.Action
    between: int = 0
    stride: int = 1  # what takes long is killed less often: its change is made as all others are


QUICK = [Change(remove, stride=4)]
SLOW = [
    *(
        Change(action)
        for action in (merge, split, rename, deprecate, release, format_ontology, compile_sheet, draft, reanchor, save)
    ),
    Change(publish, stride=4),
    Change(draft_folder, between=1, stride=9),
    Change(review, between=1),
]
CHANGES = [
    *(pytest.param(change, id=change.action.__name__) for change in QUICK),
    *(pytest.param(change, id=change.action.__name__, marks=pytest.mark.long) for change in SLOW),
]
