"""Whatever a sheet says, it goes to triples and back without loss; however it is spoilt, its mistakes are reported."""

from __future__ import annotations

import shutil
import string
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from stancegraph.coding import printer
from stancegraph.coding.article import Article
from stancegraph.coding.compiler import CompiledSheet
from stancegraph.coding.parser import quote
from stancegraph.coding.passages import to_turtle
from stancegraph.rdf.namespaces import GRAPH
from stancegraph.rdf.quads import in_graph
from stancegraph.text import Layout, digest
from stancegraph.workspace.folders import Workspace
from tests.conftest import ARTICLE
from tests.support.texts import SHEET, TEXT

LAYOUT = f"""sha256 = "{digest(TEXT)}"
publication = "https://w3id.org/stancegraph/id/publication/coded"
first_section = "One"
[lines]
title = [1]
heading = [3, 7]
"""
PASSAGES = ("front-1", "one-0", "one-1-1", "one-1-2", "two-0", "two-1-1")
GRAPH_NAME = NamedNode(f"{GRAPH}article/coded")


@pytest.fixture(scope="module")
def article(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Article:
    """An article of a few sentences, which is not coded."""
    root = shutil.copytree(small, tmp_path_factory.mktemp("sheets") / "space")
    folder = root / "data" / "articles" / "coded"
    folder.mkdir()
    (folder / "layout.toml").write_text(LAYOUT, encoding="utf-8")
    passages = to_turtle(TEXT, Layout.parse(LAYOUT, folder), "coded")
    (folder / "passages.ttl").write_text(passages, encoding="utf-8")
    return Article(Workspace(root), "coded")


CHAINS = ("OwnStatement", "Report > Ruritania: Paraphrase", "Report > Rudolf: Quotation")
NAMES = st.from_regex(r"[a-z]{3,8}-[a-z]{2,8}", fullmatch=True)
LABELS = (
    st.text(alphabet=string.ascii_letters + string.digits + " ,;:'\"()“”éß#@>\\", min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
WORDS = st.text(alphabet=string.printable.replace("\x0b", "").replace("\x0c", "") + "“”éß", max_size=30)


@st.composite
def stances(draw: st.DrawFn, name: str) -> str:
    """A stance, with fields of every sort: of names, of several names, and of words in quotation marks."""
    fields = [
        f"holder: {draw(st.sampled_from(['Ruritania', 'Syldavia', 'Rudolf']))}",
        f"attitude: {draw(st.sampled_from(['Fears', 'Hopes', 'IsConcerned']))}",
        f"position: {draw(st.sampled_from(['Supportive', 'Opposed', 'Undeclared']))}",
        "certainty: Flat",
        f"target: {', '.join(draw(st.sets(st.sampled_from(['Ruritania', 'Syldavia', 'Rudolf']), min_size=1)))}",
    ]
    fields += draw(st.lists(WORDS.map(lambda words: f"skos:note: {quote(words)}"), max_size=1))
    return f"  stance {name}: {draw(LABELS)}\n    {'; '.join(fields)}\n"


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """A sheet that codes some of the passages."""
    names = draw(st.lists(NAMES, unique=True, min_size=1, max_size=6))
    times = st.dates().map(lambda day: f"time july: July\n  earliestBegin: {day.isoformat()}\n")
    lines = draw(st.lists(times, max_size=1))
    for passage in draw(st.lists(st.sampled_from(PASSAGES), unique=True, min_size=1)):
        lines.append(f"@ {passage}\n")
        is_coded = draw(st.booleans())
        if names and is_coded:
            chain = draw(st.sampled_from(CHAINS))
            lines += [f"says {chain}\n", draw(stances(names.pop()))]
        else:
            lines.append(f"no claim: {draw(LABELS)}\n")
    return "".join(lines)


def triples(compiled: CompiledSheet) -> set[str]:
    """The triples of a sheet, which has no problem."""
    assert compiled.problems == []
    return {str(triple) for triple in compiled.triples}


@given(text=sheets())
@example(text='@ one-1-1\nno claim: A "quoted" reason; with: signs, and a # sign.\n')
def test_a_sheet_goes_to_triples_and_back_without_loss(article: Article, text: str) -> None:
    compiled = article.compile(text)
    names = article.symbols()
    quads = [in_graph(triple, GRAPH_NAME) for triple in compiled.triples]
    names.declare_all(quads)
    shown = printer.to_sheet(quads, names, article.publication, article.passages)
    assert triples(article.compile(shown)) == triples(compiled), shown


CHARACTERS = st.sampled_from('">;:,@# \\#?\t“é') | st.characters(exclude_categories=["Cs"])


@st.composite
def spoilt_sheets(draw: st.DrawFn, text: str = SHEET, edits: int = 6) -> str:
    """A sheet with lines that are cut, indented, doubled, exchanged, or have a character too many."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, edits))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        cut = draw(st.integers(0, len(line)))
        other = draw(st.sampled_from(lines))
        changed = [line[:cut], line[cut:], f" {line}", other, f"{line[:cut]}{draw(CHARACTERS)}{line[cut:]}"]
        lines[place] = draw(st.sampled_from(changed))
    return "\n".join(lines)


def test_the_sheet_is_sound_before_it_is_spoilt(article: Article) -> None:
    assert triples(article.compile(SHEET))


@given(text=spoilt_sheets() | st.text())
@example(text='  attitude: "')
@example(text="@\n@ @\nsays >\n  stance")
@example(text='publication coded:\n  title: "\\')
def test_the_mistakes_of_a_spoilt_sheet_have_a_line_and_a_remedy(article: Article, text: str) -> None:
    for problem in article.compile(text).problems:
        assert 1 <= problem.line <= len(text.splitlines()) + 1
        assert problem.message
        assert problem.remedy


@pytest.mark.early
@pytest.mark.long
@settings(max_examples=120)
@given(data=st.data())
def test_no_mistake_in_a_long_sheet_ends_in_a_traceback(ours: Workspace, data: st.DataObject) -> None:
    article = Article(ours, ARTICLE)
    text = "\n".join(article.sheet.read_text(encoding="utf-8").splitlines()[:400])
    spoilt = data.draw(spoilt_sheets(text, edits=12))
    for problem in article.compile(spoilt).problems:
        assert problem.remedy
