"""Analyse a query: find the patterns in it that a triple can match.

By the algebra of `SPARQL 1.1, section 18 <https://www.w3.org/TR/sparql11-query/#sparqlQuery>`_, as rdflib has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from rdflib import BNode, Literal, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern, translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from stancegraph.pipeline.incremental.dependencies import Occurrence, QueryDependencies, UnknownError
from stancegraph.sparql.values_block import data_block

_TRANSPARENT = {
    "SelectQuery", "ConstructQuery", "Project", "Distinct", "Reduced", "OrderBy", "Graph", "Filter", "Extend",
}  # fmt: skip
_Pattern = tuple[Any, Any, Any]  # rdflib's terms, with a path perhaps
_Condition = _Pattern | str  # or a block of VALUES


def analyse(text: str) -> QueryDependencies:
    """Analyse a query.

    Args:
        text: The query, a SELECT or CONSTRUCT.

    Returns:
        Its patterns, the variables that it binds, and the triple that it constructs.

    Raises:
        UnknownError: If the query does not parse, or has anything that is not supported here, such as an aggregate.
    """
    try:
        query = translateQuery(parseQuery(text)).algebra
    except Exception as error:  # pyparsing and rdflib raise many kinds
        raise UnknownError(str(error)) from None
    reader = _Reader(query)
    occurrences = tuple(reader.walk(query, [], False))
    template = None
    if query.name == "ConstructQuery":
        if len(query.template) != 1:
            raise UnknownError("a template of several triples")
        template = _write_pattern(query.template[0])
    bound_in_minus = tuple(sorted(set.intersection(*reader.bound_in_minus))) if reader.bound_in_minus else None
    return QueryDependencies(occurrences, tuple(sorted(_find_bound_variables(query))), bound_in_minus, template)


class _Reader:
    """The walk through the algebra of a query, which collects the variables that each MINUS binds."""

    def __init__(self, query: CompValue) -> None:
        self.query = query
        self.numbers = count(1)
        self.bound_in_minus: list[set[str]] = []

    def walk(self, node: Any, context: list[_Condition], non_monotonic: bool) -> Iterator[Occurrence]:
        """Yield the occurrences in *node*; the patterns of *context* hold with any of its rows."""
        name = node.name
        if name == "BGP":
            for place, pattern in enumerate(node.triples):
                joined = context + node.triples[:place] + node.triples[place + 1 :]
                yield from self.split_pattern(pattern, joined, non_monotonic)
        elif name == "Join":
            yield from self.walk(node.p1, context + self.list_conditions(node.p2), non_monotonic)
            yield from self.walk(node.p2, context + self.list_conditions(node.p1), non_monotonic)
        elif name == "Union":
            yield from self.walk(node.p1, context, non_monotonic)
            yield from self.walk(node.p2, context, non_monotonic)
        elif name in {"Minus", "LeftJoin"}:
            yield from self.walk(node.p1, context, non_monotonic)
            yield from self.walk(node.p2, context + self.list_conditions(node.p1), True)
            if name == "Minus":
                self.bound_in_minus.append(_find_bound_variables(node.p2))
            else:
                conditions = self.list_conditions(node.p1) + self.list_conditions(node.p2)
                yield from self.walk_expression(node.expr, context + conditions)
        elif name == "ToMultiSet":
            if node.p.name != "values":
                yield from self.walk(node.p, context, non_monotonic)
        elif name in _TRANSPARENT:
            yield from self.walk(node.p, context, non_monotonic)
            yield from self.walk_expression(node.expr, context + self.list_conditions(node.p))
        else:
            raise UnknownError(f"{name} is not supported")

    def walk_expression(self, expression: Any, context: list[_Condition]) -> Iterator[Occurrence]:
        """Yield the occurrences within EXISTS and NOT EXISTS, wherever they stand in *expression*."""
        if isinstance(expression, CompValue):
            if expression.name in {"Builtin_EXISTS", "Builtin_NOTEXISTS"}:
                yield from self.walk(translateGroupGraphPattern(expression.graph), context, True)
                return
            expression = [value for key, value in expression.items() if key != "_vars"]
        if isinstance(expression, list):
            for part in expression:
                yield from self.walk_expression(part, context)

    def list_conditions(self, node: Any) -> list[_Condition]:
        """Return the patterns that every row of *node* matches, and the values that it is among."""
        name = node.name
        if name == "BGP":
            return list(node.triples)
        if name == "Join":
            return self.list_conditions(node.p1) + self.list_conditions(node.p2)
        if name in {"Minus", "LeftJoin"}:
            return self.list_conditions(node.p1)
        if name == "ToMultiSet" and node.p.name == "values":
            return _write_values(node.p.res)
        if name == "ToMultiSet":
            hidden = _find_variables(node.p) - {str(variable) for variable in _find_projected(node.p)}
            if hidden & _find_variables(self.query, without=node):
                raise UnknownError("a name within a sub-select is used outside for something else")
            return self.list_conditions(node.p)
        return self.list_conditions(node.p) if name in _TRANSPARENT else []

    def split_pattern(self, pattern: _Pattern, joined: list[_Condition], non_monotonic: bool) -> Iterator[Occurrence]:
        """Yield the triple patterns that *pattern* consists of: of a path, its edges. *joined* holds with each."""
        subject, path, value = pattern
        if not isinstance(path, Path):
            conditions = tuple(_write_condition(condition) for condition in joined)
            yield Occurrence(_write_pattern(pattern), conditions, non_monotonic)
        elif isinstance(path, InvPath):
            yield from self.split_pattern((value, path.arg, subject), joined, non_monotonic)
        elif isinstance(path, AlternativePath):
            for alternative in path.args:
                yield from self.split_pattern((subject, alternative, value), joined, non_monotonic)
        elif isinstance(path, SequencePath):
            nodes = [subject, *(self.new_variable() for _ in path.args[1:]), value]
            steps: list[_Condition] = [(nodes[place], step, nodes[place + 1]) for place, step in enumerate(path.args)]
            for place, step in enumerate(steps):
                assert not isinstance(step, str)
                yield from self.split_pattern(step, joined + steps[:place] + steps[place + 1 :], non_monotonic)
        elif isinstance(path, MulPath):
            ends = {end for end in (subject, value) if isinstance(end, Variable)}
            if path.mod != "+" and len(ends) == 2 and not ends & _list_ends(joined):
                raise UnknownError("a path of length zero between two things that nothing else constrains")
            before, after = self.new_variable(), self.new_variable()
            any_number = MulPath(path.path, "*")
            context = [*joined, (subject, any_number, before), (after, any_number, value)]
            yield from self.split_pattern((before, path.path, after), context, non_monotonic)
        else:
            raise UnknownError(f"the path {path} is not supported")

    def new_variable(self) -> Variable:
        """Return a variable that the query does not have."""
        return Variable(f"on_the_way_{next(self.numbers)}")


def _list_ends(conditions: list[_Condition]) -> set[Any]:
    """Return the subjects and objects of the patterns among *conditions*."""
    return {end for pattern in conditions if not isinstance(pattern, str) for end in (pattern[0], pattern[2])}


def _write_values(table: list[dict[Any, Any]]) -> list[_Condition]:
    """Return a table of VALUES as one block of text, or nothing where it leaves a value open."""
    names = list(table[0]) if table else []
    if not names or any(set(row) != set(names) or "UNDEF" in row.values() for row in table):
        return []
    return [data_block([str(name) for name in names], ([_write_term(row[name]) for name in names] for row in table))]


def _find_bound_variables(node: Any) -> set[str]:
    """Return the variables, with question marks, that every row of *node* binds."""
    name = node.name
    if name == "BGP":
        return {f"?{end}" for triple in node.triples for end in triple if isinstance(end, Variable)}
    if name == "Join":
        return _find_bound_variables(node.p1) | _find_bound_variables(node.p2)
    if name == "Union":
        return _find_bound_variables(node.p1) & _find_bound_variables(node.p2)
    if name in {"Minus", "LeftJoin"}:
        return _find_bound_variables(node.p1)
    if name == "ToMultiSet" and node.p.name == "values":
        return set()
    if name in {"Project", "SelectQuery"}:
        return _find_bound_variables(node.p) & {f"?{variable}" for variable in node.PV}
    return _find_bound_variables(node.p) if name in _TRANSPARENT | {"ToMultiSet"} else set()


def _find_variables(node: Any, without: Any = None) -> set[str]:
    """Return the names of the variables anywhere in *node*, except in the part *without*."""
    if node is without:
        return set()
    if isinstance(node, Variable):
        return {str(node)}
    if isinstance(node, CompValue):
        parts: Iterable[Any] = [value for key, value in node.items() if key not in {"_vars", "PV"}]
    else:
        parts = node if isinstance(node, list | tuple) else ()
    return set().union(*(_find_variables(part, without) for part in parts))


def _find_projected(node: Any) -> list[Variable]:
    while node.name != "Project":
        node = node.p
    return list(node.PV)


def _write_term(term: Any) -> str:
    if isinstance(term, BNode):  # in a query, a variable without a name
        return f"?blank_{term}"
    if isinstance(term, Variable | URIRef | Literal):
        return term.n3()
    raise UnknownError(f"the term {term} is not supported")


def _write_pattern(pattern: _Pattern) -> tuple[str, str, str]:
    return _write_term(pattern[0]), _write_term(pattern[1]), _write_term(pattern[2])


def _write_condition(condition: _Condition) -> str:
    if isinstance(condition, str):
        return condition
    subject, path, value = condition
    return f"{_write_term(subject)} {path.n3() if isinstance(path, Path) else _write_term(path)} {_write_term(value)} ."
