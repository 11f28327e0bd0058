"""What SHACL core says: the shapes of a workspace, run by pySHACL over the nodes that the prefilter lets through.

A property shape's IRI is the name of its rule, ``sh:message`` says what is wrong and ``sh:description`` what to do.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import pyshacl
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize
from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import RDF, SH

from stancegraph.errors import DataError
from stancegraph.files.ledger import read_utf8
from stancegraph.findings import Finding, Severity
from stancegraph.pipeline import shape_forms
from stancegraph.pipeline.prefilter import TARGETS, Shapes, candidate_focus_nodes, errors_with_shape
from stancegraph.rdf import turtle_nesting
from stancegraph.rdf.namespaces import shorten
from stancegraph.rdf.quads import in_graph

_SEVERITY: dict[Node | None, Severity] = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}


def load_shapes(paths: Iterable[Path]) -> Shapes:
    """The shapes of *paths* in one graph.

    Raises `DataError` for a file that does not parse, and for a shape that is not well formed, with its name.
    """
    shapes = Shapes()
    for path in paths:
        content = read_utf8(path)
        turtle_nesting.check(content, path)
        try:
            read = Graph().parse(data=content, format="turtle", publicID=path.absolute().as_uri())
        except Exception as error:  # rdflib's parser raises many kinds
            raise DataError(f"malformed shapes: {error}", file=path, remedy="correct the file") from None
        for name, namespace in read.namespaces():
            shapes.bind(name, namespace)
        shapes += read
        for subject in read.subjects(unique=True):
            if isinstance(subject, URIRef):
                shapes.files.setdefault(str(subject), path)
    for shape, wrong, remedy in shape_forms.faults(shapes):
        raise DataError(wrong, file=shapes.files.get(shape), subject=shorten(shape), remedy=remedy)
    return shapes


def to_rdflib(quads: Iterable[Quad]) -> Graph:
    """The union of *quads* as one rdflib graph."""
    triples = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
    assert triples is not None
    return Graph().parse(io.BytesIO(triples), format="nt")


def check_shapes(quads: Iterable[Quad], shapes: Graph) -> list[Finding]:
    """Validate *quads* against *shapes* (`SHACL <https://www.w3.org/TR/shacl/>`_ core).

    The classes of the ontology must be among the quads, so that a shape for a class reaches its subclasses. The
    findings are those of pySHACL on the whole graph, in a fraction of the time: see `stancegraph.pipeline.prefilter`.
    """
    store = Store()
    store.bulk_extend(map(in_graph, quads))
    return check_nodes(store, shapes)


def check_nodes(store: Store, shapes: Graph, among: Collection[NamedNode] | None = None) -> list[Finding]:
    """Validate the default graph of *store*, or only the nodes *among* it, against *shapes*, as `check_shapes` does."""
    suspected = candidate_focus_nodes(store, shapes, among)
    if suspected is None:
        with errors_with_shape(shapes, None):
            found = validate(to_rdflib(store), shapes)
        names = None if among is None else {node.value for node in among}
        return [one for one in found if names is None or one.subject in names]
    number = sum(len(nodes) for nodes in suspected.values())
    if not number:
        return []
    # a node costs pySHACL in the store what some 300 quads cost to copy, from where it reads them quickly
    graph = store if among is not None or 300 * number < len(store) else to_rdflib(store)
    found = []
    for shape, nodes in suspected.items():
        aimed = _aimed(shapes, shape, nodes)
        with errors_with_shape(shapes, shape):
            try:
                found += validate(graph, aimed)
            except TypeError:
                if not isinstance(graph, Store):
                    raise
                # pySHACL asks what is above a class, and a store refuses to be asked so of a literal, which is none
                graph = to_rdflib(store)
                found += validate(graph, aimed)
    return found


def _aimed(shapes: Graph, shape: str, nodes: Sequence[str]) -> Graph:
    """*shapes* with the *nodes* for the targets of one *shape*, and no others.

    pySHACL can be told focus nodes, but it then passes over the values that a nested shape is about; where it is told
    which shapes to use, it passes over those that they name.
    """
    aimed = Graph(namespace_manager=shapes.namespace_manager)  # messages abbreviate with its prefixes
    for triple in shapes:
        if triple[1] not in TARGETS:
            aimed.add(triple)
    for node in nodes:
        aimed.add((URIRef(shape), SH.targetNode, URIRef(node)))
    return aimed


def validate(graph: Graph | Store, shapes: Graph) -> list[Finding]:
    """What pySHACL finds wrong in *graph*, the default graph where it is a store; `ValueError` where it gives up."""
    # pySHACL reads stores of pyoxigraph, though its annotations do not say so
    _, report, words = pyshacl.validate(graph, shacl_graph=shapes, inference="none", inplace=True)  # type: ignore[arg-type]
    if not isinstance(report, Graph):
        raise ValueError(words)
    found = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        source = report.value(result, SH.sourceShape)
        value = report.value(result, SH.value)
        assert source is not None
        found.append(
            Finding(
                _SEVERITY.get(report.value(result, SH.resultSeverity), Severity.VIOLATION),
                str(source).rsplit("/", 1)[-1],
                str(report.value(result, SH.focusNode)),
                str(report.value(result, SH.resultMessage)).strip(),
                _text(shapes, source, "see the shape"),
                value=None if value is None else str(value),
            )
        )
    return found


def _text(shapes: Graph, shape: Node, otherwise: str) -> str:
    description = shapes.value(shape, SH.description)
    return str(description).strip() if isinstance(description, Literal) else otherwise
