"""Screen a graph for the nodes that may violate a shape, so that pySHACL need only look at those.

Each node shape becomes one SPARQL query whose filter is true of every focus node that violates it. Oxigraph runs the
query over the whole graph; pySHACL then judges the few nodes that it names. A constraint that this module does not
know makes candidates of all focus nodes of its shape: the prefilter may let through too many, never too few.

The constraints are those of `SHACL core <https://www.w3.org/TR/shacl/#core-components>`_.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import combinations, count
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, QuerySolutions, Store
from rdflib import Graph, Literal, Node, URIRef
from rdflib.collection import Collection as RdfList
from rdflib.namespace import RDF, RDFS, SH

from stancegraph.errors import DataError, StancegraphError
from stancegraph.isolation.deadline import step
from stancegraph.rdf.datatypes import CASTABLE_DATATYPES, cast_condition
from stancegraph.rdf.namespaces import PREFIXES, shorten

TARGETS = {SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf}
_NOT_CONSTRAINTS = TARGETS | {
    RDF.type, RDFS.label, RDFS.comment, SH.path, SH.message, SH.description, SH.name, SH.severity, SH.order, SH.group,
    SH.deactivated, SH.flags,
}  # fmt: skip
_COMPARED: dict[Node, str] = {SH.minInclusive: ">=", SH.minExclusive: ">", SH.maxInclusive: "<=", SH.maxExclusive: "<"}
_PAIRED: dict[Node, str] = {SH.lessThan: "<", SH.lessThanOrEquals: "<="}
LOOK_NO_FURTHER = _NOT_CONSTRAINTS | {
    SH.datatype, SH.nodeKind, SH.minCount, SH.maxCount, SH.minLength, SH.maxLength, SH.pattern, SH.uniqueLang, SH["in"],
    SH.hasValue, *_COMPARED,
}  # fmt: skip
"""What is judged by the values of a node alone, and by nothing that is said of them."""
_LONGEST = 100_000  # characters of a filter that the engine is asked for
_MOST = 4  # values that are compared with one another, of which the pairs grow with the square
_PLAIN = {URIRef(PREFIXES["xsd"] + "string"), URIRef(PREFIXES["xsd"] + "anyURI"), RDF.langString}


class _UnknownError(Exception):
    """A constraint or path that cannot be said in SPARQL here."""


class Shapes(Graph):
    """A graph of shapes that knows the *files* of those that have IRIs."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.files: dict[str, Path] = {}


@contextmanager
def errors_with_shape(shapes: Graph, shape: str | None) -> Iterator[None]:
    """Say at which of *shapes* the work is, and turn whatever goes wrong with it into a `DataError` that names it."""
    step("the shapes" if shape is None else f"the shape {shorten(shape)}")
    try:
        yield
    except (StancegraphError, MemoryError):
        raise
    except Exception as error:  # pySHACL, rdflib and the engine raise many kinds
        raise DataError(
            f"nothing can be judged by it: {str(error).strip()[:1000] or type(error).__name__}",
            file=shapes.files.get(shape or "") if isinstance(shapes, Shapes) else None,
            subject=shorten(shape) if shape is not None else "a shape",
            remedy="correct the shape, or say it as a check in queries/check/",
        ) from None


def candidate_focus_nodes(
    store: Store, shapes: Graph, among: Collection[NamedNode] | None = None
) -> dict[str, list[str]] | None:
    """For each of *shapes*, by IRI, the nodes in the default graph of *store* that may violate it, by IRI and in order.

    *among*: only these nodes are looked at. None where they cannot be named: some shape or suspect is a blank node, or
    a shape has targets of another kind.
    """
    found: dict[str, list[str]] = {}
    compiler = _Compiler(shapes, store)
    chosen = "" if among is None else f"VALUES ?focus {{ {' '.join(map(str, among))} }}"
    for shape in sorted(set(shapes.subjects(RDF.type, SH.NodeShape)), key=str):
        if is_deactivated(shapes, shape):
            continue
        with errors_with_shape(shapes, str(shape) if isinstance(shape, URIRef) else None):
            targets = list(_targets(shapes, shape))
            if (not targets and (shape, RDF.type, RDFS.Class) in shapes) or (shape, SH.target, None) in shapes:
                return None
            try:
                violated = compiler.violated(shape, "?focus")
            except _UnknownError:
                violated = "true"
            if len(violated) > _LONGEST:
                violated = "true"
            nodes = set()
            for target in targets:
                solutions = store.query(f"SELECT DISTINCT ?focus WHERE {{ {chosen} {target} FILTER({violated}) }}")
                assert isinstance(solutions, QuerySolutions)
                nodes |= {solution["focus"] for solution in solutions}
            if nodes:
                if not isinstance(shape, URIRef) or not all(isinstance(node, NamedNode) for node in nodes):
                    return None
                found[str(shape)] = sorted(node.value for node in nodes)
    return found


def is_deactivated(shapes: Graph, shape: Node) -> bool:
    """Whether *shape* is switched off."""
    return shapes.value(shape, SH.deactivated) == Literal(True)


def _targets(shapes: Graph, shape: Node) -> Iterator[str]:
    for node in shapes.objects(shape, SH.targetClass):
        yield f"?focus a/{RDFS.subClassOf.n3()}* {node.n3()} ."
    for node in shapes.objects(shape, SH.targetNode):
        yield f"VALUES ?focus {{ {node.n3()} }}"
    for node in shapes.objects(shape, SH.targetSubjectsOf):
        yield f"?focus {node.n3()} ?targeted ."
    for node in shapes.objects(shape, SH.targetObjectsOf):
        yield f"?targeted {node.n3()} ?focus ."


_KINDS: dict[Node, tuple[str, ...]] = {
    SH.IRI: ("isIRI",),
    SH.Literal: ("isLiteral",),
    SH.BlankNode: ("isBlank",),
    SH.IRIOrLiteral: ("isIRI", "isLiteral"),
    SH.BlankNodeOrIRI: ("isBlank", "isIRI"),
    SH.BlankNodeOrLiteral: ("isBlank", "isLiteral"),
}


class _Compiler:
    """Say in SPARQL, as a boolean expression, that a node violates a shape."""

    def __init__(self, shapes: Graph, store: Store) -> None:
        self.shapes, self.store = shapes, store
        self.numbers = count(1)
        self.below: dict[Node, str] = {}

    def violated(self, shape: Node, node: str) -> str:
        """That *node*, a variable, violates *shape*; raise `_UnknownError` where it cannot be said."""
        path = self.shapes.value(shape, SH.path)
        if path is None:
            return _any(self._of_value(shape, node))
        return _any(self._of_values(shape, node, self._path(path)))

    def _variable(self) -> str:
        return f"?v{next(self.numbers)}"

    def _classes(self, klass: Node) -> str:
        """*klass* and the classes below it, as SPARQL terms: looked up once, not for every value."""
        if klass not in self.below:
            found = self.store.query(f"SELECT DISTINCT ?class WHERE {{ ?class {RDFS.subClassOf.n3()}* {klass.n3()} }}")
            assert isinstance(found, QuerySolutions)
            classes = (solution["class"] for solution in found)
            self.below[klass] = ", ".join(sorted(str(one) for one in classes if isinstance(one, NamedNode)))
        return self.below[klass]

    def _path(self, path: Node) -> str:
        if isinstance(path, URIRef):
            return path.n3()
        inverse = self.shapes.value(path, SH.inversePath)
        if isinstance(inverse, URIRef):
            return f"^{inverse.n3()}"
        raise _UnknownError(path)

    def _has(self, node: str, path: str, number: int) -> str:
        """That *node* has at least *number* values, which are different terms."""
        if number > _MOST:
            raise _UnknownError(number)
        if number == 0:
            return "true"
        values = [self._variable() for _ in range(number)]
        different = _all(f"!sameTerm({one}, {other})" for one, other in combinations(values, 2))
        return f"EXISTS {{ {' '.join(f'{node} {path} {value} .' for value in values)} FILTER({different}) }}"

    def _of_values(self, shape: Node, node: str, path: str) -> Iterator[str]:
        """What is violated by the values of *node* taken together, or by one of them."""
        one, other = self._variable(), self._variable()
        two = f"{node} {path} {one} . {node} {path} {other} ."
        for constraint, wanted in self._constraints(shape):
            if constraint == SH.minCount:
                yield f"!({self._has(node, path, int(str(wanted)))})"
            elif constraint == SH.maxCount:
                yield self._has(node, path, int(str(wanted)) + 1)
            elif constraint == SH.uniqueLang:
                same = f'LANG({one}) != "" && LCASE(LANG({one})) = LCASE(LANG({other}))'
                yield f"EXISTS {{ {two} FILTER(!sameTerm({one}, {other}) && {same}) }}"
            elif constraint == SH.hasValue:
                yield f"NOT EXISTS {{ {node} {path} {wanted.n3()} }}"
            elif constraint in _PAIRED:
                pair = f"{node} {path} {one} . {node} {wanted.n3()} {other} ."
                yield f"EXISTS {{ {pair} FILTER(!COALESCE({one} {_PAIRED[constraint]} {other}, false)) }}"
        value = self._variable()
        each = list(self._of_value(shape, value, of_path=True))
        if each:
            yield f"EXISTS {{ {node} {path} {value} FILTER({_any(each)}) }}"

    def _of_value(self, shape: Node, value: str, *, of_path: bool = False) -> Iterator[str]:
        """What is violated by one *value*: a focus node, or a value of a property shape's path."""
        for constraint, wanted in self._constraints(shape):
            if constraint == SH["class"]:
                kind = self._variable()
                yield f"NOT EXISTS {{ {value} a {kind} FILTER({kind} IN ({self._classes(wanted)})) }}"
            elif constraint == SH.datatype:
                yield f"!COALESCE({self._is_of_datatype(value, wanted)}, false)"
            elif constraint == SH.nodeKind and wanted in _KINDS:
                yield _all(f"!{test}({value})" for test in _KINDS[wanted])
            elif constraint == SH.minLength:
                yield f"isBlank({value}) || STRLEN(STR({value})) < {wanted}"
            elif constraint == SH.maxLength:
                yield f"isBlank({value}) || STRLEN(STR({value})) > {wanted}"
            elif constraint == SH.pattern and (shape, SH.flags, None) not in self.shapes:
                yield f"!COALESCE(REGEX(STR({value}), {Literal(str(wanted)).n3()}), false)"
            elif constraint in _COMPARED:
                yield f"!COALESCE({value} {_COMPARED[constraint]} {wanted.n3()}, false)"
            elif constraint == SH["in"]:
                yield f"!({_any(f'sameTerm({value}, {member.n3()})' for member in self._members(wanted))})"
            elif constraint in {SH.node, SH.property}:
                yield self.violated(wanted, value)
            elif constraint == SH["not"]:
                yield f"!({self.violated(wanted, value)})"
            elif constraint == SH["and"]:
                yield _any(self.violated(member, value) for member in self._members(wanted))
            elif constraint == SH["or"]:
                yield _all(self.violated(member, value) for member in self._members(wanted))
            elif constraint == SH.xone:
                kept = [f"IF({self.violated(member, value)}, 0, 1)" for member in self._members(wanted)]
                yield f"({' + '.join(kept)}) != 1"
            elif constraint == SH.hasValue and not of_path:
                yield f"!sameTerm({value}, {wanted.n3()})"
            elif not (of_path and constraint in {SH.minCount, SH.maxCount, SH.uniqueLang, SH.hasValue, *_PAIRED}):
                raise _UnknownError(constraint)

    def _constraints(self, shape: Node) -> list[tuple[Node, Node]]:
        if is_deactivated(self.shapes, shape):
            return []
        found = sorted(self.shapes.predicate_objects(shape))
        return [(p, o) for p, o in found if p not in _NOT_CONSTRAINTS]

    def _members(self, node: Node) -> list[Node]:
        return list(RdfList(self.shapes, node))

    def _is_of_datatype(self, value: str, datatype: Node) -> str:
        is_typed = f"isLiteral({value}) && DATATYPE({value}) = {datatype.n3()}"
        if str(datatype) in CASTABLE_DATATYPES:
            return f"{is_typed} && {cast_condition(value, str(datatype))}"
        if datatype in _PLAIN:
            return is_typed
        raise _UnknownError(datatype)


def _any(expressions: Iterable[str]) -> str:
    return " || ".join(f"({expression})" for expression in expressions) or "false"


def _all(expressions: Iterable[str]) -> str:
    return " && ".join(f"({expression})" for expression in expressions) or "true"
