"""Dependencies of a query: each pattern that a changed triple may match, with what joins it to the other patterns."""

from __future__ import annotations

from dataclasses import dataclass


class UnknownError(Exception):
    """A query that cannot be analysed, and is to be run in full; or a change that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A pattern that a changed triple may match, and the patterns that must hold with it, all as SPARQL writes them.

    Where it is *non_monotonic*, an added triple may remove rows as well, as within NOT EXISTS, MINUS and OPTIONAL.
    """

    triple: tuple[str, str, str]
    joined: tuple[str, ...]
    non_monotonic: bool = False


@dataclass(frozen=True, slots=True)
class QueryDependencies:
    """An analysed query: its patterns, the variables that every row binds, and those that every MINUS binds.

    Variables are written with question marks. *bound_in_minus* is None for a query without MINUS; *template* is the
    triple that the query constructs, None for a SELECT.
    """

    occurrences: tuple[Occurrence, ...]
    bound: tuple[str, ...]
    bound_in_minus: tuple[str, ...] | None = None
    template: tuple[str, str, str] | None = None
