"""Answers in a notebook: data frames, and tables in HTML."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from stancegraph.errors import ExternalError
from stancegraph.rdf.namespaces import PREFIXES, shorten

if TYPE_CHECKING:
    import pandas

    from stancegraph.sparql.engine import Rows, Term

_XSD = PREFIXES["xsd"]
_PYTHON: dict[str, Callable[[str], Any]] = {
    "boolean": lambda words: words in {"true", "1"},
    "integer": int,
    "decimal": float,
    "double": float,
    "float": float,
    "date": datetime.date.fromisoformat,
    "dateTime": datetime.datetime.fromisoformat,
}
_SHOWN = 100  # rows; a notebook that holds thousands is slow to open


def to_python(term: Term | None) -> Any:
    """A term as a value of Python: numbers, truth values and dates by their datatype, all else as a string.

    >>> to_python(Literal("2", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")))
    2
    >>> to_python(NamedNode("https://example.org/x"))
    'https://example.org/x'
    """
    if isinstance(term, Literal) and term.datatype.value.startswith(_XSD):
        convert = _PYTHON.get(term.datatype.value.removeprefix(_XSD), str)
        try:
            return convert(term.value)
        except ValueError:  # a date with a time zone, say, which Python's dates do not have
            return term.value
    return None if term is None else term.value


def data_frame(rows: Rows) -> pandas.DataFrame:
    """*rows* as a data frame of pandas, a column for each variable, None where unbound.

    Raises `ExternalError` where pandas is not installed.
    """
    try:
        import pandas
    except ModuleNotFoundError:
        raise ExternalError("pandas is not installed", remedy="pip install 'stancegraph[pandas]'") from None
    return pandas.DataFrame([[to_python(term) for term in row] for row in rows.rows], columns=list(rows.variables))


def html_table(rows: Rows, title: str | None = None) -> str:
    """*rows* as a table in HTML, the first hundred of them; IRIs are links."""
    head = "".join(f"<th>{escape(name)}</th>" for name in rows.variables)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(term)}</td>' for term in row)}</tr>" for row in rows.rows[:_SHOWN])
    caption = f"<caption>{escape(title)}</caption>" if title else ""
    more = f"<p>{_SHOWN} of {len(rows)} rows</p>" if len(rows) > _SHOWN else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(term: Term | None) -> str:
    if isinstance(term, NamedNode):
        words = escape(shorten(term.value))
        # an IRI may be of any scheme, and a browser must not run it
        return f'<a href="{escape(term.value)}">{words}</a>' if term.value.startswith(("http:", "https:")) else words
    return "" if term is None else escape(term.value)
