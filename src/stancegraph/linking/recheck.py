"""Check accepted links against their target: each item must still exist, and have the same label and category."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from stancegraph.errors import ExternalError, UsageError
from stancegraph.linking import sssom
from stancegraph.linking.targets import Target
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.engine import Term

BATCH = 40  # links in one request


@dataclass(frozen=True, slots=True)
class RecheckedLink:
    """What the target now says about an accepted link.

    Attributes:
        mapping: The link.
        state: ``same``, ``gone``, ``merged``, ``renamed``, ``of another kind``, or ``unread`` if the target failed.
        detail: What has changed, or how the target failed; empty for ``same``.
    """

    mapping: sssom.Mapping
    state: str
    detail: str = ""


def recheck_links(
    ask: Callable[[str], Sequence[Mapping[str, Term]]],
    query: StoredQuery,
    mapping_set: sssom.MappingSet,
    target: Target,
) -> Iterator[RecheckedLink]:
    """Check the accepted links of a mapping set, in batches; a batch that fails does not stop the others.

    Args:
        ask: Asks the target a SELECT; it raises `ExternalError` or `UsageError` if the target does not answer.
        query: The query, with the parameter ``item``.
        mapping_set: The mapping set.
        target: The target.

    Yields:
        At least one result for each accepted link; a link that has changed in two ways has two.
    """
    accepted = [mapping for mapping in mapping_set.mappings if mapping.accepted]
    for start in range(0, len(accepted), BATCH):
        batch = accepted[start : start + BATCH]
        try:
            rows = ask(query.bind({"item": [NamedNode(mapping_set.expand(mapping.object_id)) for mapping in batch]}))
        except (ExternalError, UsageError) as error:
            yield from (RecheckedLink(mapping, "unread", str(error).splitlines()[0]) for mapping in batch)
            continue
        for mapping in batch:
            item = mapping_set.expand(mapping.object_id)
            item_rows = [row for row in rows if row["item"].value == item]
            yield from _find_changes(mapping, item_rows, target) or [RecheckedLink(mapping, "same")]


def _find_changes(
    mapping: sssom.Mapping, item_rows: Sequence[Mapping[str, Term]], target: Target
) -> list[RecheckedLink]:
    """Return how the item at the target differs from what the mapping says about it."""
    if not item_rows:
        return [RecheckedLink(mapping, "gone", "the target has no such item")]
    successors = sorted({row["now"].value for row in item_rows if "now" in row})
    if successors:
        return [RecheckedLink(mapping, "merged", f"it is now {', '.join(successors)}")]
    changes = []
    labels = sorted({row["label"].value for row in item_rows if "label" in row})
    if mapping.object_label and mapping.object_label not in labels:
        detail = f"it is called {' or '.join(labels)} there, not {mapping.object_label}"
        changes.append(RecheckedLink(mapping, "renamed", detail))
    kinds = {row["kind"].value for row in item_rows if "kind" in row}
    categories = {target.kinds[kind] for kind in kinds if kind in target.kinds}
    if categories and mapping.object_category not in categories:
        detail = f"its category is {' or '.join(sorted(categories))} there, not {mapping.object_category}"
        changes.append(RecheckedLink(mapping, "of another kind", detail))
    return changes
