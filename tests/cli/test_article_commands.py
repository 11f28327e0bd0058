"""The commands of articles do what they are for: an article goes from its text to facts, and on to a changed text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.text import Layout, digest
from tests.support.texts import SHEET, TEXT

Command = Callable[..., str]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """The text of an article."""
    (tmp_path / "texts").mkdir()
    path = tmp_path / "texts" / "tale.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def coded(command: Command, example: Path, text: Path) -> Path:
    """The folder of an article that was drafted and coded."""
    command("article", "new", str(text), "--id", "coded")
    folder = example / "data" / "articles" / "coded"
    (folder / "coding.txt").write_text(SHEET, encoding="utf-8")
    return folder


@pytest.mark.command("article new", "article passages")
def test_an_article_is_drafted(command: Command, example: Path, text: Path) -> None:
    assert "6 passages" in command("article", "new", str(text), "--id", "tale", "--date", "2012-07-05")
    folder = example / "data" / "articles" / "tale"
    assert Layout.read(folder / "layout.toml").sha256 == digest(TEXT)
    assert "Zenda fears a war" not in (folder / "coding.txt").read_text("utf-8"), "the text is not kept"
    assert command("article", "passages", "tale", str(text)) == (folder / "passages.ttl").read_text("utf-8")


@pytest.mark.command("article batch")
def test_the_texts_of_a_folder_are_drafted(
    command: Command, example: Path, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from stancegraph.drafting import batch

    monkeypatch.setattr(batch, "ProcessPoolExecutor", lambda workers, context: ThreadPoolExecutor(1))
    text.with_name("other.txt").write_text(TEXT.replace("tale", "other"), encoding="utf-8")
    assert "2 drafted, 0 skipped, 0 failed" in command("article", "batch", str(text.parent))
    assert (example / "data" / "articles" / "other" / "coding.txt").is_file()


@pytest.mark.command("article check", "article compile", "article show")
def test_a_sheet_is_checked_compiled_and_shown(command: Command, coded: Path) -> None:
    assert command("article", "check", "coded") == "0 violations, 0 warnings, 0 infos\n"
    assert "facts.ttl" in command("article", "compile", "coded")
    assert "stance zenda-fears-war: Zenda fears a war." in command("article", "show", "coded")
    command("build")
    assert "Zenda fears a war." in command("ask", "stances-of-actor", "--actor", "Zenda")


@pytest.mark.command("article reanchor")
def test_claims_move_with_their_sentences(command: Command, coded: Path, text: Path) -> None:
    text.write_text(TEXT.replace("Zenda fears", "A first remark. Zenda fears"), encoding="utf-8")
    assert "2 were moved, 0 are gone, 1 are new" in command("article", "reanchor", "coded", str(text))
    assert "@ one-1-2\nsays OwnStatement\n  stance zenda-fears-war" in (coded / "coding.txt").read_text("utf-8")


@pytest.mark.command("agree")
def test_the_agreement_of_two_coders_is_measured(command: Command, coded: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text(SHEET, encoding="utf-8")
    second.write_text(SHEET.replace("attitude: Fears", "attitude: Hopes"), encoding="utf-8")
    report = command("agree", "coded", str(first), str(second), "--adjudicate", str(tmp_path / "third.txt"))
    assert "attitude: Fears | Hopes" in report
    assert "#?   stance zenda-fears-war" in (tmp_path / "third.txt").read_text("utf-8")
