"""Prefix maps: between IRIs and prefixed names, as SPARQL and Turtle write them.

A prefixed name with a declared prefix is what `CURIEs <https://www.w3.org/TR/curie/>`_ are elsewhere. The package
`curies` does the same and more; it imports pydantic, which takes longer than a whole command here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

_PLAIN_NAME = re.compile(r"(?:[A-Za-z_][\w-]*(?:\.[\w-]+)*)?", re.ASCII)  # a subset of PN_LOCAL that needs no escapes


@dataclass(frozen=True, slots=True)
class PrefixMap(Mapping[str, str]):
    """Prefixes with their namespaces; immutable.

    >>> prefixes = PrefixMap({"id": "http://example.org/id/", "actor": "http://example.org/id/actor/"})
    >>> prefixes.shorten("http://example.org/id/actor/China")
    'actor:China'
    >>> prefixes.expand("actor:China")
    'http://example.org/id/actor/China'
    """

    _namespaces: Mapping[str, str] = field(default_factory=dict)
    _by_length: Sequence[tuple[int, Mapping[str, str]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the namespaces by their length, so that the longest that an IRI begins with is found first."""
        prefixes: dict[int, dict[str, str]] = {}
        for prefix, namespace in sorted(self._namespaces.items()):
            prefixes.setdefault(len(namespace), {})[namespace] = prefix
        object.__setattr__(self, "_by_length", tuple(sorted(prefixes.items(), reverse=True)))

    def __getitem__(self, prefix: str) -> str:
        return self._namespaces[prefix]

    def __iter__(self) -> Iterator[str]:
        return iter(self._namespaces)

    def __len__(self) -> int:
        return len(self._namespaces)

    def __or__(self, others: Mapping[str, str]) -> PrefixMap:
        """Return both maps as one; a prefix that both have is taken from *others*."""
        return PrefixMap({**self._namespaces, **others})

    def shorten(self, iri: str) -> str:
        """Return *iri* as a prefixed name by the longest namespace that it begins with, or unchanged.

        The result is for people: behind the prefix may stand what Turtle and SPARQL allow only with escapes.

        >>> PrefixMap({"ex": "http://example.org/"}).shorten("http://example.com/x")
        'http://example.com/x'
        """
        for length, prefixes in self._by_length:
            prefix = prefixes.get(iri[:length])
            if prefix is not None:
                return f"{prefix}:{iri[length:]}"
        return iri

    def expand(self, name: str) -> str | None:
        """Return the IRI of a prefixed *name*, or None where its prefix is not in the map.

        >>> PrefixMap({"ex": "http://example.org/"}).expand("x") is None
        True
        """
        prefix, colon, local = name.partition(":")
        namespace = self._namespaces.get(prefix)
        return namespace + local if colon and namespace is not None else None

    def to_turtle(self, iri: str) -> str:
        """Return *iri* as Turtle and SPARQL write it: a prefixed name where it needs no escapes, else in full.

        >>> prefixes = PrefixMap({"ex": "http://example.org/"})
        >>> prefixes.to_turtle("http://example.org/x"), prefixes.to_turtle("http://example.org/x/y")
        ('ex:x', '<http://example.org/x/y>')
        """
        for length, prefixes in self._by_length:
            prefix = prefixes.get(iri[:length])
            if prefix is not None and _PLAIN_NAME.fullmatch(iri, length):
                return f"{prefix}:{iri[length:]}"
        return str(NamedNode(iri))
