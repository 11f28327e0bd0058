"""Compare two ontologies: what changed, in a sentence, and which queries, shapes and facts each change touches."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from stancegraph.errors import ExternalError, UsageError
from stancegraph.ontology.axioms import Ontology, Term, parse_ontology, read_ontology
from stancegraph.ontology.releases import list_releases
from stancegraph.rdf.namespaces import shorten

FILE = "ontology/stancegraph.ttl"


@dataclass(frozen=True, slots=True)
class TermChange:
    """A change of one term.

    Attributes:
        kind: What kind of change it is, such as ``renamed``.
        term: The IRI of the term, or ``the ontology`` for an axiom that is about several.
        before: What the old ontology has, such as the old label.
        after: What the new one has.
        touches: The files that name the term.
        remedy: The command that finishes a change which leaves an IRI without a description, as Protégé does.
    """

    kind: str
    term: str
    before: str = ""
    after: str = ""
    touches: tuple[str, ...] = ()
    remedy: str = ""

    def __str__(self) -> str:
        return _SENTENCES[self.kind].format(term=shorten(self.term), before=self.before, after=self.after)


_SENTENCES = {
    "added": "{term} was added: {after}",
    "removed": "{term} was removed: {before}",
    "renamed": "{term} was renamed to {after}",
    "deprecated": "{term} was deprecated{after}",
    "restored": "{term} is no longer deprecated",
    "moved": "{term} was below {before} and is now below {after}",
    "of another kind": "{term} changed its kind from {before} to {after}",
    "relabelled": "{term} changed its label from “{before}” to “{after}”",
    "redefined": "{term} changed its definition from “{before}” to “{after}”",
    "exemplified": "{term} changed its example from “{before}” to “{after}”",
    "axiom gained": "{term} gained the axiom {after}",
    "axiom lost": "{term} lost the axiom {before}",
}


def find_earlier_term(iri: str, root: Path) -> Term | None:
    """Return a term as the last commit of a workspace has it, or else the last release that has it.

    Args:
        iri: The IRI of the term.
        root: The root of the workspace.

    Raises:
        DataError: An ontology is malformed.
        ExternalError: A file cannot be read.
    """
    with suppress(UsageError, ExternalError):  # no repository, or no git
        term = load_ontology("HEAD", root).terms.get(iri)
        if term is not None:
            return term
    earlier = (read_ontology(path).terms.get(iri) for path in reversed(list_releases(root)))
    return next((term for term in earlier if term is not None), None)


def load_ontology(name: str, root: Path) -> Ontology:
    """Load an ontology from a file or from the history of a workspace.

    Args:
        name: The path of a file in Turtle, or a git revision of the workspace.
        root: The root of the workspace.

    Raises:
        UsageError: The name is neither.
        DataError: The Turtle is malformed.
        ExternalError: The file cannot be read, or git cannot be run.
    """
    path = Path(name)
    if path.is_file():
        return read_ontology(path)
    command = ["git", "-C", str(root), "show", "--end-of-options", f"{name}:./{FILE}"]
    try:
        completed = subprocess.run(command, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ExternalError(f"git cannot be run: {error}", subject=name, remedy="name two files") from None
    if completed.returncode:
        raise UsageError(
            "neither a file nor a git revision with an ontology", subject=name, remedy=f"name one that has {FILE}"
        )
    return parse_ontology(completed.stdout, f"{name}:{FILE}")


def compare(old: Ontology, new: Ontology, uses: Mapping[str, Mapping[str, int]] | None = None) -> list[TermChange]:
    """Compare two ontologies.

    A term is renamed where the old one is deprecated in favour of a new one, or where a new one of the same kind has
    its label or its definition.

    Args:
        old: The ontology before.
        new: The ontology after.
        uses: The files that name each term, as `stancegraph.ontology.naming.find_uses` finds them.

    Returns:
        The changes in a fixed order.
    """
    renamings = dict(_renamings(old, new))
    files = uses or {}
    kinds = list(_SENTENCES)
    changes = sorted(
        _changes(old, new, renamings), key=lambda change: (kinds.index(change.kind), change.term, str(change))
    )

    def with_files(change: TermChange) -> TermChange:
        touched = {*files.get(change.term, {}), *files.get(renamings.get(change.term, ""), {})}
        return replace(change, touches=tuple(sorted(touched)))

    return [with_files(change) for change in changes]


def _renamings(old: Ontology, new: Ontology) -> Iterator[tuple[str, str]]:
    """Yield the IRIs of each term that was removed or deprecated, and of the new one in its place."""
    added = {iri: term for iri, term in new.terms.items() if iri not in old.terms}
    taken: set[str] = set()
    for iri, term in old.terms.items():
        current = new.terms.get(iri)
        if current is not None and current.deprecated and not term.deprecated and current.successor in added:
            taken.add(str(current.successor))
            yield iri, str(current.successor)
    for iri, term in sorted(old.terms.items()):
        if iri in new.terms:
            continue
        candidates = [
            other for other, new_term in sorted(added.items()) if other not in taken and _is_like(term, new_term)
        ]
        if candidates:
            taken.add(candidates[0])
            yield iri, candidates[0]


def _is_like(old: Term, new: Term) -> bool:
    same_label = bool(old.label) and old.label == new.label
    same_definition = bool(old.definition) and old.definition == new.definition
    return old.kind == new.kind and (same_label or same_definition)


def _changes(old: Ontology, new: Ontology, renamings: Mapping[str, str]) -> Iterator[TermChange]:
    named_anew = old.renamed(renamings)  # so that a new name alone is no change of what names it
    successors = set(renamings.values())
    for iri in sorted(old.terms.keys() | new.terms.keys()):
        before, after = old.terms.get(iri), new.terms.get(iri)
        if iri in renamings:
            names = f"{shorten(iri)} {shorten(renamings[iri])}"
            remedy = "" if iri in new.terms else f"stancegraph ontology rename --finish {names}"
            yield TermChange("renamed", iri, after=shorten(renamings[iri]), remedy=remedy)
            yield from _changes_of_term(named_anew.terms[renamings[iri]], new.terms[renamings[iri]])
        elif before is None and after is not None and iri not in successors:
            yield TermChange("added", iri, after=_describe(after))
        elif before is not None and after is None:
            remedy = f"stancegraph ontology deprecate {shorten(iri)} --because REASON"
            yield TermChange("removed", iri, before=_describe(before), remedy=remedy)
        elif before is not None and after is not None:
            yield from _changes_of_term(named_anew.terms[iri], after)
    yield from _axiom_changes("the ontology", named_anew.general_axioms, new.general_axioms)


def _describe(term: Term) -> str:
    parents = f" below {', '.join(sorted(term.parents))}" if term.parents else ""
    return f"{term.kind}{parents}. {term.definition}".strip()


def _changes_of_term(before: Term, after: Term) -> Iterator[TermChange]:
    """Yield the changes of one term, under the name that it has now."""
    if after.deprecated and not before.deprecated:
        successor = f", in favour of {shorten(after.successor)}" if after.successor else ""
        yield TermChange("deprecated", after.iri, after=successor)
    elif before.deprecated and not after.deprecated:
        yield TermChange("restored", after.iri)
    if before.parents != after.parents:
        yield TermChange("moved", after.iri, _place(before.parents), _place(after.parents))
    pairs = {
        "of another kind": (before.kind, after.kind),
        "relabelled": (before.label, after.label),
        "redefined": (before.definition, after.definition),
        "exemplified": (before.example, after.example),
    }
    for kind, (old_value, new_value) in pairs.items():
        if old_value != new_value:
            yield TermChange(kind, after.iri, old_value, new_value)
    yield from _axiom_changes(after.iri, before.axioms, after.axioms)


def _place(parents: frozenset[str]) -> str:
    return ", ".join(sorted(parents)) or "nothing"


def _axiom_changes(term: str, before: frozenset[str], after: frozenset[str]) -> Iterator[TermChange]:
    for axiom in before - after:
        yield TermChange("axiom lost", term, before=axiom)
    for axiom in after - before:
        yield TermChange("axiom gained", term, after=axiom)
