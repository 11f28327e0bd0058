"""Targets on real servers, in data of the targets' own shape: candidates, checks, enrichment, federated questions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from stancegraph.linking import candidates, recheck, sssom, targets
from stancegraph.linking.unlinked import UnlinkedEntity
from stancegraph.questions import federation, stored_query
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.sparql.engine import Oxigraph, Rows, Term
from tests.conftest import ROOT, Run
from tests.support.clients import federated_service, sparql_client
from tests.support.linked import link, load
from tests.support.servers import SERVERS, Server

LINKS = ROOT / "data" / "links"
WD = "http://www.wikidata.org/entity/"


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[pytest.mark.long] if name != "oxigraph" else []) for name in SERVERS],
)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as running:
        load(running)
        yield running


def asked(server: Server, text: str) -> list[dict[str, Term]]:
    return list(sparql_client(server.query).ask(text).rows)


def thing(name: str, kind: str, *names: str, within: Sequence[str] = (), beside: Sequence[str] = ()) -> UnlinkedEntity:
    iri = f"{ID}{'place' if kind == 'Place' else 'actor'}/{name}"
    return UnlinkedEntity(
        iri,
        name,
        names or (name,),
        frozenset({PREFIXES["sg"] + kind}),
        frozenset(f"{ID}actor/{one}" for one in within),
        frozenset(f"{ID}actor/{one}" for one in beside),
    )


def found(server: Server, target: str, things: Sequence[UnlinkedEntity]) -> dict[tuple[str, str], sssom.Mapping]:
    described, of = targets.read(LINKS / f"{target}.toml"), sssom.read(LINKS / f"{target}.sssom.tsv")
    of = of.with_rows([one for one in of.mappings if one.object_id in {"wikidata:Q31", "wikidata:Q7184"}])
    query = stored_query.load(ROOT / "queries" / "link" / described.queries / "search.rq")
    ask = candidates.search_by_sparql(lambda text: (asked(server, text), False), query)
    *_, report = candidates.propose_links(ask, things, of, described, "2026-11-24")
    assert not report.failed
    return {(one.subject_id, one.object_id): one for one in report.mappings}


def test_traps_of_names_are_told_apart(server: Server) -> None:
    things = [
        thing("China", "State"),
        thing("Georgia", "State"),
        thing("Brussels", "Place", within=["Belgium"]),
        thing("Albania", "State", beside=["NATO"]),
    ]
    rows = found(server, "wikidata", things)
    assert [item for subject, item in rows if subject == "actor:China"] == ["wikidata:Q148"]
    assert [item for subject, item in rows if subject == "actor:Georgia"] == ["wikidata:Q230"]
    brussels = {item: float(row.confidence) for (subject, item), row in rows.items() if subject == "place:Brussels"}
    assert set(brussels) == {"wikidata:Q1000000045", "wikidata:Q1000000046", "wikidata:Q1000000047"}, "left to a person"
    assert brussels["wikidata:Q1000000047"] < brussels["wikidata:Q1000000045"], "Ontario is not in Belgium"
    assert "related to a neighbour of the entity" in rows["actor:Albania", "wikidata:Q222"].comment


def test_other_targets_need_no_code(server: Server) -> None:
    dbpedia = found(server, "dbpedia", [thing("China", "State", "China", "PRC"), thing("Georgia", "State")])
    assert {item for _, item in dbpedia} == {"dbpedia:China"}
    eu = found(server, "eu-authority", [thing("China", "State"), thing("Libya", "State")])
    assert {item for _, item in eu} == {"eu-authority:country/CHN"}, "what is deprecated is not proposed"
    geonames = found(server, "geonames", [thing("Belgrade", "Place"), thing("Afghanistan", "State")])
    assert {item for _, item in geonames} == {"geonames:792680/", "geonames:1149361/"}


@pytest.mark.parametrize(
    ("target", "item", "state"),
    [
        ("wikidata", f"{WD}Q1000000007", "merged"),
        ("dbpedia", "http://dbpedia.org/resource/PRC", "merged"),
        ("eu-authority", "http://publications.europa.eu/resource/authority/country/GONE", "merged"),
        ("eu-authority", "http://publications.europa.eu/resource/authority/country/CHN", "same"),
        ("geonames", "https://sws.geonames.org/1149361/", "same"),
        ("geonames", "https://sws.geonames.org/1/", "gone"),
    ],
)
def test_links_are_read_again(server: Server, target: str, item: str, state: str) -> None:
    described, of = targets.read(LINKS / f"{target}.toml"), sssom.read(LINKS / f"{target}.sssom.tsv")
    query = stored_query.load(ROOT / "queries" / "link" / described.queries / "entity.rq")
    row = sssom.Mapping(
        "actor:China", "China", "schema:sameAs", of.contract(item), "", "semapv:X", object_category="country",
        reviewer_label="Me",
    )  # fmt: skip
    (told,) = recheck.recheck_links(lambda text: asked(server, text), query, of.with_rows([row]), described)
    assert told.state == state, told


@pytest.mark.long
def test_enrichment_is_the_same_from_every_server(
    server: Server, copy: Path, run: Callable[..., Run], tmp_path: Path
) -> None:
    link(copy)
    where = ("--workspace", str(copy), "link", "enrich", "wikidata", "--contact", "me@example.org")
    done = run(*where, "--endpoint", server.query, "--cache", str(tmp_path / "cache"))
    assert done.status == 0, done.err
    assert "1 deprecated" not in done.err, "the queries leave them out themselves"
    folder = copy / "data" / "enrichment" / "wikidata"
    assert {path.stem for path in folder.iterdir()} == {
        "codes", "coordinates", "members", "names", "office-holders", "participants",
    }  # fmt: skip
    told = "".join(
        line for path in sorted(folder.iterdir()) for line in path.read_text(encoding="utf-8").splitlines(keepends=True)
        if "sg:retrievedFrom" not in line and "sg:retrievedOn" not in line
    )  # fmt: skip
    for absent in ("Q230", '"ZZ"', "1999", "Q423"):
        assert absent not in told.split("sg:queryText")[0] + told.partition("a sg:ExternalStatement")[2], absent
    expected = ROOT / "tests" / "examples" / "enrichment.txt"
    if os.environ.get("UPDATE_ANSWERS"):
        expected.write_text(told, encoding="utf-8")
    as_virtuoso_has_it = {
        "POINT(": "Point(",
        "www.openlinksw.com/schemas/virtrdf#Geometry": "www.opengis.net/ont/geosparql#wktLiteral",
    }
    for theirs, ours in as_virtuoso_has_it.items():
        told = told.replace(theirs, ours)
    assert told == expected.read_text(encoding="utf-8")
    assert run("--workspace", str(copy), "validate").status == 0


def test_federated_questions_ask_for_bound_values_side_by_side(server: Server, engine: Oxigraph) -> None:
    service = federated_service(sparql_client(server.query))
    query = stored_query.load(ROOT / "queries" / "federated" / "described-elsewhere.rq")
    actors = [NamedNode(f"{ID}actor/{name}") for name in ("NATO", "China")]
    answer, reports = federation.answer(engine, query.bind({"actor": actors}), service)
    assert isinstance(answer, Rows)
    assert [
        [row.get(name) and row[name].value for name in ("actorName", "description", "comment")] for row in answer
    ] == [
        ["China", "country in East Asia", "China is a country."],
        ["NATO", "military alliance", "NATO is an alliance."],
    ]
    assert [report.state for report in reports] == ["answered", "answered"]
    members = stored_query.load(ROOT / "queries" / "federated" / "members-today.rq")
    answer, (report,) = federation.answer(engine, members.text, service)
    assert isinstance(answer, Rows)
    assert [row["stateName"].value for row in answer] == ["Belgium"]
    assert report.values > 10
