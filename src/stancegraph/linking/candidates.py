"""Candidates: items of a target that have the names of entities, proposed as links for a person to review."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from stancegraph.errors import ExternalError, UsageError
from stancegraph.linking import sssom
from stancegraph.linking.reconciliation_client import Hit
from stancegraph.linking.scoring import Candidate, score_candidate
from stancegraph.linking.targets import Target
from stancegraph.linking.unlinked import UnlinkedEntity
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.datatypes import is_true
from stancegraph.sparql.engine import Term

BATCH = 20  # names in one request
MAX_NEIGHBOURS = 50  # linked neighbours in one request
_AUTHOR = "stancegraph link candidates"


Search = Callable[[Sequence[str], Sequence[str]], tuple[Sequence[Candidate], bool]]
"""A function that takes names, and the IRIs that neighbours of the entities with these names have in the target.

It returns the candidates, and whether they come from a cache. It raises `ExternalError` or `UsageError` if the target
does not answer.
"""


@dataclass
class Report:
    """A report on a search.

    Attributes:
        mappings: The candidates that are new, as rows of a mapping set.
        searched: How many names were searched for.
        from_cache: How many of these were answered from a cache.
        failed: A message for each request that failed.
    """

    mappings: list[sssom.Mapping] = field(default_factory=list)
    searched: int = 0
    from_cache: int = 0
    failed: list[str] = field(default_factory=list)


def search_by_sparql(ask: Callable[[str], tuple[Sequence[Mapping[str, Term]], bool]], query: StoredQuery) -> Search:
    """Return a search of a SPARQL endpoint.

    Args:
        ask: Asks the endpoint a SELECT; it returns the rows, and whether they come from a cache.
        query: The query, with the parameter ``name`` and perhaps ``neighbour``.
    """

    def search(names: Sequence[str], neighbours: Sequence[str]) -> tuple[Sequence[Candidate], bool]:
        values: dict[str, Sequence[Term]] = {"name": [Literal(name) for name in names]}
        if neighbours and any(parameter.name == "neighbour" for parameter in query.parameters):
            values["neighbour"] = [NamedNode(iri) for iri in neighbours]
        rows, from_cache = ask(query.bind(values))
        return [_to_candidate(row) for row in rows if isinstance(row.get("item"), NamedNode)], from_cache

    return search


def _to_candidate(row: Mapping[str, Term]) -> Candidate:
    def text(variable: str) -> str:
        return row[variable].value if variable in row else ""

    return Candidate(
        text("name"),
        text("item"),
        text("itemName"),
        (text("kind"),) if "kind" in row else (),
        is_true(text("alias")),
        text("country"),
        text("neighbour"),
        text("since")[:10],
        text("until")[:10],
        text("description"),
    )


def search_by_reconciliation(match: Callable[[Sequence[str]], tuple[Sequence[Hit], float]]) -> Search:
    """Return a search of a reconciliation service, which knows no countries, dates or neighbours.

    Args:
        match: Asks the service for names; see `ReconciliationClient.match`.
    """

    def search(names: Sequence[str], neighbours: Sequence[str]) -> tuple[Sequence[Candidate], bool]:
        hits, age = match(names)
        candidates = [
            Candidate(
                hit.name,
                hit.item,
                hit.label,
                hit.types,
                description=hit.description or "",
                is_confident=hit.is_confident,
            )
            for hit in hits
        ]
        return candidates, age > 0

    return search


def propose_links(
    search: Search, entities: Sequence[UnlinkedEntity], mapping_set: sssom.MappingSet, target: Target, day: str
) -> Iterator[Report]:
    """Search a target for the names of entities, in batches; a batch that fails does not stop the others.

    Args:
        search: The search.
        entities: The entities.
        mapping_set: The mappings to the target; pairs that it has are not proposed again.
        target: The target.
        day: The date of the new mappings, in the format of ISO 8601.

    Yields:
        The report, after each batch: always the same object, with what all batches so far have brought.
    """
    links = {
        mapping_set.expand(mapping.subject_id): mapping_set.expand(mapping.object_id)
        for mapping in mapping_set.mappings
        if mapping.accepted
    }
    known_pairs = {(mapping.subject_id, mapping.object_id) for mapping in mapping_set.mappings}
    by_name: dict[str, list[UnlinkedEntity]] = {}
    for entity in entities:
        for name in entity.names:
            by_name.setdefault(name, []).append(entity)
    names = sorted(by_name)
    report = Report()
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        neighbours = {neighbour for name in batch for entity in by_name[name] for neighbour in entity.neighbours}
        linked_neighbours = sorted({links[neighbour] for neighbour in neighbours if neighbour in links})
        report.searched += len(batch)
        try:
            candidates, from_cache = search(batch, linked_neighbours[:MAX_NEIGHBOURS])
        except (ExternalError, UsageError) as error:
            report.failed.append(str(error).splitlines()[0])
            yield report
            continue
        report.from_cache += len(batch) if from_cache else 0
        for mapping in _to_mappings(candidates, by_name, mapping_set, target, links, day):
            pair = (mapping.subject_id, mapping.object_id)
            if pair not in known_pairs:
                known_pairs.add(pair)
                report.mappings.append(mapping)
        yield report


def _to_mappings(
    candidates: Sequence[Candidate],
    by_name: Mapping[str, Sequence[UnlinkedEntity]],
    mapping_set: sssom.MappingSet,
    target: Target,
    links: Mapping[str, str],
    day: str,
) -> list[sssom.Mapping]:
    """Return a mapping for each pair of an entity and a candidate of a fitting category, with the best score it has."""
    best: dict[tuple[str, str], tuple[float, sssom.Mapping]] = {}
    for candidate in candidates:
        if not target.identifier.fullmatch(candidate.item):
            continue
        categories = [target.kinds[kind] for kind in candidate.kinds if kind in target.kinds]
        for entity in by_name.get(candidate.name, ()):
            fitting = [name for name in categories if entity.classes & set(target.categories[name])]
            if not fitting:
                continue  # a person is not linked to a city
            score, reasons = score_candidate(candidate, entity, fitting[0], links)
            mapping = sssom.Mapping(
                mapping_set.contract(entity.iri),
                entity.label,
                "skos:closeMatch" if entity.is_concept else "schema:sameAs",  # a name alone makes no two concepts one
                mapping_set.contract(candidate.item),
                candidate.label,
                _justification(candidate),
                object_category=fitting[0],
                author_label=_AUTHOR,
                mapping_date=day,
                confidence=f"{score:.2f}",
                see_also=candidate.item.replace("http://", "https://", 1),
                comment="; ".join(reasons),
            )
            pair = (mapping.subject_id, mapping.object_id)
            if pair not in best or best[pair][0] < score:
                best[pair] = (score, mapping)
    return [mapping for _, mapping in best.values()]


def _justification(candidate: Candidate) -> str:
    """Return how the names were matched, as a term of the Semantic Mapping Vocabulary."""
    exact = candidate.is_alias or candidate.has_exact_label
    return "semapv:LexicalMatching" if exact else "semapv:LexicalSimilarityThresholdMatching"
