"""``stancegraph sparql``: run any SPARQL query."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from stancegraph.cli.context import global_options
from stancegraph.errors import UsageError
from stancegraph.output.tables import Format, show_table, write
from stancegraph.sparql.engine import Rows
from stancegraph.sparql.lexer import check_size
from stancegraph.text import read_text


def command(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="The query; - reads it from standard input.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("-f", "--file", metavar="FILE", help="A file that holds the query.")
    ] = None,
    format: Annotated[Format, typer.Option(help="The output format.")] = Format.TABLE,
) -> None:
    """Run a SPARQL 1.1 query over the union of all graphs."""
    if (query is None) == (file is None):
        raise UsageError(
            "give a query, or a file that holds one", remedy='`stancegraph sparql "SELECT …"` or `-f FILE`'
        )
    text = read_text(file) if file is not None else sys.stdin.read() if query == "-" else query or ""
    check_size(text)
    answer = global_options(context).open_engine().query(text)
    if format is Format.TABLE and isinstance(answer, Rows):
        show_table(answer)
    else:
        write(answer, format, sys.stdout.buffer)
