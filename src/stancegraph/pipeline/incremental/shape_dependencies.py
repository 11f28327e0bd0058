"""Where a triple can matter to a shape: for which focus nodes, by way of which properties.

By the constraints of `SHACL core <https://www.w3.org/TR/shacl/#core-components>`_ that
`stancegraph.pipeline.prefilter` knows.
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
_NESTED = {SH.node, SH.property, SH["not"]}
_LISTS = {SH["and"], SH["or"], SH.xone}


def shape_dependencies(shapes: Graph) -> QueryDependencies:
    """What the focus nodes of *shapes* can be affected by; raises `UnknownError` for constraints not known here."""
    found: dict[Occurrence, None] = {}
    for shape in sorted(set(shapes.subjects(RDF.type, SH.NodeShape)), key=str):
        if not is_deactivated(shapes, shape):
            found |= dict.fromkeys([*_of_targets(shapes, shape), *_of_shape(shapes, shape, FOCUS, ())])
    return QueryDependencies(tuple(found), (FOCUS,))


def _of_targets(shapes: Graph, shape: Node) -> Iterator[Occurrence]:
    if (shape, RDF.type, RDFS.Class) in shapes or (shape, SH.target, None) in shapes:
        raise UnknownError("a target of another kind")
    if (shape, SH.targetClass, None) in shapes:
        yield Occurrence((FOCUS, _TYPE, "?class"), ())
    for predicate in shapes.objects(shape, SH.targetSubjectsOf):
        yield Occurrence((FOCUS, predicate.n3(), "?value"), ())
    for predicate in shapes.objects(shape, SH.targetObjectsOf):
        yield Occurrence(("?value", predicate.n3(), FOCUS), ())


def _of_shape(shapes: Graph, shape: Node, node: str, joined: tuple[str, ...]) -> Iterator[Occurrence]:
    """What *node*, which the patterns in *joined* lead to from the focus, is looked at for."""
    if is_deactivated(shapes, shape):
        return
    value, further = node, joined
    path = shapes.value(shape, SH.path)
    if path is not None:
        value = f"?v{len(joined)}"
        pattern = _pattern(shapes, node, path, value)
        yield Occurrence(pattern, joined)
        further = (*joined, f"{' '.join(pattern)} .")
    for constraint, wanted in sorted(shapes.predicate_objects(shape)):
        if constraint == SH["class"]:
            yield Occurrence((value, _TYPE, "?class"), further)
        elif constraint in _PAIRED:
            yield Occurrence((node, wanted.n3(), "?other"), joined)
        elif constraint in _NESTED:
            yield from _of_shape(shapes, wanted, value, further)
        elif constraint in _LISTS:
            for member in Collection(shapes, wanted):
                yield from _of_shape(shapes, member, value, further)
        elif constraint not in LOCAL_PREDICATES | TARGETS:
            raise UnknownError(f"the constraint {constraint} is not known here")


def _pattern(shapes: Graph, node: str, path: Node, value: str) -> tuple[str, str, str]:
    inverse = shapes.value(path, SH.inversePath)
    if isinstance(path, URIRef):
        return node, path.n3(), value
    if isinstance(inverse, URIRef):
        return value, inverse.n3(), node
    raise UnknownError("a path of several steps")
