"""The documentation at /docs: its pages run their own scripts and no others, and nothing else is to be had there."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from stancegraph.web.backend.service import Service
from stancegraph.web.failures import RequestError
from stancegraph.web.routes import documentation
from stancegraph.web.site import Site
from stancegraph.workspace.folders import Workspace

PAGE = """<html><script>first()</script><script src="a.js"></script>
<script type="application/json">{"a": 1}</script><script>second()
</script></html>"""


@pytest.fixture
def at(ours: Workspace, service: Service, tmp_path: Path) -> Callable[..., TestClient]:
    """A server of the documentation with the files that are given, each by its name."""

    def go(**files: str) -> TestClient:
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        site = Site(ours, service)
        handlers = {RequestError: site.error_response}
        application = Starlette(routes=documentation.routes(site, tmp_path), exception_handlers=handlers)
        return TestClient(application, raise_server_exceptions=False)

    return go


def test_a_page_allows_the_scripts_within_it_and_no_others(at: Callable[..., TestClient]) -> None:
    client = at(index_html=PAGE)
    policy = client.get("/docs/").headers["content-security-policy"]
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts is not None
    digests = [hashlib.sha256(text).digest() for text in (b"first()", b"second()\n")]
    hashes = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    assert scripts[1].split() == ["'self'", *hashes]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_page_is_sent_again_only_when_it_is_another(at: Callable[..., TestClient]) -> None:
    client = at(index_html=PAGE)
    tag = client.get("/docs/").headers["etag"]
    assert client.get("/docs/", headers={"If-None-Match": tag}).status_code == 304
    at(index_html=PAGE + "\n")
    assert client.get("/docs/", headers={"If-None-Match": tag}).status_code == 200


def test_a_folder_has_its_address_with_a_slash(at: Callable[..., TestClient]) -> None:
    client = at(index_html=PAGE, guide__index_html=PAGE)
    for path in ("/docs", "/docs/guide"):
        done = client.get(path, follow_redirects=False)
        assert (done.status_code, done.headers["location"]) == (307, f"http://testserver{path}/")
    assert client.get("/docs/guide/").text == PAGE


def test_other_files_have_their_type(at: Callable[..., TestClient]) -> None:
    client = at(index_html=PAGE, a_js="1", b_css="p {}", c_json="{}", d_svg="<svg/>", Containerfile="FROM x")
    types = [client.get(f"/docs/{name}").headers["content-type"].split(";")[0] for name in ("a.js", "b.css", "c.json")]
    assert types == ["text/javascript", "text/css", "application/json"]
    assert client.get("/docs/d.svg").headers["content-type"].startswith("image/svg+xml")
    done = client.get("/docs/Containerfile")
    assert done.headers["content-type"].startswith("text/plain")
    assert done.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["../secret.txt", "%2e%2e/secret.txt", "..%2Fsecret.txt", "nothing", "%00", "guide"])
def test_what_is_no_file_of_the_site_is_not_there(at: Callable[..., TestClient], tmp_path: Path, path: str) -> None:
    (tmp_path.parent / "secret.txt").write_text("secret", encoding="utf-8")
    done = at(index_html=PAGE).get(f"/docs/{path}")
    assert done.status_code == 404
    assert "secret" not in done.text


def test_a_program_without_documentation_says_how_to_get_it(at: Callable[..., TestClient]) -> None:
    done = at().get("/docs/", headers={"Accept": "text/html"})
    assert done.status_code == 404
    assert "was not built" in done.text
    assert "install it again" in done.text.lower()


@pytest.mark.long
def test_pages_lead_to_the_documentation(client: TestClient) -> None:
    assert 'href="http://testserver/docs/"' in client.get("/", headers={"Accept": "text/html"}).text
