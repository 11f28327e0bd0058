"""Content negotiation: which format of an answer a client wants, by `RFC 9110, section 12
<https://www.rfc-editor.org/rfc/rfc9110#section-12>`_.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import QueryResultsFormat, RdfFormat

ROW_FORMATS: dict[str, QueryResultsFormat] = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
"""The formats of the answer to a SELECT, by media type; the first is the default."""

BOOLEAN_FORMATS = {
    media_type: row_format
    for media_type, row_format in ROW_FORMATS.items()
    if row_format in (QueryResultsFormat.JSON, QueryResultsFormat.XML)
}
"""The formats of the answer to an ASK, by media type: CSV and TSV cannot represent a truth value."""

GRAPH_FORMATS: dict[str, RdfFormat] = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}
"""The formats of a graph, and of the answer to a CONSTRUCT or DESCRIBE, by media type; the first is the default."""

_MAX_RANGES = 100  # media ranges that are read of a header; browsers send about ten
_ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "text/plain": "application/n-triples",
    "application/x-turtle": "text/turtle",
}


def parse_accept(header: str) -> list[tuple[str, float]]:
    """Return the media ranges of an Accept *header*, in lower case, each with its weight from 0 to 1.

    Malformed ranges, and those after the first hundred, are left out.

    >>> parse_accept("text/*;q=0.5, application/JSON, nonsense")
    [('text/*', 0.5), ('application/json', 1.0)]
    """
    ranges = []
    for part in header.split(",", _MAX_RANGES)[:_MAX_RANGES]:
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
            ranges.append((name.lower(), weight))
    return ranges


def choose(header: str | None, offered: Sequence[str]) -> str | None:
    """Return the media type that an Accept header prefers.

    Args:
        header: The header; None or empty if the client has no preference.
        offered: The media types that there are, the default first.

    Returns:
        The media type with the greatest weight, the first of equals; None if the client accepts none of them.

    >>> choose("text/*;q=0.5, application/json", list(ROW_FORMATS))
    'application/sparql-results+json'
    >>> choose(None, list(GRAPH_FORMATS))
    'text/turtle'
    >>> choose("image/png", list(ROW_FORMATS)) is None
    True
    """
    if header is None or not header.strip():
        return offered[0]
    ranges = parse_accept(header)
    best, best_weight = None, 0.0
    for media_type in offered:
        matches = [(_precision(name, media_type), weight) for name, weight in ranges if _precision(name, media_type)]
        weight = max(matches)[1] if matches else 0.0  # that of the most precise range
        if weight > best_weight:
            best, best_weight = media_type, weight
    return best


def _precision(media_range: str, media_type: str) -> int:
    """Return how precisely a media range names a media type, from 1 to 4; 0 if it does not."""
    if media_range == media_type:
        return 4
    if _ALIASES.get(media_range) == media_type:
        return 3
    if media_range == f"{media_type.split('/')[0]}/*":
        return 2
    return 1 if media_range == "*/*" else 0
