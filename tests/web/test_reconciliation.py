"""OpenRefine and others match their tables to the graph: the schemas of the Reconciliation API 0.2 are kept to."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pyoxigraph import Store
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from starlette.testclient import TestClient

from stancegraph.api import KnowledgeGraph
from stancegraph.rdf.namespaces import GRAPH, ID, PREFIXES
from stancegraph.sparql.engine import Oxigraph
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.web.context import RequestContext
from stancegraph.web.reconciling.matching import AT, parse_days
from stancegraph.web.reconciling.queries import PropertyCriterion
from stancegraph.web.reconciling.service import suggest
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT

SPECIFICATION = (
    Path(os.environ.get("STANCEGRAPH_EXTERNAL", str(ROOT.parent / "shared" / "external"))) / "reconciliation-0.2"
)
EXAMPLES = sorted(SPECIFICATION.glob("examples/*/*/*.json"))
SG = PREFIXES["sg"]
BASE = "https://reconciliation-api.github.io/specs/0.2/schemas/"


def validator(name: str) -> jsonschema.Draft7Validator:
    """The validator of one schema of the specification; skips where that is not there."""
    if not SPECIFICATION.is_dir():
        pytest.skip(
            "the specification's schemas are not part of the project; STANCEGRAPH_EXTERNAL can name their folder"
        )
    registry: Registry[Any] = Registry()
    for path in SPECIFICATION.glob("schemas/*.json"):
        schema = json.loads(path.read_text(encoding="utf-8")) | {"$schema": "http://json-schema.org/draft-07/schema#"}
        registry = registry.with_resource(BASE + path.name, Resource.from_contents(schema, DRAFT7))
    # what describes authentication is elsewhere, and this service has none
    anything: dict[str, Any] = {"definitions": {"securityDefinitions": {"additionalProperties": {}}}}
    registry = registry.with_resource("http://swagger.io/v2/schema.json", Resource.from_contents(anything, DRAFT7))
    schema = registry.contents(f"{BASE}{name}.json")
    return jsonschema.Draft7Validator(dict(schema) | {"$id": f"{BASE}{name}.json"}, registry=registry)


def valid(name: str, told: Any) -> Any:
    """*told*, which the schema called *name* finds valid."""
    assert [error.message for error in validator(name).iter_errors(told)] == []
    return told


def asked(client: TestClient, **queries: Any) -> dict[str, Any]:
    done = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert done.status_code == 200, done.text
    found: dict[str, Any] = valid("reconciliation-result-batch", done.json())
    return {key: one["result"] for key, one in found.items()}


def test_the_schemas_tell_the_labelled_examples_apart() -> None:
    """Else a schema that finds everything valid would prove nothing."""
    names = {path.stem for path in SPECIFICATION.glob("schemas/*.json")} - {"openapi", "manifest"}
    seen = {"valid": 0, "invalid": 0}
    for path in EXAMPLES:
        kind, label = path.parts[-3], path.parts[-2]
        if kind in names:
            right = validator(kind).is_valid(json.loads(path.read_text(encoding="utf-8")))
            assert right is (label == "valid"), path
            seen[label] += 1
    if not EXAMPLES:
        validator("manifest")
    assert seen["valid"] >= 10
    assert seen["invalid"] >= 3


@pytest.mark.long
def test_every_labelled_batch_is_taken_or_refused_as_it_is_labelled(client: TestClient) -> None:
    validator("manifest")
    seen = {"valid": 0, "invalid": 0}
    for path in EXAMPLES:
        kind, label = path.parts[-3], path.parts[-2]
        field = {"reconciliation-query-batch": "queries", "data-extension-query": "extend"}.get(kind)
        if field:
            done = client.post("/reconcile", data={field: path.read_text(encoding="utf-8")})
            assert done.status_code == (200 if label == "valid" else 400), (path, done.text)
            assert "Traceback" not in done.text
            seen[label] += 1
    assert seen["valid"] >= 6
    assert seen["invalid"] >= 1


@pytest.mark.long
def test_the_manifest_says_where_everything_is(client: TestClient) -> None:
    told = valid("manifest", client.get("/reconcile").json())
    assert told["versions"] == ["0.2"]
    view = told["view"]["url"].replace("{{id}}", "actor/China")
    assert client.get(view, headers={"Accept": "text/html"}).status_code == 200
    assert client.get(told["preview"]["url"].replace("{{id}}", "actor/China")).text.count("<strong>China</strong>") == 1
    for kind, place in told["suggest"].items():
        answer = client.get(place["service_url"] + place["service_path"], params={"prefix": "a"})
        schema = {"entity": "entities", "property": "properties", "type": "types"}[kind]
        found = valid(f"suggest-{schema}-response", answer.json())["result"]
        assert found
        fly = client.get(place["flyout_service_url"] + place["flyout_service_path"].replace("${id}", found[0]["id"]))
        assert set(fly.json()) == {"id", "html"}


def test_names_and_aliases_are_matched_and_what_is_not_sure_is_not_taken_for_a_match(client: TestClient) -> None:
    found = asked(
        client,
        name={"query": "China", "type": "State"},
        alias={"query": "PRC"},
        near={"query": "Anders Fog Rasmusen"},
        none={"query": "Zubrowka"},
        typed={"query": "China", "type": "Forum"},
    )
    assert (found["name"][0]["id"], found["name"][0]["match"]) == ("actor/China", True)
    assert found["name"][0]["type"][0] == {"id": "State", "name": "State"}
    assert (found["alias"][0]["id"], found["alias"][0]["match"]) == ("actor/China", True)
    assert (found["near"][0]["id"], found["near"][0]["match"]) == ("actor/AndersFoghRasmussen", False)
    assert found["none"] == []
    assert all("Forum" in {kind["id"] for kind in one["type"]} for one in found["typed"])
    assert {feature["id"] for feature in found["name"][0]["features"]} == {"name", "own-name"}


def test_what_else_is_known_speaks_for_or_against_a_candidate(client: TestClient) -> None:
    right = {"pid": "affiliatedWith", "v": {"id": "actor/NATO", "name": "NATO"}}
    wrong = {"pid": "affiliatedWith", "v": "Pakistan"}
    found = asked(
        client,
        right={"query": "NATO officials", "properties": [right | {"v": "NATO"}]},
        wrong={"query": "NATO officials", "properties": [wrong]},
    )
    assert found["right"][0]["id"] == found["wrong"][0]["id"] == "actor/NATOOfficials"
    assert found["right"][0]["score"] > found["wrong"][0]["score"]
    assert "affiliatedWith" in {feature["id"] for feature in found["right"][0]["features"]}


def test_who_was_secretary_general_in_2012(client: TestClient) -> None:
    """Time-aware, by the tenures of the graph."""
    at = [{"pid": "at", "v": "2012"}]
    found = asked(
        client,
        then={"query": "NATO Secretary General", "type": "Person", "properties": at},
        before={"query": "NATO Secretary General", "type": "Person", "properties": [{"pid": "at", "v": "1950-01-01"}]},
    )
    assert found["then"][0]["id"] == "actor/AndersFoghRasmussen"
    assert "then" in found["then"][0]["description"]
    sure = [one for one in found["before"] if {"id": "tenure-known", "value": True} in one["features"]]
    assert sure == []


def test_what_is_suggested_is_named_by_its_iri_whatever_its_letters(ours: Workspace) -> None:
    store = Store()
    store.update(
        f"INSERT DATA {{ GRAPH <{GRAPH}entities> {{ <{ID}actor/São_Tomé> a <{SG}State> ; "
        "<http://www.w3.org/2000/01/rdf-schema#label> 'São Tomé'@en } }"
    )
    frame = RequestContext(KnowledgeGraph(ours, Oxigraph(store)), "", "")
    (told,) = suggest(frame, "entity", "são", 0)["result"]
    assert told["id"] == "actor/São_Tomé"
    assert told["name"] == "São Tomé"


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2012-02", "2012-02-01", "2012-02-29"),
        ("2011-02", "2011-02-01", "2011-02-28"),
        ("2012", "2012-01-01", "2012-12-31"),
    ],
)
def test_when_it_was_is_a_span_of_the_calendar(words: str, first: str, last: str) -> None:
    assert parse_days(PropertyCriterion(AT, (words,))) == (first, last)


@pytest.mark.parametrize("words", ["2012-13", "2012-00", "2012-13-45", "2012-02-30", "2012-W21"])
def test_when_it_never_was_is_told(client: TestClient, words: str) -> None:
    query = {"query": "x", "properties": [{"pid": "at", "v": words}]}
    done = client.post("/reconcile", data={"queries": json.dumps({"q": query})})
    assert done.status_code == 400
    assert "is not a date" in done.text


def test_a_table_is_extended(client: TestClient) -> None:
    wanted = {
        "ids": ["actor/China", "post/NATOSecretaryGeneral", "actor/Nobody"],
        "properties": [
            {"id": "skos:altLabel", "settings": {"limit": "2"}},
            {"id": "schema:sameAs"},
            {"id": "holderAt", "settings": {"at": "2012-05-21"}},
        ],
    }
    valid("data-extension-query", wanted)
    done = client.post("/reconcile", data={"extend": json.dumps(wanted)})
    told = valid("data-extension-response", done.json())
    rows = told["rows"]
    assert len(rows["actor/China"]["skos:altLabel"]) == 2
    assert {"str": "http://www.wikidata.org/entity/Q148"} in rows["actor/China"]["schema:sameAs"]
    holders = rows["post/NATOSecretaryGeneral"]["holderAt"]
    assert holders[0] == {"id": "actor/AndersFoghRasmussen", "name": "Anders Fogh Rasmussen"}
    assert all(one["description"] == "perhaps then" for one in holders[1:])
    assert rows["actor/Nobody"] == {"skos:altLabel": [], "schema:sameAs": [], "holderAt": []}
    proposed = client.get("/reconcile/extend/propose", params={"type": "Person", "limit": "3"}).json()
    valid("data-extension-property-proposal", proposed)
    assert len(proposed["properties"]) == 3


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("queries", "{", "not JSON"),
        ("queries", "[]", "not an object"),
        ("queries", '{"q": 1}', "q: not an object"),
        ("queries", '{"q": {}}', "neither a query nor properties"),
        ("queries", '{"q": {"query": "x", "limit": "many"}}', "limit is 'many'"),
        ("queries", '{"q": {"query": "x", "type": 1}}', "type is neither"),
        ("queries", '{"q": {"query": "x", "type": "a b> c"}}', "is not a type"),
        ("queries", '{"q": {"query": "x", "properties": [{}]}}', "has no pid or no v"),
        ("queries", '{"q": {"query": "x", "properties": [{"pid": "at", "v": "soon"}]}}', "is not a date"),
        ("queries", json.dumps({str(n): {"query": "x"} for n in range(51)}), "there are 51"),
        ("extend", '{"ids": 1}', "ids must be a list"),
        ("extend", '{"ids": ["a"], "properties": [1]}', "properties must be a list"),
        ("extend", '{"ids": ["a b"], "properties": [{"id": "holder"}]}', "is not an identifier"),
        ("extend", '{"ids": ["a"], "properties": [{"id": "a b"}]}', "is not a property"),
        ("extend", '{"ids": ["a"], "properties": [{"id": "holder", "settings": {"limit": "x"}}]}', "whole number"),
    ],
)
def test_what_is_wrong_is_told(client: TestClient, field: str, text: str, said: str) -> None:
    done = client.post("/reconcile", data={field: text})
    assert done.status_code == 400
    assert said in done.json()["title"]


def test_the_service_answers_pages_of_others_that_are_named(
    client: TestClient, ours: Workspace, service: Service
) -> None:
    refine = "http://127.0.0.1:3333"
    assert "access-control-allow-origin" not in client.get("/reconcile", headers={"Origin": refine}).headers
    with TestClient(application(ours, service, origins=[refine])) as named:
        assert named.get("/reconcile", headers={"Origin": refine}).headers["access-control-allow-origin"] == refine
    assert client.get("/reconcile/suggest/planet").status_code == 404
    assert client.get("/reconcile/preview", params={"id": "actor/<script>"}).status_code in {400, 404}
