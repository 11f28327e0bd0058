"""Whether a query calls other endpoints: decided by the engine's own parser, and not by how it looks.

The word SERVICE is a keyword where the text would not be a query without it. So all that reads ``service`` is written
in another way, and the engine is asked, with an empty graph, whether that is still a query. If it is, then what read so
was part of a string, an IRI, a comment or a name; if it is not, it was a call. Letters are drawn anew each time, so
that no text can be made to fit them.
"""

from __future__ import annotations

import re
import secrets

from pyoxigraph import Store

_NAMED = re.compile("service", re.IGNORECASE)
_PLACE = re.compile(r"error at (\d+):")
_LETTERS = "bdfghjklmnpqrtvwxyz"  # no word of SPARQL has so many consonants


def may_call(text: str) -> bool:
    """Whether the letters of SERVICE stand anywhere in *text*; where they do not, nothing is called."""
    return _NAMED.search(text) is not None


def calls(text: str, base: str | None = None) -> bool:
    """Whether *text*, a SPARQL 1.1 query, has a SERVICE; relative IRIs in it are resolved against *base*.

    Raises `SyntaxError` where *text* is no query by itself, `ValueError` for a *base* that is no IRI.
    """
    if not may_call(text):
        return False
    other = "q" + "".join(secrets.choice(_LETTERS) for _ in range(6))
    try:
        Store().query(_NAMED.sub(other, text), base_iri=base)
    except SyntaxError:
        _refuse_what_is_none(text, base)
        return True
    return False


def _refuse_what_is_none(text: str, base: str | None) -> None:
    """Raise `SyntaxError` where *text* is no query, without running it: with a letter behind it that no query has."""
    try:
        Store().query(f"{text}\n\0", base_iri=base)
    except SyntaxError as error:
        place = _PLACE.search(str(error))
        if place is None or int(place[1]) <= text.count("\n") + 1:  # before that letter was met
            raise
