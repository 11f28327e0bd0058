"""Take a query apart: find where a triple can stand in it.

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

_THROUGH = {"SelectQuery", "ConstructQuery", "Project", "Distinct", "Reduced", "OrderBy", "Graph", "Filter", "Extend"}
_Pattern = tuple[Any, Any, Any]  # rdflib's terms, with a path perhaps
_Held = _Pattern | str  # or a block of VALUES


def analyse(text: str) -> QueryDependencies:
    """Take the query *text* apart; raises `UnknownError` where it has what is not known here, such as aggregates."""
    try:
        query = translateQuery(parseQuery(text)).algebra
    except Exception as error:  # pyparsing and rdflib raise many kinds
        raise UnknownError(str(error)) from None
    reader = _Reader(query)
    found = tuple(reader.walk(query, [], False))
    template = None
    if query.name == "ConstructQuery":
        if len(query.template) != 1:
            raise UnknownError("a template of several triples")
        template = _words(query.template[0])
    minus = tuple(sorted(set.intersection(*reader.minus))) if reader.minus else None
    return QueryDependencies(found, tuple(sorted(_certain(query))), minus, template)


class _Reader:
    def __init__(self, query: CompValue) -> None:
        self.query = query
        self.numbers = count(1)
        self.minus: list[set[str]] = []

    def walk(self, node: Any, around: list[_Held], non_monotonic: bool) -> Iterator[Occurrence]:
        """The occurrences in *node*; *around* are the patterns that hold with any of its rows."""
        name = node.name
        if name == "BGP":
            for place, pattern in enumerate(node.triples):
                others = around + node.triples[:place] + node.triples[place + 1 :]
                yield from self.of_pattern(pattern, others, non_monotonic)
        elif name == "Join":
            yield from self.walk(node.p1, around + self.holding(node.p2), non_monotonic)
            yield from self.walk(node.p2, around + self.holding(node.p1), non_monotonic)
        elif name == "Union":
            yield from self.walk(node.p1, around, non_monotonic)
            yield from self.walk(node.p2, around, non_monotonic)
        elif name in {"Minus", "LeftJoin"}:
            yield from self.walk(node.p1, around, non_monotonic)
            yield from self.walk(node.p2, around + self.holding(node.p1), True)
            if name == "Minus":
                self.minus.append(_certain(node.p2))
            else:
                yield from self.in_expression(node.expr, around + self.holding(node.p1) + self.holding(node.p2))
        elif name == "ToMultiSet":
            if node.p.name != "values":
                yield from self.walk(node.p, around, non_monotonic)
        elif name in _THROUGH:
            yield from self.walk(node.p, around, non_monotonic)
            yield from self.in_expression(node.expr, around + self.holding(node.p))
        else:
            raise UnknownError(f"{name} is not known here")

    def in_expression(self, expression: Any, around: list[_Held]) -> Iterator[Occurrence]:
        """The occurrences within EXISTS and NOT EXISTS, wherever they stand in *expression*."""
        if isinstance(expression, CompValue):
            if expression.name in {"Builtin_EXISTS", "Builtin_NOTEXISTS"}:
                yield from self.walk(translateGroupGraphPattern(expression.graph), around, True)
                return
            expression = [value for key, value in expression.items() if key != "_vars"]
        if isinstance(expression, list):
            for part in expression:
                yield from self.in_expression(part, around)

    def holding(self, node: Any) -> list[_Held]:
        """The patterns that every row of *node* matches, and the values that it is among."""
        name = node.name
        if name == "BGP":
            return list(node.triples)
        if name == "Join":
            return self.holding(node.p1) + self.holding(node.p2)
        if name in {"Minus", "LeftJoin"}:
            return self.holding(node.p1)
        if name == "ToMultiSet" and node.p.name == "values":
            return _values(node.p.res)
        if name == "ToMultiSet":
            hidden = _variables(node.p) - {str(one) for one in _projected(node.p)}
            if hidden & _variables(self.query, without=node):
                raise UnknownError("a name within a sub-select is used outside for something else")
            return self.holding(node.p)
        return self.holding(node.p) if name in _THROUGH else []

    def of_pattern(self, pattern: _Pattern, others: list[_Held], non_monotonic: bool) -> Iterator[Occurrence]:
        """The triples that *pattern* consists of: of a path, each of its edges."""
        subject, path, value = pattern
        if not isinstance(path, Path):
            yield Occurrence(_words(pattern), tuple(_line(one) for one in others), non_monotonic)
        elif isinstance(path, InvPath):
            yield from self.of_pattern((value, path.arg, subject), others, non_monotonic)
        elif isinstance(path, AlternativePath):
            for one in path.args:
                yield from self.of_pattern((subject, one, value), others, non_monotonic)
        elif isinstance(path, SequencePath):
            nodes = [subject, *(self.fresh() for _ in path.args[1:]), value]
            steps: list[_Held] = [(nodes[place], step, nodes[place + 1]) for place, step in enumerate(path.args)]
            for place, step in enumerate(steps):
                assert not isinstance(step, str)
                yield from self.of_pattern(step, others + steps[:place] + steps[place + 1 :], non_monotonic)
        elif isinstance(path, MulPath):
            ends = {one for one in (subject, value) if isinstance(one, Variable)}
            if path.mod != "+" and len(ends) == 2 and not ends & _ends(others):
                raise UnknownError("a path of no length between two things that nothing else is said of")
            before, after = self.fresh(), self.fresh()
            any_number = MulPath(path.path, "*")
            around = [*others, (subject, any_number, before), (after, any_number, value)]
            yield from self.of_pattern((before, path.path, after), around, non_monotonic)
        else:
            raise UnknownError(f"the path {path} is not known here")

    def fresh(self) -> Variable:
        """A variable that the query does not have."""
        return Variable(f"on_the_way_{next(self.numbers)}")


def _ends(held: list[_Held]) -> set[Any]:
    return {end for one in held if not isinstance(one, str) for end in (one[0], one[2])}


def _values(table: list[dict[Any, Any]]) -> list[_Held]:
    """A table of VALUES as text; nothing where it leaves something open."""
    names = list(table[0]) if table else []
    if not names or any(set(row) != set(names) or "UNDEF" in row.values() for row in table):
        return []
    return [data_block([str(name) for name in names], ([_word(row[name]) for name in names] for row in table))]


def _certain(node: Any) -> set[str]:
    """The variables that every row of *node* binds."""
    name = node.name
    if name == "BGP":
        return {f"?{end}" for triple in node.triples for end in triple if isinstance(end, Variable)}
    if name == "Join":
        return _certain(node.p1) | _certain(node.p2)
    if name == "Union":
        return _certain(node.p1) & _certain(node.p2)
    if name in {"Minus", "LeftJoin"}:
        return _certain(node.p1)
    if name == "ToMultiSet" and node.p.name == "values":
        return set()
    if name in {"Project", "SelectQuery"}:
        return _certain(node.p) & {f"?{one}" for one in node.PV}
    return _certain(node.p) if name in _THROUGH | {"ToMultiSet"} else set()


def _variables(node: Any, without: Any = None) -> set[str]:
    """The names of the variables anywhere in *node*, but not in the part *without*."""
    if node is without:
        return set()
    if isinstance(node, Variable):
        return {str(node)}
    if isinstance(node, CompValue):
        parts: Iterable[Any] = [value for key, value in node.items() if key not in {"_vars", "PV"}]
    else:
        parts = node if isinstance(node, list | tuple) else ()
    return set().union(*(_variables(part, without) for part in parts))


def _projected(node: Any) -> list[Variable]:
    while node.name != "Project":
        node = node.p
    return list(node.PV)


def _word(term: Any) -> str:
    if isinstance(term, BNode):  # in a query, a variable that nobody names
        return f"?blank_{term}"
    if isinstance(term, Variable | URIRef | Literal):
        return term.n3()
    raise UnknownError(f"the term {term} is not known here")


def _words(pattern: _Pattern) -> tuple[str, str, str]:
    return _word(pattern[0]), _word(pattern[1]), _word(pattern[2])


def _line(pattern: _Held) -> str:
    if isinstance(pattern, str):
        return pattern
    path = pattern[1]
    return f"{_word(pattern[0])} {path.n3() if isinstance(path, Path) else _word(path)} {_word(pattern[2])} ."
