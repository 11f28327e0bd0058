"""A text that changes moves claims only where their sentence is proven to be the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.coding.article import Article
from stancegraph.coding.reanchoring import match_passages, orphaned_claims, rename_passages
from stancegraph.text import Passage, digest
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run

EXAMPLE = ROOT / "tests" / "examples" / "second"
SLUG = "polar-routes"


def cut(*sentences: str) -> list[Passage]:
    return [Passage(f"p-{n}", "Sentence", "P", 1, n, 0, 0, digest(words)) for n, words in enumerate(sentences, 1)]


def named(*sentences: str) -> list[tuple[str, str]]:
    return [(one.name, one.sha256) for one in cut(*sentences)]


def test_sentences_are_followed_by_their_words_and_order() -> None:
    told = match_passages(named("A.", "B.", "C."), cut("New.", "A.", "B.", "C."))
    assert told.matched == {"p-1": "p-2", "p-2": "p-3", "p-3": "p-4"}
    assert (told.lost, told.added, told.unmoved) == ((), ("p-1",), 0)
    assert match_passages(named("A.", "B.", "C."), cut("C.", "A.", "B.")).matched == {
        "p-1": "p-2",
        "p-2": "p-3",
        "p-3": "p-1",
    }


def test_what_is_there_twice_is_not_guessed() -> None:
    told = match_passages(named("Same.", "A.", "Same."), cut("A.", "Same.", "Same."))
    assert told.matched["p-2"] == "p-1"
    assert "p-1" in told.lost, "which of the two it is cannot be proven"


def test_a_changed_sentence_is_lost_and_its_claims_are_told() -> None:
    told = match_passages(named("A.", "B."), cut("A.", "B, changed."))
    sheet = "@ p-1\nsays X\n@ p-2\nsays Y\n  stance y: Y.\nproposition z: Z.\n"
    assert (told.lost, told.added) == (("p-2",), ("p-2",))
    assert orphaned_claims(sheet, told) == {"p-2": ["says Y", "proposition z: Z."]}
    assert rename_passages(sheet, told) == sheet.replace("@ p-2", "@ lost.p-2"), (
        "else they would be taken for those of the new one"
    )


@pytest.fixture
def coded(copy: Path, run: Callable[..., Run], tmp_path: Path) -> tuple[Path, Path]:
    """A workspace with the second article, coded, and its text."""
    text = tmp_path / f"{SLUG}.md"
    text.write_bytes((EXAMPLE / f"{SLUG}.md").read_bytes())
    assert run("--workspace", str(copy), "article", "new", str(text), "--id", SLUG, "--date", "2014-03-10").status == 0
    (copy / "data" / "articles" / SLUG / "coding.txt").write_bytes((EXAMPLE / "coding.txt").read_bytes())
    return copy, tmp_path / f"{SLUG}.txt"


@pytest.mark.long
def test_an_article_is_moved_to_its_changed_text(
    coded: tuple[Path, Path], run: Callable[..., Run], tmp_path: Path
) -> None:
    place, text = coded
    words = text.read_text(encoding="utf-8")
    assert "Her government has prepared a draft for two years." in words
    new = tmp_path / "new.txt"
    new.write_text(words.replace("Her government has prepared", "A first remark. Her government has prepared"), "utf-8")
    where = ("--workspace", str(place), "article")
    done = run(*where, "reanchor", SLUG, str(new))
    assert done.status == 0, done.err
    assert "introduction-2-2 is new and not yet coded" in done.out
    assert "3 were moved, 0 are gone, 1 are new" in done.err
    sheet = (place / "data" / "articles" / SLUG / "coding.txt").read_text(encoding="utf-8")
    assert "@ introduction-2-3\nsays OwnStatement\n  proposition norland-prepared-draft" in sheet
    told = run(*where, "check", SLUG)
    assert told.out.count("violation") == 2, "one sentence is not coded, and the count"
    new.write_text(words.replace("prepared a draft for two years", "prepared a draft for three years"), "utf-8")
    changed = run(*where, "reanchor", SLUG, str(new))
    assert changed.status == 1, "a claim hangs in the air"
    assert "introduction-2-3 is no longer in the text" in changed.out
    assert "  says OwnStatement" in changed.out
    left = Article(Workspace(place), SLUG).check()
    assert [one for one in left if "lost.introduction-2-3" in one.message], (
        "until somebody decides, it cannot be published"
    )
    assert run(*where, "reanchor", SLUG, str(tmp_path / "nowhere.txt")).status == 3


@pytest.mark.long
def test_what_was_said_of_lines_holds_on(coded: tuple[Path, Path], run: Callable[..., Run], tmp_path: Path) -> None:
    """A caption that no rule knows for one stays a caption."""
    place, text = coded
    folder = place / "data" / "articles" / SLUG
    first = run("--workspace", str(place), "article", "reanchor", SLUG, str(text))
    assert first.status == 0
    assert "127 passages are where they were" in first.err or "128 passages are where they were" in first.err
    assert "heading = [13," in (folder / "layout.toml").read_text(encoding="utf-8")
    layout = (folder / "layout.toml").read_text(encoding="utf-8")
    (folder / "layout.toml").write_text(
        layout.replace("heading = [13, ", "caption = [13]\nheading = ["), encoding="utf-8"
    )
    again = run("--workspace", str(place), "article", "passages", SLUG, str(text), "--write")
    assert again.status == 0, again.err
    assert run("--workspace", str(place), "article", "reanchor", SLUG, str(text)).status in {0, 1}
    assert "caption = [13]" in (folder / "layout.toml").read_text(encoding="utf-8")
