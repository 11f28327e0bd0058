"""Articles are coded over HTTP block by block: nothing is overwritten, and nobody else may do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from stancegraph.coding.blocks import ConflictError, parse_blocks, replace_block
from stancegraph.web.access import Token
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.web.backend.task import Limits
from stancegraph.web.editing import EditingService
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run

EXAMPLE = ROOT / "tests" / "examples" / "second"
SLUG = "polar-routes"
SHEET = """# a comment
time x: X
@ one
# names: China
says OwnStatement
  stance a: A.
    holder: China
#? says Report
proposition b: B.

@ two
no claim: Nothing.
"""


def test_a_sheet_is_cut_into_blocks() -> None:
    assert [(one.passage, one.text.splitlines()[0], one.line) for one in parse_blocks(SHEET)] == [
        (None, "time x: X", 2),
        ("one", "says OwnStatement", 5),
        ("one", "proposition b: B.", 9),
        ("two", "no claim: Nothing.", 12),
    ]


def test_a_block_is_replaced_added_and_removed_and_all_else_stays() -> None:
    old = "says OwnStatement\n  stance a: A.\n    holder: China"
    changed = replace_block(SHEET, "one", old, "says OwnStatement\n  stance a: Another.\n")
    assert changed == SHEET.replace("  stance a: A.\n    holder: China\n", "  stance a: Another.\n")
    assert replace_block(SHEET, "one", old, "") == SHEET.replace(f"{old}\n", "")
    added = replace_block(SHEET, "one", "", "proposition c: C.")
    assert added == SHEET.replace("proposition b: B.\n", "proposition b: B.\nproposition c: C.\n")
    assert replace_block(SHEET, "three", "", "no claim: X").endswith("\n\n@ three\nno claim: X\n")


def test_what_somebody_else_changed_is_not_overwritten() -> None:
    with pytest.raises(ConflictError) as told:
        replace_block(SHEET, "one", "proposition b: What it was.", "proposition b: Mine.")
    assert told.value.current_blocks == ["says OwnStatement\n  stance a: A.\n    holder: China", "proposition b: B."]


@pytest.fixture
def place(copy: Path, run: Callable[..., Run], tmp_path: Path) -> Path:
    """A workspace with a fresh draft of the second text."""
    text = tmp_path / f"{SLUG}.md"
    text.write_bytes((EXAMPLE / f"{SLUG}.md").read_bytes())
    done = run("--workspace", str(copy), "article", "new", str(text), "--id", SLUG, "--date", "2014-03-10")
    assert done.status == 0, done.err
    return copy


@pytest.fixture
def open_desk(place: Path, tmp_path: Path) -> Iterator[Callable[..., TestClient]]:
    """A client of a server that edits, as from this machine or from elsewhere."""
    workspace = Workspace(place)
    service = Service(workspace, 1, limits=Limits(30, 2 << 30, 1 << 30))
    desks = EditingService(workspace, [tmp_path / f"{SLUG}.txt"])

    def client(token: str | None = None, here: bool = True) -> TestClient:
        app = application(workspace, service, editing=desks, token=Token(token) if token else None)
        address = ("127.0.0.1", 5000) if here else ("192.0.2.7", 5000)
        return TestClient(app, base_url="http://127.0.0.1", client=address, raise_server_exceptions=False)

    yield client
    service.close()
    desks.close()


WORD = "a wörd that nobody knows"


def change(passage: str, old: str, new: str) -> dict[str, Any]:
    return {"passage": passage, "old": old, "new": new}


CLAIM = """says Report > NATO: Paraphrase
  stance nato-hopes: NATO hopes for quiet.
    holder: NATO; attitude: Hopes; position: Supportive; certainty: Flat; target: actor:China"""


@pytest.mark.long
def test_the_page_shows_text_claims_and_what_is_not_coded(open_desk: Callable[..., TestClient]) -> None:
    client = open_desk()
    assert client.get("/edit").text.count(f"/edit/{SLUG}") == 1
    assert client.get(f"/edit/{SLUG}").status_code == 200
    state = client.get(f"/edit/{SLUG}/state.json").json()
    assert state["uncovered"] == 122 + 1
    assert state["passages"][0]["words"].startswith("Cold Waters")
    names = client.get(f"/edit/{SLUG}/names.json").json()
    assert "Hopes" in names["attitude"]
    assert "OwnStatement" in names["attributionMode"]
    assert "NATO" in names["holder"]
    assert "Beijing" not in names["attitude"]


@pytest.mark.long
def test_a_claim_is_checked_saved_and_published(open_desk: Callable[..., TestClient], place: Path) -> None:
    client = open_desk()
    here = f"/edit/{SLUG}"
    wrong = client.post(f"{here}/check", json=change("introduction-2-1", "", CLAIM.replace("Hopes", "Hoopes"))).json()
    assert [(one["line"], one["rule"]) for one in wrong if "Hoopes" in one["message"]] == [(3, "sheet")]
    assert client.post(f"{here}/check", json=change("introduction-2-1", "", CLAIM)).json() == []
    saved = client.post(f"{here}/save", json=change("introduction-2-1", "", CLAIM))
    assert saved.status_code == 200
    passage = next(one for one in saved.json()["passages"] if one["name"] == "introduction-2-1")
    assert (passage["covered"], passage["blocks"]) == (True, [CLAIM])
    assert CLAIM in (place / "data" / "articles" / SLUG / "coding.txt").read_text(encoding="utf-8")
    early = client.post(f"{here}/publish")
    assert early.status_code == 422, "sentences are not coded yet"
    assert "and 121 more" in early.json()["title"]


@pytest.mark.long
def test_two_who_edit_one_claim_see_a_conflict(open_desk: Callable[..., TestClient], place: Path) -> None:
    first, second = open_desk(), open_desk()
    here = f"/edit/{SLUG}/save"
    assert first.post(here, json=change("introduction-2-1", "", CLAIM)).status_code == 200
    mine, theirs = CLAIM.replace("quiet", "peace"), CLAIM.replace("quiet", "calm")
    assert second.post(here, json=change("introduction-2-1", CLAIM, theirs)).status_code == 200
    refused = first.post(here, json=change("introduction-2-1", CLAIM, mine))
    assert refused.status_code == 409
    assert refused.json()["current"] == [theirs]
    assert theirs in (place / "data" / "articles" / SLUG / "coding.txt").read_text(encoding="utf-8")
    other = first.post(here, json=change("introduction-2-2", "", CLAIM.replace("nato-hopes", "nato-hopes-more")))
    assert other.status_code == 200, "different claims do not stand in each other's way"


@pytest.mark.long
def test_only_this_machine_or_who_has_the_token_may_edit(open_desk: Callable[..., TestClient]) -> None:
    state = f"/edit/{SLUG}/state.json"
    assert open_desk(here=False).get(state).status_code == 403
    assert open_desk().get(state, headers={"Host": "evil.example"}).status_code == 403, "a name that leads here"
    assert open_desk().get(state, headers={"Origin": "http://evil.example"}).status_code == 403
    body = change("introduction-2-1", "", CLAIM)
    assert open_desk().post(f"/edit/{SLUG}/save", json=body, headers={"Origin": "null"}).status_code == 403
    guarded = open_desk(token=WORD, here=False)
    assert guarded.get(state).status_code == 403
    assert guarded.get(state, headers={b"Authorization": f"Bearer {WORD}".encode()}).status_code == 200
    for wrong in ("another", "", WORD[:-1], "é", "\udcff"):
        header = f"Bearer {wrong}".encode("utf-8", "surrogateescape")
        assert guarded.get(state, headers={b"Authorization": header}).status_code == 403, wrong
    assert "password" in guarded.get("/edit").text
    assert guarded.get("/edit", params={"token": WORD}).headers.get("set-cookie") is None, "not from an address"
    for wrong in ("another", "", "é", "%FF"):
        refused = guarded.post("/edit", content=f"token={wrong}".encode())
        assert (refused.status_code in {400, 403}, refused.headers.get("set-cookie")) == (True, None), wrong
    entered = guarded.post("/edit", data={"token": WORD}, follow_redirects=False)
    cookie = entered.headers["set-cookie"].lower()
    assert entered.headers["location"].endswith("/edit")
    assert {"httponly", "samesite=strict", "path=/edit"} <= set(cookie.split("; ")), cookie
    assert WORD.lower() not in cookie
    assert "secure" not in cookie.split("; "), "it came by http"
    assert guarded.get(state).status_code == 200, "the cookie is kept"
    assert open_desk(token=WORD, here=False).get(state).status_code == 403, "sessions are of one server"


@pytest.mark.long
def test_what_is_sent_must_make_sense(open_desk: Callable[..., TestClient], place: Path) -> None:
    client = open_desk()
    sheet = place / "data" / "articles" / SLUG / "coding.txt"
    before = sheet.read_bytes()
    for body in (b"", b"{", b"[]", b'{"passage": 1, "old": "", "new": ""}', b'{"passage": "x"}'):
        assert client.post(f"/edit/{SLUG}/save", content=body).status_code == 400, body
    assert client.post(f"/edit/{SLUG}/save", content=b"x" * (1 << 21)).status_code == 413
    assert client.post(f"/edit/{SLUG}/save", json=change("nowhere", "", CLAIM)).status_code == 422
    assert client.get("/edit/nowhere").status_code == 400
    assert client.get("/edit/nowhere/state.json").status_code == 422
    assert sheet.read_bytes() == before


def test_without_edit_there_is_nothing_to_edit(client: TestClient) -> None:
    assert client.get("/edit").status_code == 404


@pytest.mark.long
def test_nobody_is_let_in_by_mistake(run: Callable[..., Run], copy: Path) -> None:
    where = ("--workspace", str(copy))
    assert run(*where, "serve", "--edit", "--host", "0.0.0.0").status == 2
    assert run(*where, "serve", "--text", "x.txt").status == 2
    assert run(*where, "--engine", "http://127.0.0.1:1/", "serve", "--edit").status == 2
