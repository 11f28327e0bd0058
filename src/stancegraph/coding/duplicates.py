"""Compare the new entities of a sheet with linked data, to find those that the graph knows by another name.

Comparing names does not reveal that Burma and Myanmar are the same. A target that knows one thing by both names does,
if the entity of the graph is linked to it.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable

from pyoxigraph import Literal, NamedNode

from stancegraph.coding.article import Article, Remark
from stancegraph.coding.compiler import CompiledSheet
from stancegraph.coding.symbols import LABEL_PROPERTIES, TYPE, SymbolTable
from stancegraph.findings import Severity
from stancegraph.linking.candidates import Report, Search, propose_links
from stancegraph.linking.sssom import Mapping, MappingSet
from stancegraph.linking.targets import Target
from stancegraph.linking.unlinked import UnlinkedEntity
from stancegraph.rdf.language import is_translated

Compare = Callable[[Article], list[Remark]]
"""Returns remarks on the new entities of an article's sheet."""
_MOST_CANDIDATES = 3  # that are reported for one entity


def duplicate_check(search: Search, mapping_set: MappingSet, target: Target) -> Compare:
    """Return a function that compares the new entities of an article with a target.

    Args:
        search: Searches the target for candidates, as `stancegraph link candidates` does.
        mapping_set: The links to the target.
        target: The target.
    """

    def compare(article: Article) -> list[Remark]:
        compiled = article.compile()
        entities = _new_entities(compiled, article.symbols(), mapping_set, target)
        if not entities:
            return []
        *_, report = propose_links(search, entities, mapping_set, target, datetime.date.today().isoformat())
        return _remarks(report, mapping_set, target, compiled.lines)

    return compare


def _new_entities(
    compiled: CompiledSheet, symbols: SymbolTable, mapping_set: MappingSet, target: Target
) -> list[UnlinkedEntity]:
    """Return the entities that a sheet describes and that the target may know."""
    classes: dict[str, set[str]] = defaultdict(set)
    names: dict[str, list[str]] = defaultdict(list)
    for triple in compiled.entities:
        iri = triple.subject.value  # type: ignore[union-attr]
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            classes[iri] |= {triple.object.value, *symbols.superclasses.get(triple.object.value, ())}
        elif triple.predicate.value in LABEL_PROPERTIES and isinstance(triple.object, Literal):
            if is_translated(triple.object):
                continue  # targets are searched by names in English
            names[iri].append(triple.object.value)
    known_classes = {klass for category in target.categories.values() for klass in category}
    return [
        UnlinkedEntity(iri, labels[0], tuple(labels), frozenset(classes[iri]))
        for iri, labels in names.items()
        if classes[iri] & known_classes and mapping_set.has_prefix(iri)
    ]


def _remarks(report: Report, mapping_set: MappingSet, target: Target, lines: dict[str, int]) -> list[Remark]:
    linked = {mapping.object_id: mapping.subject_id for mapping in mapping_set.mappings if mapping.accepted}
    candidates: dict[str, list[Mapping]] = defaultdict(list)
    for row in sorted(report.mappings, key=lambda row: -float(row.confidence or 0)):
        candidates[row.subject_id].append(row)
    first_with: dict[str, str] = {}  # by object: the first new entity that may be the same
    remarks = []
    for subject, rows in candidates.items():
        line = lines.get(mapping_set.expand(subject), 0)
        for row in rows[:_MOST_CANDIDATES]:
            message = f"{subject} may be {row.object_id}, “{row.object_label}” ({row.comment})"
            other = linked.get(row.object_id) or first_with.get(row.object_id)
            if other is None:
                first_with[row.object_id] = subject
                remedy = f"once it is published, `stancegraph link candidates {target.name}` proposes the link"
                remarks.append(Remark(line, Severity.INFO, "known-elsewhere", message, remedy))
                continue
            message += f", to which {other} is linked" if row.object_id in linked else f"; so may {other}"
            remedy = f"if they are the same, use {other}; otherwise give them labels that distinguish them"
            remarks.append(Remark(line, Severity.WARNING, "perhaps-the-same", message, remedy))
    remarks += [
        Remark(0, Severity.INFO, "not-compared", f"{target.title} was not compared with: {message}", "try again later")
        for message in dict.fromkeys(report.failed)
    ]
    return sorted(remarks, key=lambda remark: (list(Severity).index(remark.severity), remark.line, remark.message))
