"""A draft of what Wikidata lacks, in version 1 of `QuickStatements
<https://www.wikidata.org/wiki/Help:QuickStatements>`_.

Nothing is sent: a person checks each line, and sends what is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stancegraph.sparql.engine import Term

_BEGAN, _ENDED, _URL, _TITLE, _PUBLISHED = "P580", "P582", "S854", "S1476", "S577"


def draft(rows: Iterable[Mapping[str, Term]]) -> list[str]:
    """A line for each row of ``queries/link/wikidata/lacking.rq``: statement, qualifiers, reference, and the claim."""
    return list(dict.fromkeys(_line(row) for row in rows))


def _line(row: Mapping[str, Term]) -> str:
    parts = [_number(row["item"]), row["property"].value, _number(row["value"])]
    for name, key in (("since", _BEGAN), ("until", _ENDED)):
        if name in row:
            parts += [key, _day(row[name])]
    if "url" in row:
        parts += [_URL, f'"{_plain(row["url"].value)}"']
    title = row["title"]
    parts += [_TITLE, f'{getattr(title, "language", None) or "en"}:"{_plain(title.value)}"']
    if "published" in row:
        parts += [_PUBLISHED, _day(row["published"])]
    return "\t".join([*parts, f"/* {_plain(row['statement'].value)} {row['claim'].value} */"])


def _number(item: Term) -> str:
    return item.value.rpartition("/")[2]


def _day(date: Term) -> str:
    """A day, with the precision that Wikibase has for days."""
    return f"+{date.value[:10]}T00:00:00Z/11"


def _plain(words: str) -> str:
    """*words* without what would end a value, a line or a comment: tabs, line breaks, quotes, comment marks."""
    return " ".join(words.replace('"', "'").replace("*/", "").replace("/*", "").split())
