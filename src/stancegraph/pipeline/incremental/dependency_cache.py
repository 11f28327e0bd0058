"""A cache of the dependencies of queries, each of which is analysed once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from stancegraph.pipeline.incremental.dependencies import Occurrence, QueryDependencies


class DependencyCache:
    """The dependencies of queries by their text, analysed once: rdflib takes a second for all queries that ship.

    *entries* are those that are known already, by the SHA-256 of the text and in the form of JSON; *used* are those
    that have been looked up.
    """

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self.entries = dict(entries)
        self.used: dict[str, Any] = {}

    def look_up(self, text: str) -> QueryDependencies:
        """Return the dependencies of the query *text*, and analyse it where they are not known.

        Raises:
            UnknownError: If the query cannot be analysed.
        """
        key = hashlib.sha256(text.encode()).hexdigest()
        if key not in self.entries:
            from stancegraph.pipeline.incremental.analysis import analyse

            self.entries[key] = asdict(analyse(text))
        entry = self.used[key] = self.entries[key]
        occurrences = (
            Occurrence(tuple(row["triple"]), tuple(row["joined"]), row["non_monotonic"]) for row in entry["occurrences"]
        )
        bound_in_minus, template = entry["bound_in_minus"], entry["template"]
        return QueryDependencies(
            tuple(occurrences),
            tuple(entry["bound"]),
            None if bound_in_minus is None else tuple(bound_in_minus),
            None if template is None else tuple(template),
        )
