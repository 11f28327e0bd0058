"""What a target states is kept apart from what articles say, and can be compared with it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from stancegraph.linking import enrichment, sssom
from stancegraph.linking.enrichment import Bounds
from stancegraph.pipeline import building
from stancegraph.questions import stored_query
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.sparql.engine import Term
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run, no_traceback
from tests.support import program
from tests.support.killing import command
from tests.support.linked import link

MEMBERS = stored_query.load(ROOT / "queries" / "enrich" / "wikidata" / "members.rq")
RANK = "http://wikiba.se/ontology#"


@pytest.fixture(scope="module")
def enriched_workspace(original: Path, wikidata: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that has been enriched, and built, which nobody changes."""
    folder = tmp_path_factory.mktemp("enriched")
    root = Path(shutil.copytree(original, folder / "w"))
    link(root)
    where = ("--contact", "me@example.org", "--endpoint", wikidata, "--cache", str(folder / "cache"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)
        assert program.run(command, root, "link", "enrich", "wikidata", *where) == 0
        assert building.build(Workspace(root)).published
    return root


@pytest.fixture
def enriched(enriched_workspace: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Run a command on the enriched workspace."""
    monkeypatch.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)

    def run_command(*arguments: str) -> Run:
        return run("--workspace", str(enriched_workspace), *arguments)

    return run_command


@pytest.mark.long
def test_what_is_stated_is_compared_with_what_articles_say(enriched: Callable[..., Run]) -> None:
    of_nato = ("ask", "members-compared", "--organization", "NATO", "--format", "csv", "--date")
    members = enriched(*of_nato, "2012-05-20").out
    assert [line.split(",")[:2] for line in members.splitlines()[1:]] == [
        ["Albania", "for certain"], ["Belgium", "possibly"], ["France", "for certain"],
    ], "Montenegro came later, and Georgia by a deprecated statement only"  # fmt: skip
    assert "Albania" not in enriched(*of_nato, "2008-01-01").out
    holders = enriched("ask", "office-holders-compared", "--date", "2012-07-04", "--format", "csv").out
    assert "Secretary General of NATO,Anders Fogh Rasmussen,both" in holders
    assert "Jaap" not in holders
    assert "Jaap de Hoop Scheffer,external data only" in enriched(
        "ask", "office-holders-compared", "--date", "2009-07-15", "--format", "csv"
    ).out, "July 2009 is known to the month"  # fmt: skip
    there = enriched("ask", "participants-compared", "--event", "NATO summit in Chicago", "--format", "csv").out
    verdicts = {tuple(line.split(",")[:3]) for line in there.splitlines()[1:]}
    assert ("Australia", "participant", "both") in verdicts
    assert ("Japan", "participant", "articles only") in verdicts
    assert ("North Korea", "participant", "articles only") in verdicts, "Wikidata's statement is deprecated"
    assert ("Ruritania", "", "external data only") in verdicts


@pytest.mark.long
def test_what_articles_say_stays_as_it_was(enriched: Callable[..., Run], run: Callable[..., Run]) -> None:
    for question in (("participants",), ("posts-at-date",), ("stances-towards", "--target", "NATO")):
        ours = run("--workspace", str(ROOT), "ask", *question, "--format", "csv", *(
            ("--event", "NATO summit in Chicago") if question == ("participants",) else ()
        ))  # fmt: skip
        theirs = enriched("ask", *question, "--format", "csv", *(
            ("--event", "NATO summit in Chicago") if question == ("participants",) else ()
        ))  # fmt: skip
        assert ours.out == theirs.out
        assert len(ours.out.splitlines()) > 3
    statement = f"<{PREFIXES['sg']}ExternalStatement>"
    graphs = enriched("sparql", f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s a {statement} }} }}")
    assert "graph/enrichment/wikidata/members" in graphs.out


@pytest.mark.command("link quickstatements")
def test_what_wikidata_lacks_is_drafted_with_its_reference(enriched: Callable[..., Run], tmp_path: Path) -> None:
    drafted = enriched("link", "quickstatements")
    assert drafted.status == 0
    lines = [line.split("\t") for line in drafted.out.splitlines()]
    assert [line[:3] for line in lines] == [["Q1000000030", "P710", "Q17"]], "by the article's own word, Japan"
    assert lines[0][3] == "S1476"
    assert lines[0][4].startswith('en:"China and NATO')
    assert lines[0][5:7] == ["S577", "+2012-07-05T00:00:00Z/11"]
    assert lines[0][7].startswith("/* ")
    assert "Check each one" in drafted.err
    file = tmp_path / "draft.txt"
    assert enriched("link", "quickstatements", "-o", str(file)).status == 0
    assert file.read_text(encoding="utf-8") == drafted.out


def test_without_having_asked_nothing_is_said_to_be_lacking(run: Callable[..., Run]) -> None:
    done = run("--workspace", str(ROOT), "link", "quickstatements")
    assert (done.status, done.out) == (0, "")
    assert "has not been run" in done.err


def test_a_deprecated_statement_that_a_query_lets_through_is_dropped() -> None:
    of = sssom.read(ROOT / "data" / "links" / "wikidata.sssom.tsv")
    nato = "http://www.wikidata.org/entity/Q7184"

    def ask(text: str) -> tuple[Sequence[Mapping[str, Term]], float]:
        assert nato in text
        row: dict[str, Term] = {"item": NamedNode(nato), "value": NamedNode("urn:x"), "valueName": Literal("X")}
        ranks = ("DeprecatedRank", "NormalRank", "PreferredRank")
        return [row | {"rank": NamedNode(RANK + rank)} for rank in ranks], 60.0

    import datetime

    now = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    classes = {f"{ID}actor/NATO": {PREFIXES["sg"] + "Organization"}}
    fetched = enrichment.fetch(ask, MEMBERS, of, classes, now)
    assert (fetched.dropped, sorted(one.rank or "" for one in fetched.statements)) == (1, ["Normal", "Preferred"])
    assert fetched.retrieved_at == now - datetime.timedelta(seconds=60), "the age of what was kept counts"


@pytest.mark.parametrize(
    ("moment", "precision", "between"),
    [
        ("2012-05-20T00:00:00Z", "11", ("2012-05-20", "2012-05-20")),
        ("2012-02-01T00:00:00Z", "10", ("2012-02-01", "2012-02-29")),
        ("2012-01-01T00:00:00Z", "9", ("2012-01-01", "2012-12-31")),
        ("2010-01-01T00:00:00Z", "8", None),
        ("2012-00-00T00:00:00Z", "11", None),
        ("-0044-03-15T00:00:00Z", "11", None),
        ("", "", None),
    ],
)
def test_a_date_is_as_exact_as_its_precision(moment: str, precision: str, between: tuple[str, str] | None) -> None:
    assert enrichment.parse_bounds(moment, precision) == (Bounds(*between) if between else None)


@pytest.mark.long
def test_half_a_fact_is_none(copy: Path, run: Callable[..., Run], wikidata: str, tmp_path: Path) -> None:
    link(copy)
    where = ("--workspace", str(copy), "link", "enrich", "wikidata", "--contact", "me", "--cache", str(tmp_path / "c"))
    assert run(*where, "--endpoint", wikidata, "--fact", "members").status == 0
    file = copy / "data" / "enrichment" / "wikidata" / "members.ttl"
    before = file.read_bytes()
    gone = run(*where, "--endpoint", "http://127.0.0.1:1/", "--fact", "members", "--fact", "names")
    no_traceback(gone)
    assert gone.status == 3
    assert "What was fetched before stays as it is" in gone.err
    assert file.read_bytes() == before
    assert not (file.parent / "names.ttl").exists()
    wrong = run(*where, "--endpoint", wikidata, "--fact", "nonsense")
    assert (wrong.status, "no question is called 'nonsense'" in wrong.err) == (2, True)
    assert run("--workspace", str(copy), "link", "enrich", "viaf", "--contact", "me").status == 2
