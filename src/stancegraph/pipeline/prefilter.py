"""Find the nodes of a graph that may violate a shape, so that pySHACL need only look at those.

Each node shape becomes one SPARQL query whose filter is true of every focus node that violates it. Oxigraph runs the
query over the whole graph; pySHACL then validates the few nodes that it returns. A constraint that this module does not
support makes candidates of all focus nodes of its shape: the prefilter may let through too many, never too few.

The constraints are those of `SHACL core <https://www.w3.org/TR/shacl/#core-components>`_.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, count

from pyoxigraph import NamedNode, QuerySolutions, Store
from rdflib import Graph, Literal, Node, URIRef
from rdflib.collection import Collection as RdfList
from rdflib.namespace import RDF, RDFS, SH

from stancegraph.pipeline.shape_forms import Shapes, errors_with_shape
from stancegraph.rdf.datatypes import CASTABLE_DATATYPES, cast_condition
from stancegraph.rdf.namespaces import PREFIXES

TARGETS = {SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf}
_NOT_CONSTRAINTS = TARGETS | {
    RDF.type, RDFS.label, RDFS.comment, SH.path, SH.message, SH.description, SH.name, SH.severity, SH.order, SH.group,
    SH.deactivated, SH.flags,
}  # fmt: skip
_BOUNDS: dict[Node, str] = {
    SH.minInclusive: ">=",
    SH.minExclusive: ">",
    SH.maxInclusive: "<=",
    SH.maxExclusive: "<",
}
_PAIRED: dict[Node, str] = {SH.lessThan: "<", SH.lessThanOrEquals: "<="}
LOCAL_PREDICATES = _NOT_CONSTRAINTS | {
    SH.datatype, SH.nodeKind, SH.minCount, SH.maxCount, SH.minLength, SH.maxLength, SH.pattern, SH.uniqueLang, SH["in"],
    SH.hasValue, SH.languageIn, SH.qualifiedMinCount, SH.qualifiedMaxCount, *_BOUNDS,
}  # fmt: skip
"""Predicates of shapes that are not constraints, or constrain values themselves and not what is stated of them."""
_LONGEST_FILTER = 100_000  # characters
_COUNTED = {SH.minCount, SH.maxCount, SH.qualifiedMinCount, SH.qualifiedMaxCount, SH.qualifiedValueShape}
_MOST_VALUES = 4  # that are compared with one another: the number of pairs grows with the square
_PLAIN = {URIRef(PREFIXES["xsd"] + "string"), URIRef(PREFIXES["xsd"] + "anyURI"), RDF.langString}


class _UnknownError(Exception):
    """A constraint or path that this module cannot express in SPARQL."""


def candidate_focus_nodes(
    store: Store, shapes: Graph, among: Collection[NamedNode] | None = None
) -> dict[str, list[str]] | None:
    """Return the focus nodes that may violate each shape.

    Args:
        store: The store, of which only the default graph is looked at.
        shapes: The graph of shapes.
        among: The nodes to look at, all without it.

    Returns:
        The IRIs of the candidates, sorted, by the IRI of the shape; shapes without candidates are left out. None where
        IRIs do not suffice: a shape or candidate is a blank node, or a shape has an implicit or SPARQL-based target.

    Raises:
        DataError: If a shape cannot be applied.
    """
    candidates: dict[str, list[str]] = {}
    filters = shapes.filters if isinstance(shapes, Shapes) else {}
    subclasses = _Subclasses(store)
    values = "" if among is None else f"VALUES ?focus {{ {' '.join(map(str, among))} }}"
    for shape in sorted(set(shapes.subjects(RDF.type, SH.NodeShape)), key=str):
        if is_deactivated(shapes, shape):
            continue
        with errors_with_shape(shapes, str(shape) if isinstance(shape, URIRef) else None):
            targets = list(_write_targets(shapes, shape))
            if (shape, RDF.type, RDFS.Class) in shapes or (shape, SH.target, None) in shapes:
                return None
            if shape not in filters:
                filters[shape] = _compile_filter(shapes, shape)
            violation = subclasses.fill_in(filters[shape])
            if len(violation) > _LONGEST_FILTER:
                violation = "true"
            nodes = set()
            for target in targets:
                solutions = store.query(f"SELECT DISTINCT ?focus WHERE {{ {values} {target} FILTER({violation}) }}")
                assert isinstance(solutions, QuerySolutions)
                nodes |= {solution["focus"] for solution in solutions}
            if nodes:
                if not isinstance(shape, URIRef) or not all(isinstance(node, NamedNode) for node in nodes):
                    return None
                candidates[str(shape)] = sorted(node.value for node in nodes)
    return candidates


def _compile_filter(shapes: Graph, shape: Node) -> str:
    """Return the expression that ``?focus`` may violate *shape*, in which a class stands for its subclasses."""
    try:
        return _Compiler(shapes).compile_shape(shape, "?focus")
    except _UnknownError:
        return "true"


class _Subclasses:
    """The subclasses of classes in a store: looked up once, not for every value."""

    _TOKEN = secrets.token_hex(16)  # which no literal of a shape can hold
    _MARK = re.compile(f"{_TOKEN}(.*?){_TOKEN}")

    def __init__(self, store: Store) -> None:
        self.store = store
        self.lists: dict[str, str] = {}

    @staticmethod
    def mark(klass: Node) -> str:
        """Return what `fill_in` replaces by *klass* and its subclasses."""
        return f"{_Subclasses._TOKEN}{klass.n3()}{_Subclasses._TOKEN}"

    def fill_in(self, expression: str) -> str:
        """Put lists of SPARQL terms where the *expression* marks classes."""
        return self._MARK.sub(lambda match: self._list(match[1]), expression)

    def _list(self, klass: str) -> str:
        if klass not in self.lists:
            solutions = self.store.query(f"SELECT DISTINCT ?class WHERE {{ ?class {RDFS.subClassOf.n3()}* {klass} }}")
            assert isinstance(solutions, QuerySolutions)
            nodes = (solution["class"] for solution in solutions)
            self.lists[klass] = ", ".join(sorted(str(node) for node in nodes if isinstance(node, NamedNode)))
        return self.lists[klass]


def is_deactivated(shapes: Graph, shape: Node) -> bool:
    """Return whether *shape*, in the graph *shapes*, is deactivated."""
    return shapes.value(shape, SH.deactivated) == Literal(True)


def _write_targets(shapes: Graph, shape: Node) -> Iterator[str]:
    """Yield a pattern for each target of *shape*, in which ``?focus`` is the focus node."""
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
    """Translate shapes into SPARQL expressions that are true where a node violates the shape."""

    def __init__(self, shapes: Graph) -> None:
        self.shapes = shapes
        self.numbers = count(1)

    def compile_shape(self, shape: Node, node: str) -> str:
        """Return the expression that *node*, a variable, violates *shape*; raise `_UnknownError` if there is none."""
        path = self.shapes.value(shape, SH.path)
        if path is None:
            return _any(self._compile_for_value(shape, node))
        return _any(self._compile_for_path(shape, node, self._write_path(path)))

    def _new_variable(self) -> str:
        return f"?v{next(self.numbers)}"

    def _write_path(self, path: Node) -> str:
        if isinstance(path, URIRef):
            return path.n3()
        inverse = self.shapes.value(path, SH.inversePath)
        if isinstance(inverse, URIRef):
            return f"^{inverse.n3()}"
        raise _UnknownError(path)

    def _require_values(self, node: str, path: str, number: int, of: Node | None = None) -> str:
        """Return the expression that *node* has at least *number* different values, *of* a shape if one is given."""
        if number > _MOST_VALUES:
            raise _UnknownError(number)
        if number == 0:
            return "true"
        values = [self._new_variable() for _ in range(number)]
        conditions = [f"!sameTerm({first}, {second})" for first, second in combinations(values, 2)]
        conditions += [f"!({self.compile_shape(of, value)})" for value in values if of is not None]
        return f"EXISTS {{ {' '.join(f'{node} {path} {value} .' for value in values)} FILTER({_all(conditions)}) }}"

    def _find_qualified(self, shape: Node) -> Node:
        """Return the shape of the values that a property shape counts."""
        qualified = list(self.shapes.objects(shape, SH.qualifiedValueShape))
        if len(qualified) != 1 or (shape, SH.qualifiedValueShapesDisjoint, None) in self.shapes:
            raise _UnknownError(SH.qualifiedValueShape)
        return qualified[0]

    def _compile_for_path(self, shape: Node, node: str, path: str) -> Iterator[str]:
        """Yield the violations of a property shape by the values of *node* taken together, or by one of them."""
        first, second = self._new_variable(), self._new_variable()
        two_values = f"{node} {path} {first} . {node} {path} {second} ."
        for constraint, parameter in self._list_constraints(shape):
            if constraint == SH.minCount:
                yield f"!({self._require_values(node, path, int(str(parameter)))})"
            elif constraint == SH.maxCount:
                yield self._require_values(node, path, int(str(parameter)) + 1)
            elif constraint == SH.qualifiedMinCount:
                yield f"!({self._require_values(node, path, int(str(parameter)), self._find_qualified(shape))})"
            elif constraint == SH.qualifiedMaxCount:
                yield self._require_values(node, path, int(str(parameter)) + 1, self._find_qualified(shape))
            elif constraint == SH.uniqueLang:
                same = f'LANG({first}) != "" && LCASE(LANG({first})) = LCASE(LANG({second}))'
                yield f"EXISTS {{ {two_values} FILTER(!sameTerm({first}, {second}) && {same}) }}"
            elif constraint == SH.hasValue:
                yield f"NOT EXISTS {{ {node} {path} {parameter.n3()} }}"
            elif constraint in _PAIRED:
                pair = f"{node} {path} {first} . {node} {parameter.n3()} {second} ."
                yield f"EXISTS {{ {pair} FILTER(!COALESCE({first} {_PAIRED[constraint]} {second}, false)) }}"
        value = self._new_variable()
        violations = list(self._compile_for_value(shape, value, of_path=True))
        if violations:
            yield f"EXISTS {{ {node} {path} {value} FILTER({_any(violations)}) }}"

    def _compile_for_value(self, shape: Node, value: str, *, of_path: bool = False) -> Iterator[str]:
        """Yield the violations by one *value*: a focus node or, if *of_path*, a value of a property shape's path."""
        for constraint, parameter in self._list_constraints(shape):
            if constraint == SH["class"]:
                kind = self._new_variable()
                yield f"NOT EXISTS {{ {value} a {kind} FILTER({kind} IN ({_Subclasses.mark(parameter)})) }}"
            elif constraint == SH.datatype:
                yield f"!COALESCE({self._require_datatype(value, parameter)}, false)"
            elif constraint == SH.nodeKind and parameter in _KINDS:
                yield _all(f"!{test}({value})" for test in _KINDS[parameter])
            elif constraint == SH.minLength:
                yield f"isBlank({value}) || STRLEN(STR({value})) < {parameter}"
            elif constraint == SH.maxLength:
                yield f"isBlank({value}) || STRLEN(STR({value})) > {parameter}"
            elif constraint == SH.pattern and (shape, SH.flags, None) not in self.shapes:
                yield f"!COALESCE(REGEX(STR({value}), {Literal(str(parameter)).n3()}), false)"
            elif constraint == SH.languageIn:
                ranges = self._list_members(parameter)
                matches = _any(f"langMatches(LANG({value}), {language.n3()})" for language in ranges)
                yield f"!COALESCE({matches}, false)"
            elif constraint in _BOUNDS:
                yield f"!COALESCE({value} {_BOUNDS[constraint]} {parameter.n3()}, false)"
            elif constraint == SH["in"]:
                yield f"!({_any(f'sameTerm({value}, {member.n3()})' for member in self._list_members(parameter))})"
            elif constraint in {SH.node, SH.property}:
                yield self.compile_shape(parameter, value)
            elif constraint == SH["not"]:
                yield f"!({self.compile_shape(parameter, value)})"
            elif constraint == SH["and"]:
                yield _any(self.compile_shape(member, value) for member in self._list_members(parameter))
            elif constraint == SH["or"]:
                yield _all(self.compile_shape(member, value) for member in self._list_members(parameter))
            elif constraint == SH.xone:
                members = self._list_members(parameter)
                conformances = [f"IF({self.compile_shape(member, value)}, 0, 1)" for member in members]
                yield f"({' + '.join(conformances)}) != 1"
            elif constraint == SH.hasValue and not of_path:
                yield f"!sameTerm({value}, {parameter.n3()})"
            elif not (of_path and constraint in {*_COUNTED, SH.uniqueLang, SH.hasValue, *_PAIRED}):
                raise _UnknownError(constraint)

    def _list_constraints(self, shape: Node) -> list[tuple[Node, Node]]:
        if is_deactivated(self.shapes, shape):
            return []
        pairs = sorted(self.shapes.predicate_objects(shape))
        return [(predicate, value) for predicate, value in pairs if predicate not in _NOT_CONSTRAINTS]

    def _list_members(self, node: Node) -> list[Node]:
        return list(RdfList(self.shapes, node))

    def _require_datatype(self, value: str, datatype: Node) -> str:
        is_typed = f"isLiteral({value}) && DATATYPE({value}) = {datatype.n3()}"
        if str(datatype) in CASTABLE_DATATYPES:
            return f"{is_typed} && {cast_condition(value, str(datatype))}"
        if datatype in _PLAIN:
            return is_typed
        raise _UnknownError(datatype)


def _any(expressions: Iterable[str]) -> str:
    """Return the disjunction of *expressions*.

    >>> _any(["?a > 1", "isBlank(?a)"])
    '(?a > 1) || (isBlank(?a))'
    """
    return " || ".join(f"({expression})" for expression in expressions) or "false"


def _all(expressions: Iterable[str]) -> str:
    return " && ".join(f"({expression})" for expression in expressions) or "true"
