"""The language of the project's texts, which the labels in other languages stand beside."""

from __future__ import annotations

ENGLISH = "en"
"""The language in which every thing has a label."""


def is_translated(term: object) -> bool:
    """Return whether *term*, of pyoxigraph or of rdflib, is a literal with the tag of another language than English.

    >>> from pyoxigraph import Literal, NamedNode
    >>> [is_translated(Literal("x", language=tag)) for tag in ("en", "fr", None)]
    [False, True, False]
    >>> is_translated(NamedNode("https://example.org/"))
    False
    """
    return getattr(term, "language", None) not in {None, ENGLISH}
