"""Shapes as a graph: check that they are well formed before any data is validated against them, and name what is not.

The rules are those of `SHACL, appendix C <https://www.w3.org/TR/shacl/#syntax-rules>`_ that pySHACL takes for granted:
where they are broken, it fails in the midst of its work, runs for ever, or ignores what it does not know. To check the
whole list, as shapes for shapes, takes pySHACL longer than a build.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import RDF, SH, XSD

from stancegraph.errors import DataError, StancegraphError
from stancegraph.isolation.deadline import step
from stancegraph.rdf.namespaces import shorten
from stancegraph.suggestions import did_you_mean, suggest

_KNOWN_TERMS = frozenset(map(str, [*dir(SH), SH["and"], SH["class"], SH["in"], SH["not"], SH["or"]]))
_INTEGERS = (SH.minCount, SH.maxCount, SH.minLength, SH.maxLength, SH.qualifiedMinCount, SH.qualifiedMaxCount)
_BOOLEANS = (SH.deactivated, SH.closed, SH.uniqueLang, SH.qualifiedValueShapesDisjoint)
_STRINGS = (SH.pattern, SH.flags, SH.select, SH.ask, SH.construct)
_BOUNDS = (SH.minInclusive, SH.minExclusive, SH.maxInclusive, SH.maxExclusive)
_IRIS = (
    *(SH["class"], SH.datatype, SH.nodeKind, SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals, SH.severity),
    *(SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf),
)
_LISTS = (SH["in"], SH["and"], SH["or"], SH.xone, SH.languageIn, SH.ignoredProperties)
_SHAPES = (SH.node, SH.property, SH["not"], SH.qualifiedValueShape)
_SHAPE_LISTS = (SH["and"], SH["or"], SH.xone)
_MAX_MEMBERS = 100_000
_MAX_DEPTH = 100


class Shapes(Graph):
    """A graph of shapes that are not changed any more.

    Attributes:
        files: The file of each shape that has an IRI, by that IRI.
        filters: What the prefilter has made of node shapes (`stancegraph.pipeline.prefilter`).
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.files: dict[str, Path] = {}
        self.filters: dict[Node, str] = {}


@contextmanager
def errors_with_shape(shapes: Graph, shape: str | None) -> Iterator[None]:
    """Report the shape as the current step, and turn what goes wrong within into a `DataError` that names the shape.

    Args:
        shapes: The graph of shapes, which knows their files if it is one of `Shapes`.
        shape: The IRI of the shape; None if it has none, or if all shapes are meant.

    Raises:
        StancegraphError: If it is raised within.
        MemoryError: If it is raised within.
        DataError: If any other exception is raised within.
    """
    step("the shapes" if shape is None else f"the shape {shorten(shape)}")
    try:
        yield
    except (StancegraphError, MemoryError):
        raise
    except Exception as error:  # pySHACL, rdflib and the engine raise many kinds
        raise DataError(
            f"it cannot be applied: {str(error).strip()[:1000] or type(error).__name__}",
            file=shapes.files.get(shape or "") if isinstance(shapes, Shapes) else None,
            subject=shorten(shape) if shape is not None else "a shape",
            remedy="correct the shape, or write it as a check in queries/check/",
        ) from None


def faults(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with the form of the shapes.

    Args:
        shapes: The graph of shapes.

    Yields:
        The IRI of a shape, what is wrong with it, and the remedy, for each fault; of shapes that refer to themselves
        or are nested too deeply, only the first.
    """
    for check in (_check_terms, _check_values, _check_lists, _check_patterns, _check_recursion):
        yield from check(shapes)


def _name_shape(shapes: Graph, node: Node) -> str:
    """Return the IRI of the shape that *node* belongs to: the nearest one that leads to it."""
    seen = {node}
    while not isinstance(node, URIRef):
        parent = next((subject for subject in shapes.subjects(None, node) if subject not in seen), None)
        if parent is None:
            return "an unnamed shape"
        seen.add(parent)
        node = parent
    return str(node)


def _check_terms(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    for subject, predicate in sorted({(s, p) for s, p, _ in shapes}, key=str):
        if str(predicate).startswith(str(SH)) and str(predicate) not in _KNOWN_TERMS:
            name = str(predicate).removeprefix(str(SH))
            close = suggest(name, (term.removeprefix(str(SH)) for term in _KNOWN_TERMS), limit=1)
            remedy = did_you_mean((f"sh:{term}" for term in close), "use one of the terms of SHACL")
            yield _name_shape(shapes, subject), f"SHACL has no sh:{name}", remedy


def _check_values(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    def is_natural_number(value: Node) -> bool:
        return isinstance(value, Literal) and re.fullmatch(r"\+?\d{1,9}", str(value)) is not None

    def is_boolean(value: Node) -> bool:
        return isinstance(value, Literal) and value.datatype == XSD.boolean and isinstance(value.value, bool)

    def is_string(value: Node) -> bool:
        return isinstance(value, Literal) and value.datatype in (None, XSD.string)

    kinds: tuple[tuple[tuple[URIRef, ...], Callable[[Node], bool], str], ...] = (
        (_INTEGERS, is_natural_number, "a whole number"),
        (_BOOLEANS, is_boolean, "true or false"),
        (_STRINGS, is_string, "a string"),
        (_BOUNDS, lambda value: isinstance(value, Literal), "a literal"),
        (_IRIS, lambda value: isinstance(value, URIRef), "an IRI"),
        (_SHAPES, lambda value: not isinstance(value, Literal), "a shape"),
        ((SH.targetNode,), lambda value: isinstance(value, URIRef | Literal), "an IRI or a literal"),
    )
    for terms, is_valid, expected in kinds:
        for term in terms:
            for subject, value in sorted(shapes.subject_objects(term), key=str):
                if not is_valid(value):
                    name = shapes.namespace_manager.normalizeUri(term)
                    yield _name_shape(shapes, subject), f"{name} is {str(value)[:100]!r}", f"give it {expected}"


def _check_lists(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    heads = [(subject, term, value) for term in _LISTS for subject, value in shapes.subject_objects(term)]
    for path in shapes.objects(None, SH.path):
        heads += [(subject, SH.path, path) for subject in [path] if (path, RDF.first, None) in shapes]
    heads += [(s, SH.alternativePath, o) for s, o in shapes.subject_objects(SH.alternativePath)]
    for subject, term, head in sorted(heads, key=str):
        seen: set[Node] = set()
        node, problem = head, ""
        while node != RDF.nil and not problem:
            following = list(shapes.objects(node, RDF.rest))
            if node in seen:
                problem = "is circular"
            elif len(following) != 1 or len(list(shapes.objects(node, RDF.first))) != 1:
                problem = "is broken"
            elif len(seen) >= _MAX_MEMBERS:
                problem = f"has more than {_MAX_MEMBERS} members"
            seen.add(node)
            node = following[0] if following else node
        if problem:
            name = shapes.namespace_manager.normalizeUri(term)
            yield _name_shape(shapes, subject), f"the list of {name} {problem}", "write it as ( … )"


def _check_patterns(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    for subject, pattern in sorted(shapes.subject_objects(SH.pattern), key=str):
        try:
            re.compile(str(pattern))
        except (re.error, RecursionError, OverflowError) as error:
            yield _name_shape(shapes, subject), f"sh:pattern is not a regular expression: {error}", "correct it"
    for subject, flags in sorted(shapes.subject_objects(SH.flags), key=str):
        if set(str(flags)) - set("smix"):
            yield _name_shape(shapes, subject), f"sh:flags has {str(flags)[:20]!r}", "use the letters s, m, i, x"


def _check_recursion(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    """Find a shape that refers to itself, the meaning of which SHACL leaves undefined, or that is nested too deeply."""
    children: dict[Node, list[Node]] = {}
    for term in _SHAPES:
        for subject, value in shapes.subject_objects(term):
            children.setdefault(subject, []).append(value)
    for term in _SHAPE_LISTS:
        for subject, head in shapes.subject_objects(term):
            node: Node | None = head
            seen: set[Node] = set()
            while node is not None and node not in seen:
                seen.add(node)
                children.setdefault(subject, []).extend(shapes.objects(node, RDF.first))
                node = shapes.value(node, RDF.rest, any=True)
    heights: dict[Node, int] = {}
    for start in sorted(children, key=str):
        path: list[tuple[Node, Iterator[Node]]] = [(start, iter(children[start]))]
        on_path = {start}
        while path:
            shape, remaining = path[-1]
            following = next(remaining, None)
            if following is None:
                path.pop()
                on_path.discard(shape)
                heights[shape] = 1 + max((heights.get(child, 1) for child in children.get(shape, ())), default=0)
                if heights[shape] > _MAX_DEPTH:
                    yield _name_shape(shapes, shape), f"shapes are nested more than {_MAX_DEPTH} deep", "split them"
                    return
            elif following in on_path:
                yield _name_shape(shapes, following), "the shape refers to itself", "write it without recursion"
                return
            elif following not in heights:
                path.append((following, iter(children.get(following, ()))))
                on_path.add(following)
