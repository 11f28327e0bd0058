"""Answers in a notebook, as data frames and as HTML tables."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode

from stancegraph.errors import ExternalError
from stancegraph.rdf.datatypes import is_true
from stancegraph.rdf.namespaces import PREFIXES, shorten

if TYPE_CHECKING:
    import pandas

_XSD = PREFIXES["xsd"]
_CONVERTERS: dict[str, Callable[[str], Any]] = {
    "boolean": is_true,
    "integer": int,
    "decimal": float,
    "double": float,
    "float": float,
    "date": datetime.date.fromisoformat,
    "dateTime": datetime.datetime.fromisoformat,
}
_MOST_ROWS = 100  # a notebook that holds thousands is slow to open


class Table(Protocol):
    """The table that a data frame or an HTML table is made from, such as `stancegraph.sparql.engine.Rows`."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the columns."""
        ...

    @property
    def rows(self) -> list[tuple[NamedNode | Literal | BlankNode | None, ...]]:
        """The terms of each row, None where a variable is unbound."""
        ...


def to_python(term: NamedNode | Literal | BlankNode | None) -> Any:
    """Return a term as a value of Python.

    Args:
        term: The term, or None for what is unbound.

    Returns:
        A number, truth value or date, by the term's XSD datatype; the text of any other term, and of a value that
        Python does not have; None for None.

    >>> to_python(Literal("2", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")))
    2
    >>> to_python(NamedNode("https://example.org/x"))
    'https://example.org/x'
    """
    if isinstance(term, Literal) and term.datatype.value.startswith(_XSD):
        convert = _CONVERTERS.get(term.datatype.value.removeprefix(_XSD), str)
        try:
            return convert(term.value)
        except ValueError:  # a date with a time zone, say, which Python's dates do not have
            return term.value
    return None if term is None else term.value


def data_frame(table: Table) -> pandas.DataFrame:
    """Return *table* as a pandas data frame.

    Args:
        table: The answer to a SELECT.

    Returns:
        A frame with a column for each variable, in their order, and None where a variable is unbound.

    Raises:
        ExternalError: pandas is not installed, or the engine fails.
    """
    try:
        import pandas
    except ModuleNotFoundError:
        raise ExternalError("pandas is not installed", remedy="pip install 'stancegraph[pandas]'") from None
    return pandas.DataFrame([[to_python(term) for term in row] for row in table.rows], columns=list(table.variables))


def html_table(table: Table, title: str | None = None) -> str:
    """Return the first hundred rows of *table* as an HTML table, with IRIs as links.

    Args:
        table: The answer to a SELECT.
        title: The caption of the table, if any, as plain text.

    Returns:
        The table, and below it, where rows were left out, a sentence that says so.

    Raises:
        ExternalError: The engine fails.
    """
    head = "".join(f"<th>{escape(name)}</th>" for name in table.variables)
    cells = ("".join(f"<td>{_format_cell(term)}</td>" for term in row) for row in table.rows[:_MOST_ROWS])
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    caption = f"<caption>{escape(title)}</caption>" if title else ""
    footer = f"<p>{_MOST_ROWS} of {len(table.rows)} rows</p>" if len(table.rows) > _MOST_ROWS else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{footer}"


def _format_cell(term: NamedNode | Literal | BlankNode | None) -> str:
    if isinstance(term, NamedNode):
        label = escape(shorten(term.value))
        # an IRI may have any scheme, such as javascript:, which a browser must not run
        return f'<a href="{escape(term.value)}">{label}</a>' if term.value.startswith(("http:", "https:")) else label
    return "" if term is None else escape(term.value)
