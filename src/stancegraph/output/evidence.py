"""The evidence for an answer, as lines of text and as columns of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from stancegraph.sparql.engine import Rows, Term

if TYPE_CHECKING:
    from stancegraph.questions.evidence import Evidence


@dataclass(frozen=True, slots=True)
class RowEvidence:
    """A chain of attribution of a claim in one row.

    Attributes:
        row: The index of the row, from 0.
        evidence: The chain.
        text: The text of the article, to quote the passages from it; None to leave them out.
    """

    row: int
    evidence: Evidence
    text: str | None = None

    def lines(self) -> list[str]:
        """Return the evidence in words, line by line.

        Raises:
            DataError: The text is not the one that was coded.
        """
        chain = self.evidence
        places = "; ".join(str(passage) for passage in chain.passages) or "no passage"
        citations = "; ".join(chain.citations) or "no citation"
        lines = [f"{places} · {citations} · {chain.mode}", _end_sentence(chain.chain)]
        lines += [f"quoted: “{words}”" for words in chain.quoted_words]
        lines += [f"{remark[0].upper()}{remark[1:]}" for remark in chain.remarks]
        if self.text is not None:
            lines += [f"text: {passage.excerpt(self.text)}" for passage in chain.passages]
        return lines


def _end_sentence(sentence: str) -> str:
    """Return *sentence* with a full stop, if it does not end in a mark already."""
    return sentence if sentence.endswith((".", "?", ")")) else f"{sentence}."


def add_evidence(rows: Rows, evidence: Sequence[RowEvidence]) -> Rows:
    """Add evidence to rows as further columns.

    Args:
        rows: The rows.
        evidence: The chains of attribution, each with the index of its row.

    Returns:
        A row for each chain, and each row without evidence. There is a column ``passageText`` if any chain has a text.

    Raises:
        DataError: A text is not the one that was coded.
    """
    names = ("evidencePassage", "evidenceCitation", "evidenceMode", "evidenceChain", "evidenceRemark")
    by_row: dict[int, list[RowEvidence]] = {}
    for item in evidence:
        by_row.setdefault(item.row, []).append(item)
    extended: list[tuple[Term | None, ...]] = []
    for index, row in enumerate(rows.rows):
        if index not in by_row:
            extended.append((*row, *[None] * (len(names) + 1)))
        for item in by_row.get(index, ()):
            chain = item.evidence
            cells = (
                "; ".join(map(str, chain.passages)),
                "; ".join(chain.citations),
                chain.mode,
                chain.chain,
                "; ".join(chain.remarks),
            )
            text = item.text
            excerpts = None if text is None else Literal(" ".join(place.excerpt(text) for place in chain.passages))
            extended.append((*row, *[Literal(cell) for cell in cells], excerpts))
    columns = (*rows.variables, *names, "passageText")
    if all(item.text is None for item in evidence):
        return Rows.from_records(columns[:-1], [row[:-1] for row in extended])
    return Rows.from_records(columns, extended)
