"""A nested claim, entered in Chromium from nothing to published; and what is typed outlives tab and server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import Run
from tests.support.servers import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.long
TEXT = """A short note on the strait

The minister says that Russia fears that NATO watches the strait. Nothing else is known.
"""
SLUG = "note"


@pytest.fixture
def place(copy: Path, run: Callable[..., Run], tmp_path: Path) -> Path:
    """A workspace with a draft of a text of two sentences."""
    text = tmp_path / "note.txt"
    text.write_text(TEXT, encoding="utf-8")
    done = run("--workspace", str(copy), "article", "new", str(text), "--id", SLUG, "--date", "2014-03-10")
    assert done.status == 0, done.err
    return copy


@contextmanager
def serving(place: Path, text: Path, port: int) -> Iterator[str]:
    """A server that edits, as the command line starts it, until the block ends."""
    command = [sys.executable, "-m", "stancegraph", "--workspace", str(place), "serve", "--edit", "--no-log"]
    process = subprocess.Popen(
        [*command, "--text", str(text), "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{url}/healthz", timeout=2).read()
                break
            except OSError:
                time.sleep(0.2)
        yield url
    finally:
        process.kill()
        process.wait(20)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 1000})
    yield made
    made.close()


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{url}/edit/{SLUG}")
    page.wait_for_selector("#text .passage")
    return page


def fill_proposition(page: Page) -> None:
    """What a proposition says, by the form: NATO operates in the Gulf of Aden, or would."""
    page.fill("#predicate", "Operates")
    page.fill("#polarity", "Affirmed")
    page.fill("#modality", "Prospective")
    page.fill("#agent", "NATO")
    page.fill("#location", "GulfOfAden")


def fill(page: Page) -> None:
    """The claim that somebody says that Russia fears that NATO watches the strait, by the form."""
    page.click("[data-passage=front-1] ~ [data-passage$='1-1']")
    page.click("text=Add a source")
    page.fill("#who-1", "WhiteHouse")
    page.fill("#label", "Russia fears that NATO watches the strait.")
    page.fill("#holder", "actor:Russia")
    page.fill("#attitude", "Fears")
    page.fill("#position", "Opposed")
    page.fill("#target", "NATO")
    page.fill("#content", "NATO watches the strait")
    fill_proposition(page)
    page.fill("#issue", "MaritimeSecurity")


@pytest.mark.early
def test_a_nested_claim_goes_from_nothing_to_published(
    context: BrowserContext, place: Path, run: Callable[..., Run], tmp_path: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with serving(place, tmp_path / "note.txt", free_port()) as url:
        page = opened(context, url)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        assert "3 of 3 sentences are not coded yet" in page.inner_text("#coverage")
        page.wait_for_selector("text=No problems found in the coding sheet.")
        fill(page)
        page.wait_for_selector("#remarks .fine")
        chain = page.inner_text("#chain")
        drawn = "the article Report WhiteHouse Paraphrase actor:Russia Fears that: NATO"
        assert re.sub(r"\s+", " ", chain).startswith(drawn)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        folder = os.environ.get("STANCEGRAPH_PICTURES")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/edit-1280-light.png", full_page=True)
        page.fill("#attitude", "Feers")
        page.wait_for_selector("#remarks .violation")
        assert "Did you mean: Fears" in page.inner_text("#remarks")
        page.fill("#attitude", "Fears")
        page.wait_for_selector("#remarks .fine")
        page.click("#add")
        page.wait_for_selector("text=Saved.")
        kept = page.input_value("[aria-label='Block 1']")
        page.fill("[aria-label='Block 1']", kept.replace("attitude: Fears", "attitude: Feers"))
        page.click("#blocks button:text-is('Save') >> nth=0")
        page.wait_for_selector("text=remarks on the coding sheet")
        page.fill("[aria-label='Block 1']", kept)
        page.click("#blocks button:text-is('Save') >> nth=0")
        page.wait_for_selector("text=No problems found in the coding sheet.")
        for passage, kind in (("front-1", "proposition"), ("introduction-1-2", "no claim")):
            page.click(f"[data-passage={passage}]")
            page.select_option("#kind", kind)
            assert page.is_visible("#who-says") == (kind == "proposition")
            page.fill("#label", f"The claim of {passage}.")
            if kind == "proposition":
                fill_proposition(page)
            page.wait_for_selector("#remarks .fine")
            page.click("#add")
            page.wait_for_selector(f"[data-passage={passage}].covered")
        page.wait_for_selector("text=Every sentence is coded.")
        page.click("#publish")
        page.wait_for_selector("text=Published: version")
        assert not said
        answer = run("--workspace", str(place), "ask", "hopes-and-fears", "--actor", "Russia", "--format", "csv").out
        assert "Russia fears that NATO watches the strait." in answer
        for _ in range(50):  # the new snapshot is taken up beside the old one
            page.goto(f"{url}/page/id/claim/{SLUG}/russia-fears-that-nato-watches-the")
            if "White House" in page.inner_text("main"):
                break
            time.sleep(0.2)
        assert "White House" in page.inner_text("main"), "the server shows what was published"
    feared = f"<https://w3id.org/stancegraph/id/claim/{SLUG}/nato-watches-the-strait>"
    asked = f"ASK {{ ?a <https://w3id.org/stancegraph/ontology#putsForward> {feared} }}"
    assert "false" in run("--workspace", str(place), "sparql", asked).out, "what is feared is put forward by nobody"


def test_what_is_typed_outlives_the_tab_and_the_server(context: BrowserContext, place: Path, tmp_path: Path) -> None:
    port, text = free_port(), tmp_path / "note.txt"
    with serving(place, text, port) as url:
        page = opened(context, url)
        fill(page)
    page.click("#add")
    page.wait_for_selector("text=The server does not answer.")
    page.close()
    with serving(place, text, port) as url:
        page = opened(context, url)
        page.click("[data-passage=front-1] ~ [data-passage$='1-1']")
        assert page.input_value("#label") == "Russia fears that NATO watches the strait."
        assert page.input_value("#who-1") == "WhiteHouse"
        page.click("#add")
        page.wait_for_selector("text=Saved.")
    assert "stance russia-fears-that" in (place / "data" / "articles" / SLUG / "coding.txt").read_text(encoding="utf-8")


def test_two_tabs_see_a_conflict_and_not_an_overwrite(context: BrowserContext, place: Path, tmp_path: Path) -> None:
    with serving(place, tmp_path / "note.txt", free_port()) as url:
        first = opened(context, url)
        fill(first)
        first.click("#add")
        first.wait_for_selector("text=Saved.")
        second = opened(context, url)
        for page in (first, second):
            page.click("[data-passage=front-1] ~ [data-passage$='1-1']")
        area = "textarea[aria-label='Block 1']"
        second.fill(area, second.input_value(area).replace("Opposed", "StronglyOpposed"))
        first.fill(area, first.input_value(area).replace("Fears", "IsConcerned"))
        second.click(".block >> nth=0 >> text=Save")
        second.wait_for_selector("text=Saved.")
        first.click(".block >> nth=0 >> text=Save")
        first.wait_for_selector("text=Not saved: somebody else has changed")
        told = first.inner_text(".block >> nth=0")
        assert "StronglyOpposed" in told
        assert "IsConcerned" in told
    assert "StronglyOpposed" in (place / "data" / "articles" / SLUG / "coding.txt").read_text(encoding="utf-8")


def test_a_new_actor_is_described_once_and_speaks_then(context: BrowserContext, place: Path, tmp_path: Path) -> None:
    with serving(place, tmp_path / "note.txt", free_port()) as url:
        page = opened(context, url)
        page.click("[data-passage=introduction-1-1]")
        page.select_option("#kind", "person")
        assert page.inner_text("#label-label") == "Name"
        page.fill("#label", "Anders Rasmussen Fogh")
        page.wait_for_selector("#remarks .warning >> text=AndersFoghRasmussen")
        page.fill("#label", "Ivan Petrov")
        assert page.input_value("#sheet") == "person IvanPetrov: Ivan Petrov"
        page.click("#add")
        page.wait_for_selector("text=Saved.")
        fill(page)
        page.fill("#who-1", "IvanPetrov")
        page.wait_for_selector("#remarks .fine")
        page.click("#add")
        page.wait_for_selector("[data-passage=introduction-1-1].covered")
    sheet = (place / "data" / "articles" / SLUG / "coding.txt").read_text(encoding="utf-8")
    assert "says Report > IvanPetrov: Paraphrase" in sheet
    assert sheet.count("person IvanPetrov: Ivan Petrov") == 1
