"""The coding sheet: what a person writes compiles to the same graph and back; mistakes are told with their lines."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from stancegraph.coding import parser, printer
from stancegraph.coding.article import Article
from stancegraph.coding.symbols import TYPE
from stancegraph.errors import DataError
from stancegraph.pipeline import building
from stancegraph.pipeline.reading import read_turtle
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.rdf.quads import in_graph
from stancegraph.workspace.folders import Workspace
from tests.conftest import ARTICLE, ROOT, Run, no_traceback

pytestmark = pytest.mark.oldest

FOLDER = ROOT / "data" / "articles" / ARTICLE


@pytest.fixture(scope="module")
def shipped(ours: Workspace) -> Article:
    return Article(ours, ARTICLE)


@pytest.fixture(scope="module")
def sheet(shipped: Article) -> str:
    return shipped.show()


EVENTS = ROOT / "data" / "entities" / f"of-{ARTICLE}.ttl"
"""The events of the sheet, which other articles can tell of, too."""


def facts() -> set[str]:
    files = [FOLDER / "facts.ttl", FOLDER / "mentions.ttl", EVENTS]
    return {str(quad.triple) for path in files for quad in read_turtle(path)}


def test_the_article_that_ships_is_shown_and_compiled_to_the_same_graph(shipped: Article, sheet: str) -> None:
    compiled = shipped.compile(sheet)
    assert compiled.problems == []
    told = facts()
    assert {str(triple) for triple in compiled.triples} == told
    assert len(told) > 5000
    events = {triple.object for triple in compiled.entities if triple.predicate == TYPE}
    assert len(events) > 5


def test_the_article_that_ships_is_compiled_from_its_sheet(shipped: Article) -> None:
    """Byte for byte: who edits the Turtle, or the sheet alone, is told here."""
    files = shipped.compiled_files()
    assert {path.name for path in files} == {"facts.ttl", "mentions.ttl", EVENTS.name}
    for path, triples in files.items():
        assert path.read_bytes() == shipped.to_turtle(triples), (
            f"`stancegraph article compile {ARTICLE}` makes {path.name}"
        )


def test_the_turtle_of_a_sheet_says_the_same(shipped: Article, sheet: str, tmp_path: Path) -> None:
    compiled = shipped.compile(sheet)
    file = tmp_path / "facts.ttl"
    file.write_bytes(shipped.to_turtle(compiled.claims))
    assert {str(quad.triple) for quad in read_turtle(file)} == {str(triple) for triple in compiled.claims}
    assert "[]" not in file.read_text(encoding="utf-8")


def test_a_claim_takes_three_to_six_lines(sheet: str) -> None:
    parsed = parser.parse(sheet)
    stances = [record for record in parsed.records() if record.kind == "stance"]
    assert len(stances) == 98
    lines = [len({record.line, *(one.line for one in record.fields)}) for record in stances]
    assert max(lines) <= 5
    assert len(sheet.splitlines()) < len((FOLDER / "facts.ttl").read_text(encoding="utf-8").splitlines()) * 0.4


@pytest.mark.long
def test_it_has_nothing_to_find(shipped: Article, sheet: str) -> None:
    assert shipped.check(sheet) == []


@pytest.mark.long
def test_commands_show_compile_and_build_the_same_snapshot(copy: Path, run: Callable[..., Run], engine: object) -> None:
    where = ("--workspace", str(copy), "article")
    shown = run(*where, "show", ARTICLE)
    folder = copy / "data" / "articles" / ARTICLE
    (folder / "coding.txt").write_text(shown.out, encoding="utf-8")
    facts = folder / "facts.ttl"
    facts.write_text("\n".join(facts.read_text(encoding="utf-8").splitlines()[1:]), encoding="utf-8")
    refused = run(*where, "compile", ARTICLE)
    assert (refused.status, "written by hand" in refused.err) == (2, True)
    before = run("--workspace", str(copy), "build").out.splitlines()[0]
    for name in ("facts", "mentions"):
        (folder / f"{name}.ttl").unlink()
    assert run(*where, "compile", ARTICLE).status == 0
    assert run(*where, "check", ARTICLE).out == "0 violations, 0 warnings, 0 infos\n"
    assert run("--workspace", str(copy), "build", "--force").out.splitlines()[0] == before
    assert run(*where, "show", ARTICLE).out == shown.out, "what was compiled is shown as it was"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_a_check_says_the_same_whether_or_not_anything_is_published(
    ours: Workspace, sheet: str, seed: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With a snapshot, only what the sheet changes is looked at."""
    chance = random.Random(seed)
    lines = [line for line in sheet.splitlines() if chance.random() > 0.01]
    spoilt = "\n".join(lines).replace("attitude: Fears", "attitude: Hopes", 3)
    monkeypatch.setenv("STANCEGRAPH_SNAPSHOTS", str(tmp_path / "none"))
    assert building.preview(ours, {}) is None
    expected = Article(ours, ARTICLE).check(spoilt)
    assert len(expected) > 20
    monkeypatch.setenv("STANCEGRAPH_SNAPSHOTS", str(tmp_path / "some"))
    assert building.build(ours).published
    assert building.preview(ours, {}) is not None
    assert Article(ours, ARTICLE).check(spoilt) == expected
    assert [path.name for path in (tmp_path / "some").glob("building-*")] == []


def test_a_claim_that_another_article_describes_is_shown_by_its_iri(shipped: Article) -> None:
    """Its triples are not among those of the article."""
    text = "@ introduction-1-1\nsays OwnStatement\n  also <https://w3id.org/stancegraph/id/claim/other/x>\n"
    compiled = shipped.compile(text)
    assert compiled.problems == []
    quads = [in_graph(triple, NamedNode("urn:x-test:article")) for triple in compiled.triples]
    assert printer.to_sheet(quads, shipped.symbols(), shipped.publication, shipped.passages) == text


def test_a_record_without_a_class_cannot_be_shown(shipped: Article) -> None:
    claim = NamedNode(f"https://w3id.org/stancegraph/id/claim/{ARTICLE}/x")
    passage = NamedNode(f"https://w3id.org/stancegraph/id/passage/{ARTICLE}/introduction-1-1")
    quads = [Quad(claim, NamedNode(terms.STATED_IN), passage)]
    with pytest.raises(DataError, match="the class of this record is missing"):
        printer.to_sheet(quads, shipped.symbols(), shipped.publication, shipped.passages)


HEAD = """
@ introduction-1-1
says Report > xinhua-2012-07-05: Report via xinhua-07-05 > AndersFoghRasmussen: Paraphrase
  stance new-claim: Rasmussen fears a delay.
    holder: AndersFoghRasmussen; attitude: Fears; position: Opposed; certainty: Flat; target: China
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("broken", "line", "rule", "said"),
    [
        (HEAD.replace("attitude: Fears", "attitude: Feers"), 5, "sheet", "nothing of kind attitude is called 'Feers'"),
        (HEAD.replace("attitude:", "atitude:"), 5, "sheet", "unknown property 'atitude'"),
        (HEAD.replace("  stance", "  stanze"), 4, "sheet", "unknown kind 'stanze'"),
        (HEAD.replace(" > AndersFoghRasmussen: Paraphrase", " > Rasmussenn: Paraphrase"), 3, "sheet", "'Rasmussenn'"),
        (HEAD.replace("via xinhua", "by xinhua"), 3, "sheet", "in an attribution"),
        (HEAD.replace("; target: China", ""), 4, "StanceAboutSomething", "new-claim"),
        (HEAD.replace("target: China", "target: China; heldDuring: 2012"), 5, "sheet", "'2012'"),
        (HEAD.replace("new-claim:", "china-has-hopes-and-fears:"), 4, "sheet", "already"),
        (HEAD.replace("@ introduction-1-1\n", ""), 2, "sheet", "belongs to no passage"),
        (HEAD + "says OwnStatement\n", 6, "sheet", "puts nothing forward"),
        (HEAD + "\ttime x: y\n", 6, "sheet", "with a tab"),
        (HEAD + "what is this?\n", 6, "sheet", "neither a record nor a field"),
        (HEAD + "time x: y\n  earliestBegin: soon\n", 7, "sheet", "'soon' is not a valid xsd:date"),
        (HEAD + "time x: y\n  wordsAsGiven: bare\n", 7, "sheet", "'bare' is not in quotation marks"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_a_remedy(
    shipped: Article, sheet: str, broken: str, line: int, rule: str, said: str
) -> None:
    start = len(sheet.splitlines())
    body = sheet + "@\n" + broken if "@ introduction" not in broken else sheet + broken
    offset = start + (1 if body != sheet + broken else 0)
    remarks = shipped.check(body)
    assert [one for one in remarks if one.rule == rule and one.line == offset + line and said in one.message], remarks
    assert all(one.remedy for one in remarks)


def test_an_ambiguous_name_lists_what_it_could_be(shipped: Article, sheet: str) -> None:
    body = (
        sheet + "\n@ introduction-1-1\nsays OwnStatement\n  proposition new: X.\n    inTensionWith: note-1, Brussels\n"
    )
    messages = [one for one in shipped.check(body) if one.rule == "sheet"]
    assert messages
    assert all(one.line == len(sheet.splitlines()) + 5 for one in messages)


def test_a_passage_that_nothing_covers_is_told(shipped: Article, sheet: str) -> None:
    without = sheet.replace("no claim: A heading: it names the section and says nothing.\n", "", 1)
    found = [one for one in shipped.check(without) if one.rule == "uncovered-passage"]
    assert ["history-0" in one.message for one in found] == [True]


@pytest.mark.long
def test_new_entities_are_compiled_beside_the_others(copy: Path, run: Callable[..., Run]) -> None:
    folder = copy / "data" / "articles" / ARTICLE
    where = ("--workspace", str(copy), "article")
    shown = run(*where, "show", ARTICLE).out
    claim = HEAD.replace("target: China", "target: Ruritania")
    (folder / "coding.txt").write_text(f"state Ruritania: Ruritania\n{shown}{claim}", encoding="utf-8")
    assert run(*where, "check", ARTICLE).out.splitlines()[-1] == "0 violations, 0 warnings, 0 infos"
    for name in ("facts", "mentions"):
        (folder / f"{name}.ttl").unlink()
    assert run(*where, "compile", ARTICLE).status == 0
    assert "actor:Ruritania a sg:State" in (copy / "data" / "entities" / f"of-{ARTICLE}.ttl").read_text(
        encoding="utf-8"
    )
    assert run("--workspace", str(copy), "validate").status == 0


def test_a_concept_is_in_the_scheme_of_its_kind(shipped: Article) -> None:
    """And a relation type says with which roles it goes, though ontologies only annotate with that."""
    compiled = shipped.compile(
        'quality Remote: remote\n  skos:definition: "Far from all others."\n'
        'relation-type Rescues: rescues\n  requiresRole: sg:agent; takesRole: sg:patient; verb: "rescue"\n'
        "issue Rescue: Rescue\n  skos:inScheme: <https://example.org/scheme>\n"
    )
    assert compiled.problems == []
    told = {
        (str(one.subject).strip("<>"), one.predicate.value.rpartition("#")[2], str(one.object).strip("<>"))
        for one in compiled.entities
    }
    assert (f"{ID}quality/Remote", "inScheme", f"{ID}scheme/quality") in told
    assert (f"{ID}relation/Rescues", "inScheme", f"{ID}scheme/relation") in told
    assert (f"{ID}relation/Rescues", "requiresRole", f"{PREFIXES['sg']}agent") in told
    assert [value for _, name, value in told if name == "inScheme" and "example" in value] == [
        "https://example.org/scheme"
    ]
    assert (f"{ID}issue/Rescue", "inScheme", f"{ID}scheme/issue") not in told, "what is stated takes precedence"


@pytest.mark.long
def test_nothing_is_written_from_a_sheet_with_mistakes(copy: Path, run: Callable[..., Run]) -> None:
    folder = copy / "data" / "articles" / ARTICLE
    before = (folder / "facts.ttl").read_bytes()
    (folder / "coding.txt").write_text("@ introduction-1-1\nsays Nonsense\n  stance x: y\n", encoding="utf-8")
    done = run("--workspace", str(copy), "article", "compile", ARTICLE)
    no_traceback(done)
    assert done.status == 1
    assert "coding.txt:" in done.err
    assert (folder / "facts.ttl").read_bytes() == before


@pytest.mark.long
def test_it_is_checked_again_whenever_it_is_saved(copy: Path) -> None:
    folder = copy / "data" / "articles" / ARTICLE
    (folder / "coding.txt").write_text("# empty\n", encoding="utf-8")
    command = [sys.executable, "-m", "stancegraph", "--workspace", str(copy), "article", "check", ARTICLE, "--watch"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        seen: list[str] = []

        def until(words: str) -> None:
            end = time.monotonic() + 60
            while words not in (line := process.stdout.readline() if process.stdout else ""):
                seen.append(line)
                assert time.monotonic() < end, seen
                assert line or process.poll() is None, seen

        until("0 infos")
        time.sleep(1)
        (folder / "coding.txt").write_text("what is this?\n", encoding="utf-8")
        until("coding.txt:1: violation sheet: 'what is this?' is neither a record nor a field")
    finally:
        process.terminate()
        process.communicate(timeout=20)  # it closes the pipe as well


def test_what_is_asked_must_make_sense(run: Callable[..., Run]) -> None:
    where = ("--workspace", str(ROOT), "article")
    assert run(*where, "show", "nowhere").status == 2
    assert run(*where, "show", ARTICLE, "--watch").status == 2
    assert run(*where, ARTICLE).status == 2
    assert run(*where, "new", "text.txt").status == 2
