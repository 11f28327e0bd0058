"""Compare two ontologies: what changed, in words, and which queries, shapes and facts each change touches."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from stancegraph.errors import ExternalError, UsageError
from stancegraph.ontology.axioms import Ontology, Term, read, read_file
from stancegraph.rdf.namespaces import shorten

FILE = "ontology/stancegraph.ttl"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its *kind*, the term by IRI, what was *before* and is *after*, and the files that name the term."""

    kind: str
    term: str
    before: str = ""
    after: str = ""
    touches: tuple[str, ...] = ()

    def __str__(self) -> str:
        name = shorten(self.term)
        return _WORDS[self.kind].format(term=name, before=self.before, after=self.after)


_WORDS = {
    "added": "{term} is new: {after}",
    "removed": "{term} is gone: {before}",
    "renamed": "{term} is now called {after}",
    "deprecated": "{term} is deprecated{after}",
    "restored": "{term} is no longer deprecated",
    "moved": "{term} stood below {before}, and now stands below {after}",
    "of another kind": "{term} was of the kind {before}, and now is of the kind {after}",
    "relabelled": "{term} was labelled “{before}”, and now is labelled “{after}”",
    "redefined": "{term} was defined “{before}”, and now is defined “{after}”",
    "exemplified": "{term} had the example “{before}”, and now has “{after}”",
    "axiom gained": "{term}: {after}, which was not said before",
    "axiom lost": "{term}: {before}, which is no longer said",
}


def load(name: str, root: Path) -> Ontology:
    """The ontology in the file *name*, or at the git revision *name* of the workspace at *root*.

    Raises `UsageError` where it is neither.
    """
    path = Path(name)
    if path.is_file():
        return read_file(path)
    command = ["git", "-C", str(root), "show", "--end-of-options", f"{name}:./{FILE}"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ExternalError(f"git cannot be run: {error}", subject=name, remedy="name two files") from None
    if done.returncode:
        raise UsageError(
            "neither a file, nor a git revision with an ontology", subject=name, remedy=f"name one that has {FILE}"
        )
    return read(done.stdout, f"{name}:{FILE}")


def compare(old: Ontology, new: Ontology, touched: Mapping[str, Mapping[str, int]] | None = None) -> list[Change]:
    """What is different in *new*, in a fixed order; *touched* has the files that name each term."""
    names = dict(_renamings(old, new))
    files = touched or {}
    changes = sorted(
        _changes(old, new, names), key=lambda change: (list(_WORDS).index(change.kind), change.term, str(change))
    )

    def with_files(change: Change) -> Change:
        both = {**files.get(change.term, {}), **files.get(names.get(change.term, ""), {})}
        return replace(change, touches=tuple(sorted(both)))

    return [with_files(change) for change in changes]


def _renamings(old: Ontology, new: Ontology) -> Iterator[tuple[str, str]]:
    """Pairs of IRIs: a term that went or was deprecated, and the new one that has its place."""
    fresh = {iri: term for iri, term in new.terms.items() if iri not in old.terms}
    taken: set[str] = set()
    for iri, term in old.terms.items():
        still = new.terms.get(iri)
        if still is not None and still.deprecated and not term.deprecated and still.successor in fresh:
            taken.add(str(still.successor))
            yield iri, str(still.successor)
    for iri, term in sorted(old.terms.items()):
        if iri in new.terms:
            continue
        same = [i for i, t in sorted(fresh.items()) if i not in taken and t.kind == term.kind and _alike(term, t)]
        if same:
            taken.add(same[0])
            yield iri, same[0]


def _alike(one: Term, other: Term) -> bool:
    return bool((one.label and one.label == other.label) or (one.definition and one.definition == other.definition))


def _changes(old: Ontology, new: Ontology, names: Mapping[str, str]) -> Iterator[Change]:
    short = {shorten(before): shorten(after) for before, after in names.items()}
    pattern = re.compile("|".join(rf"(?<![\w:]){re.escape(name)}(?!\w)" for name in short) or r"(?!)")

    def now(text: str) -> str:
        """*text* with the names of today."""
        return pattern.sub(lambda match: short[match[0]], text)

    successors = set(names.values())
    for iri in sorted(old.terms.keys() | new.terms.keys()):
        before, after = old.terms.get(iri), new.terms.get(iri)
        if iri in names:
            yield Change("renamed", iri, after=shorten(names[iri]))
            if before is not None:
                yield from _between(before, new.terms[names[iri]], now)
        elif before is None and after is not None and iri not in successors:
            yield Change("added", iri, after=_described(after))
        elif before is not None and after is None:
            yield Change("removed", iri, before=_described(before))
        elif before is not None and after is not None:
            yield from _between(before, after, now)
    for axiom in {now(axiom) for axiom in old.general} - new.general:
        yield Change("axiom lost", "the ontology", before=axiom)
    for axiom in new.general - {now(axiom) for axiom in old.general}:
        yield Change("axiom gained", "the ontology", after=axiom)


def _described(term: Term) -> str:
    above = f" below {', '.join(sorted(term.above))}" if term.above else ""
    return f"{term.kind}{above}. {term.definition}".strip()


def _between(before: Term, after: Term, now: Callable[[str], str]) -> Iterator[Change]:
    """The changes of one term, told of the name that it has today."""
    if after.deprecated != before.deprecated:
        successor = f", in favour of {shorten(after.successor)}" if after.successor else ""
        yield Change("deprecated", after.iri, after=successor) if after.deprecated else Change("restored", after.iri)
    above = frozenset(map(now, before.above))
    if above != after.above:
        yield Change(
            "moved", after.iri, ", ".join(sorted(above)) or "nothing", ", ".join(sorted(after.above)) or "nothing"
        )
    told = {
        "of another kind": (before.kind, after.kind),
        "relabelled": (before.label, after.label),
        "redefined": (before.definition, after.definition),
        "exemplified": (before.example, after.example),
    }
    for kind, (one, other) in told.items():
        if one != other:
            yield Change(kind, after.iri, one, other)
    axioms = frozenset(map(now, before.axioms))
    for axiom in axioms - after.axioms:
        yield Change("axiom lost", after.iri, before=axiom)
    for axiom in after.axioms - axioms:
        yield Change("axiom gained", after.iri, after=axiom)
