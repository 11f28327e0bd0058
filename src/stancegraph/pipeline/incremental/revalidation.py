"""Validate again what a change can affect, and keep the findings on the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Store
from rdflib import RDFS, Graph

from stancegraph.files.ledger import read_text
from stancegraph.findings import Finding
from stancegraph.pipeline.checks import check
from stancegraph.pipeline.incremental.delta import ChangedTriples, affected_rows, restrict_to_rows
from stancegraph.pipeline.incremental.dependencies import QueryDependencies, UnknownError
from stancegraph.pipeline.incremental.dependency_cache import DependencyCache
from stancegraph.pipeline.incremental.shape_dependencies import FOCUS, shape_dependencies
from stancegraph.pipeline.shapes import check_nodes
from stancegraph.sparql.engine import Oxigraph

_KEY = ("?subject",)
_SUBCLASS_OF = RDFS.subClassOf.n3()


@dataclass(frozen=True, slots=True)
class GraphChange:
    """A graph *before* and *after* a change, with the triples that were added and removed.

    With *union*, the graph is the union of all graphs of the store, else its default graph.
    """

    before: Store
    after: Store
    added: ChangedTriples
    removed: ChangedTriples
    union: bool

    def touches(self, predicate: str) -> bool:
        """Return whether a triple with *predicate*, as SPARQL writes it, was added or removed."""
        return predicate in self.added.by_predicate or predicate in self.removed.by_predicate

    def affected(self, dependencies: QueryDependencies, key: str) -> set[NamedNode]:
        """Return the values that a variable may have in the rows that the change may add or remove.

        Args:
            dependencies: The dependencies of the query.
            key: The variable, with its question mark.

        Returns:
            Those of the values that are IRIs.

        Raises:
            UnknownError: If they cannot be determined.
        """
        rows = affected_rows(dependencies, (key,), self.removed, self.before, union=self.union)
        rows |= affected_rows(dependencies, (key,), self.added, self.after, union=self.union)
        return {row[0] for row in rows if isinstance(row[0], NamedNode)}


def revalidate_checks(
    change: GraphChange, paths: Sequence[Path], dependency_cache: DependencyCache, known: Sequence[Finding]
) -> list[Finding]:
    """Return the findings of checks after a change.

    Args:
        change: The change of the graph.
        paths: The files of the checks.
        dependency_cache: The cache of the dependencies of their queries.
        known: Their findings before the change.

    Returns:
        All their findings now: those that still stand, and new ones.

    Raises:
        DataError: If a file is not a check, or its query cannot be answered.
        ExternalError: If a file cannot be read, or the engine fails.
    """
    engine = Oxigraph(change.after)
    findings: list[Finding] = []
    for path in paths:
        text = read_text(path)
        try:
            dependencies = dependency_cache.look_up(text)
            subjects = change.affected(dependencies, _KEY[0])
            restricted = restrict_to_rows(text, dependencies, _KEY, [(subject,) for subject in subjects])
        except UnknownError:
            findings += check(engine, path)
            continue
        findings += _keep_others((finding for finding in known if finding.rule == path.stem), subjects)
        if subjects:
            findings += check(engine, path, restricted)
    return findings


def revalidate_shapes(change: GraphChange, shapes: Graph, known: Sequence[Finding]) -> list[Finding]:
    """Return the findings of shapes after a change.

    Args:
        change: The change of the graph.
        shapes: The graph of shapes.
        known: Their findings before the change.

    Returns:
        All their findings now: those that still stand, and new ones.

    Raises:
        DataError: If a shape cannot be applied.
    """
    try:
        if change.touches(_SUBCLASS_OF):  # on which every shape for a class depends, whichever file states it
            raise UnknownError("the hierarchy of classes has changed")
        focus_nodes = change.affected(shape_dependencies(shapes), FOCUS)
    except UnknownError:
        return check_nodes(change.after, shapes)
    new = check_nodes(change.after, shapes, focus_nodes) if focus_nodes else []
    return [*_keep_others(known, focus_nodes), *new]


def _keep_others(known: Iterable[Finding], subjects: set[NamedNode]) -> list[Finding]:
    """Return the *known* findings that are not on *subjects*."""
    names = {subject.value for subject in subjects}
    return [finding for finding in known if finding.subject not in names]
