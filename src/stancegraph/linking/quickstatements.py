"""Drafts of what Wikidata is missing, in version 1 of `QuickStatements
<https://www.wikidata.org/wiki/Help:QuickStatements>`_.

Nothing is sent: a person checks each line, and sends those that are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stancegraph.sparql.engine import Term

_START_TIME, _END_TIME = "P580", "P582"  # qualifiers
_REFERENCE_URL, _TITLE, _PUBLICATION_DATE = "S854", "S1476", "S577"  # of the reference


def draft(rows: Iterable[Mapping[str, Term]]) -> list[str]:
    """Return the lines of a draft, without repetition.

    Args:
        rows: The rows of ``queries/link/wikidata/lacking.rq``.

    Returns:
        A line for each statement, its fields separated by tabs: the statement, its qualifiers, its reference, and a
        comment that names the claim in the graph.
    """
    return list(dict.fromkeys(_to_line(row) for row in rows))


def _to_line(row: Mapping[str, Term]) -> str:
    fields = [_item_number(row["item"]), row["property"].value, _item_number(row["value"])]
    for variable, qualifier in (("since", _START_TIME), ("until", _END_TIME)):
        if variable in row:
            fields += [qualifier, _to_day(row[variable])]
    if "url" in row:
        fields += [_REFERENCE_URL, f'"{_to_plain_text(row["url"].value)}"']
    title = row["title"]
    fields += [_TITLE, f'{getattr(title, "language", None) or "en"}:"{_to_plain_text(title.value)}"']
    if "published" in row:
        fields += [_PUBLICATION_DATE, _to_day(row["published"])]
    return "\t".join([*fields, f"/* {_to_plain_text(row['statement'].value)} {row['claim'].value} */"])


def _item_number(item: Term) -> str:
    return item.value.rpartition("/")[2]


def _to_day(date: Term) -> str:
    """Return a date as Wikibase writes a day, whose precision is 11."""
    return f"+{date.value[:10]}T00:00:00Z/11"


def _to_plain_text(text: str) -> str:
    """Return *text* without what would end a value, a line or a comment."""
    return " ".join(text.replace('"', "'").replace("*/", "").replace("/*", "").split())
