"""Two people who coded one text apart: how far they agree, and what is left to decide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stancegraph.coding import parser
from stancegraph.coding.agreement import FIELDS, CodedClaim, adjudication_sheet, krippendorff_alpha, pair_claims
from stancegraph.coding.article import Article
from stancegraph.workspace.folders import Workspace
from tests.conftest import ARTICLE, Run


def coded(passage: str, kind: str, label: str = "x") -> CodedClaim:
    return CodedClaim(passage, label, (kind, *("" for _ in FIELDS[1:])))


def test_alpha_is_that_of_the_published_example() -> None:
    """Krippendorff, Computing Krippendorff's Alpha-Reliability, section B: nominal, two observers."""
    meg = ["a", "a", "b", "b", "d", "c", "c", "c", "e", "d", "d", "a"]
    owen = ["b", "a", "b", "b", "b", "c", "c", "c", "e", "d", "d", "d"]
    pairs = pair_claims(
        [coded(str(number), value) for number, value in enumerate(meg)],
        [coded(str(number), value) for number, value in enumerate(owen)],
    )
    value = krippendorff_alpha(pairs, "kind")
    assert value is not None
    assert round(value, 3) == 0.692
    assert krippendorff_alpha(pairs, "holder") is None, "where all is one, nothing can be said"


def test_claims_are_paired_with_what_is_most_like_them() -> None:
    first = [coded("p", "Stance", "China fears NATO."), coded("p", "Proposition", "NATO grows.")]
    second = [coded("p", "Proposition", "NATO is growing."), coded("p", "Stance", "China is afraid of NATO.")]
    pairs = pair_claims(first, second)
    assert all(pair.first and pair.second and pair.first.values == pair.second.values for pair in pairs)
    alone = pair_claims(first, second[:1])
    assert [(pair.first is None, pair.second is None) for pair in alone] == [(False, False), (False, True)]
    assert set(alone[1].differing) >= {"kind"}, "what one of them did not see counts"


ONE = "time t: T\n@ p\nsays OwnStatement\n  proposition a: A.\n    certainty: Flat\nproposition b: B.\n"
OTHER = ONE.replace("a: A.", "a: Otherwise.") + "@ q\nno claim: X\n"


def test_a_third_person_decides_on_what_differs() -> None:
    sheet = adjudication_sheet(ONE, OTHER)
    assert sheet == (
        "time t: T\n\n@ p\n# the first coder:\n#? says OwnStatement\n#?   proposition a: A.\n#?     certainty: Flat\n"
        "proposition b: B.\n# the second coder:\n#? says OwnStatement\n#?   proposition a: Otherwise.\n"
        "#?     certainty: Flat\n\n@ q\n# the second coder:\n#? no claim: X\n"
    )
    assert parser.parse(sheet).problems == []
    assert [record.name for record in parser.parse(sheet).records()] == ["t", "b"]
    assert adjudication_sheet(ONE, ONE) == ONE.replace("@ p", "\n@ p")


@pytest.fixture
def sheets(copy: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The article as it was coded, and as somebody else might have: other attitudes, and some claims not seen."""
    text = Article(Workspace(copy), ARTICLE).show()
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text(text, encoding="utf-8")
    changed = text.replace("attitude: Fears", "attitude: IsConcerned")
    lines = changed.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("  stance china-has-hopes-and-fears"))
    other.write_text("".join([*lines[: start - 1], *lines[start + 3 :]]), encoding="utf-8")
    return one, other


@pytest.mark.long
def test_agreement_is_measured_field_by_field(
    copy: Path, run: Callable[..., Run], sheets: tuple[Path, Path], tmp_path: Path
) -> None:
    one, other = map(str, sheets)
    where = ("--workspace", str(copy), "agree", ARTICLE)
    same = run(*where, one, one)
    assert same.status == 0, same.err
    assert same.out.count("1.00") == len(FIELDS)
    told = run(*where, one, other, "--adjudicate", str(tmp_path / "third.txt"))
    assert told.status == 0, told.err
    rows = {line.split()[1]: line.split()[3] for line in told.out.splitlines() if line.startswith("│")}
    assert rows["attitude"] < rows["position"] < "1.00"
    assert "attitude: Fears | IsConcerned" in told.out
    assert "front-1: China has both hopes and fears with regard to NATO. | nothing" in told.out
    third = parser.parse((tmp_path / "third.txt").read_text(encoding="utf-8"))
    assert third.problems == []
    names = {record.name for record in third.records()}
    assert "china-has-hopes-and-fears" not in names
    assert "rasmussen-hopes-dialogue" in names


@pytest.mark.long
def test_a_sheet_with_mistakes_is_told(copy: Path, run: Callable[..., Run], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("what is this?\n", encoding="utf-8")
    done = run("--workspace", str(copy), "agree", ARTICLE, str(wrong), str(wrong))
    assert (done.status, "wrong.txt:1" in done.err) == (1, True)
    empty = tmp_path / "empty.txt"
    empty.write_text("# nothing\n", encoding="utf-8")
    assert run("--workspace", str(copy), "agree", ARTICLE, str(empty), str(empty)).status == 2
