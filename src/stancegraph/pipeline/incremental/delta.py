"""Determine which rows of a query may have changed because certain triples were added or removed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from pyoxigraph import QuerySolutions, RdfFormat, Store, Triple, Variable, parse

from stancegraph.pipeline.incremental.dependencies import Occurrence, QueryDependencies, UnknownError
from stancegraph.sparql.engine import Term
from stancegraph.sparql.lexer import openings
from stancegraph.sparql.values_block import data_block

Row = tuple[Term, ...]
_VARIABLE = re.compile(r"\?\w+")


class ChangedTriples:
    """Triples that were added or removed, by predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.by_predicate: dict[str, list[Triple]] = defaultdict(list)
        for triple in triples:
            self.by_predicate[str(triple.predicate)].append(triple)

    def matching(self, pattern: tuple[str, str, str]) -> Iterator[dict[str, Term]]:
        """Yield the bindings of *pattern*, by variable, for each triple that may match; literals are not compared."""
        predicate = pattern[1]
        groups = self.by_predicate.values() if predicate.startswith("?") else [self.by_predicate.get(predicate, [])]
        for triple in chain.from_iterable(groups):
            bindings: dict[str, Term] = {}
            for name, term in zip(pattern, triple, strict=True):
                if name.startswith("?"):
                    if bindings.setdefault(name, term) != term:
                        break
                elif name.startswith("<") and name != str(term):
                    break
            else:
                yield bindings


def affected_rows(
    dependencies: QueryDependencies,
    keys: Sequence[str],
    changed: ChangedTriples,
    store: Store,
    *,
    union: bool,
    non_monotonic: bool = False,
) -> set[Row]:
    """Return the values of some keys in the rows that a change may add or remove: all of these, and perhaps more.

    Args:
        dependencies: The dependencies of the query.
        keys: The variables, with question marks, or constants, whose values are returned.
        changed: The triples that were added, or those that were removed.
        store: The store that has what was added, or that had what was removed.
        union: Whether the query is over the union of the graphs of the store, not over its default graph.
        non_monotonic: Whether to look only at the patterns in which an added triple removes rows.

    Returns:
        The values, in the order of the keys.

    Raises:
        UnknownError: If they cannot be determined, as nothing joins a pattern with those that have the keys.
    """
    affected: set[Row] = set()
    for occurrence in dependencies.occurrences:
        if not non_monotonic or occurrence.non_monotonic:
            matches = list(changed.matching(occurrence.triple))
            if matches:
                affected |= _find_keys(occurrence, keys, matches, store, union)
    return affected


def _find_keys(
    occurrence: Occurrence, keys: Sequence[str], matches: list[dict[str, Term]], store: Store, union: bool
) -> set[Row]:
    """Return the values of *keys* in the rows that *matches* of *occurrence* are part of, from *store* where needed."""
    matched = set(matches[0])
    constants = {key: _parse_constant(key) for key in keys if not key.startswith("?")}
    variables = [key for key in keys if key not in constants]
    if matched.issuperset(variables):
        return {tuple(constants.get(key) or match[key] for key in keys) for match in matches}
    joined = " ".join(occurrence.joined)
    joined_variables = set(_VARIABLE.findall(joined))
    links = sorted(matched & joined_variables.union(variables))
    if not links or not joined_variables.union(matched).issuperset(variables):
        raise UnknownError("a pattern that nothing joins with the rest")
    rows = {tuple(match[link] for link in links) for match in matches}
    text = f"SELECT DISTINCT {' '.join(variables)} WHERE {{ {values(links, rows)} {joined} }}"
    solutions = store.query(text, use_default_graph_as_union=union)
    assert isinstance(solutions, QuerySolutions)
    return {tuple(constants.get(key) or solution[Variable(key[1:])] for key in keys) for solution in solutions}


def _parse_constant(text: str) -> Term:
    """Return the IRI or literal that *text* is in Turtle."""
    (quad,) = parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.TURTLE)
    value: Term = quad.object
    return value


def values(names: Sequence[str], rows: Collection[Row]) -> str:
    """Return a data block of SPARQL that binds the variables *names*, with question marks, to each of *rows*."""
    return data_block([name[1:] for name in names], rows)


def restrict_to_rows(text: str, dependencies: QueryDependencies, keys: Sequence[str], rows: Collection[Row]) -> str:
    """Return a query that has only some of the rows of another one.

    Args:
        text: The other query.
        dependencies: Its dependencies.
        keys: The variables, with question marks, by which rows are selected.
        rows: The values of the keys in the rows that are wanted.

    Returns:
        The text of the restricted query.

    Raises:
        UnknownError: If a row of the query need not bind all of the keys.
    """
    if not set(keys) <= set(dependencies.bound):
        raise UnknownError("a row need not have a key")
    places = openings(text, "WHERE")[:1]
    if dependencies.bound_in_minus is not None and set(keys) <= set(dependencies.bound_in_minus):
        places += openings(text, "MINUS")  # which is evaluated by itself, and would be for all keys
    block = values(keys, rows)
    for place in sorted(places, reverse=True):
        text = f"{text[:place]} {block} {text[place:]}"
    return text


def ask_which_exist(text: str, keys: Sequence[str], rows: Collection[Row]) -> str:
    """Return a CONSTRUCT that concludes only from some of the rows of another one, each as soon as it is found once.

    Args:
        text: The other CONSTRUCT.
        keys: The variables, with question marks, by which rows are selected.
        rows: The values of the keys.

    Returns:
        The text of the restricted CONSTRUCT.
    """
    place = openings(text, "WHERE")[0]
    return f"{text[:place]} {values(keys, rows)} FILTER EXISTS {{ {text[place:]}\n }}"
