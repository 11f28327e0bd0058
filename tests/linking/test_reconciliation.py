"""Candidates from a reconciliation service, which answers as the specification and its examples have it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from stancegraph.errors import ExternalError
from stancegraph.linking import sssom
from tests.conftest import ROOT, Run, no_traceback
from tests.support.clients import reconciliation_client
from tests.support.linked import link

EXAMPLES = Path(os.environ.get("STANCEGRAPH_EXTERNAL", str(ROOT.parent / "shared" / "external"))) / (
    "reconciliation-0.2/examples/reconciliation-result-batch"
)
MANIFEST = {"identifierSpace": "http://www.wikidata.org/entity/", "schemaSpace": "http://www.wikidata.org/prop/direct/"}


@contextmanager
def matcher(answer: Callable[[dict[str, dict[str, object]]], object], manifest: object = MANIFEST) -> Iterator[str]:
    """A reconciliation service on loopback that answers the queries of a batch by *answer*."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(manifest)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8"))
            self._send(answer(json.loads(form["queries"][0])))

        def _send(self, told: object) -> None:
            body = told if isinstance(told, bytes) else json.dumps(told).encode("utf-8")
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/reconcile"
    finally:
        server.shutdown()
        server.server_close()


def has_belgrades(queries: dict[str, dict[str, object]]) -> dict[str, object]:
    """Two towns and a newspaper for Belgrade, nothing for others."""

    def one(number: int, name: str, kind: str, sure: bool) -> dict[str, object]:
        described = {
            "id": f"Q100000000{number}",
            "name": name,
            "description": f"the {number}th",
            "score": 90.0 - number,
        }
        return described | {"match": sure, "type": [{"id": kind, "name": kind}]}

    there = [one(1, "Belgrade", "Q515", True), one(2, "Belgrad", "Q515", False), one(3, "Belgrade", "Q11032", False)]
    return {key: {"result": there if query["query"] == "Belgrade" else []} for key, query in queries.items()}


def test_candidates_come_from_a_service_with_their_reasons(copy: Path, run: Callable[..., Run], tmp_path: Path) -> None:
    path = link(copy, [])
    before = {(one.subject_id, one.object_id) for one in sssom.read(path).mappings}
    with matcher(has_belgrades) as url:
        where = ("--workspace", str(copy), "link", "candidates", "wikidata", "--reconciliation", url)
        done = run(*where, "--contact", "me@example.org", "--cache", str(tmp_path))
        assert done.status == 0, done.err
        again = run(*where, "--contact", "me@example.org", "--cache", str(tmp_path))
    new = {one.object_id: one for one in sssom.read(path).mappings if (one.subject_id, one.object_id) not in before}
    assert set(new) == {"wikidata:Q1000000001", "wikidata:Q1000000002"}, "a newspaper is no place"
    sure, alike = new["wikidata:Q1000000001"], new["wikidata:Q1000000002"]
    assert float(sure.confidence) > float(alike.confidence)
    assert "label “Belgrade”" in sure.comment
    assert "the service is certain" in sure.comment
    assert "similar to “Belgrade”" in alike.comment
    assert alike.mapping_justification == "semapv:LexicalSimilarityThresholdMatching"
    assert not sure.accepted
    assert run("--workspace", str(copy), "validate").status == 0
    assert "0 candidates are new" in again.err
    no_traceback(again)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/*.json")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_answers_are_read_as_the_specification_has_them(path: Path) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    key = next(iter(told)) if isinstance(told, dict) else "q0"

    def answer(queries: dict[str, dict[str, object]]) -> object:
        return {"q0": told[key]} if isinstance(told, dict) else told

    with matcher(answer) as url:
        if path.parent.name == "valid":
            found, _ = reconciliation_client(url).match(["Urbaniak"])
            assert [one.label for one in found] == [one["name"] for one in told[key]["result"]]
            assert found
        else:
            with pytest.raises(ExternalError, match=r"standard's form|not a JSON object"):
                reconciliation_client(url).match(["Urbaniak"])


def test_the_labelled_examples_are_there() -> None:
    if not EXAMPLES.is_dir():
        pytest.skip(
            "the specification's examples are not part of the project; STANCEGRAPH_EXTERNAL can name their folder"
        )
    assert len(list(EXAMPLES.glob("*/*.json"))) >= 4


@pytest.mark.parametrize(
    ("manifest", "answer", "said"),
    [
        ({}, {}, "does not name an identifierSpace"),
        ([], {}, "not a JSON object"),
        (b"{", {}, "not JSON"),
        (MANIFEST, {"q0": {"result": [{"id": 7, "name": "x"}]}}, "standard's form"),
        (MANIFEST, {"q0": {"result": [{"id": "x", "name": "x", "score": "much"}]}}, "standard's form"),
        (MANIFEST, {"other": {"result": []}}, "standard's form"),
    ],
)
def test_what_is_no_reconciliation_service_is_told(manifest: object, answer: object, said: str) -> None:
    with matcher(lambda queries: answer, manifest) as url, pytest.raises(ExternalError, match=said):
        reconciliation_client(url).match(["Belgrade"])


def test_two_ways_to_ask_are_refused(run: Callable[..., Run]) -> None:
    where = ("--workspace", str(ROOT), "link", "candidates", "wikidata", "--contact", "me")
    done = run(*where, "--endpoint", "http://127.0.0.1:1/", "--reconciliation", "http://127.0.0.1:1/")
    assert (done.status, "exclude each other" in done.err) == (2, True)
    nowhere = run("--workspace", str(ROOT), "link", "candidates", "viaf", "--contact", "me")
    assert (nowhere.status, "--endpoint" in nowhere.err) == (2, True)
