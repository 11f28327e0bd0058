"""What must be true of links, row by row: each finding names file, line, rule and remedy.

What needs the whole graph, such as two things of ours that are exactly one thing of theirs, is checked by queries:
``queries/check/link-*.rq``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stancegraph.findings import Finding, Severity
from stancegraph.linking.sssom import PREDICATES, MappingSet
from stancegraph.linking.sssom import Mapping as Row
from stancegraph.linking.targets import Target
from stancegraph.rdf.datatypes import date


def findings(of: MappingSet, target: Target, classes: Mapping[str, set[str]]) -> list[Finding]:
    """What is wrong with the rows of *of*; *classes* gives the classes of each thing of ours, with those above them."""
    found: list[Finding] = []
    file = None if of.path is None else of.path.as_posix()
    seen: dict[tuple[str, str], int] = {}
    for row in of.mappings:
        subject, object_ = of.expand(row.subject_id), of.expand(row.object_id)
        told = [*_of_row(row, target, object_), *_of_subject(row, target, classes.get(subject))]
        earlier = seen.setdefault((subject, object_), row.line)
        if earlier != row.line:
            told.append(("LinkTwice", f"the pair stands in line {earlier} already", "keep one of the two"))
        found += [
            Finding(Severity.VIOLATION, rule, subject, f"line {row.line}: {message}", remedy, file)
            for rule, message, remedy in told
        ]
    return found


def _of_row(row: Row, target: Target, object_: str) -> Iterable[tuple[str, str, str]]:
    if row.predicate_id not in PREDICATES:
        yield "LinkPredicate", f"{row.predicate_id} is no predicate of links", f"one of {', '.join(PREDICATES)}"
    if row.predicate_modifier not in {"", "Not"}:
        yield "LinkModifier", f"{row.predicate_modifier!r} is no modifier", "write Not for a rejected link, or nothing"
    if not target.identifier.fullmatch(object_):
        yield (
            "LinkIdentifier",
            f"{object_} has not the form of {target.title}",
            f"it must match {target.identifier.pattern}",
        )
    if row.accepted and not (row.see_also and row.comment and row.mapping_date and row.author_label):
        yield (
            "LinkReview",
            "an accepted link says who made it, when, and what it was checked against",
            "fill author_label, mapping_date, see_also (a public source) and comment (the reason for certainty)",
        )
    if row.confidence and not _is_share(row.confidence):
        yield "LinkConfidence", f"{row.confidence!r} is no confidence", "give a number from 0 to 1"
    if row.mapping_date and not _is_date(row.mapping_date):
        yield "LinkDate", f"{row.mapping_date!r} is no date", "give one such as 2026-11-24"


def _of_subject(row: Row, target: Target, classes: set[str] | None) -> Iterable[tuple[str, str, str]]:
    if classes is None:
        yield "LinkSubject", f"the graph knows no {row.subject_id}", "name a thing of the graph"
    elif row.object_category not in target.categories:
        known = ", ".join(target.categories)
        yield "LinkCategory", f"{row.object_category!r} is no kind of thing of {target.title}", f"one of {known}"
    elif not classes & set(target.categories[row.object_category]) and not row.rejected:
        yield (
            "LinkKind",
            f"{row.subject_label or row.subject_id} is nothing that a {row.object_category} could be",
            "link it to a thing of its own kind, or correct object_category",
        )


def _is_share(words: str) -> bool:
    try:
        return 0 <= float(words) <= 1
    except ValueError:
        return False


def _is_date(words: str) -> bool:
    try:
        date(words)
    except ValueError:
        return False
    return True
