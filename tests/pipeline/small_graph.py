"""A graph of a few words, for tests of snapshots."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad, Store


def graph(*words: str) -> list[Quad]:
    """Return quads that say *words* of one thing."""
    node = NamedNode("https://example.org/s")
    return [Quad(node, NamedNode("https://example.org/p"), Literal(word), node) for word in words]


def words_in(store: Store) -> set[str]:
    """Return the words that the quads of *store* say."""
    return {quad.object.value for quad in store}
