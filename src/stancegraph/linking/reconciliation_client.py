"""Reconciliation services, by version 0.2 of their API, asked within the limits of a `RequestPolicy`.

The specification is the `Reconciliation Service API 0.2
<https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/>`_.
"""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stancegraph.errors import ExternalError
from stancegraph.linking.http_client import RateLimitedClient

LIMIT = 10
"""How many candidates a service is asked for by name."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that a service proposes for a name.

    Attributes:
        name: The name.
        item: The IRI of the entity.
        label: The label of the entity.
        types: The IRIs of its types.
        description: Its description, if there is one.
        score: The score that the service gives it, from 0 to 100 by custom.
        is_confident: Whether the service is certain of the match.
    """

    name: str
    item: str
    label: str
    types: tuple[str, ...]
    description: str | None
    score: float | None
    is_confident: bool


class ReconciliationClient(RateLimitedClient):
    """A client of a reconciliation service."""

    def match(self, names: Sequence[str]) -> tuple[list[Hit], float]:
        """Ask for the entities that have some names, in one request.

        Args:
            names: The names.

        Returns:
            The hits, name by name, and the age of the answer in seconds: 0 if it is not from the cache.

        Raises:
            ExternalError: The service does not answer, not as the specification requires, or has failed too often.
        """
        spaces, _ = self.fetch("manifest", lambda: self._send(None), self._parse_manifest)
        queries = {f"q{index}": {"query": name, "limit": LIMIT} for index, name in enumerate(names)}
        body = urllib.parse.urlencode({"queries": json.dumps(queries, ensure_ascii=False)})

        def parse(answer: bytes) -> list[Hit]:
            return self._parse_hits(answer, names, spaces)

        return self.fetch(body, lambda: self._send(body.encode("ascii")), parse)

    def _send(self, body: bytes | None) -> Any:
        headers = {"User-Agent": self.policy.user_agent, "Accept": "application/json"}
        return self.outbound().open(urllib.request.Request(self.url, data=body, headers=headers))

    def _error(self, message: str) -> ExternalError:
        return ExternalError(
            message, file=self.url, remedy="check that it is a reconciliation service (API 0.1 or 0.2)"
        )

    def _parse_manifest(self, body: bytes) -> tuple[str, str]:
        """Return the identifier space and the schema space."""
        manifest = self._parse_object(body)
        spaces = (manifest.get("identifierSpace"), manifest.get("schemaSpace"))
        if not isinstance(spaces[0], str) or not isinstance(spaces[1], str):
            raise self._error("its manifest does not name an identifierSpace and a schemaSpace")
        return spaces[0], spaces[1]

    def _parse_object(self, body: bytes) -> dict[str, Any]:
        try:
            content = json.loads(body)
        except ValueError as error:
            raise self._error(f"the answer is not JSON: {error}") from None
        if not isinstance(content, dict):
            raise self._error("the answer is not a JSON object")
        return content

    def _parse_hits(self, body: bytes, names: Sequence[str], spaces: tuple[str, str]) -> list[Hit]:
        batch = self._parse_object(body)
        hits = []
        for index, name in enumerate(names):
            try:
                hits += [_to_hit(name, candidate, spaces) for candidate in batch[f"q{index}"]["result"]]
            except (KeyError, TypeError, ValueError) as error:
                raise self._error(f"its candidates for {name!r} are not in the standard's form: {error!r}") from None
        return hits


def _to_hit(name: str, candidate: Mapping[str, Any], spaces: tuple[str, str]) -> Hit:
    """Return a candidate of a service as a hit; raise `KeyError`, `TypeError` or `ValueError` if it is malformed."""
    if not isinstance(candidate["id"], str):
        raise TypeError("an id that is not a string")
    types = [type_["id"] if isinstance(type_, dict) else type_ for type_ in candidate.get("type", ())]
    return Hit(
        name,
        _expand(spaces[0], candidate["id"]),
        str(candidate["name"]),
        # services differ on which of the two spaces types belong to
        tuple(dict.fromkeys(_expand(space, type_) for type_ in types for space in spaces)),
        candidate.get("description"),
        float(candidate["score"]) if "score" in candidate else None,
        candidate.get("match") is True,
    )


def _expand(space: str, identifier: str) -> str:
    """Return the IRI of an identifier, which services give as a whole or without its space."""
    return identifier if identifier.startswith(("http://", "https://")) else space + identifier
