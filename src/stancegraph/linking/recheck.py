"""Accepted links, read again at their target: is the thing still there, still itself, called so, and of its kind?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from stancegraph.errors import ExternalError, UsageError
from stancegraph.linking.sssom import Mapping as Row
from stancegraph.linking.sssom import MappingSet
from stancegraph.linking.targets import Target
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.engine import Term

BATCH = 40  # things in one request


@dataclass(frozen=True, slots=True)
class RecheckedLink:
    """What became of a link: a word for it, and what was found. Where nothing changed, the word is ``same``."""

    row: Row
    state: str
    told: str = ""


def recheck_links(
    ask: Callable[[str], Sequence[Mapping[str, Term]]], query: StoredQuery, of: MappingSet, target: Target
) -> Iterator[RecheckedLink]:
    """Read the accepted links of *of* again, in batches; what cannot be read is ``unread``, and the others go on."""
    accepted = [one for one in of.mappings if one.accepted]
    for start in range(0, len(accepted), BATCH):
        batch = accepted[start : start + BATCH]
        try:
            found = ask(query.bind({"item": [NamedNode(of.expand(one.object_id)) for one in batch]}))
        except (ExternalError, UsageError) as error:
            yield from (RecheckedLink(one, "unread", str(error).splitlines()[0]) for one in batch)
            continue
        for one in batch:
            about = [row for row in found if row["item"].value == of.expand(one.object_id)]
            yield from _compared(one, about, target) or [RecheckedLink(one, "same")]


def _compared(row: Row, about: Sequence[Mapping[str, Term]], target: Target) -> list[RecheckedLink]:
    """How the thing at the target differs from what the row says of it."""
    if not about:
        return [RecheckedLink(row, "gone", "the target knows no such thing")]
    moved = sorted({one["now"].value for one in about if "now" in one})
    if moved:
        return [RecheckedLink(row, "merged", f"it is now {', '.join(moved)}")]
    found = []
    called = sorted({one["label"].value for one in about if "label" in one})
    if row.object_label and row.object_label not in called:
        found.append(RecheckedLink(row, "renamed", f"it is called {' or '.join(called)} there, not {row.object_label}"))
    kinds = {target.kinds[one["kind"].value] for one in about if "kind" in one and one["kind"].value in target.kinds}
    if kinds and row.object_category not in kinds:
        told = f"as kinds it has {', '.join(sorted(kinds))}, and not {row.object_category}"
        found.append(RecheckedLink(row, "of another kind", told))
    return found
