"""Dependencies of shapes: where a triple can matter to a shape, for which focus nodes and by which properties.

They are found by the constraints of `SHACL core <https://www.w3.org/TR/shacl/#core-components>`_ that
`stancegraph.pipeline.prefilter` supports.
"""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, RDFS, SH, Graph, Node, URIRef
from rdflib.collection import Collection

from stancegraph.pipeline.incremental.dependencies import Occurrence, QueryDependencies, UnknownError
from stancegraph.pipeline.prefilter import LOCAL_PREDICATES, TARGETS, is_deactivated

FOCUS = "?focus"
_TYPE = RDF.type.n3()
_PAIRED = {SH.lessThan, SH.lessThanOrEquals, SH.equals, SH.disjoint}
_NESTED = {SH.node, SH.property, SH["not"], SH.qualifiedValueShape}
_LISTS = {SH["and"], SH["or"], SH.xone}


def shape_dependencies(shapes: Graph) -> QueryDependencies:
    """Return the patterns by which a triple can affect the focus nodes of *shapes*, the variable `FOCUS`.

    Raises:
        UnknownError: If a shape has a target, path or constraint that is not supported here.
    """
    occurrences: dict[Occurrence, None] = {}
    for shape in sorted(set(shapes.subjects(RDF.type, SH.NodeShape)), key=str):
        if not is_deactivated(shapes, shape):
            occurrences |= dict.fromkeys([*_walk_targets(shapes, shape), *_walk_shape(shapes, shape, FOCUS, ())])
    return QueryDependencies(tuple(occurrences), (FOCUS,))


def _walk_targets(shapes: Graph, shape: Node) -> Iterator[Occurrence]:
    """Yield the patterns that make a node a focus node of *shape*."""
    if (shape, RDF.type, RDFS.Class) in shapes or (shape, SH.target, None) in shapes:
        raise UnknownError("a target of another kind")
    if (shape, SH.targetClass, None) in shapes:
        yield Occurrence((FOCUS, _TYPE, "?class"), ())
    for predicate in shapes.objects(shape, SH.targetSubjectsOf):
        yield Occurrence((FOCUS, predicate.n3(), "?value"), ())
    for predicate in shapes.objects(shape, SH.targetObjectsOf):
        yield Occurrence(("?value", predicate.n3(), FOCUS), ())


def _walk_shape(shapes: Graph, shape: Node, node: str, joined: tuple[str, ...]) -> Iterator[Occurrence]:
    """Yield the patterns that *shape* looks at on *node*, to which the patterns in *joined* lead from the focus."""
    if is_deactivated(shapes, shape):
        return
    value, joined_to_value = node, joined
    path = shapes.value(shape, SH.path)
    if path is not None:
        value = f"?v{len(joined)}"
        pattern = _write_pattern(shapes, node, path, value)
        yield Occurrence(pattern, joined)
        joined_to_value = (*joined, f"{' '.join(pattern)} .")
    for constraint, parameter in sorted(shapes.predicate_objects(shape)):
        if constraint == SH["class"]:
            yield Occurrence((value, _TYPE, "?class"), joined_to_value)
        elif constraint in _PAIRED:
            yield Occurrence((node, parameter.n3(), "?other"), joined)
        elif constraint in _NESTED:
            yield from _walk_shape(shapes, parameter, value, joined_to_value)
        elif constraint in _LISTS:
            for member in Collection(shapes, parameter):
                yield from _walk_shape(shapes, member, value, joined_to_value)
        elif constraint not in LOCAL_PREDICATES | TARGETS:
            raise UnknownError(f"the constraint {constraint} is not supported")


def _write_pattern(shapes: Graph, node: str, path: Node, value: str) -> tuple[str, str, str]:
    inverse = shapes.value(path, SH.inversePath)
    if isinstance(path, URIRef):
        return node, path.n3(), value
    if isinstance(inverse, URIRef):
        return value, inverse.n3(), node
    raise UnknownError("a path of several steps")
