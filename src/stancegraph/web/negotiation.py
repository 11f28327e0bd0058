"""Media types: which form of an answer a client wants, by `RFC 9110, section 12
<https://www.rfc-editor.org/rfc/rfc9110#section-12>`_.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import QueryResultsFormat, RdfFormat

ROWS: dict[str, QueryResultsFormat] = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
"""What a SELECT can be answered in; the first is for who does not mind."""

TRUTH = {name: form for name, form in ROWS.items() if form in (QueryResultsFormat.JSON, QueryResultsFormat.XML)}
"""What an ASK can be answered in: CSV and TSV have no form for it."""

GRAPHS: dict[str, RdfFormat] = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}
"""What a CONSTRUCT or DESCRIBE, or a graph, can be given in."""

_MOST = 100  # media ranges of a header; browsers send ten
_ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "text/plain": "application/n-triples",
    "application/x-turtle": "text/turtle",
}


def accepted(header: str) -> list[tuple[str, float]]:
    """The media ranges of an Accept *header* with their weights: a hundred at most, none of them malformed."""
    found = []
    for part in header.split(",", _MOST)[:_MOST]:
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                try:
                    weight = min(1.0, max(0.0, float(value)))
                except ValueError:
                    weight = 0.0
        if "/" in name:
            found.append((name.lower(), weight))
    return found


def choose(header: str | None, offered: Sequence[str]) -> str | None:
    """The one of *offered* that the Accept *header* prefers, the first of equals; None where it accepts none.

    >>> choose("text/*;q=0.5, application/json", list(ROWS))
    'application/sparql-results+json'
    >>> choose(None, list(GRAPHS))
    'text/turtle'
    >>> choose("image/png", list(ROWS)) is None
    True
    """
    if header is None or not header.strip():
        return offered[0]
    ranges = accepted(header)
    best, weight = None, 0.0
    for name in offered:
        fitting = [(_precision(pattern, name), q) for pattern, q in ranges if _precision(pattern, name)]
        if fitting and max(fitting)[1] > weight:
            best, weight = name, max(fitting)[1]
    return best


def _precision(pattern: str, name: str) -> int:
    """How exactly a media range names a media type: 0 where it does not."""
    if pattern == name:
        return 4
    if _ALIASES.get(pattern) == name:
        return 3
    if pattern == f"{name.split('/')[0]}/*":
        return 2
    return 1 if pattern == "*/*" else 0
