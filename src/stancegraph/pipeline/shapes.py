"""Validate by SHACL core: pySHACL checks the nodes that the prefilter lets through against the shapes of a workspace.

A property shape's IRI is the name of its rule, ``sh:message`` says what is wrong and ``sh:description`` what to do.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pyshacl
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize
from pyshacl.graph_abstraction import OxigraphDataGraph
from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import RDF, SH

from stancegraph.errors import DataError
from stancegraph.files.ledger import read_utf8
from stancegraph.findings import Finding, Severity
from stancegraph.pipeline import shape_forms
from stancegraph.pipeline.prefilter import TARGETS, candidate_focus_nodes
from stancegraph.pipeline.shape_forms import Shapes, errors_with_shape
from stancegraph.rdf import turtle_nesting
from stancegraph.rdf.namespaces import shorten
from stancegraph.rdf.quads import in_graph


class StoreGraph(OxigraphDataGraph):
    """A store of pyoxigraph, as pySHACL reads it."""

    def __bool__(self) -> bool:
        """Return True: pySHACL asks at each violation, and would count all triples for it."""
        return True


_SEVERITIES: dict[Node | None, Severity] = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}


def load_shapes(paths: Iterable[Path]) -> Shapes:
    """Read files of shapes, in Turtle, into one graph.

    Args:
        paths: The files.

    Returns:
        The graph, with the file of each shape that has an IRI. It is shared by all who read the same files, and must
        not be changed.

    Raises:
        DataError: If a file does not parse, or a shape, which is named, is not well formed.
        ExternalError: If a file cannot be read.
    """
    return _parse(tuple((path, read_utf8(path)) for path in paths))


@lru_cache(maxsize=8)  # builds that follow each other in one process, as in the editor, seldom have other shapes
def _parse(files: tuple[tuple[Path, bytes], ...]) -> Shapes:
    shapes = Shapes()
    for path, content in files:
        turtle_nesting.check(content, path)
        try:
            graph = Graph().parse(data=content, format="turtle", publicID=path.absolute().as_uri())
        except Exception as error:  # rdflib's parser raises many kinds
            raise DataError(f"malformed shapes: {error}", file=path, remedy="correct the file") from None
        for name, namespace in graph.namespaces():
            shapes.bind(name, namespace)
        shapes += graph
        for subject in graph.subjects(unique=True):
            if isinstance(subject, URIRef):
                shapes.files.setdefault(str(subject), path)
    for shape, problem, remedy in shape_forms.faults(shapes):
        raise DataError(problem, file=shapes.files.get(shape), subject=shorten(shape), remedy=remedy)
    return shapes


def to_rdflib(quads: Iterable[Quad]) -> Graph:
    """Return the triples of *quads*, whichever graphs they are in, as one graph of rdflib."""
    triples = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
    assert triples is not None
    return Graph().parse(io.BytesIO(triples), format="nt")


def check_shapes(quads: Iterable[Quad], shapes: Graph) -> list[Finding]:
    """Validate quads against shapes (`SHACL <https://www.w3.org/TR/shacl/>`_ core).

    The findings are those of pySHACL on the whole graph, in a fraction of the time (`stancegraph.pipeline.prefilter`).

    Args:
        quads: The quads, whose union is validated. The classes of the ontology must be among them, so that a shape for
            a class reaches its subclasses.
        shapes: The graph of shapes.

    Returns:
        The findings, in no particular order.

    Raises:
        DataError: If a shape cannot be applied.
    """
    store = Store()
    store.bulk_extend(map(in_graph, quads))
    return check_nodes(store, shapes)


def check_nodes(store: Store, shapes: Graph, among: Collection[NamedNode] | None = None) -> list[Finding]:
    """Validate the default graph of a store, or only some of its nodes, as `check_shapes` does.

    Args:
        store: The store.
        shapes: The graph of shapes.
        among: The focus nodes to validate, all without it.

    Returns:
        The findings, in no particular order.

    Raises:
        DataError: If a shape cannot be applied.
    """
    candidates = candidate_focus_nodes(store, shapes, among)
    if candidates is None:
        with errors_with_shape(shapes, None):
            findings = validate(to_rdflib(store), shapes)
        names = None if among is None else {node.value for node in among}
        return [finding for finding in findings if names is None or finding.subject in names]
    number = sum(len(nodes) for nodes in candidates.values())
    if not number:
        return []
    # to validate one node in the store takes pySHACL as long as to copy some 300 quads into a graph that it reads fast
    graph = store if among is not None or 300 * number < len(store) else to_rdflib(store)
    findings = []
    untargeted = Graph(namespace_manager=shapes.namespace_manager)  # messages abbreviate with its prefixes
    for triple in shapes:
        if triple[1] not in TARGETS:
            untargeted.add(triple)
    for shape, nodes in candidates.items():
        with errors_with_shape(shapes, shape), _targeted(untargeted, shape, nodes) as targeted:
            try:
                findings += validate(graph, targeted)
            except TypeError:
                if not isinstance(graph, Store):
                    raise
                # pySHACL asks for the superclasses even of a literal, which is not a class, and a store refuses that
                graph = to_rdflib(store)
                findings += validate(graph, targeted)
    return findings


@contextmanager
def _targeted(shapes: Graph, shape: str, nodes: Sequence[str]) -> Iterator[Graph]:
    """Let the *nodes* be the targets of one *shape* for a while.

    pySHACL can be given focus nodes, but then skips the values that a nested shape is about; where it is given the
    shapes to use, it skips those that they refer to.
    """
    targets = [(URIRef(shape), SH.targetNode, URIRef(node)) for node in nodes]
    for target in targets:
        shapes.add(target)
    try:
        yield shapes
    finally:
        for target in targets:
            shapes.remove(target)


def validate(graph: Graph | Store, shapes: Graph) -> list[Finding]:
    """Validate the whole of a graph by pySHACL, without the prefilter.

    Args:
        graph: The graph; of a store, its default graph.
        shapes: The graph of shapes.

    Returns:
        The findings, in no particular order.

    Raises:
        ValueError: If pySHACL gives up.
    """
    data = StoreGraph(graph) if isinstance(graph, Store) else graph
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
    if not isinstance(report, Graph):
        raise ValueError(text)
    findings = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        source = report.value(result, SH.sourceShape)
        value = report.value(result, SH.value)
        assert source is not None
        findings.append(
            Finding(
                _SEVERITIES.get(report.value(result, SH.resultSeverity), Severity.VIOLATION),
                str(source).rsplit("/", 1)[-1],
                str(report.value(result, SH.focusNode)),
                str(report.value(result, SH.resultMessage)).strip(),
                _describe_remedy(shapes, source, "see the shape"),
                value=None if value is None else str(value),
            )
        )
    return findings


def _describe_remedy(shapes: Graph, shape: Node, default: str) -> str:
    description = shapes.value(shape, SH.description)
    return str(description).strip() if isinstance(description, Literal) else default
