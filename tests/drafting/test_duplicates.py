"""New things of a coding sheet are compared with what linked data knows, where it can be asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from stancegraph.cli.services import duplicate_check
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.web.backend.task import Limits
from stancegraph.web.editing import EditingService
from stancegraph.workspace.folders import Workspace
from tests.conftest import Run, no_traceback
from tests.support.linked import link

pytestmark = pytest.mark.long
SHEET = """
@ introduction-1-1
says OwnStatement
  proposition nothing-happened: Nothing happened.
    certainty: Flat; agent: CrnaGora, Albania, Ruritania, MonteNero, Nowhere

state CrnaGora: Montenegro
state Albania: Albania
state MonteNero: Albania (2)
  skos:altLabel: "Albania"@en
state Nowhere: Nowhere at all
state Ruritania: Ruritania
"""


@pytest.fixture
def sheet(copy: Path, run: Callable[..., Run], tmp_path: Path) -> Path:
    """A sheet that describes new states, in a workspace where Libya stands for the example's Montenegro."""
    link(copy, [("actor:Libya", "Q236", "Libya", "country")])
    text = tmp_path / "small.txt"
    text.write_text("A title\n\nNothing happened.\n", encoding="utf-8")
    done = run("--workspace", str(copy), "article", "new", str(text), "--id", "small", "--date", "2012-07-05")
    assert done.status == 0, done.err
    path = copy / "data" / "articles" / "small" / "coding.txt"
    path.write_text(path.read_text(encoding="utf-8") + SHEET, encoding="utf-8")
    return path


def remarks(done: Run, rule: str) -> list[str]:
    no_traceback(done)
    return [line for line in done.out.splitlines() if f" {rule}: " in line]


def test_a_new_thing_that_is_linked_already_by_another_name_is_told(
    copy: Path, run: Callable[..., Run], sheet: Path, wikidata: str, tmp_path: Path
) -> None:
    where = ("--workspace", str(copy), "article", "check", "small", "--against", "wikidata")
    asked = ("--endpoint", wikidata, "--contact", "tests@example.org", "--cache", str(tmp_path / "cache"))
    alone = run(*where[:-2])
    assert not remarks(alone, "known-elsewhere")
    assert not [line for line in remarks(alone, "perhaps-the-same") if "CrnaGora" in line], "the names are not alike"
    done = run(*where, *asked)
    line = next(n for n, words in enumerate(sheet.read_text("utf-8").splitlines(), 1) if words.startswith("state Crna"))
    (told,) = [one for one in remarks(done, "perhaps-the-same") if "CrnaGora" in one]
    assert told.startswith(f"coding.txt:{line}: warning perhaps-the-same: actor:CrnaGora may be wikidata:Q236")
    assert "to which actor:Libya is linked" in told
    known = remarks(done, "known-elsewhere")
    assert [one.split("known-elsewhere: ")[1].split(", “")[0] for one in known] == [
        "actor:Albania may be wikidata:Q222",
        "actor:Ruritania may be wikidata:Q1000000031",
    ]
    assert any("MonteNero" in one and "so may actor:Albania" in one for one in remarks(done, "perhaps-the-same"))
    assert "Nowhere" not in "".join(remarks(done, "perhaps-the-same") + known)


def test_a_target_that_does_not_answer_keeps_nobody_from_coding(
    copy: Path, run: Callable[..., Run], sheet: Path, tmp_path: Path
) -> None:
    where = ("--workspace", str(copy), "article", "check", "small")
    asked = ("--endpoint", "http://127.0.0.1:1/", "--contact", "tests@example.org", "--cache", str(tmp_path / "cache"))
    alone, done = run(*where), run(*where, "--against", "wikidata", *asked)
    (told,) = remarks(done, "not-compared")
    assert told.startswith("coding.txt: info not-compared: Wikidata was not compared with: ")
    assert done.status == alone.status


def test_what_cannot_be_compared_is_said(copy: Path, run: Callable[..., Run], sheet: Path) -> None:
    where = ("--workspace", str(copy), "article")
    for options, words in (
        (("check", "small", "--against", "nothing"), "there are no links to 'nothing'"),
        (("check", "small", "--against", "wikidata"), "public services must be told who asks"),
        (("check", "small", "--endpoint", "http://127.0.0.1:1/"), "--endpoint goes with --against"),
    ):
        done = run(*where, *options)
        no_traceback(done)
        assert (done.status, words in done.err) == (2, True), done.err
    served = run("--workspace", str(copy), "serve", "--against", "wikidata")
    assert (served.status, "--against goes with --edit" in served.err) == (2, True)


def test_the_page_is_told_in_its_own_time(copy: Path, sheet: Path, wikidata: str, tmp_path: Path) -> None:
    space = Workspace(copy)
    service = Service(space, 1, limits=Limits(30, 2 << 30, 1 << 30))
    try:
        compare = partial(duplicate_check, space, "wikidata", "tests@example.org", wikidata, tmp_path / "cache")
        desks: Any = (
            (EditingService(space), []),
            (EditingService(space, make_comparison=compare), ["perhaps-the-same", "known-elsewhere"]),
        )
        for desk, rules in desks:
            app = application(space, service, editing=desk)
            client = TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 5000))
            told = client.get("/edit/small/duplicates.json").json()
            assert list(dict.fromkeys(one["rule"] for one in told)) == rules
            state = client.get("/edit/small/state.json").json()
            assert "known-elsewhere" not in {one["rule"] for one in state["remarks"]}, "the state waits for nobody"
            desk.close()
    finally:
        service.close()
