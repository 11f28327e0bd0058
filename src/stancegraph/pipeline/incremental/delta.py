"""Which rows of a query may be other than before, because these triples were added or removed."""

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
        """What the variables of *pattern* are in each triple that matches it, at least: literals are not compared."""
        predicate = pattern[1]
        rows = self.by_predicate.values() if predicate.startswith("?") else [self.by_predicate.get(predicate, [])]
        for triple in chain.from_iterable(rows):
            found: dict[str, Term] = {}
            for wanted, term in zip(pattern, triple, strict=True):
                if wanted.startswith("?"):
                    if found.setdefault(wanted, term) != term:
                        break
                elif wanted.startswith("<") and wanted != str(term):
                    break
            else:
                yield found


def affected_rows(
    dependencies: QueryDependencies,
    keys: Sequence[str],
    changed: ChangedTriples,
    store: Store,
    *,
    union: bool,
    non_monotonic: bool = False,
) -> set[Row]:
    """The values of *keys* in the rows that may be other because of what *changed*, at least.

    *store* is the graph that has what was added, or that had what was removed; with *union*, the union of its graphs.
    With *non_monotonic*, only those patterns are looked at in which what is added takes rows away.
    Raises `UnknownError` where they cannot be told.
    """
    found: set[Row] = set()
    for occurrence in dependencies.occurrences:
        if not non_monotonic or occurrence.non_monotonic:
            matches = list(changed.matching(occurrence.triple))
            if matches:
                found |= _keys(occurrence, keys, matches, store, union)
    return found


def _keys(
    occurrence: Occurrence, keys: Sequence[str], matches: list[dict[str, Term]], store: Store, union: bool
) -> set[Row]:
    given = set(matches[0])
    constant = {key: _constant(key) for key in keys if not key.startswith("?")}
    wanted = [key for key in keys if key not in constant]
    if given.issuperset(wanted):
        return {tuple(constant.get(key) or match[key] for key in keys) for match in matches}
    joined = " ".join(occurrence.joined)
    elsewhere = set(_VARIABLE.findall(joined))
    links = sorted(given & elsewhere.union(wanted))
    if not links or not elsewhere.union(given).issuperset(wanted):
        raise UnknownError("a pattern that nothing joins with the rest")
    rows = {tuple(match[link] for link in links) for match in matches}
    text = f"SELECT DISTINCT {' '.join(wanted)} WHERE {{ {values(links, rows)} {joined} }}"
    solutions = store.query(text, use_default_graph_as_union=union)
    assert isinstance(solutions, QuerySolutions)
    return {tuple(constant.get(key) or solution[Variable(key[1:])] for key in keys) for solution in solutions}


def _constant(word: str) -> Term:
    """The IRI or literal that *word*, a term of Turtle, stands for."""
    (quad,) = parse(f"<urn:s> <urn:p> {word} .", format=RdfFormat.TURTLE)
    value: Term = quad.object
    return value


def values(names: Sequence[str], rows: Collection[Row]) -> str:
    """A data block of SPARQL; the *names* have question marks."""
    return data_block([name[1:] for name in names], rows)


def restrict_to_rows(text: str, dependencies: QueryDependencies, keys: Sequence[str], rows: Collection[Row]) -> str:
    """The query *text*, asked for the rows whose *keys* are among *rows* and for no others.

    Raises `UnknownError` where a row need not have all of the keys.
    """
    if not set(keys) <= set(dependencies.bound):
        raise UnknownError("a row need not have a key")
    places = openings(text, "WHERE")[:1]
    if dependencies.bound_in_minus is not None and set(keys) <= set(dependencies.bound_in_minus):
        places += openings(text, "MINUS")  # which is worked out apart from the rest, and would be so for all
    block = values(keys, rows)
    for place in sorted(places, reverse=True):
        text = f"{text[:place]} {block} {text[place:]}"
    return text


def ask_which_exist(text: str, keys: Sequence[str], rows: Collection[Row]) -> str:
    """The CONSTRUCT *text*, asked which of *rows* it has, each of which is looked for until it is found once."""
    place = openings(text, "WHERE")[0]
    return f"{text[:place]} {values(keys, rows)} FILTER EXISTS {{ {text[place:]}\n }}"
