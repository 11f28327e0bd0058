"""What a query is made of, as far as a change is concerned: each of its patterns, with what joins it to the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


class UnknownError(Exception):
    """A query that cannot be taken apart, and is to be asked in full; or a change that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A pattern that a changed triple may match, and the patterns that must hold with it, all in SPARQL's words.

    *both_ways*: a triple that is added may take rows away as well, as within NOT EXISTS, MINUS and OPTIONAL.
    """

    triple: tuple[str, str, str]
    joined: tuple[str, ...]
    both_ways: bool = False


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A query, taken apart: its occurrences, the variables that every row binds, and those that every MINUS binds.

    *template* is the triple that it constructs, None for a SELECT.
    """

    occurrences: tuple[Occurrence, ...]
    bound: tuple[str, ...]
    bound_in_minus: tuple[str, ...] | None = None
    template: tuple[str, str, str] | None = None


class Anatomies:
    """The anatomies of queries by their text, which are worked out once: rdflib takes a second for all of ours.

    *told* are those that are known, by the SHA-256 of the text and in the form of JSON.
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = dict(told)
        self.used: dict[str, Any] = {}

    def of(self, text: str) -> Anatomy:
        """The anatomy of the query *text*; raises `UnknownError` where it cannot be taken apart."""
        key = hashlib.sha256(text.encode()).hexdigest()
        if key not in self.told:
            from stancegraph.incremental.dissection import anatomy

            self.told[key] = asdict(anatomy(text))
        row = self.used[key] = self.told[key]
        found = (Occurrence(tuple(one["triple"]), tuple(one["joined"]), one["both_ways"]) for one in row["occurrences"])
        minus, template = row["bound_in_minus"], row["template"]
        return Anatomy(
            tuple(found),
            tuple(row["bound"]),
            None if minus is None else tuple(minus),
            None if template is None else tuple(template),
        )
