"""`stancegraph check` says what is wrong with a workspace and its snapshot, each with place, rule and remedy."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from stancegraph.errors import ExternalError
from stancegraph.findings import Severity
from stancegraph.pipeline import building, sealing, snapshot, soundness
from stancegraph.pipeline.soundness import Fault, check
from stancegraph.workspace.folders import Workspace
from tests.conftest import Run, no_traceback
from tests.support.sampling import one_in

pytestmark = pytest.mark.usefixtures("own_snapshots", "many_builds")


@pytest.fixture(scope="module")
def founded(lean_original: Path) -> Workspace:
    """The worked example with few shapes and checks: there are many builds."""
    return Workspace(lean_original)


FACTS = "data/articles/example/facts.ttl"
ONE = Quad(NamedNode("https://example.org/s"), NamedNode("https://example.org/p"), Literal("one"))


def published(space: Workspace) -> Path:
    done = snapshot.current(space.snapshots)
    assert done is not None
    return done.path


def resealed(space: Workspace, part: str, quad: Quad) -> None:
    """As if the program had written *quad* into a store by mistake, and then sealed it."""
    path = published(space)
    store = Store(str(path / part))
    store.add(quad)
    store.flush()
    del store
    table = sealing.unsealed((path / "manifest.json").read_bytes())
    del table["sha256"]
    table["files"] = {name: {"size": one.size, "sha256": one.sha256} for name, one in sealing.seal(path).items()}
    (path / "manifest.json").write_bytes(sealing.sealed(table))


def remove_all(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


WRONG: dict[str, tuple[Callable[[Workspace], object], str]] = {
    "a file is no text": (lambda space: (space.root / FACTS).write_bytes(b"\xff"), f"unreadable {FACTS}"),
    "a file begins with a BOM": (
        lambda space: (space.root / FACTS).write_bytes(b"\xef\xbb\xbf" + (space.root / FACTS).read_bytes()),
        f"unreadable {FACTS}",
    ),
    "a file is a folder": (
        lambda space: (space.root / "queries" / "check" / "x.rq").mkdir(),
        "unreadable queries/check/x.rq",
    ),
    "a file is a pipe": (
        lambda space: os.mkfifo(space.root / "queries" / "check" / "x.rq"),
        "unreadable queries/check/x.rq",
    ),
    "a file of the store is gone": (lambda space: (published(space) / "store" / "CURRENT").unlink(), "file CURRENT"),
    "a file of the workings is cut": (
        lambda space: os.truncate(published(space) / "workings" / "closure" / "CURRENT", 3),
        "file CURRENT",
    ),
    "a file has come": (lambda space: (published(space) / "store" / "9.log").write_bytes(b""), "file 9.log"),
    "the manifest is another": (
        lambda space: (published(space) / "manifest.json").write_text("{}"),
        "published .stancegraph/current",
    ),
    "the snapshot is gone": (lambda space: shutil.rmtree(published(space)), "published .stancegraph/current"),
    "the store has a quad more": (lambda space: resealed(space, "store", ONE), "content manifest.json"),
    "the workings have a quad more": (lambda space: resealed(space, "workings/asserted", ONE), "workings asserted"),
    "the closure has a quad more": (lambda space: resealed(space, "workings/closure", ONE), "workings closure"),
    "the record is gone": (lambda space: remove_all(space.snapshots / "records"), "record"),
    "the record is another": (
        lambda space: [os.truncate(path, 900) for path in (space.snapshots / "records").iterdir()],  # type: ignore[func-returns-value]
        "record",
    ),
}


@pytest.mark.parametrize("wrong", one_in(4, WRONG))
def test_what_is_wrong_is_told_and_a_build_mends_what_is_published(
    wrong: str, space: Workspace, run: Callable[..., Run]
) -> None:
    assert check(space) == []
    spoil, expected = WRONG[wrong]
    spoil(space)
    rule, _, place = expected.partition(" ")
    faults = [fault for fault in check(space) if fault.severity is Severity.VIOLATION]
    assert [fault for fault in faults if fault.rule == rule and fault.file.endswith(place)], faults
    assert all(fault.remedy for fault in faults)
    done = run("--workspace", str(space.root), "check")
    assert done.status == 1
    assert f"violation {rule}: " in done.out
    assert "Remedy: " in done.out
    no_traceback(done)
    told = json.loads(run("--workspace", str(space.root), "check", "--format", "json").out)
    assert rule in {fault["rule"] for faults in told.values() for fault in faults}
    if rule == "unreadable":
        return
    building.build(space, force=rule in {"content", "count", "workings"})
    assert check(space) == []


def test_what_is_whole_is_ok(space: Workspace, run: Callable[..., Run]) -> None:
    done = run("--workspace", str(space.root), "check")
    assert (done.status, done.out, done.err) == (0, "workspace: ok\nsnapshot: ok\nrecord: ok\n", "")


def test_what_has_changed_or_is_not_built_yet_is_no_fault(space: Workspace, run: Callable[..., Run]) -> None:
    facts = space.root / FACTS
    facts.write_bytes(facts.read_bytes() + b"\n# a remark\n")
    done = run("--workspace", str(space.root), "check")
    assert done.status == 0
    assert "workspace: ok\n" in done.out
    assert f"{FACTS}\n    info changed: it has changed since the snapshot was built" in done.out
    shutil.rmtree(space.snapshots)
    done = run("--workspace", str(space.root), "check")
    assert done.status == 0
    assert "info published: nothing has been published" in done.out


def test_others_may_add_what_they_look_at(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(Severity.VIOLATION, "pending", "x", "a change has not been completed", "complete it")

    def fails(_: Workspace) -> Iterator[Fault]:
        raise ExternalError("it cannot be looked at", file="y", remedy="look")

    monkeypatch.setitem(soundness.PARTS, "others", [lambda _: [fault], fails])
    assert [(one.rule, one.file) for one in check(space)] == [("pending", "x"), ("unreadable", "y")]
