"""The documentation in Chromium, as `stancegraph serve` has it: offline, searchable, and with its diagrams drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from stancegraph.assets import DOCUMENTATION

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not (DOCUMENTATION / "index.html").is_file(), reason="the documentation was not built"),
]
OPEN_SHADOWS = """const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function () { return attach.call(this, {mode: "open"}); };"""


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page whose site may ask no other server, and may say nothing on the console."""
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if not ours(request.url, site) else None)
    page.add_init_script(OPEN_SHADOWS)  # Material draws diagrams where no test could see them
    yield page
    context.close()
    assert not wrong


def ours(address: str, site: str) -> bool:
    """Whether *address* is of the *site*, or within the page itself."""
    return address.startswith((f"{site}/", "data:", "blob:"))


def test_pages_lead_to_the_documentation_and_its_diagrams_are_drawn(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="Documentation").click()
    page.wait_for_url(f"{site}/docs/")
    page.locator("div.mermaid svg").first.wait_for()
    box = page.locator("div.mermaid svg").first.bounding_box()
    assert box is not None
    assert box["width"] > 200


def test_the_search_finds_an_option(page: Page, site: str) -> None:
    page.goto(f"{site}/docs/")
    page.locator(".md-search__input").focus()
    page.locator(".md-search__input").press_sequentially("allow-service")
    page.locator(".md-search-result__link[href*='/reference/command-line/']").first.click()
    page.wait_for_url("**/docs/reference/command-line/**")
    assert "--allow-service" in page.locator("article").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_generated_pages_open_in_either_scheme(browser: Browser, page: Page, site: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    names = sorted(path.parent.name for path in (DOCUMENTATION / "reference").glob("*/index.html"))
    assert len(names) > 8
    for name in names:
        page.goto(f"{site}/docs/reference/{name}/")
        page.wait_for_load_state("networkidle")
        assert page.locator("article h1").count() == 1, name
