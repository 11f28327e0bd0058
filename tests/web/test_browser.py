"""The pages as people use them, in Chromium: by mouse, by keyboard, on a phone, in the dark, without scripts, and with
no network but the server itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.long

KINDS = {
    "home": "/",
    "questions": "/queries",
    "chart": "/queries/hopes-and-fears?actor=China&target=NATO",
    "timeline": "/queries/events-over-time",
    "matrix": "/queries/positions-on-issues",
    "network": "/queries/criticism",
    "map": "/queries/where-events-happened",
    "empty": "/queries/stances-of-actor?actor=China&issue=piracy&attitude=fears",
    "actor": "/page/id/actor/China",
    "person": "/page/id/actor/AndersFoghRasmussen",
    "forum": "/page/id/forum/NATOSummits",
    "event": "/page/id/event/nato-summit-chicago",
    "issue": "/page/id/issue/Afghanistan",
    "policy": "/page/id/policy/ChineseNonalignment",
    "place": "/page/id/place/BeijingCity",
    "stance": "/page/id/claim/china-brief-12-13/china-willing-contacts",
    "article": "/page/id/publication/china-brief-12-13",
    "publication": "/page/id/publication/xinhua-2012-06-30",
    "passage": "/page/id/passage/china-brief-12-13/introduction-1-2",
    "search": "/search?words=chin",
    "problem": "/page/id/actor/Nobody",
    "licences": "/licences",
    "workbench": "/workbench",
}
Visit = Callable[..., "Page"]


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Open a page of the site; at the end, nothing was asked of another server and nothing was said on the console."""
    wrong: list[str] = []
    contexts = []

    def go(path: str, width: int = 1280, **further: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **further)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: wrong.append(said.text) if "404" not in said.text else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))

        def watched(route: Any) -> None:
            if route.request.url.startswith(site):
                route.continue_()
            else:
                wrong.append(f"a request to {route.request.url}")
                route.abort()

        page.route(lambda url: url.startswith("http"), watched)
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
        return page

    yield go
    for context in contexts:
        context.close()
    assert not wrong


def keep(page: Page, name: str) -> None:
    """Keep a picture of *page*, where ``STANCEGRAPH_PICTURES`` names a folder for them."""
    folder = os.environ.get("STANCEGRAPH_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.jpeg", full_page=True, quality=70, scale="css")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_page_is_accessible_fits_and_asks_no_other_server(visit: Visit, kind: str, width: int, scheme: str) -> None:
    """By axe: WCAG 2.2 A and AA, and good practice."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit(KINDS[kind], width, color_scheme=scheme)
    keep(page, f"{kind}-{width}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the screen"
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]})
    told = [
        (one["id"], one["help"], [node["html"][:120] for node in one["nodes"][:3]])
        for one in found.response["violations"]
    ]
    assert told == []


TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("kind", ["chart", "timeline", "matrix", "network", "map"])
def test_a_picture_is_seen_and_its_marks_lead_to_evidence(visit: Visit, kind: str) -> None:
    page = visit(KINDS[kind])
    box = page.locator("figure svg").bounding_box()
    assert box is not None
    assert box["width"] > 300
    assert box["height"] > 100
    if kind != "chart":
        links = page.locator("figure svg a").evaluate_all("found => found.map(one => one.getAttribute('href'))")
        assert links
        page.goto(links[0])
        assert page.locator("h2#sources, h1").first.is_visible()


def test_what_did_chinese_voices_fear_about_nato_and_who_says_so(visit: Visit) -> None:
    """As a newcomer would: from the first page, by the keyboard alone."""
    page = visit("/")
    page.get_by_role("link", name="Hopes and fears").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/queries/hopes-and-fears")
    page.get_by_label("Actor").focus()
    page.keyboard.type("China")
    page.keyboard.press("Tab")
    page.keyboard.type("NATO")
    page.keyboard.press("Enter")
    page.wait_for_url("**actor=China&target=NATO**")
    row = page.locator("tbody tr").filter(has_text="fear").first
    assert row.count() == 1
    statement = row.locator("td").nth(3).inner_text()
    row.get_by_role("link", name=f"Sources of the claim: {statement}").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/id/claim/**")
    chain = page.locator(".chain").first.inner_text()
    assert "China Brief 12:13" in chain
    assert statement in chain


def test_the_search_finds_as_one_types(visit: Visit) -> None:
    page = visit("/")
    page.get_by_label("Search by name").focus()
    page.keyboard.type("rasm", delay=20)
    page.get_by_role("option").first.wait_for()
    assert "Anders Fogh Rasmussen" in page.get_by_role("option").first.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/id/actor/AndersFoghRasmussen")


def test_the_first_thing_that_the_keyboard_reaches_skips_to_the_content(visit: Visit) -> None:
    page = visit("/queries")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_the_workbench_runs_a_query_completes_terms_and_draws(visit: Visit) -> None:
    page = visit("/workbench")
    page.locator(".yasqe .CodeMirror").click()
    page.keyboard.press("Control+Enter")
    page.locator(".yasr table.dataTable, .yasr .yasr_results table").first.wait_for()
    assert "Chinese" in page.locator(".yasr").inner_text()
    page.locator(".select_Picture").click()
    page.locator(".yasr figure svg, .yasr .scroll svg").wait_for()
    keep(page, "workbench-picture")
    page.evaluate("document.querySelector('.yasqe .CodeMirror').CodeMirror.setValue('')")
    page.locator(".yasqe .CodeMirror").click()
    page.keyboard.type("PREFIX sg: <https://w3id.org/stancegraph/ontology#> SELECT ?x WHERE { ?x sg:hold")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hints").wait_for()
    assert "sg:holder" in page.locator(".CodeMirror-hints").inner_text()
    page.keyboard.press("Escape")
    page.get_by_text("Examples", exact=True).click()
    page.get_by_role("link", name="Conditions attached to stances").click()
    assert "sg:condition" in page.evaluate("document.querySelector('.yasqe .CodeMirror').CodeMirror.getValue()")


def test_everything_can_be_asked_without_scripts(visit: Visit) -> None:
    page = visit("/", java_script_enabled=False)
    page.get_by_label("Search by name").fill("shade")
    page.get_by_role("button", name="Search").click()
    page.locator(".found a").first.click()
    page.wait_for_url("**/page/id/forum/SHADE")
    page.goto(page.url.split("/page/")[0] + "/workbench")
    page.get_by_label("Query").fill("SELECT ?x WHERE { VALUES ?x { 41 42 } }")
    page.get_by_role("button", name="Run").click()
    assert "2 rows" in page.locator("main").inner_text()


def test_a_page_prints(visit: Visit) -> None:
    page = visit(KINDS["stance"])
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation").first.is_visible()
    assert page.locator(".chain").first.is_visible()
    assert page.pdf().startswith(b"%PDF")
