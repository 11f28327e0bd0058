"""The pages for people: what they show, that they lead somewhere, and that nothing in them can do harm."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from starlette.testclient import TestClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
HOSTILE = '"><script>alert(1)</script>'
PAGES = [
    "/",
    "/queries",
    "/queries/hopes-and-fears?actor=NATO",
    "/queries/stances-of-actor",
    "/queries/stances-of-actor?actor=China&issue=piracy&attitude=fears",
    "/queries/participants?event=NATO+summit+in+Chicago",
    "/search?words=chin",
    "/search?words=zzzz",
    "/page/id/actor/China",
    "/page/id/forum/SHADE",
    "/page/id/event/nato-summit-chicago",
    "/page/id/issue/Afghanistan",
    "/page/id/claim/china-brief-12-13/china-willing-contacts",
    "/page/id/attribution/china-brief-12-13/introduction-1-2-c",
]
_VOID = {"meta", "link", "input", "br", "img"}


class Reader(HTMLParser):
    """Reads a page: its words, links, ids, and whether each element is closed where it must be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.inputs: set[str] = set()
        self.headings: list[str] = []
        self.words = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        table = {name: value or "" for name, value in attributes}
        assert not [name for name in table if name.startswith("on")], "a script in an attribute"
        if tag not in _VOID:
            self.open.append(tag)
        if "href" in table:
            self.links.append(table["href"])
        if "id" in table:
            self.ids.append(table["id"])
        if tag == "label":
            self.labels.add(table["for"])
        if tag == "input":
            self.inputs.add(table["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def read(client: TestClient, path: str, status: int = 200) -> Reader:
    done = client.get(path, headers=BROWSER)
    assert done.status_code == status
    assert done.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in done.headers["content-security-policy"]
    assert "<script" not in done.text
    return Reader(done.text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_reads_in_order(client: TestClient, path: str) -> None:
    page = read(client, path)
    assert len(page.ids) == len(set(page.ids))
    assert page.inputs <= page.labels, "a field without a label"
    assert page.headings.count("h1") == 1
    levels = [int(heading[1]) for heading in page.headings]
    assert all(below <= above + 1 for above, below in pairwise(levels)), levels


@pytest.mark.parametrize("path", PAGES)
def test_every_link_on_a_page_leads_somewhere_here(client: TestClient, path: str) -> None:
    links = {link for link in read(client, path).links if not link.startswith("#")}
    assert links
    assert not [link for link in links if not link.startswith("http://testserver/")], "a link to elsewhere"
    for link in sorted(links)[:40]:
        assert client.get(link, headers=BROWSER).status_code == 200, link


def test_home_says_what_the_graph_holds(client: TestClient) -> None:
    words = " ".join(read(client, "/").words.split())
    assert "97 stances" in words
    assert "Hopes against fears" in words


def test_a_claim_shows_on_whose_word_it_rests(client: TestClient) -> None:
    words = " ".join(read(client, "/page/id/claim/china-brief-12-13/china-willing-contacts").words.split())
    chain = ["China Brief 12:13", "Xinhua, 30 June 2012", "Anders Fogh Rasmussen", "China is willing to widen"]
    places = [words.index(part, words.index("On whose word")) for part in chain]
    assert places == sorted(places)
    assert "cited as Xinhua, June 30" in words
    assert "Introduction, paragraph 1, sentence 2" in words


def test_what_is_inferred_or_disputed_is_said_in_words(client: TestClient) -> None:
    assert "[inferred]" in read(client, "/page/id/actor/China").words
    assert "disputed:" in read(client, "/page/id/event/nato-summit-chicago").words


def test_a_question_is_a_form_with_suggestions_and_its_answer(client: TestClient) -> None:
    done = client.get("/queries/hopes-and-fears?actor=NATO", headers=BROWSER).text
    assert '<option value="China">' in done
    assert "16 rows" in done
    csv = re.search(r'href="([^"]*format=csv)"', done)
    assert csv is not None
    table = client.get(csv[1].replace("&amp;", "&"), headers=BROWSER)
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) == 17


def test_an_empty_answer_explains_itself(client: TestClient) -> None:
    words = read(client, "/queries/stances-of-actor?actor=China&issue=piracy&attitude=fears").words
    assert "Nothing in the graph answers this." in words
    assert "Without any of these there are 13 rows." in words


def test_what_is_wrong_is_told_on_the_page(client: TestClient) -> None:
    assert "Did you mean: China" in read(client, "/queries/stances-of-actor?actor=Chona").words
    assert "no question is called" in read(client, "/queries/no-such-question", 404).words
    assert "knows no such thing" in read(client, "/page/id/actor/Nobody", 404).words


@pytest.mark.parametrize("path", ["/search?words={}", "/queries/find-claims?words={}", "/page/id/{}", "/queries/{}"])
def test_what_a_request_says_is_escaped(client: TestClient, path: str) -> None:
    done = client.get(path.format(HOSTILE), headers=BROWSER)
    assert done.status_code in {200, 400, 404}
    assert "<script" not in done.text
    Reader(done.text)


def test_things_are_found_by_label_and_alias(client: TestClient) -> None:
    for words in ("rasmussen", "PRC", "shade"):
        assert [link for link in read(client, f"/search?words={words}").links if "/page/id/" in link], words


def test_browsers_are_led_to_pages_and_programs_to_data(client: TestClient) -> None:
    for accept, place in ((BROWSER["Accept"], "page"), ("text/turtle", "data"), ("*/*", "data")):
        done = client.get("/id/actor/China", headers={"Accept": accept}, follow_redirects=False)
        assert done.headers["location"] == f"http://testserver/{place}/id/actor/China"


@pytest.mark.long
@pytest.mark.parametrize("path", ["/", "/queries/hopes-and-fears?actor=NATO", "/page/id/actor/China"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_browser_shows_it_without_an_error(site: str, tmp_path: Path, path: str, width: int) -> None:
    """In Chromium, at the width of a phone and of a desk: the console says nothing."""
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("pages are looked at in Chromium: on Debian, apt-get install chromium")
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
        f"--user-data-dir={tmp_path}", f"--window-size={width},1000", "--enable-logging=stderr", "--v=0",
        f"--screenshot={tmp_path / 'page.png'}", site + path,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    assert "CONSOLE" not in done.stderr
    assert (tmp_path / "page.png").stat().st_size > 10_000
