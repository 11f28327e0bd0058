"""Passages: sentences, offsets, digests."""

from __future__ import annotations

import pytest

from stancegraph.text import Layout, digest, passages, sentences


def cut(paragraph: str) -> list[str]:
    return [paragraph[start:end] for start, end in sentences(paragraph)]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("He asked: “Why?” (Source, May 1). Then he left.", ["He asked: “Why?” (Source, May 1).", "Then he left."]),
        ("It is “a forum.”In April it met.", ["It is “a forum.”", "In April it met."]),
        ("Lt. Gen. Smith of the U.S. Army came. He went.", ["Lt. Gen. Smith of the U.S. Army came.", "He went."]),
        ("", []),
    ],
)
def test_sentences_are_cut_where_they_end(paragraph: str, expected: list[str]) -> None:
    assert cut(paragraph) == expected


def test_a_paragraph_without_the_end_of_a_sentence_is_cut_into_few_pieces() -> None:
    assert [len(piece) for piece in cut("x" * 50_000)] == [20_000, 20_000, 10_000]


def test_offsets_count_code_points_and_digests_cover_exactly_the_passage() -> None:
    text = "Títle 🙂\n\n  One.  Two. \n"
    found = passages(text, Layout("", "https://example.org/p", "Start", {1: "Title"}))
    assert [text[p.start : p.end] for p in found] == ["Títle 🙂", "One.", "Two."]
    assert [p.sha256 for p in found] == [digest("Títle 🙂"), digest("One."), digest("Two.")]
    assert [(p.section, p.paragraph, p.sentence) for p in found] == [
        ("Front matter", 1, 0),
        ("Start", 1, 1),
        ("Start", 1, 2),
    ]
