"""Print answers: in standard formats for programs, as tables for people."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any, cast

from pyoxigraph import NamedNode, QueryResultsFormat

from stancegraph import terminal
from stancegraph.errors import UsageError
from stancegraph.output.evidence import RowEvidence, add_evidence
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


_RESULTS_FORMATS = {
    Format.CSV: QueryResultsFormat.CSV,
    Format.TSV: QueryResultsFormat.TSV,
    Format.JSON: QueryResultsFormat.JSON,
    Format.XML: QueryResultsFormat.XML,
}


def readable(term: Term | None) -> str:
    """Return a term as people read it: a prefixed name, or the bare value; nothing for None."""
    if term is None:
        return ""
    return shorten(term.value) if isinstance(term, NamedNode) else term.value


def to_text(answer: Answer, format: Format, evidence: Sequence[RowEvidence] = ()) -> str:
    """Return an answer as plain text, for files and pipes.

    Args:
        answer: The answer.
        format: The format; a table is in Markdown.
        evidence: The evidence for the answer, if it is rows.

    Raises:
        UsageError: The answer has no such format: only triples have Turtle, and they have no other.
        DataError: The text of the evidence is not the one that was coded.
        ExternalError: The engine fails while the rows are read.
    """
    if isinstance(answer, bool):
        if format is Format.JSON:
            return f'{{"head":{{}},"boolean":{str(answer).lower()}}}\n'
        if format in (Format.TABLE, Format.MD, Format.CSV, Format.TSV):
            return f"{str(answer).lower()}\n"
        raise UsageError(f"true or false cannot be written as {format}", remedy="use table, csv, tsv, json or md")
    if not isinstance(answer, Rows):
        if format not in (Format.TTL, Format.TABLE):
            raise UsageError(f"triples cannot be written as {format}", remedy="use --format ttl")
        return answer.serialize().decode("utf-8")
    if format is Format.TTL:
        raise UsageError(
            "rows cannot be written as ttl", remedy="use table, csv, tsv, json, xml or md, or ask with CONSTRUCT"
        )
    if format in _RESULTS_FORMATS:
        output = io.BytesIO()
        _write_rows(answer, format, output, evidence)
        return output.getvalue().decode("utf-8")
    return _to_markdown(answer, evidence)


def write(answer: Answer, format: Format, output: IO[bytes], evidence: Sequence[RowEvidence] = ()) -> None:
    """Write an answer. Rows in a standard format are written as the engine finds them, and are not held in memory.

    Args:
        answer: The answer.
        format: The format.
        output: The stream to write to.
        evidence: The evidence for the answer, if it is rows.

    Raises:
        UsageError: As `to_text` does.
        DataError: As `to_text` does.
        ExternalError: As `to_text` does.
    """
    if isinstance(answer, Rows) and format in _RESULTS_FORMATS:
        _write_rows(answer, format, output, evidence)
    else:
        output.write(to_text(answer, format, evidence).encode("utf-8"))


def _write_rows(rows: Rows, format: Format, output: IO[bytes], evidence: Sequence[RowEvidence]) -> None:
    extended = add_evidence(rows, evidence) if evidence else rows
    if format is Format.CSV:
        with _LineFeedWriter(output) as lines:
            extended.write(_RESULTS_FORMATS[format], cast(IO[bytes], lines))
    else:
        extended.write(_RESULTS_FORMATS[format], output)


class _LineFeedWriter(io.RawIOBase):
    """A stream that ends lines with a line feed, as other files do, where RFC 4180 has a carriage return before it."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output, self._pending = output, b""

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Write *data*; a carriage return at its end waits for what comes next."""
        piece = self._pending + bytes(data)
        self._pending = b"\r" if piece.endswith(b"\r") else b""
        self._output.write(piece[: len(piece) - len(self._pending)].replace(b"\r\n", b"\n"))
        return len(data)


def _to_markdown(rows: Rows, evidence: Sequence[RowEvidence]) -> str:
    def cell(term: Term | None) -> str:
        return readable(term).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")

    lines = ["| " + " | ".join(rows.variables) + " |", "|" + " --- |" * len(rows.variables)]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in rows.rows]
    for item in evidence:
        first, *others = item.lines()
        lines += ["", f"{item.row + 1}. {first}", *[f"   - {line}" for line in others]]
    return "\n".join(lines) + "\n"


def width() -> int | None:
    """Return the width of a table in characters.

    Returns:
        None, for the width of the terminal, if standard output is one; else the number in ``COLUMNS``, or 160.
    """
    columns = os.environ.get("COLUMNS", "")
    if sys.stdout.isatty():
        return None
    return int(columns) if columns.isdecimal() and 0 < int(columns) < 10_000 else 160


def heading(variable: str) -> str:
    """Return the heading of the column of a variable.

    >>> heading("holderName"), heading("timesPerYear")
    ('holder', 'times per year')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", variable).lower()
    return words.removesuffix(" name") or words


def show_table(rows: Rows, title: str | None = None, evidence: Sequence[RowEvidence] = ()) -> None:
    """Print rows as a table to standard output, with colour on a terminal, followed by their evidence.

    Args:
        rows: The rows.
        title: The title of the stored question that they answer; None if they answer another query.
        evidence: The evidence for the rows, in their order.

    Raises:
        DataError: The text of the evidence is not the one that was coded.
        ExternalError: The engine fails while the rows are read.
    """
    from rich.padding import Padding
    from rich.table import Table

    console = terminal.console(width=width())
    if not rows.rows:
        console.print("No answer: the graph says nothing about this.")
        return
    # in the answer to a stored question, IRIs of claims are for programs; people ask for the evidence
    stored = title is not None
    shown = [index for index, name in enumerate(rows.variables) if not (stored and is_claim_variable(name))]
    table = Table(title=title and rich_text(title), title_justify="left", header_style="bold", show_lines=False)
    if evidence:
        table.add_column("#", justify="right", style="dim")
    for index in shown:
        name = rows.variables[index]
        table.add_column(rich_text(heading(name) if stored else name), overflow="fold")
    for number, row in enumerate(rows.rows, start=1):
        cells = [rich_text(readable(row[index])) for index in shown]
        table.add_row(*([rich_text(str(number)), *cells] if evidence else cells))
    console.print(table)
    last_row = -1
    for item in evidence:
        if item.row != last_row:
            console.print(rich_text(f"[{item.row + 1}]", style="bold"))
            last_row = item.row
        first, *others = item.lines()
        console.print(Padding(rich_text(first, style="cyan"), (0, 0, 0, 4)))
        for line in others:
            console.print(Padding(rich_text(line), (0, 0, 0, 6)))
    console.print(f"{len(rows)} row{'s' if len(rows) != 1 else ''}", style="dim")


def show_description(
    description: Description, evidence: Mapping[str, Sequence[Evidence]], text: str | None = None
) -> None:
    """Print a description to standard output, section by section, with colour on a terminal.

    Args:
        description: The description.
        evidence: The chains of attribution to print below each claim, by its IRI.
        text: The text of the article, to quote the passages from it; None to leave them out.

    Raises:
        DataError: The text is not the one that was coded.
    """
    from rich.padding import Padding

    console = terminal.console(width=width())

    def print_evidence(thing: str) -> None:
        if thing in description.sentences:
            sentence = rich_text(f"from its triples: {description.sentences[thing]}", style="green")
            console.print(Padding(sentence, (0, 0, 0, 6)))
        for chain in evidence.get(thing, ()):
            for line in RowEvidence(0, chain, text).lines():
                console.print(Padding(rich_text(line, style="cyan"), (0, 0, 0, 6)))

    console.print(rich_text(description.name, style="bold"), rich_text(shorten(description.thing.value), style="dim"))
    print_evidence(description.thing.value)
    for section in description.sections:
        console.print()
        console.print(rich_text(section.title, style="bold underline"))
        for relation, group in groupby(section.statements, key=lambda statement: statement.relation):
            console.print(Padding(rich_text(relation, style="italic"), (0, 0, 0, 2)))
            for statement in group:
                line = rich_text(statement.name or readable(statement.value))
                if statement.marks:
                    line.append(visible(f" [{statement.marks}]"), style="yellow")
                console.print(Padding(line, (0, 0, 0, 4)))
                print_evidence(statement.value.value)
