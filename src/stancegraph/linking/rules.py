"""Rules for links, checked row by row: each finding names the file, the line, the rule and the remedy.

Rules that need the whole graph, such as that no two entities are exactly the same item of a target, are queries:
``queries/check/link-*.rq``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stancegraph.findings import Finding, Severity
from stancegraph.linking import sssom
from stancegraph.linking.review import OWN_REVIEW
from stancegraph.linking.targets import Target
from stancegraph.rdf.datatypes import date
from stancegraph.rdf.namespaces import PREFIXES

_Fault = tuple[str, str, str]  # rule, message, remedy
_CONCEPT = PREFIXES["skos"] + "Concept"


def check(mapping_set: sssom.MappingSet, target: Target, classes: Mapping[str, set[str]]) -> list[Finding]:
    """Return the findings on the rows of a mapping set.

    Args:
        mapping_set: The mapping set.
        target: The target of its links.
        classes: The IRIs of the classes of each entity of the graph, with their superclasses.

    Raises:
        DataError: A prefix is not in the ``curie_map`` of the set.
    """
    findings: list[Finding] = []
    file = None if mapping_set.path is None else mapping_set.path.as_posix()
    first_lines: dict[tuple[str, str], int] = {}
    for mapping in mapping_set.mappings:
        subject, item = mapping_set.expand(mapping.subject_id), mapping_set.expand(mapping.object_id)
        faults = [*_check_slots(mapping, target, item), *_check_subject(mapping, target, classes.get(subject))]
        first_line = first_lines.setdefault((subject, item), mapping.line)
        if first_line != mapping.line:
            faults.append(("LinkTwice", f"the pair is already in line {first_line}", "keep one of the two"))
        findings += [
            Finding(Severity.VIOLATION, rule, subject, f"line {mapping.line}: {message}", remedy, file)
            for rule, message, remedy in faults
        ]
    return findings


def _check_slots(mapping: sssom.Mapping, target: Target, item: str) -> Iterator[_Fault]:
    """Yield the faults that the row shows by itself; *item* is the IRI of its object."""
    if mapping.predicate_id not in sssom.PREDICATES:
        message = f"{mapping.predicate_id} is not a predicate of links"
        yield "LinkPredicate", message, f"use one of {', '.join(sssom.PREDICATES)}"
    if mapping.predicate_modifier not in {"", "Not"}:
        message = f"{mapping.predicate_modifier!r} is not a predicate modifier"
        yield "LinkModifier", message, "write Not for a rejected link, or nothing"
    if not target.identifier.fullmatch(item):
        message = f"{item} is not an identifier of {target.title}"
        yield "LinkIdentifier", message, f"it must match {target.identifier.pattern}"
    has_evidence = mapping.see_also and mapping.comment and mapping.mapping_date and mapping.author_label
    if mapping.accepted and not has_evidence:
        yield (
            "LinkReview",
            "an accepted link must say who made it, when, and what it was checked against",
            "fill author_label, mapping_date, see_also (a public source) and comment (the reason for certainty)",
        )
    if mapping.accepted and mapping.author_label == mapping.reviewer_label and OWN_REVIEW not in mapping.comment:
        remedy = f"have somebody else review it, or end the comment with: {OWN_REVIEW}"
        yield "LinkOwnReview", "the link was reviewed by its author, and does not say so", remedy
    if mapping.confidence and not _is_confidence(mapping.confidence):
        yield "LinkConfidence", f"{mapping.confidence!r} is not a confidence", "give a number from 0 to 1"
    if mapping.mapping_date and not _is_date(mapping.mapping_date):
        yield "LinkDate", f"{mapping.mapping_date!r} is not a date", "give one such as 2026-11-24"


def _check_subject(mapping: sssom.Mapping, target: Target, classes: set[str] | None) -> Iterator[_Fault]:
    """Yield what is wrong with the subject of a row; *classes* is None if the graph does not have the subject."""
    is_for_concepts = mapping.predicate_id.startswith("skos:")
    if classes is not None and mapping.predicate_id in sssom.PREDICATES and (_CONCEPT in classes) != is_for_concepts:
        between = "concepts" if is_for_concepts else "things that are no concepts"
        remedy = "write skos:closeMatch or another relation of SKOS for a concept, and schema:sameAs for a thing"
        yield "LinkPredicate", f"{mapping.predicate_id} is only for {between}, by the vocabulary that it is of", remedy
    if classes is None:
        yield "LinkSubject", f"{mapping.subject_id} is not in the graph", "name an entity of the graph"
    elif mapping.object_category not in target.categories:
        message = f"{mapping.object_category!r} is not a category of {target.title}"
        yield "LinkCategory", message, f"use one of {', '.join(target.categories)}"
    elif not classes & set(target.categories[mapping.object_category]) and not mapping.rejected:
        yield (
            "LinkKind",
            f"{mapping.subject_label or mapping.subject_id} cannot be of the category {mapping.object_category!r}",
            "link it to an item of its own kind, or correct object_category",
        )


def _is_confidence(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    try:
        date(text)
    except ValueError:
        return False
    return True
