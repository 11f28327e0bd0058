"""Links make sense alone, as a screen reader lists them, and none makes a claim look like a fact."""

from __future__ import annotations

import re
from collections import defaultdict
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from tests.web.test_pages import BROWSER


class Links(HTMLParser):
    """Collects the addresses to which each text of a link leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: dict[str, set[str]] = defaultdict(set)
        self.href: str | None = None
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.href, self.text = dict(attributes).get("href"), ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.href is not None:
            self.addresses[" ".join(self.text.split())].add(self.href)
            self.href = None


@pytest.mark.parametrize(
    ("path", "part", "at_least"),
    [
        ("/queries/hopes-and-fears?actor=NATO", "table", 10),
        ("/queries/coverage", "table", 100),
        ("/page/id/actor/China", "table", 50),
        ("/page/id/publication/china-brief-12-13", 'ul class="passages"', 300),
    ],
)
def test_no_two_links_with_one_text_lead_to_different_places(
    client: TestClient, path: str, part: str, at_least: int
) -> None:
    html = client.get(path, headers=BROWSER).text
    links = Links("".join(re.findall(rf"<{part}.*?(?:</table>|</ul>\n      <h|</section>)", html, re.DOTALL)))
    ambiguous = {text for text, addresses in links.addresses.items() if len(addresses) > 1}
    assert len(links.addresses) >= at_least
    assert not ambiguous


def test_the_link_to_a_claim_says_that_it_is_one(client: TestClient) -> None:
    answer = Links(client.get("/queries/hopes-and-fears?actor=NATO", headers=BROWSER).text).addresses
    hits = Links(client.get("/search?words=chin", headers=BROWSER).text).addresses
    for links, beginning in ((answer, "Sources of the claim: "), (hits, "Claim: ")):
        claims = [text for text, addresses in links.items() if any("/id/claim/" in href for href in addresses)]
        assert len(claims) >= 10
        assert all(text.startswith(beginning) for text in claims)
