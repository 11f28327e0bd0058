"""Compare the new things of a sheet with what linked data knows: two names of one thing need not be alike.

Whoever writes Burma where the graph has Myanmar is not told so by likeness. A target that calls one thing by both names
tells it, where ours is linked to it.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable

from pyoxigraph import Literal, NamedNode

from stancegraph.coding.article import Article, Remark
from stancegraph.coding.compiler import Compiled
from stancegraph.coding.symbols import CALLED, TYPE, SymbolTable
from stancegraph.findings import Severity
from stancegraph.linking.candidates import Report, Search, propose_links
from stancegraph.linking.sssom import Mapping, MappingSet
from stancegraph.linking.targets import Target
from stancegraph.linking.unlinked import UnlinkedEntity

Compare = Callable[[Article], list[Remark]]
"""What is to be said of the new things of an article's sheet."""
_MOST = 3  # candidates of one thing that are told


def duplicate_check(search: Search, of: MappingSet, target: Target) -> Compare:
    """Compare with *target*, to which *of* links things of ours, by asking it as `stancegraph link candidates` does."""

    def compare(article: Article) -> list[Remark]:
        compiled = article.compile()
        things = _new(compiled, article.names(), of, target)
        if not things:
            return []
        *_, report = propose_links(search, things, of, target, datetime.date.today().isoformat())
        return _told(report, of, target, compiled.lines)

    return compare


def _new(compiled: Compiled, names: SymbolTable, of: MappingSet, target: Target) -> list[UnlinkedEntity]:
    """The things that a sheet describes for all articles, and that *target* may know."""
    classes: dict[str, set[str]] = defaultdict(set)
    called: dict[str, list[str]] = defaultdict(list)
    for triple in compiled.entities:
        assert isinstance(triple.subject, NamedNode)
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            classes[triple.subject.value] |= {triple.object.value, *names.above.get(triple.object.value, ())}
        elif triple.predicate.value in CALLED and isinstance(triple.object, Literal):
            called[triple.subject.value].append(triple.object.value)
    known = {klass for several in target.categories.values() for klass in several}
    return [
        UnlinkedEntity(iri, told[0], tuple(told), frozenset(classes[iri]))
        for iri, told in called.items()
        if classes[iri] & known and of.has_prefix(iri)
    ]


def _told(report: Report, of: MappingSet, target: Target, lines: dict[str, int]) -> list[Remark]:
    linked = {one.object_id: one.subject_id for one in of.mappings if one.accepted}
    best: dict[str, list[Mapping]] = defaultdict(list)
    for row in sorted(report.mappings, key=lambda row: -float(row.confidence or 0)):
        best[row.subject_id].append(row)
    first: dict[str, str] = {}
    remarks = []
    for subject, several in best.items():
        line = lines.get(of.expand(subject), 0)
        for row in several[:_MOST]:
            there = f"{subject} may be {row.object_id}, “{row.object_label}” ({row.comment})"
            other = linked.get(row.object_id) or first.get(row.object_id)
            if other is None:
                first[row.object_id] = subject
                remedy = f"once it is published, `stancegraph link candidates {target.name}` proposes the link"
                remarks.append(Remark(line, Severity.INFO, "known-elsewhere", there, remedy))
            else:
                told = f"{there}; so may be {other}" if row.object_id not in linked else f"{there}, and so is {other}"
                remedy = f"write {other} if it is meant, else tell the two apart in their labels"
                remarks.append(Remark(line, Severity.WARNING, "perhaps-the-same", told, remedy))
    remarks += [
        Remark(0, Severity.INFO, "not-compared", f"{target.title} was not compared with: {message}", "try again later")
        for message in dict.fromkeys(report.failed)
    ]
    return sorted(remarks, key=lambda one: (list(Severity).index(one.severity), one.line, one.message))
