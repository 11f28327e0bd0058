"""Merge two entities, or split one; references in Turtle, links and coding sheets follow.

The whole change is prepared, and verified on the parsed files, before the first file is written. The entity that
remains keeps the IRI of the one that was merged into it (``sg:formerIri``) and can still be found by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from stancegraph.coding.article import SHEET, Article
from stancegraph.errors import DataError, UsageError
from stancegraph.files.change_set import ChangeSet
from stancegraph.linking import sssom
from stancegraph.pipeline.reading import read_text_file
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import PREFIXES, shorten
from stancegraph.rdf.turtle_edits import format_statement, remove_subject, replace_iri
from stancegraph.workspace.folders import Workspace, files_in

_TYPE, _LABEL = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "label"
_ALIAS, _FORMER = PREFIXES["skos"] + "altLabel", terms.FORMER_IRI
_ANY_URI = NamedNode(PREFIXES["xsd"] + "anyURI")

_Terms = tuple[object, ...]
"""Subject, predicate and object of a quad."""


def merge(workspace: Workspace, old: str, new: str) -> ChangeSet:
    """Prepare the merge of one entity into another: its names become aliases, and references to it follow.

    Args:
        workspace: The workspace.
        old: The IRI of the entity that goes.
        new: The IRI of the one that remains.

    Raises:
        UsageError: One of them is not described, the two are the same, or they are of different kinds.
        DataError: A file is malformed, or its changed text would not state what it should.
    """
    if old == new:
        raise UsageError("the two are already the same entity", subject=shorten(old), remedy="nothing needs to be done")
    changes, described = ChangeSet(workspace.root), _descriptions(workspace, {old, new})
    for iri in (old, new):
        _check_described(iri, described)
    old_classes, new_classes = (
        {quad.object for quad in described[iri][1] if quad.predicate.value == _TYPE} for iri in (old, new)
    )
    if old_classes != new_classes:
        kinds = " and ".join(
            ", ".join(sorted(shorten(_iri(klass)) for klass in classes)) for classes in (old_classes, new_classes)
        )
        raise UsageError(
            f"the two are of different kinds: {kinds}", subject=shorten(old), remedy="correct one of them first"
        )
    inherited = _inherited(described[old][1], described[new][1], old, new, changes)
    for path in _turtle_files(workspace):
        before = read_text_file(path)
        after = remove_subject(before, old) if path.parent == described[old][0].parent else before
        after = replace_iri(after, old, new)
        added = inherited if path == described[new][0] else []
        if added:
            after = f"{after.rstrip()}\n{format_statement(after, new, added)}"
        _add_turtle(changes, path, before, after, partial(_after_merge, {old: new}), added)
    _merge_links(workspace, changes, old, new)
    _rename_in_sheets(workspace, changes, old, new, None)
    return changes


def split(workspace: Workspace, iri: str, new: str, label: str, subjects: Iterable[str]) -> ChangeSet:
    """Prepare the split of a new entity from another, of which it takes over some references.

    Args:
        workspace: The workspace.
        iri: The IRI of the entity that is split.
        new: The IRI of the new one.
        label: The English label of the new one.
        subjects: The IRIs of the claims and other records whose references it takes over.

    Raises:
        UsageError: The entity is not described, the new one exists already, or one of *subjects* does not refer to
            the entity.
        DataError: A file is malformed, or its changed text would not state what it should.
    """
    chosen, changes = set(subjects), ChangeSet(workspace.root)
    described = _descriptions(workspace, {iri, new})
    _check_described(iri, described)
    if new in described:
        raise UsageError("the entity already exists", subject=shorten(new), remedy="choose another name")
    copied = [Triple(NamedNode(new), quad.predicate, quad.object) for quad in described[iri][1] if _is_copied(quad)]
    copied.insert(1, Triple(NamedNode(new), NamedNode(_LABEL), Literal(label, language="en")))
    without_reference = set(chosen)
    for path in _turtle_files(workspace):
        before = after = read_text_file(path)
        added = copied if path == described[iri][0] else []
        without_reference -= {_iri(quad.subject) for quad in _parse(path, before) if _iri(quad.object) == iri}
        for subject in sorted(chosen):
            after = replace_iri(after, iri, new, within=subject)
        if added:
            after = f"{after.rstrip()}\n{format_statement(after, new, added)}"
        _add_turtle(changes, path, before, after, partial(_after_split, {iri: new}, chosen), added)
    if without_reference or not chosen:
        raise UsageError(
            f"no reference to {shorten(iri)}",
            subject=", ".join(map(shorten, sorted(without_reference))) or None,
            remedy="name claims that refer to it, with --claim",
        )
    _rename_in_sheets(workspace, changes, iri, new, chosen)
    return changes


def _check_described(iri: str, described: Mapping[str, object]) -> None:
    if iri not in described:
        raise UsageError(
            "no file describes this entity", subject=shorten(iri), remedy="name an entity by its label or IRI"
        )


def _is_copied(quad: Quad) -> bool:
    """Return whether a new entity shares this statement with the one that it is split from: class or affiliation."""
    return quad.predicate.value in {_TYPE, terms.AFFILIATED_WITH}


def _turtle_files(workspace: Workspace) -> list[Path]:
    return files_in(workspace.root / "data", "**/*.ttl")


def _descriptions(workspace: Workspace, iris: set[str]) -> dict[str, tuple[Path, list[Quad]]]:
    """Return the first file that states the class of each entity, and the quads that its folder has about the entity.

    Names in other languages, for one, are in a file of their own beside it.
    """
    files: dict[str, Path] = {}
    described: dict[tuple[str, Path], list[Quad]] = {}
    for path in _turtle_files(workspace):
        for quad in _parse(path, read_text_file(path)):
            subject = _iri(quad.subject)
            if subject in iris:
                described.setdefault((subject, path.parent), []).append(quad)
                if quad.predicate.value == _TYPE:
                    files.setdefault(subject, path)
    return {iri: (path, described[iri, path.parent]) for iri, path in files.items()}


def _parse(path: Path, text: str) -> list[Quad]:
    try:
        return list(parse(text, format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise DataError(f"malformed Turtle: {error}", file=path, remedy="correct the file first") from None


def _inherited(gone: list[Quad], remaining: list[Quad], old: str, new: str, changes: ChangeSet) -> list[Triple]:
    """Return what the remaining entity takes over: names as aliases, and properties that it does not have.

    Values that contradict its own are reported among the remarks of *changes*.
    """
    statements = {(quad.predicate, quad.object) for quad in remaining}
    names = {quad.object.value for quad in remaining if quad.predicate.value in {_LABEL, _ALIAS}}  # type: ignore[union-attr]
    predicates = {quad.predicate for quad in remaining}
    inherited = [Triple(NamedNode(new), NamedNode(_FORMER), Literal(old, datatype=_ANY_URI))]
    for quad in gone:
        if quad.predicate.value in {_LABEL, _ALIAS}:
            if quad.object.value not in names:  # type: ignore[union-attr]
                inherited.append(Triple(NamedNode(new), NamedNode(_ALIAS), quad.object))
        elif quad.predicate.value == _FORMER or (quad.predicate not in predicates and quad.predicate.value != _TYPE):
            inherited.append(Triple(NamedNode(new), quad.predicate, _renamed({old: new}, quad.object)))  # type: ignore[arg-type]
        elif quad.predicate.value != _TYPE and (quad.predicate, quad.object) not in statements:
            changes.remarks.append(f"not taken over from {shorten(old)}: {shorten(quad.predicate.value)} {quad.object}")
    return inherited


def _after_merge(new_names: Mapping[str, str], quad: Quad) -> _Terms | None:
    """Return the terms of *quad* after a merge: it refers to the remaining entity, or is gone with the other."""
    if _iri(quad.subject) in new_names:
        return None
    return quad.subject, quad.predicate, _renamed(new_names, quad.object)


def _after_split(new_names: Mapping[str, str], chosen: set[str], quad: Quad) -> _Terms:
    """Return the terms of *quad* after a split: it refers to the new entity if its subject is among those *chosen*."""
    return quad.subject, quad.predicate, _renamed(new_names if _iri(quad.subject) in chosen else {}, quad.object)


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _renamed(new_names: Mapping[str, str], term: object) -> object:
    return NamedNode(new_names[term.value]) if isinstance(term, NamedNode) and term.value in new_names else term


def _add_turtle(
    changes: ChangeSet,
    path: Path,
    before: str,
    after: str,
    expect: Callable[[Quad], _Terms | None],
    added: list[Triple],
) -> None:
    """Add a Turtle file to *changes*, if its new text states what it should.

    Args:
        changes: The change set.
        path: The file.
        before: Its text.
        after: Its new text.
        expect: Returns what a quad of the old text should have become; None if it should be gone.
        added: The triples that the new text should state in addition.

    Raises:
        DataError: The new text states something else, or the file is malformed.
    """
    old_quads = _parse(path, before)
    new_quads = old_quads if after == before else _parse(path, after)
    expected = {statement for statement in map(expect, old_quads) if statement is not None}
    expected |= {(triple.subject, triple.predicate, triple.object) for triple in added}
    if expected != {(quad.subject, quad.predicate, quad.object) for quad in new_quads}:
        raise DataError(
            "the changed file would not state what it should",
            file=path,
            remedy="edit the file by hand first, then try again",
        )
    if after != before:
        changes.contents[path] = after.encode("utf-8")


def _merge_links(workspace: Workspace, changes: ChangeSet, old: str, new: str) -> None:
    """Move the links of *old* to *new*, except those that *new* already has."""
    for path in workspace.link_files():
        mapping_set = sssom.read(path)
        linked = {row.object_id for row in mapping_set.mappings if mapping_set.expand(row.subject_id) == new}
        rows = []
        for row in mapping_set.mappings:
            if mapping_set.expand(row.subject_id) != old:
                rows.append(row)
            elif row.object_id not in linked:
                rows.append(replace(row, subject_id=mapping_set.contract(new)))
        if rows != list(mapping_set.mappings):
            changes.contents[path] = sssom.to_tsv(mapping_set.with_rows(rows)).encode("utf-8")


def _rename_in_sheets(workspace: Workspace, changes: ChangeSet, old: str, new: str, subjects: set[str] | None) -> None:
    """Replace the name of *old* in coding sheets, in the records of *subjects* or everywhere.

    Labels, comments and text in quotation marks stay as they are.
    """
    local = old.rpartition("/")[2]
    pattern = re.compile(rf'(?P<quoted>"(?:[^"\\]|\\.)*")|(?<![\w:./-])(?:[a-z]+:)?{re.escape(local)}(?![\w.-])')
    for path in files_in(workspace.root / "data" / "articles", f"*/{SHEET}"):
        article = Article(workspace, path.parent.name)
        text = read_text_file(path)
        lines = article.compile(text).lines
        first_lines = set(lines.values())
        chosen = None if subjects is None else {line for iri, line in lines.items() if iri in subjects}
        name, current, new_lines = article.symbols().shorten(new), 0, []
        for number, line in enumerate(text.splitlines(), 1):
            current = number if number in first_lines else current
            is_labelled = re.match(r"\s*[a-z-]+ [\w.-]+: ", line) is not None
            outside = chosen is not None and current not in chosen
            unchanged = line.lstrip().startswith("#") or is_labelled or outside
            new_lines.append(line if unchanged else pattern.sub(partial(_replace_name, name), line))
        after = "\n".join(new_lines) + "\n"
        if after != text:
            changes.contents[path] = after.encode("utf-8")
            changes.remarks.append(f"{workspace.relative(path)} refers to the entity by name; review the change")


def _replace_name(name: str, match: re.Match[str]) -> str:
    return match[0] if match["quoted"] else name
