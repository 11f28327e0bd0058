"""Links are listed, and candidates reviewed one by one; what is decided is on disk at once."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stancegraph.errors import UsageError
from stancegraph.linking import review, sssom
from stancegraph.linking.review import Decision, Review
from stancegraph.linking.sssom import Mapping, MappingSet
from tests.conftest import ROOT, Run

DOING = Review("A reviewer", "2026-11-24")
FILES = sorted((ROOT / "data" / "links").glob("*.sssom.tsv"))
SET = sssom.read(ROOT / "data" / "links" / "wikidata.sssom.tsv")


class Terminal:
    """A reviewer who says what was written down before, and a file that is read and written."""

    def __init__(self, path: Path, *decisions: Decision) -> None:
        self.path, self.decisions, self.asked = path, list(decisions), list[str]()
        sssom.write(SET, path)

    def ask(self, one: Mapping, number: int, total: int) -> tuple[Decision, Mapping]:
        if not self.decisions:
            raise KeyboardInterrupt
        self.asked.append(one.object_id)
        decision = self.decisions.pop(0)
        if decision is Decision.ACCEPT:
            return decision, DOING.accept(one, "The two are one.", "https://example.org/")
        return decision, DOING.reject(one, "They are two.") if decision is Decision.REJECT else one

    def walk(self) -> dict[Decision, int]:
        return review.walk(self.load, self.change, self.ask)

    def change(self, edit: Callable[[MappingSet], MappingSet]) -> None:
        sssom.change(self.path.parent, self.path, edit)

    def load(self) -> MappingSet:
        return sssom.read(self.path)

    def row(self, place: int) -> Mapping:
        wanted = review.list_candidates(SET)[place]
        (found,) = [
            one
            for one in self.load().mappings
            if (one.subject_id, one.object_id) == (wanted.subject_id, wanted.object_id)
        ]
        return found


def test_the_surest_candidates_come_first_and_nothing_else() -> None:
    found = review.list_candidates(SET)
    assert len(found) == 6
    assert [float(one.confidence) for one in found] == sorted((float(one.confidence) for one in found), reverse=True)
    assert not [one for one in found if one.accepted or one.rejected]


def test_what_is_decided_is_written_and_what_is_skipped_stays(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "x.sssom.tsv", Decision.ACCEPT, Decision.REJECT, Decision.SKIP, Decision.QUIT)
    told = terminal.walk()
    assert (told[Decision.ACCEPT], told[Decision.REJECT], told[Decision.SKIP]) == (1, 1, 1)
    assert terminal.row(0).accepted
    assert (terminal.row(0).reviewer_label, terminal.row(0).comment) == ("A reviewer", "The two are one.")
    assert terminal.row(1).rejected
    assert not terminal.row(2).accepted
    assert len(terminal.load().mappings) == len(SET.mappings)


def test_nothing_is_lost_when_it_breaks_off(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "x.sssom.tsv", Decision.ACCEPT, Decision.ACCEPT)
    with pytest.raises(KeyboardInterrupt):
        terminal.walk()
    assert terminal.row(0).accepted
    assert terminal.row(1).accepted
    assert not terminal.row(2).accepted


def test_decisions_are_undone_one_after_the_other(tmp_path: Path) -> None:
    undo = Decision.UNDO
    decisions = (
        undo,
        Decision.ACCEPT,
        Decision.SKIP,
        Decision.REJECT,
        undo,
        undo,
        undo,
        Decision.REJECT,
        Decision.QUIT,
    )
    terminal = Terminal(tmp_path / "x.sssom.tsv", *decisions)
    told = terminal.walk()
    assert (told[Decision.ACCEPT], told[Decision.REJECT], told[Decision.SKIP]) == (0, 1, 0)
    assert terminal.row(0).rejected
    assert sssom.to_tsv(terminal.load()).count("A reviewer") == 1
    first, second, third, fourth = [one.object_id for one in review.list_candidates(SET)[:4]]
    assert terminal.asked == [first, first, second, third, fourth, third, second, first, second]


def test_what_others_write_meanwhile_stays_and_a_row_that_changed_is_told(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "x.sssom.tsv", Decision.ACCEPT, Decision.ACCEPT)
    second = review.list_candidates(SET)[1]
    ask = terminal.ask

    def meanwhile(one: Mapping, number: int, total: int) -> tuple[Decision, Mapping]:
        other = second if number == 1 else one
        current = terminal.load()
        (row,) = [r for r in current.mappings if (r.subject_id, r.object_id) == (other.subject_id, other.object_id)]
        sssom.write(review.replace_mapping(current, row, DOING.reject(row, "Somebody else says no.")), terminal.path)
        return ask(one, number, total)

    with pytest.raises(UsageError, match="has changed meanwhile"):
        review.walk(terminal.load, terminal.change, meanwhile)
    assert terminal.row(0).accepted
    assert terminal.row(1).rejected


def test_to_accept_takes_a_source_and_a_reason() -> None:
    bare = replace(review.list_candidates(SET)[0], see_also="")
    for comment, source in (("", "https://example.org/"), ("It is so.", "")):
        with pytest.raises(UsageError, match="what it was checked against"):
            DOING.accept(bare, comment, source)


def test_links_are_listed(run: Callable[..., Run]) -> None:
    told = json.loads(run("--workspace", str(ROOT), "link", "list", "--state", "rejected", "--format", "json").out)
    assert {one["object_id"] for one in told} == {"wikidata:Q35525", "wikidata:Q41066"}
    accepted = sum(one.accepted for path in FILES for one in sssom.read(path).mappings)
    assert f"{accepted} links" in run("--workspace", str(ROOT), "link", "list", "--state", "accepted").out
    wrong = run("--workspace", str(ROOT), "link", "list", "--target", "nowhere")
    assert (wrong.status, "one of dbpedia" in wrong.err) == (2, True)


def test_a_person_reviews_in_the_terminal(copy: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    path = copy / "data" / "links" / "wikidata.sssom.tsv"
    monkeypatch.setattr("sys.stdin", io.StringIO("what\na\nBoth pages were read.\na\n\nr\nIt is another one.\n"))
    done = run("--workspace", str(copy), "link", "review", "wikidata", "--reviewer", "Me")
    assert done.status == 0
    assert "1 of 6" in done.out
    assert "Answer with one of the letters." in done.err
    assert "Not accepted" in done.err
    assert "Stopped; all decisions are saved." in done.err
    first, second = review.list_candidates(SET)[:2]
    rows = {(one.subject_id, one.object_id): one for one in sssom.read(path).mappings}
    assert rows[first.subject_id, first.object_id].accepted
    assert rows[second.subject_id, second.object_id].rejected
    assert run("--workspace", str(copy), "validate").status == 0
