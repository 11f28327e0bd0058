"""The decision records are complete, in one form, and listed; the files that they name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "explanation" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
SECTIONS = ["Status", "Date", "Context", "Decision", "Consequences"]


def sections(path: Path) -> dict[str, str]:
    """The text of each section of a record, by its heading."""
    parts = re.split(r"^## (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))


def test_records_are_numbered_without_gaps() -> None:
    assert len(RECORDS) > 50
    assert [int(path.name[:4]) for path in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_has_its_sections_and_names_files_that_exist(path: Path) -> None:
    found = sections(path)
    assert list(found) == SECTIONS
    assert all(found.values())
    assert re.match(r"(Accepted|Superseded by \[\d{4}\])", found["Status"])
    assert re.match(r"\d{4}-\d{2}-\d{2}", found["Date"])
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert all((FOLDER / target).is_file() for target in re.findall(r"\]\(([^)]+)\)", text))
    folders = "ontology|data|queries|src|tests|docs|benchmarks|evaluation"
    assert [name for name in re.findall(rf"`((?:{folders})/[\w./-]*)`", text) if not (ROOT / name).exists()] == []


def test_the_index_lists_each_record_with_its_title_date_and_status() -> None:
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \| (\S+) \| (.+) \| (.+) \|$", index, re.MULTILINE)
    assert [row[1] for row in rows] == [path.name for path in RECORDS]
    for (number, _, date, title, status), path in zip(rows, RECORDS, strict=True):
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. {title}\n")
        assert sections(path)["Date"].startswith(date)
        assert sections(path)["Status"].startswith(status)
