"""The languages of labels over HTTP."""

from __future__ import annotations

from starlette.testclient import TestClient

from stancegraph.web.questions import RESERVED


def test_a_question_takes_languages(client: TestClient) -> None:
    plain = client.get("/queries/conditions?format=csv")
    done = client.get("/queries/conditions?format=csv&lang=tlh&lang=tlh-Latn")
    assert done.status_code == 200
    assert done.text == plain.text
    part = client.get("/queries/conditions?format=json&lang=tlh&limit=1").json()["results"]["bindings"]
    assert part[0]["holderName"]["value"] in plain.text


def test_what_is_no_language_is_refused(client: TestClient) -> None:
    done = client.get('/queries/conditions?format=csv&lang=zh"}')
    assert done.status_code == 400
    assert "is not a language tag" in done.json()["title"]
    page = client.get("/queries/conditions?lang=zh_CN", headers={"Accept": "text/html"})
    assert "&#39;zh_CN&#39; is not a language tag" in page.text


def test_the_page_keeps_the_language_in_its_form_and_links(client: TestClient) -> None:
    page = client.get("/queries/conditions?holder=China&lang=tlh", headers={"Accept": "text/html"}).text
    assert '<input type="hidden" name="lang" value="tlh">' in page
    assert "/queries/conditions?holder=China&amp;lang=tlh&amp;format=csv" in page
    assert 'name="lang"' not in client.get("/queries/conditions?holder=China", headers={"Accept": "text/html"}).text


def test_the_description_of_the_service_names_the_language(client: TestClient) -> None:
    assert "lang" in RESERVED
    names = {
        each["name"] for each in client.get("/openapi.json").json()["paths"]["/queries/conditions"]["get"]["parameters"]
    }
    assert {"holder", "lang", "format"} <= names
