"""The commands as people and scripts use them: what they print, their exit status, and what bad input does."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from stancegraph.sparql.engine import Oxigraph
from stancegraph.workspace import folders
from tests.conftest import ARTICLE, ROOT, Run, facts_of, no_traceback

Runner = Callable[..., Run]
PROBE = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/stancegraph/ontology#Stance> }"


@pytest.fixture(autouse=True)
def built(engine: Oxigraph) -> None:
    """The article's graph is published before a command is run."""


def test_build_says_what_is_in_the_graph_and_builds_nothing_twice(run: Runner, copy: Path) -> None:
    again = run("--workspace", str(copy), "build")
    assert again.status == 0
    assert "Nothing has changed" in again.err
    assert "stances" in again.out
    forced = run("--workspace", str(copy), "build", "--force")
    assert forced.status == 0
    assert forced.err == ""
    assert forced.out == again.out


def test_validate_finds_nothing_in_the_article(run: Runner) -> None:
    done = run("validate")
    assert (done.status, done.out) == (0, "0 violations, 0 warnings, 0 infos\n")


def test_validate_with_the_text_finds_every_digest_right(run: Runner, article_text: Path) -> None:
    assert run("validate", "--text", str(article_text)).status == 0


@pytest.mark.long
def test_validate_names_each_passage_that_no_longer_matches(run: Runner, article_text: Path, tmp_path: Path) -> None:
    changed = tmp_path / "text.txt"
    changed.write_text(
        article_text.read_text(encoding="utf-8").replace("outdated map", "outdated mop"), encoding="utf-8"
    )
    done = run("validate", "--text", str(changed))
    assert done.status == 1
    assert f"passage:{ARTICLE}/history-1-3" in done.out
    assert "passage-digest" in done.out
    assert "1 violation," in done.out


@pytest.mark.long
def test_validate_names_file_subject_rule_and_remedy(run: Runner, copy: Path) -> None:
    facts = facts_of(copy)
    text = facts.read_text(encoding="utf-8")
    facts.write_text(text.replace("sg:attitude  attitude:Hopes ;\n", "", 1), encoding="utf-8")
    done = run("--workspace", str(copy), "validate", "--format", "json")
    assert done.status == 1
    (finding,) = json.loads(done.out)
    assert finding["rule"] == "StanceAttitude"
    assert finding["file"] == f"data/articles/{ARTICLE}/facts.ttl"
    assert finding["subject"].endswith("/rasmussen-hopes-dialogue")
    assert finding["severity"] == "violation"
    assert finding["remedy"]


@pytest.mark.long
def test_validate_can_be_asked_about_one_file(run: Runner, tmp_path: Path) -> None:
    lone = tmp_path / "lone.ttl"
    lone.write_text(
        "@prefix sg: <https://w3id.org/stancegraph/ontology#> .\n"
        "<https://w3id.org/stancegraph/id/claim/x/y> a sg:Stance .\n",
        encoding="utf-8",
    )
    done = run("validate", str(lone))
    assert done.status == 1
    assert "StanceHolder" in done.out
    assert str(lone) in done.out
    assert "unattributed-claim" in done.out
    assert run("validate", str(ROOT / "data" / "entities")).status == 0
    assert run("validate", str(tmp_path / "missing.ttl")).status == 2


@pytest.mark.long
def test_a_violation_is_not_published_and_the_old_graph_answers(run: Runner, copy: Path) -> None:
    before = run("--workspace", str(copy), "sparql", PROBE, "--format", "csv").out
    facts = facts_of(copy)
    facts.write_text(
        facts.read_text(encoding="utf-8") + "\n:new a sg:Stance ; sg:holdr actor:China .\n", encoding="utf-8"
    )
    done = run("--workspace", str(copy), "build")
    assert done.status == 1
    assert "undeclared-property" in done.out
    assert "https://w3id.org/stancegraph/ontology#holdr" in done.out or "sg:holdr" in done.out
    assert "Not published" in done.err
    after = run("--workspace", str(copy), "sparql", PROBE, "--format", "csv")
    assert after.out == before
    assert "has changed since" in after.err


def test_queries_lists_every_question(run: Runner) -> None:
    done = run("queries", "--format", "json")
    names = {query["name"] for query in json.loads(done.out)}
    assert names == {path.stem for kind in ("ask", "federated") for path in (ROOT / "queries" / kind).glob("*.rq")}
    assert "hopes-and-fears" in run("queries", "--tag", "fears").out


def test_ask_help_explains_the_question_and_its_parameters(run: Runner) -> None:
    done = run("ask", "issue-over-time", "--help")
    assert done.status == 0
    assert "Stances on an issue over time" in done.out
    assert "--issue" in done.out
    assert "required" in done.out
    assert "xsd:date" in done.out
    assert "Usage" in run("ask", "--help").out


def test_ask_takes_labels_aliases_prefixed_names_and_iris(run: Runner) -> None:
    forms = ("China", "china", "Beijing", "actor:China", "https://w3id.org/stancegraph/id/actor/China")
    answers = {run("ask", "stances-of-actor", "--actor", form, "--format", "csv").out for form in forms}
    assert len(answers) == 1
    assert len(answers.pop().splitlines()) > 10


def test_ask_takes_several_values_and_equals_signs(run: Runner) -> None:
    both = run("ask", "stances-of-actor", "--actor=China", "--actor", "NATO", "--format", "csv").out
    assert len(both.splitlines()) > len(
        run("ask", "stances-of-actor", "--actor", "China", "--format", "csv").out.splitlines()
    )


def test_ask_shows_evidence_behind_every_row(run: Runner) -> None:
    done = run("ask", "conditions", "--evidence")
    assert done.status == 0
    assert "Introduction, paragraph 1, sentence 3" in done.out
    assert "China Daily, May 21" in done.out
    assert "quotation" in done.out
    assert "China Brief 12:13 reported that" in done.out
    table = list(csv.DictReader(StringIO(run("ask", "conditions", "--evidence", "--format", "csv").out)))
    assert len(table) == 2
    assert {"evidencePassage", "evidenceCitation", "evidenceMode", "evidenceChain", "evidenceRemark"} <= set(table[0])


def test_ask_shows_the_passage_itself_where_the_text_is_given(run: Runner, article_text: Path, tmp_path: Path) -> None:
    done = run("ask", "conditions", "--evidence", "--text", str(article_text))
    assert "as long as ties proceed deliberately" in " ".join(done.out.split())
    other = tmp_path / "other.txt"
    other.write_text("Another text.", encoding="utf-8")
    wrong = run("ask", "conditions", "--evidence", "--text", str(other))
    assert wrong.status == 1
    assert "not the one that was coded" in wrong.err


def test_evidence_shows_what_is_disputed_and_undecided(run: Runner) -> None:
    done = run("ask", "participants", "--event", "NATO summit in Chicago", "--evidence")
    assert "Disputed: " in done.out
    assert "Undecided: " in done.out


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "xml", "md", "table"])
def test_rows_come_in_every_format(run: Runner, format: str) -> None:
    done = run("ask", "conditions", "--format", format)
    assert done.status == 0
    assert "deliberate pace" in done.out
    if format == "json":
        assert len(json.loads(done.out)["results"]["bindings"]) == 2


def test_triples_come_as_turtle_and_a_yes_as_true(run: Runner) -> None:
    construct = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c . FILTER(?c = <https://w3id.org/stancegraph/ontology#Strike>) }"
    done = run("sparql", construct, "--format", "ttl")
    assert done.out.count("sg:Strike") == 2
    assert run("sparql", "ASK { ?s ?p ?o }").out == "true\n"
    assert run("sparql", construct, "--format", "csv").status == 2


def test_sparql_reads_a_file(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(PROBE, encoding="utf-8")
    assert run("sparql", "-f", str(path), "--format", "csv").out == run("sparql", PROBE, "--format", "csv").out
    assert run("sparql").status == 2
    assert run("sparql", "-f", str(tmp_path / "none.rq")).status == 1


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("ask", "hopes-and-feers"), 2, "hopes-and-fears"),
        (("ask", "nothing-like-it-at-all"), 2, "no question is called"),
        (("ask",), 2, "name of a question is missing"),
        (("ask", "conditions", "--holdr", "China"), 2, "--holder"),
        (("ask", "conditions", "--holder"), 2, "has no value"),
        (("ask", "conditions", "China"), 2, "unexpected argument"),
        (("ask", "stances-of-actor"), 2, "needs --actor"),
        (("ask", "stances-of-actor", "--actor", "Chna"), 2, "China"),
        (("ask", "stances-of-actor", "--actor", "maritime piracy"), 2, "nothing of class sg:Actor"),
        (("ask", "issue-over-time", "--issue", "piracy", "--since", "last year"), 2, "a date like"),
        (("ask", "issue-over-time", "--issue", "piracy", "--since", "20120521"), 2, "a date like"),
        (("ask", "depth-of-attribution", "--atLeast", "three"), 2, "a whole number"),
        (("ask", "stances-of-actor", "--actor", '"} DROP ALL #'), 2, "nothing of class"),
        (("ask", "stances-of-actor", "--actor", "http://example.org/a b"), 2, "not an IRI"),
        (("ask", "stances-of-actor", "--actor", "http://example.org/x>"), 2, "knows no"),
        (("ask", "stances-of-actor", "--actor", "\u202eanihC"), 2, "nothing of class"),
        (("ask", "stances-of-actor", "--actor", ""), 2, "nothing of class"),
        (("ask", "conditions", "--evidence", "--text", "no-such-file.txt"), 1, "cannot read the text"),
        (("sparql", "SELECT ?x WHERE { ?x"), 2, "not SPARQL 1.1"),
        (("sparql", "DROP ALL"), 2, "not SPARQL 1.1"),
        (("sparql", "SELECT ?x WHERE { ?x nope:y ?z }"), 2, "not SPARQL 1.1"),
        (("--workspace", "no-such-folder", "build"), 2, "not a workspace"),
        (("--engine", "http://127.0.0.1:9/sparql", "ask", "conditions"), 3, "did not answer"),
    ],
)
def test_bad_input_gets_one_clear_message(run: Runner, arguments: tuple[str, ...], status: int, says: str) -> None:
    done = run(*arguments)
    assert done.status == status
    assert says in done.err
    assert done.out == ""
    no_traceback(done)


@pytest.mark.long
def test_an_endpoint_answers_what_the_snapshot_answers(run: Runner, engine: Oxigraph) -> None:
    """A SPARQL 1.1 endpoint on loopback, served from the same snapshot."""
    from tests.support.endpoint import serve

    with serve(engine) as url:
        for question in ("conditions", "disputed-claims", "who-met-whom"):
            ours = run("ask", question, "--format", "csv").out
            assert run("--engine", url, "ask", question, "--format", "csv").out == ours
        assert "Introduction, paragraph 1" in run("--engine", url, "ask", "conditions", "--evidence").out
        assert run("--engine", url, "sparql", "ASK { ?s ?p ?o }").out == "true\n"
        assert run("--engine", url, "sparql", "SELECT ?x WHERE {").status == 2
    with serve(engine, nonsense=True) as url:
        done = run("--engine", url, "ask", "conditions")
        assert done.status == 3
        assert "answer" in done.err


def test_a_text_is_cut_into_passages(run: Runner, tmp_path: Path) -> None:
    from stancegraph.text import digest

    words = "A title\n\nOne sentence. Another one (Source, May 1).\n\nPart\n\nA third.\n\n1. A note.\n"
    assert run("init", str(tmp_path / "space")).status == 0
    text, folder = tmp_path / "t.txt", tmp_path / "space" / "data" / "articles" / "another"
    folder.mkdir()
    text.write_text(words, encoding="utf-8")
    (folder / "layout.toml").write_text(
        f'sha256 = "{digest(words)}"\npublication = "https://w3id.org/stancegraph/id/publication/another"\n'
        'first_section = "Start"\n[lines]\ntitle = [1]\nheading = [5]\nnote = [9]\n',
        encoding="utf-8",
    )
    call = ("--workspace", str(tmp_path / "space"), "article", "passages", "another", str(text))
    done = run(*call)
    assert done.status == 0, done.err
    for name in (":front-1", ":start-1-1", ":start-1-2", ":part-0", ":part-1-1", ":part-1"):
        assert f"\n{name} a sg:Passage" in done.out
    assert done.out.count("a sg:Passage") == 6
    assert run(*call, "--write").status == 0
    assert (folder / "passages.ttl").read_text(encoding="utf-8") == done.out
    (folder / "layout.toml").write_text("nonsense", encoding="utf-8")
    assert run(*call).status == 1


def test_help_and_version(run: Runner) -> None:
    assert "stancegraph" in run("--version").out
    assert "build" in run("--help").out


def test_the_current_folder_is_the_workspace_if_it_is_one(
    copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(copy)
    assert folders.find().root == copy
    monkeypatch.chdir(tmp_path)
    assert folders.find() == folders.shipped()
