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
    "/page/id/publication/china-brief-12-13",
    "/page/id/policy/ChineseNonalignment",
    "/page/id/passage/china-brief-12-13/introduction-1-2",
    "/workbench",
    "/workbench?question=conditions",
    "/licences",
]
ELSEWHERE = (
    "http://eurovoc.europa.eu/",
    "http://publications.europa.eu/resource/authority/",
    "http://viaf.org/viaf/",
    "https://www.naturalearthdata.com/",
    "http://www.wikidata.org/entity/",
    "https://sws.geonames.org/",
    "https://www.iso.org/obp/",
)
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
    assert not re.search(r"<script(?! src=\"http://testserver/)", done.text), "a script that is not ours"
    return Reader(done.text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_reads_in_order(client: TestClient, path: str) -> None:
    page = read(client, path)
    assert len(page.ids) == len(set(page.ids))
    assert page.inputs <= page.labels, "a field without a label"
    assert page.headings.count("h1") == 1
    levels = [int(heading[1]) for heading in page.headings]
    assert all(below <= above + 1 for above, below in pairwise(levels)), levels


@pytest.mark.long
@pytest.mark.parametrize("path", PAGES)
def test_every_link_on_a_page_leads_somewhere_here(client: TestClient, path: str) -> None:
    links = {link for link in read(client, path).links if not link.startswith("#")}
    assert links
    elsewhere = {link for link in links if not link.startswith("http://testserver/")}
    assert all(link.startswith(ELSEWHERE) for link in elsewhere), "a link to elsewhere that the graph does not state"
    for link in sorted(links - elsewhere)[:40]:
        assert client.get(link, headers=BROWSER).status_code == 200, link


def test_home_says_what_the_graph_holds(client: TestClient) -> None:
    words = " ".join(read(client, "/").words.split())
    assert "98 stances" in words
    assert "Hopes and fears" in words


def test_a_claim_shows_its_chain_of_sources(client: TestClient) -> None:
    words = " ".join(read(client, "/page/id/claim/china-brief-12-13/china-willing-contacts").words.split())
    chain = ["China Brief 12:13", "Xinhua, 30 June 2012", "Anders Fogh Rasmussen", "China is willing to widen"]
    places = [words.index(part, words.index("Chain of sources")) for part in chain]
    assert places == sorted(places)
    assert "cited as Xinhua, June 30" in words
    assert "Introduction, paragraph 1, sentence 2" in words


def test_what_is_inferred_or_disputed_is_said_in_words(client: TestClient) -> None:
    assert "[inferred]" in read(client, "/page/id/actor/China").words
    assert "disputed:" in read(client, "/page/id/event/nato-summit-chicago").words


def test_a_question_is_a_form_with_suggestions_and_its_answer(client: TestClient) -> None:
    done = client.get("/queries/hopes-and-fears?actor=NATO", headers=BROWSER).text
    assert '<option value="China">' in done
    assert "12 rows" in done
    csv = re.search(r'href="([^"]*format=csv)"', done)
    assert csv is not None
    table = client.get(csv[1].replace("&amp;", "&"), headers=BROWSER)
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) == 13


def test_an_empty_answer_explains_itself(client: TestClient) -> None:
    words = read(client, "/queries/stances-of-actor?actor=China&issue=piracy&attitude=fears").words
    assert "Nothing in the graph answers this question." in words
    assert "Without any of these values there would be 13 rows." in words


def test_what_is_wrong_is_told_on_the_page(client: TestClient) -> None:
    assert "Did you mean: China" in read(client, "/queries/stances-of-actor?actor=Chona").words
    assert "No question is called" in read(client, "/queries/no-such-question", 404).words
    assert "no such thing in the graph" in read(client, "/page/id/actor/Nobody", 404).words


@pytest.mark.parametrize("path", ["/search?words={}", "/queries/find-claims?words={}", "/page/id/{}", "/queries/{}"])
def test_what_a_request_says_is_escaped(client: TestClient, path: str) -> None:
    done = client.get(path.format(HOSTILE), headers=BROWSER)
    assert done.status_code in {200, 400, 404}
    assert "<script>" not in done.text
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


@pytest.mark.long
def test_every_question_with_parameters_is_a_sentence(client: TestClient) -> None:
    known = [one for one in client.get("/queries").json() if one["parameters"]]
    assert len(known) >= 38
    for one in known:
        text = client.get(f"/queries/{one['name']}", headers=BROWSER).text
        form = text.split('<form class="question"')[1].split("</form>")[0]
        assert "?" in Reader(f"<form{form}</form>").words, one["name"]
        for parameter in one["parameters"]:
            assert form.count(f'name="{parameter["name"]}"') == 1


def test_all_values_of_a_parameter_stand_in_the_form(client: TestClient) -> None:
    text = client.get("/queries/stances-of-actor?actor=China&actor=NATO", headers=BROWSER).text
    assert re.findall(r'name="actor" type="text" value="(\w+)"', text) == ["China", "NATO"]


def test_a_permanent_link_carries_the_data_version_and_says_when_it_is_another(client: TestClient) -> None:
    text = client.get("/queries/hopes-and-fears?actor=NATO", headers=BROWSER).text
    link = re.search(r'href="([^"]*)">Permanent link', text)
    assert link is not None
    address = link[1].replace("&amp;", "&")
    assert "version=" in address
    assert "made for data version" not in client.get(address, headers=BROWSER).text
    assert client.get(address, headers={"Accept": "text/csv"}).status_code == 200
    old = re.sub("version=[0-9a-f]+", "version=" + "0" * 64, address)
    assert "made for data version 0000000000000000" in read(client, old).words
    gone = client.get(old, headers={"Accept": "text/csv"})
    assert gone.status_code == 410
    assert "remove `version` from the address" in gone.json()["remedy"]


def test_a_picture_stands_on_the_page_and_can_be_saved(client: TestClient) -> None:
    text = client.get("/queries/hopes-and-fears?actor=NATO", headers=BROWSER).text
    assert "<svg" in text
    for form, beginning in (("svg", b"<svg"), ("png", b"\x89PNG")):
        link = re.search(rf'href="([^"]*format={form})" download', text)
        assert link is not None
        saved = client.get(link[1].replace("&amp;", "&"))
        assert saved.status_code == 200
        assert saved.content.startswith(beginning)
        assert f"hopes-and-fears.{form}" in saved.headers["content-disposition"]
    assert client.get("/queries/conditions?format=svg").status_code == 400


def test_the_page_of_an_article_is_a_map_of_its_passages(client: TestClient) -> None:
    text = client.get("/page/id/publication/china-brief-12-13", headers=BROWSER).text
    blocks = re.findall(r'<a href="#([\w-]+)" aria-label="([^"]+)"><rect', text)
    assert len(blocks) == 101
    assert {f'id="{anchor}"' for anchor, _ in blocks} <= set(re.findall(r'id="[\w-]+"', text))
    assert any("4 claims" in label for _, label in blocks)
    assert "China is willing to widen military and political contacts." in Reader(text).words


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        (
            "/page/id/actor/China",
            ["Who stands where on which issue", "Stances towards a target", "Visits and meetings over time"],
        ),
        (
            "/page/id/forum/NATOSummits",
            ["Editions of a forum", "Who came to which edition", "Who engages in which forum"],
        ),
        ("/page/id/event/nato-summit-chicago", ["Chain of sources", "Who took part, and who did not"]),
        ("/page/id/issue/Afghanistan", ["Who stands where on which issue", "Stances on an issue over time"]),
        ("/page/id/publication/xinhua-2012-06-30", ["What rests on a publication"]),
        ("/page/id/place/BeijingCity", ["Places of reported events"]),
        ("/page/id/policy/ChineseNonalignment", ["Stances on policies"]),
    ],
)
def test_the_page_of_a_thing_answers_what_its_kind_is_asked(client: TestClient, path: str, titles: list[str]) -> None:
    text = client.get(path, headers=BROWSER).text
    places = [text.find(f">{title}<") for title in titles]
    assert -1 not in places
    assert places == sorted(places)


def test_who_holds_a_stance_stands_in_the_chain(client: TestClient) -> None:
    text = client.get("/page/id/claim/china-brief-12-13/china-willing-contacts", headers=BROWSER).text
    chain = Reader(f"<ol>{text.split('<ol>')[1].split('</ol>')[0]}</ol>")
    assert "is willing, supportive" in chain.words
    assert "http://testserver/page/id/actor/China" in chain.links


def test_a_disputed_claim_is_marked_in_tables(client: TestClient) -> None:
    text = client.get("/queries/firsts-and-superlatives", headers=BROWSER).text
    assert text.count('<span class="dispute">disputed: ') >= 4


def test_search_answers_programs_too(client: TestClient) -> None:
    found = client.get("/search?words=chin", headers={"Accept": "application/json"}).json()
    assert {"name": "China", "kind": "actor", "href": "http://testserver/page/id/actor/China"} in found


def test_the_workbench_works_without_scripts(client: TestClient) -> None:
    page = client.get("/workbench?question=conditions", headers=BROWSER)
    assert "Conditions attached to stances" in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]
    rows = client.post("/workbench", data={"query": "SELECT ?x WHERE { VALUES ?x { 41 42 } }"}, headers=BROWSER)
    assert "2 rows" in Reader(rows.text).words
    told = client.post("/workbench", data={"query": "ASK { ?s ?p ?o }"}, headers=BROWSER)
    assert ">true</pre>" in told.text
    wrong = client.post("/workbench", data={"query": "SELECT nonsense"}, headers=BROWSER)
    assert wrong.status_code == 200
    assert "Not SPARQL 1.1" in Reader(wrong.text).words


def test_the_workbench_completes_the_terms_of_the_graph(client: TestClient) -> None:
    terms = client.get("/workbench/terms.json").json()
    assert "https://w3id.org/stancegraph/ontology#Stance" in terms["classes"]
    assert "https://w3id.org/stancegraph/ontology#holder" in terms["properties"]
    assert terms["prefixes"]["sg"] == "https://w3id.org/stancegraph/ontology#"
    assert len(terms["questions"]) == 77


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT ?a (COUNT(?s) AS ?n) WHERE { ?s a ?a } GROUP BY ?a", 200),
        ("#+ view: {type: chart, category: a}\nSELECT ?a WHERE { ?s a ?a } LIMIT 9", 200),
        ("#+ view: {type: pie}\nSELECT ?a WHERE { ?s a ?a } LIMIT 9", 400),
        ("#+ view: [\nSELECT ?a WHERE { ?s a ?a } LIMIT 9", 400),
        ("ASK { ?s ?p ?o }", 400),
        ("SELECT ?a WHERE { ?a a <http://example.org/Nothing> }", 400),
    ],
)
def test_any_query_can_be_drawn(client: TestClient, query: str, status: int) -> None:
    done = client.post("/picture", data={"query": query})
    assert done.status_code == status
    assert status != 200 or done.text.startswith("<svg")


def test_pages_name_the_licences_of_what_they_carry(client: TestClient) -> None:
    words = read(client, "/licences").words
    for said in ("@zazuko/yasgui 4.6.2", "accessible-autocomplete", "world-atlas", "Permission is hereby granted"):
        assert said in words


def test_parts_of_pages_are_served_and_nothing_beside_them(client: TestClient) -> None:
    assert client.get("/static/style.css").headers["content-type"].startswith("text/css")
    assert client.get("/static/search.js").headers["content-type"].startswith("text/javascript")
    for path in ("/static/..%2Fframe.py", "/static/frame.py", "/assets/..%2Fassets.tsv", "/assets/%2e%2e/__init__.py"):
        assert client.get(path).status_code == 404, path


def test_a_page_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/page/id/actor/China", headers=BROWSER)
    again = client.get("/page/id/actor/China", headers={**BROWSER, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
