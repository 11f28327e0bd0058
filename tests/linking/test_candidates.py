"""Candidates from a target's endpoint: what is proposed and why, and policy towards services that falter."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from evaluation.candidates import measure
from stancegraph.errors import ExternalError
from stancegraph.linking import sssom, targets
from stancegraph.linking.candidates import propose_links
from stancegraph.linking.scoring import Candidate
from stancegraph.linking.unlinked import UnlinkedEntity
from stancegraph.rdf.namespaces import PREFIXES
from tests.conftest import ROOT, Run, no_traceback
from tests.linking.test_links import COUNTRY_CODES
from tests.support.clients import sparql_client

SHAPED = ROOT / "tests" / "examples" / "wikidata-shaped.ttl"
ROWS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"y"}}]}}'
JSON = "application/sparql-results+json"
QUERY = "SELECT ?x WHERE { ?x ?y ?z }"
Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Faulty:
    """A service that replies as it is told, one reply after the other, the last one for ever."""

    replies: list[Reply]
    agents: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def asked(self) -> int:
        return len(self.agents)


@pytest.fixture
def faulty() -> Iterator[Callable[..., Faulty]]:
    servers: list[ThreadingHTTPServer] = []

    def start(*replies: Reply, stall: float = 0, cut: int | None = None) -> Faulty:
        told = Faulty(list(replies))

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                told.agents.append(self.headers["User-Agent"])
                status, headers, body = told.replies.pop(0) if len(told.replies) > 1 else told.replies[0]
                self.send_response(status)
                for name, value in ({"Content-Type": JSON, "Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body if cut is None else body[:cut])
                self.wfile.flush()
                time.sleep(stall)

            do_GET = do_POST  # noqa: N815 - the names are http.server's

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads, server.block_on_close = True, False
        servers.append(server)
        threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True).start()
        told.url = f"http://127.0.0.1:{server.server_port}/sparql"
        return told

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def good() -> Reply:
    return 200, {}, ROWS


def test_it_says_who_asks(faulty: Callable[..., Faulty]) -> None:
    service = faulty(good())
    assert [row["x"].value for row in sparql_client(service.url).ask(QUERY).rows] == ["y"]
    assert "stancegraph/" in service.agents[0]
    assert "me@example.org" in service.agents[0]


def test_it_waits_as_long_as_the_service_asks_for(faulty: Callable[..., Faulty]) -> None:
    service, waits = faulty((429, {"Retry-After": "7"}, b""), good()), list[float]()
    sparql_client(service.url, waits).ask(QUERY)
    assert 7 in waits
    assert service.asked == 2
    long = faulty((429, {"Retry-After": "86400"}, b""))
    with pytest.raises(ExternalError, match="asks to wait 86400 seconds"):
        sparql_client(long.url, waits).ask(QUERY)
    assert long.asked == 1


@pytest.mark.long
@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_may_pass_is_tried_again_ever_later_and_not_without_end(
    faulty: Callable[..., Faulty], status: int
) -> None:
    passing = faulty((status, {}, b""), (status, {}, b""), good())
    assert sparql_client(passing.url).ask(QUERY).rows.rows
    assert passing.asked == 3
    lasting = faulty((status, {}, b""))
    with pytest.raises(ExternalError, match=f"{status}.*4 times"):
        sparql_client(lasting.url).ask(QUERY)
    assert lasting.asked == 4


@pytest.mark.long
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((404, {}, b""), ""),
        ((200, {"Content-Type": "text/html"}, b"<html>Welcome</html>"), "text/html, not results in JSON"),
        ((200, {}, b'{"head": 1'), "not results in JSON"),
        ((200, {}, b'{"head":{},"boolean":true}'), "not results in JSON"),
        ((302, {"Location": "/sparql"}, b""), "it redirects more than 5 times"),
        ((200, {}, b" " * 3000), "more than 2000 bytes"),
    ],
)
def test_what_will_not_pass_is_told_at_once(faulty: Callable[..., Faulty], reply: Reply, said: str) -> None:
    service = faulty(reply)
    with pytest.raises(ExternalError, match=said or "the service"):
        sparql_client(service.url, largest=2000).ask(QUERY)
    assert service.asked <= 6, "five redirects are followed"


@pytest.mark.long
def test_an_answer_that_stalls_or_is_cut_ends_in_time(faulty: Callable[..., Faulty]) -> None:
    for service in (faulty(good(), stall=3, cut=10), faulty(good(), cut=10)):
        with pytest.raises(ExternalError, match=r"no complete answer.*2 times"):
            sparql_client(service.url, seconds=0.5, tries=2).ask(QUERY)
    with pytest.raises(ExternalError, match="no complete answer"):
        sparql_client("http://127.0.0.1:1/").ask(QUERY)


def test_a_service_that_fails_time_after_time_is_left_alone(faulty: Callable[..., Faulty]) -> None:
    service = faulty((404, {}, b""))
    endpoint = sparql_client(service.url)
    for _ in range(3):
        with pytest.raises(ExternalError):
            endpoint.ask(QUERY)
    with pytest.raises(ExternalError, match="no longer asked after 3 failures"):
        endpoint.ask(QUERY)
    assert service.asked == 3


def test_what_was_answered_is_kept_with_its_age(faulty: Callable[..., Faulty], tmp_path: Path) -> None:
    service = faulty(good())
    assert sparql_client(service.url, cache=tmp_path).ask(QUERY).age == 0
    again = sparql_client(service.url, cache=tmp_path).ask(QUERY)
    assert (service.asked, again.age > 0) == (1, True)
    (kept,) = tmp_path.iterdir()
    assert json.loads(kept.read_text(encoding="utf-8"))["query"] == QUERY
    kept.write_text("{", encoding="utf-8")
    assert sparql_client(service.url, cache=tmp_path).ask(QUERY).age == 0
    old = sparql_client(service.url, cache=tmp_path)
    old.max_age = -1
    assert old.ask(QUERY).age == 0


def find_candidates(run: Callable[..., Run], copy: Path, url: str, tmp_path: Path) -> Run:
    """Ask the service at *url* for candidates."""
    described = copy / "data" / "links" / "wikidata.toml"
    described.write_text(described.read_text(encoding="utf-8").replace("interval = 1.0", "interval = 0.001"), "utf-8")
    where = ("--workspace", str(copy), "link", "candidates", "wikidata", "--endpoint", url)
    return run(*where, "--contact", "me@example.org", "--cache", str(tmp_path / "cache"))


@pytest.mark.long
def test_candidates_are_proposed_with_their_reasons(
    copy: Path, run: Callable[..., Run], wikidata: str, tmp_path: Path
) -> None:
    path = copy / "data" / "links" / "wikidata.sssom.tsv"
    known = sssom.read(path)
    sssom.write(known.with_rows([one for one in known.mappings if one.object_id != "wikidata:Q46052"]), path)
    before = {(one.subject_id, one.object_id) for one in sssom.read(path).mappings}
    done = find_candidates(run, copy, wikidata, tmp_path)
    assert done.status == 0, done.err
    rows = [one for one in sssom.read(path).mappings if (one.subject_id, one.object_id) not in before]
    found = {(one.subject_id, one.object_id): one for one in rows}
    ours = found["place:Belgrade", "wikidata:Q1000000001"]
    other = found["place:Belgrade", "wikidata:Q1000000002"]
    assert float(ours.confidence) > float(other.confidence)
    assert "; in the country of the entity" in ours.comment
    assert "not in the country" in other.comment
    assert found["actor:AndersFoghRasmussen", "wikidata:Q1000000004"].object_category == "person"
    assert {item for _, item in found} == {f"wikidata:Q100000000{number}" for number in (1, 2, 4)}
    assert not [one for one in rows if one.accepted or one.rejected]
    assert run("--workspace", str(copy), "validate").status == 0
    again = find_candidates(run, copy, wikidata, tmp_path)
    assert "0 candidates are new" in again.err
    assert "(0 in the cache" not in again.err


@pytest.mark.long
def test_a_service_that_is_gone_loses_nothing(copy: Path, run: Callable[..., Run], tmp_path: Path) -> None:
    path = copy / "data" / "links" / "wikidata.sssom.tsv"
    before = path.read_bytes()
    done = find_candidates(run, copy, "http://127.0.0.1:1/sparql", tmp_path)
    no_traceback(done)
    assert done.status == 3
    assert "no longer asked after 3 failures" in done.err
    assert path.read_bytes() == before


def test_how_good_candidates_are_on_names_with_known_answers() -> None:
    if not COUNTRY_CODES.is_file():
        pytest.skip("the table of country codes is not part of the project; STANCEGRAPH_EXTERNAL can name its folder")
    measured = measure(COUNTRY_CODES, (0.0, 0.9))
    assert measured[0.0].known >= 240
    assert measured[0.9].precision == 1, (
        "what is called just so and is of the right kind is right, in spite of the traps"
    )
    assert measured[0.0].precision == 1
    assert measured[0.0].recall > 0.9


@pytest.mark.long
def test_accepted_links_are_read_again(copy: Path, run: Callable[..., Run], wikidata: str, tmp_path: Path) -> None:
    path = copy / "data" / "links" / "wikidata.sssom.tsv"
    of = sssom.read(path)
    china = next(one for one in of.mappings if one.object_id == "wikidata:Q148")

    def accepted(subject: str, number: int, label: str, category: str) -> sssom.Mapping:
        item = f"wikidata:Q100000000{number}"
        return replace(china, subject_id=subject, object_id=item, object_label=label, object_category=category)

    rows = [
        accepted("place:Belgrade", 1, "Belgrade", "city"),
        accepted("place:Berlin", 2, "Berlin", "city"),
        accepted("actor:PLA", 5, "Kabul", "armed force"),
        accepted("place:KabulCity", 7, "Kabul", "city"),
        accepted("place:Chicago", 8, "Chicago", "city"),
    ]
    sssom.write(of.with_rows(rows), path)
    before = path.read_bytes()
    where = ("--workspace", str(copy), "link", "check", "wikidata", "--contact", "me@example.org")
    done = run(*where, "--endpoint", wikidata, "--cache", str(tmp_path / "cache"))
    assert done.status == 1
    assert done.out.splitlines() == [
        "actor:PLA wikidata:Q1000000005: of another kind: its category is newspaper there, not armed force",
        "place:Berlin wikidata:Q1000000002: renamed: it is called Belgrade there, not Berlin",
        "place:Chicago wikidata:Q1000000008: gone: the target has no such item",
        "place:KabulCity wikidata:Q1000000007: merged: it is now http://www.wikidata.org/entity/Q1000000005",
    ]
    assert "1 same" in done.err
    assert path.read_bytes() == before
    gone = run(*where, "--endpoint", "http://127.0.0.1:1/", "--cache", str(tmp_path / "other"))
    assert (gone.status, "5 unread" in gone.err) == (3, True)


def test_who_asks_must_be_said(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STANCEGRAPH_CONTACT", raising=False)
    done = run("--workspace", str(ROOT), "link", "candidates", "wikidata")
    assert (done.status, "public services must be told who asks" in done.err) == (2, True)
    assert run("--workspace", str(ROOT), "link", "candidates", "iso3166", "--contact", "me").status == 2


def test_who_was_not_there_when_ours_was_seen_is_less_likely() -> None:
    thing = UnlinkedEntity(
        "https://w3id.org/stancegraph/id/actor/Somebody", "Somebody", ("Somebody",),
        frozenset({"https://w3id.org/stancegraph/ontology#Person"}), since="2009-01-01", until="2012-07-04",
    )  # fmt: skip
    lives = {1: ("1950-01-01", ""), 2: ("1850-01-01", "1920-01-01"), 3: ("2011-01-01", ""), 4: ("", "")}

    def asked(names: Sequence[str], near: Sequence[str]) -> tuple[list[Candidate], bool]:
        base = "http://www.wikidata.org/entity/"
        found = [
            Candidate("Somebody", f"{base}Q900{number}", "Somebody", (f"{base}Q5",), since=since, until=until)
            for number, (since, until) in lives.items()
        ]
        return found, False

    described = targets.read(ROOT / "data" / "links" / "wikidata.toml")
    of = sssom.read(ROOT / "data" / "links" / "wikidata.sssom.tsv").with_rows([])
    *_, report = propose_links(asked, [thing], of, described, "2026-11-24")
    scores = {row.object_id: (float(row.confidence), row.comment) for row in report.mappings}
    assert "; existed when the entity was active (+0.05)" in scores["wikidata:Q9001"][1]
    assert "did not exist when the entity was active (-0.30)" in scores["wikidata:Q9002"][1]
    assert "active" not in scores["wikidata:Q9004"][1], "where nothing is known, nothing is said"
    assert scores["wikidata:Q9002"][0] < scores["wikidata:Q9004"][0] < scores["wikidata:Q9001"][0]


def test_a_concept_with_the_same_name_is_proposed_as_close_and_not_as_the_same() -> None:
    thing = UnlinkedEntity(
        "https://w3id.org/stancegraph/id/issue/Terrorism", "Terrorism", ("Terrorism",),
        frozenset({"https://w3id.org/stancegraph/ontology#Issue", f"{PREFIXES['skos']}Concept"}), is_concept=True,
    )  # fmt: skip
    scheme, item = "http://eurovoc.europa.eu/100141", "http://eurovoc.europa.eu/4452"

    def asked(names: Sequence[str], near: Sequence[str]) -> tuple[list[Candidate], bool]:
        return [Candidate("Terrorism", item, "terrorism", (scheme,))], False

    described = targets.read(ROOT / "data" / "links" / "eurovoc.toml")
    mapping_set = sssom.read(ROOT / "data" / "links" / "eurovoc.sssom.tsv").with_rows([])
    *_, report = propose_links(asked, [thing], mapping_set, described, "2026-12-01")
    (row,) = report.mappings
    assert (row.predicate_id, row.object_id, row.object_category) == ("skos:closeMatch", "eurovoc:4452", "concept")
