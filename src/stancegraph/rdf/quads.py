"""Triples and the graphs that they stand in."""

from __future__ import annotations

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

_DEFAULT = DefaultGraph()


def in_graph(triple: Triple | Quad, graph: NamedNode | DefaultGraph = _DEFAULT) -> Quad:
    """*triple* in *graph*, or in the default graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)
