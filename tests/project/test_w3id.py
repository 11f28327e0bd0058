"""The file that is ready to be registered at w3id.org sends each IRI to the same path of the server."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from stancegraph.rdf.namespaces import PREFIXES
from tests.conftest import ROOT

BASE = PREFIXES["sg"].removesuffix("ontology#")
RULE = re.compile(r"^RewriteRule (\S+) (\S+) \[([\w=,]+)\]$", re.MULTILINE)


@pytest.mark.parametrize(
    "path", ["ontology", "ontology/0.1.0", "ontology/core", "shape/ActorLabel", "id/actor/China", "graph/ontology", ""]
)
def test_an_iri_leads_to_the_server_by_way_of_w3id(client: TestClient, path: str) -> None:
    rules = RULE.findall((ROOT / "docs" / "deploy" / "w3id.htaccess").read_text(encoding="utf-8"))
    ((pattern, target, flags),) = rules
    match = re.match(pattern, path)  # Apache matches what follows the folder of the file
    assert match
    address = target.replace("$1", match[1])
    assert {"R=303", "L"} <= set(flags.split(","))
    assert address == f"https://graph.example.org/{path}"
    assert client.get(f"/{path}", headers={"Accept": "text/turtle, text/html;q=0.5"}).status_code == 200
