"""The dependency_cache of queries, which are worked out once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from stancegraph.pipeline.incremental.dependencies import Occurrence, QueryDependencies


class DependencyCache:
    """The dependency_cache of queries by their text, which are worked out once: rdflib takes a second for all of ours.

    *told* are those that are known, by the SHA-256 of the text and in the form of JSON.
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = dict(told)
        self.used: dict[str, Any] = {}

    def of(self, text: str) -> QueryDependencies:
        """The dependencies of the query *text*; raises `UnknownError` where it cannot be taken apart."""
        key = hashlib.sha256(text.encode()).hexdigest()
        if key not in self.told:
            from stancegraph.pipeline.incremental.analysis import analyse

            self.told[key] = asdict(analyse(text))
        row = self.used[key] = self.told[key]
        found = (
            Occurrence(tuple(one["triple"]), tuple(one["joined"]), one["non_monotonic"]) for one in row["occurrences"]
        )
        minus, template = row["bound_in_minus"], row["template"]
        return QueryDependencies(
            tuple(found),
            tuple(row["bound"]),
            None if minus is None else tuple(minus),
            None if template is None else tuple(template),
        )
