"""Triples and the graphs that they belong to."""

from __future__ import annotations

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

_DEFAULT = DefaultGraph()


def in_graph(triple: Triple | Quad, graph: NamedNode | DefaultGraph = _DEFAULT) -> Quad:
    """Return *triple* as a quad in *graph*; of a quad, the graph that it was in is dropped."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)
