"""Whether shapes are well formed, told with the shape's name before any data is judged by them.

The rules are those of `SHACL, appendix C <https://www.w3.org/TR/shacl/#syntax-rules>`_ that pySHACL takes for granted:
where they are broken, it fails in the midst of its work, runs for ever, or passes over what it does not know. The whole
list, as shapes for shapes, takes pySHACL longer than a build.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import RDF, SH, XSD

_NAMES = frozenset(map(str, [*dir(SH), SH["and"], SH["class"], SH["in"], SH["not"], SH["or"]]))
_INTEGERS = (SH.minCount, SH.maxCount, SH.minLength, SH.maxLength, SH.qualifiedMinCount, SH.qualifiedMaxCount)
_BOOLEANS = (SH.deactivated, SH.closed, SH.uniqueLang, SH.qualifiedValueShapesDisjoint)
_TEXTS = (SH.pattern, SH.flags, SH.select, SH.ask, SH.construct)
_BOUNDS = (SH.minInclusive, SH.minExclusive, SH.maxInclusive, SH.maxExclusive)
_IRIS = (
    *(SH["class"], SH.datatype, SH.nodeKind, SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals, SH.severity),
    *(SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf),
)
_LISTS = (SH["in"], SH["and"], SH["or"], SH.xone, SH.languageIn, SH.ignoredProperties)
_SHAPES = (SH.node, SH.property, SH["not"], SH.qualifiedValueShape)
_SHAPE_LISTS = (SH["and"], SH["or"], SH.xone)
_LONGEST_LIST = 100_000
_DEEPEST = 100


def faults(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the form of *shapes*: the shape, what is wrong, and the remedy, one after the other."""
    for check in (_terms, _values, _lists, _patterns, _recursion):
        yield from check(shapes)


def _named(shapes: Graph, node: Node) -> str:
    """The shape that *node* belongs to, by the nearest IRI that leads to it."""
    seen = {node}
    while not isinstance(node, URIRef):
        above = next((subject for subject in shapes.subjects(None, node) if subject not in seen), None)
        if above is None:
            return "a shape without a name"
        seen.add(above)
        node = above
    return str(node)


def _terms(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    for subject, predicate in sorted({(s, p) for s, p, _ in shapes}, key=str):
        if str(predicate).startswith(str(SH)) and str(predicate) not in _NAMES:
            name = str(predicate).removeprefix(str(SH))
            close = difflib.get_close_matches(name, (one.removeprefix(str(SH)) for one in _NAMES), n=1)
            hint = f"did you mean sh:{close[0]}?" if close else "use one of the terms of SHACL"
            yield _named(shapes, subject), f"SHACL has no sh:{name}", hint


def _values(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    def whole(value: Node) -> bool:
        return isinstance(value, Literal) and re.fullmatch(r"\+?\d{1,9}", str(value)) is not None

    def truth(value: Node) -> bool:
        return isinstance(value, Literal) and value.datatype == XSD.boolean and isinstance(value.value, bool)

    def text(value: Node) -> bool:
        return isinstance(value, Literal) and value.datatype in (None, XSD.string)

    kinds: tuple[tuple[tuple[URIRef, ...], Callable[[Node], bool], str], ...] = (
        (_INTEGERS, whole, "a whole number"),
        (_BOOLEANS, truth, "true or false"),
        (_TEXTS, text, "a string"),
        (_BOUNDS, lambda value: isinstance(value, Literal), "a literal"),
        (_IRIS, lambda value: isinstance(value, URIRef), "an IRI"),
        (_SHAPES, lambda value: not isinstance(value, Literal), "a shape"),
        ((SH.targetNode,), lambda value: isinstance(value, URIRef | Literal), "an IRI or a literal"),
    )
    for terms, fits, wanted in kinds:
        for term in terms:
            for subject, value in sorted(shapes.subject_objects(term), key=str):
                if not fits(value):
                    name = shapes.namespace_manager.normalizeUri(term)
                    yield _named(shapes, subject), f"{name} is {str(value)[:100]!r}", f"give it {wanted}"


def _lists(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    heads = [(subject, term, value) for term in _LISTS for subject, value in shapes.subject_objects(term)]
    for path in shapes.objects(None, SH.path):
        heads += [(subject, SH.path, path) for subject in [path] if (path, RDF.first, None) in shapes]
    heads += [(s, SH.alternativePath, o) for s, o in shapes.subject_objects(SH.alternativePath)]
    for subject, term, head in sorted(heads, key=str):
        seen: set[Node] = set()
        node, wrong = head, ""
        while node != RDF.nil and not wrong:
            further = list(shapes.objects(node, RDF.rest))
            if node in seen:
                wrong = "comes back to where it was"
            elif len(further) != 1 or len(list(shapes.objects(node, RDF.first))) != 1:
                wrong = "is broken"
            elif len(seen) >= _LONGEST_LIST:
                wrong = f"has more than {_LONGEST_LIST} members"
            seen.add(node)
            node = further[0] if further else node
        if wrong:
            name = shapes.namespace_manager.normalizeUri(term)
            yield _named(shapes, subject), f"the list of {name} {wrong}", "write it as ( … )"


def _patterns(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    for subject, pattern in sorted(shapes.subject_objects(SH.pattern), key=str):
        try:
            re.compile(str(pattern))
        except (re.error, RecursionError, OverflowError) as error:
            yield _named(shapes, subject), f"sh:pattern is no regular expression: {error}", "correct it"
    for subject, flags in sorted(shapes.subject_objects(SH.flags), key=str):
        if set(str(flags)) - set("smixq"):
            yield _named(shapes, subject), f"sh:flags has {str(flags)[:20]!r}", "use the letters s, m, i, x"


def _recursion(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    """Shapes that lead back to themselves, whose meaning SHACL leaves undefined, and such as are nested too deeply."""
    below: dict[Node, list[Node]] = {}
    for term in _SHAPES:
        for subject, value in shapes.subject_objects(term):
            below.setdefault(subject, []).append(value)
    for term in _SHAPE_LISTS:
        for subject, head in shapes.subject_objects(term):
            node: Node | None = head
            seen: set[Node] = set()
            while node is not None and node not in seen:
                seen.add(node)
                below.setdefault(subject, []).extend(shapes.objects(node, RDF.first))
                node = shapes.value(node, RDF.rest, any=True)
    done: dict[Node, int] = {}
    for start in sorted(below, key=str):
        way: list[tuple[Node, Iterator[Node]]] = [(start, iter(below[start]))]
        on_way = {start}
        while way:
            shape, rest = way[-1]
            following = next(rest, None)
            if following is None:
                way.pop()
                on_way.discard(shape)
                done[shape] = 1 + max((done.get(one, 1) for one in below.get(shape, ())), default=0)
                if done[shape] > _DEEPEST:
                    yield _named(shapes, shape), f"shapes are nested more than {_DEEPEST} deep", "take them apart"
                    return
            elif following in on_way:
                yield _named(shapes, following), "the shape leads back to itself", "say it without recursion"
                return
            elif following not in done:
                way.append((following, iter(below.get(following, ()))))
                on_way.add(following)
