"""Detection of calls to other endpoints in a query, by the engine's own parser rather than by how the text looks.

SERVICE is a keyword where the text would not be a query without it. So every occurrence of ``service`` is replaced by
another word, and the engine is asked, on an empty graph, whether the result is still a query. If it is, each occurrence
was part of a string, an IRI, a comment or a name; if it is not, one of them was a call. The word is drawn at random
each time, so that no text can be written to contain it.
"""

from __future__ import annotations

import re
import secrets

from pyoxigraph import Store

_SERVICE = re.compile("service", re.IGNORECASE)
_ERROR_LINE = re.compile(r"error at (\d+):")
_CONSONANTS = "bdfghjklmnpqrtvwxyz"  # no word of SPARQL has so many of them in a row


def may_call_service(text: str) -> bool:
    """Return whether the letters of SERVICE occur anywhere in *text*; where they do not, it calls nothing."""
    return _SERVICE.search(text) is not None


def calls_service(text: str, base: str | None = None) -> bool:
    """Return whether a query calls another endpoint.

    Args:
        text: A SPARQL 1.1 query.
        base: The IRI that relative IRIs in the query are resolved against, if any.

    Returns:
        Whether the query has a SERVICE.

    Raises:
        SyntaxError: *text* has the letters of SERVICE and is malformed; where it only ends too early, it may count as a
            call.
        ValueError: *text* has the letters of SERVICE, and *base* is not an IRI.

    >>> calls_service("SELECT * { SERVICE <https://example.org/sparql> { ?s ?p ?o } }")
    True
    >>> calls_service('SELECT * { ?s ?p "SERVICE" }')
    False
    """
    if not may_call_service(text):
        return False
    replacement = "q" + "".join(secrets.choice(_CONSONANTS) for _ in range(6))
    try:
        Store().query(_SERVICE.sub(replacement, text), base_iri=base)
    except SyntaxError:
        _raise_if_malformed(text, base)
        return True
    return False


def _raise_if_malformed(text: str, base: str | None) -> None:
    """Raise `SyntaxError` where *text* is not a query; a NUL after it, which no query has, keeps it from being run."""
    try:
        Store().query(f"{text}\n\0", base_iri=base)
    except SyntaxError as error:
        line = _ERROR_LINE.search(str(error))
        if line is None or int(line[1]) <= text.count("\n") + 1:  # the parser failed before it reached the NUL
            raise
