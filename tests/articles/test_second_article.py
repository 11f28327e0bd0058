"""A second article, an invented one on another subject, goes from file to answers without a line of Turtle."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluation.drafting import measure, proposals
from stancegraph.coding import parser
from stancegraph.coding.article import Article
from stancegraph.pipeline.building import published
from stancegraph.sparql.engine import Oxigraph
from stancegraph.text import Layout
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run, copy_workspace
from tests.support import program
from tests.support.killing import command

pytestmark = pytest.mark.long
EXAMPLE = ROOT / "tests" / "examples" / "second"
SLUG = "polar-routes"


@pytest.fixture(scope="module")
def workspace(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with both articles, built as a person would, which nobody changes; its text is beside it."""
    folder = tmp_path_factory.mktemp("both")
    root = copy_workspace(original, folder / "w")
    text = folder / f"{SLUG}.md"
    text.write_bytes((EXAMPLE / text.name).read_bytes())

    def go(*arguments: str) -> int:
        return program.run(command, root, *arguments)

    about = ("--publisher", "The Northern Observer", "--date", "2014-03-10")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)
        assert go("article", "new", str(text), "--id", SLUG, *about) == 0
        assert go("build") == 0, "a draft that nobody has coded keeps nothing from being published"
        (root / "data" / "articles" / SLUG / "coding.txt").write_bytes((EXAMPLE / "coding.txt").read_bytes())
        assert Article(Workspace(root), SLUG).check() == []
        assert go("article", "compile", SLUG) == 0
        assert go("build") == 0
    return root


@pytest.fixture
def both(workspace: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Run a command on the workspace with both articles."""
    monkeypatch.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)

    def run_command(*arguments: str) -> Run:
        return run("--workspace", str(workspace), *arguments)

    return run_command


def csv(done: Run) -> str:
    assert done.status == 0, done.err
    return done.out


def test_it_is_long_enough_and_every_sentence_is_coded(both: Callable[..., Run], workspace: Path) -> None:
    text = (EXAMPLE / f"{SLUG}.md").read_text(encoding="utf-8")
    assert len(text.split()) >= 1500
    assert "are invented" in text, "it is labelled as an example"
    covered = csv(both("ask", "coverage", "--format", "csv"))
    places = {line.split(",")[0] for line in covered.splitlines()}
    assert places
    plain = Article(Workspace(workspace), SLUG)
    parsed = parser.parse(plain.sheet.read_text(encoding="utf-8"))
    coded = {item.passage for item in parsed.items if item.passage}
    assert set(plain.passages) <= coded
    assert {str(one) for one in plain.compile().triples} == {str(one) for one in plain.compile(plain.show()).triples}


def test_who_appears_in_both(both: Callable[..., Run]) -> None:
    answer = csv(both("ask", "in-several-articles", "--format", "csv"))
    actors = {line.split(",")[0] for line in answer.splitlines()[1:]}
    assert {"China", "NATO", "Russia", "United States", "Chinese analysts"} <= actors
    assert not {"Norland", "Anders Fogh Rasmussen"} & actors


def test_whose_stance_changed_between_them(both: Callable[..., Run]) -> None:
    answer = csv(both("ask", "changes-across-articles", "--format", "csv")).splitlines()[1:]
    assert answer
    assert all(line.startswith("China,NATO,") for line in answer)
    assert (
        "China has concerns about NATO.,opposed,2012-07-05,China supports a seat for NATO as an observer" in answer[1]
    )


def test_which_source_contradicts_which(both: Callable[..., Run]) -> None:
    answer = csv(both("ask", "sources-contradict", "--format", "csv"))
    assert '"Harbour Times, 8 March 2014",Both icebreakers are at sea.,"Norland Gazette, 9 March 2014"' in answer
    assert "the owners of the Halcyon" in answer
    assert "NATO.int, 12 February 2012" in answer, "the first article's contradictions are there, too"


def test_who_coded_it_is_recorded(both: Callable[..., Run]) -> None:
    answer = csv(both("ask", "who-coded", "--curator", "those who reviewed the example", "--format", "csv"))
    assert "those who coded the example,those who reviewed the example,2026-11-24,manual coding,normal," in answer


def test_a_nested_claim_is_nobodys_but_its_speakers(both: Callable[..., Run]) -> None:
    claim = f"https://w3id.org/stancegraph/id/claim/{SLUG}/china-fears-closure"
    chain = csv(both("ask", "attribution-chain", "--claim", claim, "--format", "csv"))
    assert "Norland Gazette, 9 March 2014" in chain
    assert "Per Aune" in chain
    closes = f"<https://w3id.org/stancegraph/id/claim/{SLUG}/russia-closes>"
    asked = f"ASK {{ ?a <https://w3id.org/stancegraph/ontology#putsForward> {closes} }}"
    assert "false" in csv(both("sparql", asked)), "that Russia closes the strait is put forward by nobody"


def test_the_text_is_what_was_coded(both: Callable[..., Run], workspace: Path, tmp_path: Path) -> None:
    text = workspace.with_name(f"{SLUG}.txt")
    assert both("validate", "--text", str(text)).out.endswith("0 infos\n")
    wrong = tmp_path / text.name
    wrong.write_text(text.read_text(encoding="utf-8").replace("Norland", "Norwald", 1), encoding="utf-8")
    assert both("validate", "--text", str(wrong), "--article", SLUG).status == 1


def test_how_good_proposals_are_on_a_text_of_another_kind(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the names of the whole graph, with those that the article brought."""
    monkeypatch.delenv("STANCEGRAPH_SNAPSHOTS", raising=False)
    snapshot = published(Workspace(workspace)).snapshot
    assert snapshot is not None
    engine = Oxigraph(snapshot.open())
    layout = Layout.read(workspace / "data" / "articles" / SLUG / "layout.toml")
    words = workspace.with_name(f"{SLUG}.txt").read_text(encoding="utf-8")
    found = measure(engine, SLUG, proposals(engine, words, layout, datetime.date(2014, 3, 10)))
    for sort, measured in found.items():
        print(sort, measured)
    assert found["citations"].precision > 0.9
    assert found["citations"].recall > 0.9
    assert found["quotations"].recall > 0.9
    assert found["dates"].recall > 0.6
    assert found["mentions"].precision > 0.7
    assert found["mentions"].recall > 0.4
    assert found["speakers of quotations"].precision > 0.7
    assert found["voices"].precision > 0.7
    assert found["voices"].recall > 0.6
