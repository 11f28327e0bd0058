"""Present answers: standard formats for machines, tables for people."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any, cast

from pyoxigraph import NamedNode, QueryResultsFormat

from stancegraph import terminal
from stancegraph.errors import UsageError
from stancegraph.questions.claims import is_claim_variable
from stancegraph.rdf.namespaces import shorten
from stancegraph.sparql.engine import Answer, Rows, Term
from stancegraph.terminal import rich_text, visible

if TYPE_CHECKING:
    from stancegraph.questions.description import Description
    from stancegraph.questions.evidence import Evidence


class Format(StrEnum):
    """The formats of an answer."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    XML = "xml"
    MD = "md"
    TTL = "ttl"


_STANDARD = {
    Format.CSV: QueryResultsFormat.CSV,
    Format.TSV: QueryResultsFormat.TSV,
    Format.JSON: QueryResultsFormat.JSON,
    Format.XML: QueryResultsFormat.XML,
}


@dataclass(frozen=True, slots=True)
class RowEvidence:
    """The evidence of one row: *text* is the article's, where it was given, to show the passages themselves."""

    row: int
    evidence: Evidence
    text: str | None = None

    def lines(self) -> list[str]:
        """The evidence in words, line by line."""
        one = self.evidence
        places = "; ".join(str(place) for place in one.passages) or "no passage"
        cited = "; ".join(one.citations) or "no citation"
        lines = [f"{places} · {cited} · {one.mode}", one.chain + _stop(one.chain)]
        lines += [f"quoted: “{words}”" for words in one.quoted_words]
        lines += remarks_in_words(one.remarks)
        if self.text is not None:
            lines += [f"text: {place.excerpt(self.text)}" for place in one.passages]
        return lines


def remarks_in_words(remarks: Sequence[str]) -> list[str]:
    """The remarks of the editors, one a line."""
    return [f"{remark[0].upper()}{remark[1:]}" for remark in remarks]


def _stop(sentence: str) -> str:
    return "" if sentence.endswith((".", "?", ")")) else "."


def plain(term: Term | None) -> str:
    """A term as people read it: a prefixed name, or the bare value."""
    if term is None:
        return ""
    return shorten(term.value) if isinstance(term, NamedNode) else term.value


def with_evidence(rows: Rows, told: Sequence[RowEvidence]) -> Rows:
    """*rows* with the evidence as further columns, one row for each chain; a row without evidence stays."""
    from pyoxigraph import Literal

    names = ("evidencePassage", "evidenceCitation", "evidenceMode", "evidenceChain", "evidenceRemark")
    by_row: dict[int, list[RowEvidence]] = {}
    for one in told:
        by_row.setdefault(one.row, []).append(one)
    grown: list[tuple[Term | None, ...]] = []
    for number, row in enumerate(rows.rows):
        if number not in by_row:
            grown.append((*row, *[None] * (len(names) + 1)))
        for one in by_row.get(number, ()):
            cells = (
                "; ".join(map(str, one.evidence.passages)),
                "; ".join(one.evidence.citations),
                one.evidence.mode,
                one.evidence.chain,
                "; ".join(one.evidence.remarks),
            )
            told_by = None if one.text is None else " ".join(p.excerpt(one.text) for p in one.evidence.passages)
            grown.append((*row, *[Literal(cell) for cell in cells], None if told_by is None else Literal(told_by)))
    columns = (*rows.variables, *names, "passageText")
    if all(one.text is None for one in told):
        return Rows.from_records(columns[:-1], [row[:-1] for row in grown])
    return Rows.from_records(columns, grown)


def to_text(answer: Answer, format: Format, told: Sequence[RowEvidence] = ()) -> str:
    """*answer* in *format*, without colour, for files and pipes.

    Raises `UsageError` for a format that the answer cannot have: triples are Turtle, rows and truth values are not.
    """
    if isinstance(answer, bool):
        if format is Format.JSON:
            return f'{{"head":{{}},"boolean":{str(answer).lower()}}}\n'
        if format in (Format.TABLE, Format.MD, Format.CSV, Format.TSV):
            return f"{str(answer).lower()}\n"
        raise UsageError(f"a yes or no has no {format} form", remedy="use table, csv, tsv, json or md")
    if not isinstance(answer, Rows):
        if format not in (Format.TTL, Format.TABLE):
            raise UsageError(f"triples have no {format} form", remedy="use --format ttl")
        return answer.serialize().decode("utf-8")
    if format is Format.TTL:
        raise UsageError(
            "rows have no Turtle form", remedy="use table, csv, tsv, json, xml or md, or ask with CONSTRUCT"
        )
    if format in _STANDARD:
        output = io.BytesIO()
        _write_rows(answer, format, output, told)
        return output.getvalue().decode("utf-8")
    return _markdown(answer, told)


def write(answer: Answer, format: Format, output: IO[bytes], told: Sequence[RowEvidence] = ()) -> None:
    """Write *answer* to *output* in *format*: rows in a standard format as the engine finds them, none kept.

    Raises what `to_text` raises.
    """
    if isinstance(answer, Rows) and format in _STANDARD:
        _write_rows(answer, format, output, told)
    else:
        output.write(to_text(answer, format, told).encode("utf-8"))


def _write_rows(rows: Rows, format: Format, output: IO[bytes], told: Sequence[RowEvidence]) -> None:
    chosen = with_evidence(rows, told) if told else rows
    if format is Format.CSV:
        with _LineFeeds(output) as lines:
            chosen.write(_STANDARD[format], cast(IO[bytes], lines))
    else:
        chosen.write(_STANDARD[format], output)


class _LineFeeds(io.RawIOBase):
    """Lines end as they do on this system's other files, not as `RFC 4180` has it for the wire."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output, self._carry = output, b""

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def write(self, data: Any) -> int:
        """Pass *data* on; a carriage return at its end waits for what comes next."""
        piece = self._carry + bytes(data)
        self._carry = b"\r" if piece.endswith(b"\r") else b""
        self._output.write(piece[: len(piece) - len(self._carry)].replace(b"\r\n", b"\n"))
        return len(data)


def _markdown(rows: Rows, told: Sequence[RowEvidence]) -> str:
    def cell(term: Term | None) -> str:
        return plain(term).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")

    lines = ["| " + " | ".join(rows.variables) + " |", "|" + " --- |" * len(rows.variables)]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in rows.rows]
    for one in told:
        first, *others = one.lines()
        lines += ["", f"{one.row + 1}. {first}", *[f"   - {line}" for line in others]]
    return "\n".join(lines) + "\n"


def width() -> int | None:
    """The width of a table: that of the terminal, or of ``COLUMNS``; wide where neither is known."""
    told = os.environ.get("COLUMNS", "")
    return None if sys.stdout.isatty() else int(told) if told.isdecimal() and 0 < int(told) < 10_000 else 160


def heading(variable: str) -> str:
    """A variable as the heading of a column.

    >>> heading("holderName"), heading("timesPerYear")
    ('holder', 'times per year')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", variable).lower()
    return words.removesuffix(" name") or words


def show_table(rows: Rows, title: str | None = None, told: Sequence[RowEvidence] = ()) -> None:
    """Print *rows* as a table, and the evidence of each row behind it; *title* is that of a stored question.

    Standard output; colour only on a terminal.
    """
    from rich.padding import Padding
    from rich.table import Table

    console = terminal.console(width=width())
    if not rows.rows:
        console.print("No answer: the graph says nothing of the kind.")
        return
    # a stored question's IRIs of claims are for programs, which take another format; a person asks for the evidence
    stored = title is not None
    shown = [index for index, name in enumerate(rows.variables) if not (stored and is_claim_variable(name))]
    table = Table(title=title and rich_text(title), title_justify="left", header_style="bold", show_lines=False)
    if told:
        table.add_column("#", justify="right", style="dim")
    for index in shown:
        name = rows.variables[index]
        table.add_column(rich_text(heading(name) if stored else name), overflow="fold")
    for number, row in enumerate(rows.rows, start=1):
        cells = [rich_text(plain(row[index])) for index in shown]
        table.add_row(*([rich_text(str(number)), *cells] if told else cells))
    console.print(table)
    last = -1
    for one in told:
        if one.row != last:
            console.print(rich_text(f"[{one.row + 1}]", style="bold"))
            last = one.row
        first, *others = one.lines()
        console.print(Padding(rich_text(first, style="cyan"), (0, 0, 0, 4)))
        for line in others:
            console.print(Padding(rich_text(line), (0, 0, 0, 6)))
    console.print(f"{len(rows)} row{'s' if len(rows) != 1 else ''}", style="dim")


def show_description(shown: Description, told: Mapping[str, Sequence[Evidence]], text: str | None = None) -> None:
    """Print a description by section, each claim with its evidence in *told*; *text* is the article's.

    Standard output; colour only on a terminal.
    """
    from rich.padding import Padding

    console = terminal.console(width=width())

    def print_evidence(thing: str) -> None:
        for one in told.get(thing, ()):
            for line in RowEvidence(0, one, text).lines():
                console.print(Padding(rich_text(line, style="cyan"), (0, 0, 0, 6)))

    console.print(rich_text(shown.name, style="bold"), rich_text(shorten(shown.thing.value), style="dim"))
    print_evidence(shown.thing.value)
    for section in shown.sections:
        console.print()
        console.print(rich_text(section.title, style="bold underline"))
        for relation, group in groupby(section.statements, key=lambda statement: statement.relation):
            console.print(Padding(rich_text(relation, style="italic"), (0, 0, 0, 2)))
            for statement in group:
                line = rich_text(statement.name or plain(statement.value))
                if statement.marks:
                    line.append(visible(f" [{statement.marks}]"), style="yellow")
                console.print(Padding(line, (0, 0, 0, 4)))
                print_evidence(statement.value.value)
