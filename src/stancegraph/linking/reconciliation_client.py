"""Reconciliation services of somebody else, by the `Reconciliation Service API 0.2
<https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/>`_, asked with policy.
"""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stancegraph.errors import ExternalError
from stancegraph.linking.http_client import RateLimitedClient

LIMIT = 10  # candidates for one name


@dataclass(frozen=True, slots=True)
class Hit:
    """What a service proposes for *name*: an entity with what it is called and the types that it has, as IRIs.

    *score* is the service's own, from 0 to 100 by custom; *sure* is where it says that it has no doubt.
    """

    name: str
    item: str
    label: str
    types: tuple[str, ...]
    description: str | None
    score: float | None
    sure: bool


class ReconciliationClient(RateLimitedClient):
    """A reconciliation service of somebody else."""

    def match(self, names: Sequence[str]) -> tuple[list[Hit], float]:
        """What the service proposes for each of *names*, in one request, and how old that is in seconds.

        Raises `ExternalError` where the service does not answer as it must, or is left alone.
        """
        manifest, _ = self.answered("manifest", lambda: self._send(None), self._manifest)
        queries = {f"q{number}": {"query": name, "limit": LIMIT} for number, name in enumerate(names)}
        body = urllib.parse.urlencode({"queries": json.dumps(queries, ensure_ascii=False)})

        def read(answer: bytes) -> list[Hit]:
            return self._read(answer, names, manifest)

        return self.answered(body, lambda: self._send(body.encode("ascii")), read)

    def _send(self, body: bytes | None) -> Any:
        headers = {"User-Agent": self.policy.agent, "Accept": "application/json"}
        return self.outbound().open(urllib.request.Request(self.url, data=body, headers=headers))

    def _wrong(self, what: str) -> ExternalError:
        return ExternalError(what, file=self.url, remedy="check that it is a reconciliation service (API 0.1 or 0.2)")

    def _manifest(self, body: bytes) -> tuple[str, str]:
        """The spaces of identifiers and of types."""
        told = self._json(body)
        spaces = (told.get("identifierSpace"), told.get("schemaSpace"))
        if not isinstance(spaces[0], str) or not isinstance(spaces[1], str):
            raise self._wrong("its manifest names no identifierSpace and schemaSpace")
        return spaces[0], spaces[1]

    def _json(self, body: bytes) -> dict[str, Any]:
        try:
            told = json.loads(body)
        except ValueError as error:
            raise self._wrong(f"the answer is not JSON: {error}") from None
        if not isinstance(told, dict):
            raise self._wrong("the answer is no JSON object")
        return told

    def _read(self, body: bytes, names: Sequence[str], spaces: tuple[str, str]) -> list[Hit]:
        told = self._json(body)
        found = []
        for number, name in enumerate(names):
            try:
                for one in told[f"q{number}"]["result"]:
                    if not isinstance(one["id"], str):
                        raise TypeError("an id that is no string")
                    kinds = [kind["id"] if isinstance(kind, dict) else kind for kind in one.get("type", ())]
                    found.append(
                        Hit(
                            name,
                            _within(spaces[0], one["id"]),
                            str(one["name"]),
                            # custom differs on which of the two spaces types belong to
                            tuple(dict.fromkeys(_within(space, kind) for kind in kinds for space in spaces)),
                            one.get("description"),
                            float(one["score"]) if "score" in one else None,
                            one.get("match") is True,
                        )
                    )
            except (KeyError, TypeError, ValueError) as error:
                raise self._wrong(f"what it proposes for {name!r} is not of the standard's form: {error!r}") from None
        return found


def _within(space: str, identifier: str) -> str:
    """The IRI of an identifier: services name things in their space, or by whole IRIs."""
    return identifier if identifier.startswith(("http://", "https://")) else space + identifier
