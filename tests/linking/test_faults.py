"""Whatever happens between the program and an endpoint ends in a clear report, a retry that stops, and nothing lost."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from stancegraph.errors import ExternalError
from stancegraph.linking import candidates, enrichment, recheck, sssom, targets
from stancegraph.linking.sparql_client import RateLimitedEndpoint
from stancegraph.linking.unlinked import UnlinkedEntity
from stancegraph.questions import federation, stored_query
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.sparql.engine import Oxigraph, Rows, Term
from tests.conftest import ROOT
from tests.support.clients import federated_service, sparql_client
from tests.support.fault_proxy import FaultProxy, faulty

LINKS = sssom.read(ROOT / "data" / "links" / "wikidata.sssom.tsv")
TARGET = targets.read(ROOT / "data" / "links" / "wikidata.toml")
LARGEST = 8 << 20

PASSING = {  # what may be gone at the next try, and how it is told where it is not
    "reset": "no complete answer",
    "stalled": "no complete answer",
    "cut": "no complete answer",
    "busy": "answers 429",
    "error": "500",
    "gateway": "answers 502",
}
FINAL = {  # what a next try would not change
    "truncated": "not results in JSON",
    "untyped": "application/octet-stream, not results in JSON",
    "page": "text/html, not results in JSON",
    "loop": "redirect",
    "gigabytes": f"more than {LARGEST} bytes",
}


@dataclass
class Done:
    """What an operation came to: how it ended for each request, and what it found."""

    failed: list[str]
    found: int


def client(url: str, waits: list[float] | None = None) -> RateLimitedEndpoint:
    return sparql_client(url, waits, seconds=0.4, largest=LARGEST)


def _query(path: str) -> stored_query.StoredQuery:
    return stored_query.load(ROOT / "queries" / f"{path}.rq")


def find_candidates(endpoint: RateLimitedEndpoint, engine: Oxigraph) -> Done:
    things = [UnlinkedEntity(f"{ID}place/Belgrade", "Belgrade", ("Belgrade",), frozenset({PREFIXES["sg"] + "Place"}))]
    ask = candidates.search_by_sparql(
        lambda text: (list(endpoint.ask(text).rows), False), _query("link/wikidata/search")
    )
    *_, report = candidates.propose_links(ask, things, LINKS, TARGET, "2026-11-24")
    return Done(report.failed, len(report.mappings))


def check_links(endpoint: RateLimitedEndpoint, engine: Oxigraph) -> Done:
    query = _query("link/wikidata/entity")
    told = list(recheck.recheck_links(lambda text: list(endpoint.ask(text).rows), query, LINKS, TARGET))
    assert len({one.mapping for one in told}) == sum(one.accepted for one in LINKS.mappings), "each link is reported on"
    return Done(list({one.detail for one in told if one.state == "unread"}), sum(one.state != "unread" for one in told))


def enrich(endpoint: RateLimitedEndpoint, engine: Oxigraph) -> Done:
    classes = {f"{ID}actor/NATO": {PREFIXES["sg"] + "Organization"}}
    now = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    try:
        fetched = enrichment.fetch(
            lambda text: (list(endpoint.ask(text).rows), 0.0), _query("enrich/wikidata/members"), LINKS, classes, now
        )
    except ExternalError as error:
        return Done([str(error).splitlines()[0]], 0)
    return Done([], len(fetched.statements))


def ask_federated(endpoint: RateLimitedEndpoint, engine: Oxigraph) -> Done:
    service = federated_service(endpoint)
    answer, (report,) = federation.answer(engine, _query("federated/members-today").text, service)
    assert isinstance(answer, Rows)
    assert report.state == ("failed" if report.failed else "answered")
    return Done(list(dict.fromkeys(report.failed)), len(answer))


OPERATIONS: dict[str, Callable[[RateLimitedEndpoint, Oxigraph], Done]] = {
    "candidates": find_candidates,
    "check": check_links,
    "enrich": enrich,
    "federated": ask_federated,
}


def bounded(proxy: FaultProxy) -> None:
    """A redirect is followed ten times by urllib; four tries, and three requests until the service is left alone."""
    assert 1 <= proxy.requests <= 3 * 11


@pytest.mark.parametrize("operation", OPERATIONS)
def test_without_a_fault_each_operation_finds_something(operation: str, wikidata: str, engine: Oxigraph) -> None:
    """Else the others would prove nothing."""
    with faulty(wikidata) as proxy:
        done = OPERATIONS[operation](client(proxy.url), engine)
    assert (done.failed, done.found > 0) == ([], True)


@pytest.mark.long
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", PASSING | FINAL)
def test_a_lasting_fault_is_reported_and_the_retries_stop(
    fault: str, operation: str, wikidata: str, engine: Oxigraph
) -> None:
    with faulty(wikidata, fault) as proxy:
        done = OPERATIONS[operation](client(proxy.url), engine)
        messages = {line for line in done.failed if "no longer asked" not in line}
        assert messages
        for message in messages:
            assert (PASSING | FINAL)[fault] in message
            assert proxy.url in message, "the report names the service"
        assert done.found == 0
        bounded(proxy)
        if fault in PASSING:
            assert proxy.requests >= 4, "it was tried again"
        assert proxy.sent <= proxy.requests * 2 * LARGEST, "what is too large is not read to its end"


@pytest.mark.long
@pytest.mark.parametrize("operation", ["candidates", "enrich"])
@pytest.mark.parametrize("fault", [*PASSING, "slow"])
def test_a_passing_fault_leaves_no_trace(fault: str, operation: str, wikidata: str, engine: Oxigraph) -> None:
    waits: list[float] = []
    with faulty(wikidata) as sound:
        expected = OPERATIONS[operation](client(sound.url), engine)
    with faulty(wikidata, fault, lasting=False) as proxy:
        done = OPERATIONS[operation](client(proxy.url, waits), engine)
    assert done == expected
    assert proxy.requests == sound.requests + (fault != "slow")
    if fault == "busy":
        assert 1.0 in waits, "Retry-After is obeyed"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_service_that_refuses_is_told(operation: str, engine: Oxigraph) -> None:
    done = OPERATIONS[operation](client("http://127.0.0.1:1/sparql"), engine)
    assert [message for message in done.failed if "refused" in message]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_wrong_certificate_is_not_accepted(operation: str, wikidata: str, engine: Oxigraph) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("elsewhere.example.org").configure_cert(context)
    with faulty(wikidata, tls=context) as proxy:
        done = OPERATIONS[operation](client(proxy.url), engine)
    assert [message for message in done.failed if "certificate is not trusted" in message]
    assert proxy.requests == 0, "nothing was sent, and it was not tried again"


@pytest.mark.long
def test_what_was_found_before_a_fault_is_kept(wikidata: str, engine: Oxigraph, tmp_path: Path) -> None:
    """The first batch is answered, the second is not; the next run asks for the second only."""
    names = [f"{number:02d}" for number in range(candidates.BATCH)]
    place = frozenset({PREFIXES["sg"] + "Place"})
    things = [UnlinkedEntity(f"{ID}place/{name}", name, (name,), place) for name in [*names, "Belgrade"]]
    query, nothing = _query("link/wikidata/search"), LINKS.with_rows([])
    with faulty(wikidata) as proxy:
        endpoint = sparql_client(proxy.url, cache=tmp_path)

        def search(*faults: str) -> candidates.Report:
            """Search, with *faults* after the first answer."""

            def ask(text: str) -> tuple[Sequence[Mapping[str, Term]], bool]:
                told = endpoint.ask(text)
                proxy.faults = list(faults)
                return list(told.rows), told.age > 0

            *_, report = candidates.propose_links(
                candidates.search_by_sparql(ask, query), things, nothing, TARGET, "2026-11-24"
            )
            return report

        first = search("page")
        assert (len(first.failed), proxy.requests) == (1, 2)
        proxy.faults = []
        second = search()
    assert (second.failed, second.from_cache, proxy.requests) == ([], candidates.BATCH, 3), (
        "only what failed was asked again"
    )
    assert {row.object_label for row in second.mappings} == {"Belgrade"}
