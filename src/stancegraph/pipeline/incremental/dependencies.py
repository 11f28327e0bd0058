"""What a query is made of, as far as a change is concerned: each of its patterns, with what joins it to the rest."""

from __future__ import annotations

from dataclasses import dataclass


class UnknownError(Exception):
    """A query that cannot be taken apart, and is to be asked in full; or a change that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A pattern that a changed triple may match, and the patterns that must hold with it, all in SPARQL's words.

    *non_monotonic*: a triple that is added may take rows away as well, as within NOT EXISTS, MINUS and OPTIONAL.
    """

    triple: tuple[str, str, str]
    joined: tuple[str, ...]
    non_monotonic: bool = False


@dataclass(frozen=True, slots=True)
class QueryDependencies:
    """A query, taken apart: its occurrences, the variables that every row binds, and those that every MINUS binds.

    *template* is the triple that it constructs, None for a SELECT.
    """

    occurrences: tuple[Occurrence, ...]
    bound: tuple[str, ...]
    bound_in_minus: tuple[str, ...] | None = None
    template: tuple[str, str, str] | None = None
