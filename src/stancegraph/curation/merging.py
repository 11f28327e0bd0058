"""Two entities that are one, and one that is two: every reference follows, in Turtle, in links and in coding sheets.

All is worked out, and proved on the parsed files, before the first file is written. The IRI that goes is kept with the
entity that stays (``sg:formerIri``), so that whoever knows it still finds it.
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


def merge(workspace: Workspace, old: str, new: str) -> ChangeSet:
    """The change to make the entity *old* one with *new*, both IRIs: its names become aliases, its references follow.

    Raises `UsageError` where one is not described, or the two are of different kinds; `DataError` where a file would
    not say what it should.
    """
    if old == new:
        raise UsageError("they are one already", subject=shorten(old), remedy="nothing is left to do")
    changes, described = ChangeSet(workspace.root), _described(workspace, {old, new})
    for iri in (old, new):
        if iri not in described:
            raise UsageError("nothing describes it", subject=shorten(iri), remedy="name an entity by label or IRI")
    kinds = [{quad.object for quad in described[iri][1] if quad.predicate.value == _TYPE} for iri in (old, new)]
    if kinds[0] != kinds[1]:
        told = " and ".join(", ".join(sorted(shorten(str(kind).strip("<>")) for kind in one)) for one in kinds)
        raise UsageError(
            f"they are of different kinds: {told}", subject=shorten(old), remedy="correct one of them first"
        )
    carried = _carried(described[old][1], described[new][1], old, new, changes)
    for path in _turtle(workspace):
        text = read_text_file(path)
        after = remove_subject(text, old) if path == described[old][0] else text
        after = replace_iri(after, old, new)
        if path == described[new][0]:
            after = f"{after.rstrip()}\n{format_statement(after, new, carried)}"
        _take(changes, path, text, after, partial(_one_with, {old: new}), carried if path == described[new][0] else [])
    _links(workspace, changes, old, new)
    _sheets(workspace, changes, old, new, None)
    return changes


def split(workspace: Workspace, iri: str, new: str, label: str, subjects: Iterable[str]) -> ChangeSet:
    """The change to take a new entity *new*, called *label*, out of *iri*.

    What *subjects* say of it is said of the new one. Raises `UsageError` where *iri* is not described, *new* is, or one
    of *subjects* does not speak of it; `DataError` as `merge`.
    """
    chosen, changes = set(subjects), ChangeSet(workspace.root)
    described = _described(workspace, {iri, new})
    if iri not in described:
        raise UsageError("nothing describes it", subject=shorten(iri), remedy="name an entity by label or IRI")
    if new in described:
        raise UsageError("it is there already", subject=shorten(new), remedy="choose another name")
    fresh = [Triple(NamedNode(new), quad.predicate, quad.object) for quad in described[iri][1] if _goes_along(quad)]
    fresh.insert(1, Triple(NamedNode(new), NamedNode(_LABEL), Literal(label, language="en")))
    silent = set(chosen)
    for path in _turtle(workspace):
        text = after = read_text_file(path)
        added = fresh if path == described[iri][0] else []
        silent -= {_iri(quad.subject) for quad in _parse(path, text) if _iri(quad.object) == iri}
        for subject in sorted(chosen):
            after = replace_iri(after, iri, new, within=subject)
        if added:
            after = f"{after.rstrip()}\n{format_statement(after, new, added)}"
        _take(changes, path, text, after, partial(_spoken_of, {iri: new}, chosen), added)
    if silent or not chosen:
        raise UsageError(
            f"it says nothing of {shorten(iri)}",
            subject=", ".join(shorten(one) for one in sorted(silent)) or None,
            remedy="name claims that do, with --claim",
        )
    _sheets(workspace, changes, iri, new, chosen)
    return changes


def _goes_along(quad: Quad) -> bool:
    """Whether a new entity has what the one that it is taken from has: its kind, and to whom it belongs."""
    return quad.predicate.value in {_TYPE, terms.AFFILIATED_WITH}


def _turtle(workspace: Workspace) -> list[Path]:
    return files_in(workspace.root / "data", "**/*.ttl")


def _described(workspace: Workspace, iris: set[str]) -> dict[str, tuple[Path, list[Quad]]]:
    """The file that describes each of *iris* first, and what it says of it."""
    found: dict[str, tuple[Path, list[Quad]]] = {}
    for path in _turtle(workspace):
        for quad in _parse(path, read_text_file(path)):
            subject = getattr(quad.subject, "value", "")
            if subject in iris and subject not in found and quad.predicate.value == _TYPE:
                own = [
                    one for one in _parse(path, read_text_file(path)) if getattr(one.subject, "value", "") == subject
                ]
                found[subject] = (path, own)
    return found


def _parse(path: Path, text: str) -> list[Quad]:
    try:
        return list(parse(text, format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise DataError(f"malformed Turtle: {error}", file=path, remedy="correct it first") from None


def _carried(gone: list[Quad], stays: list[Quad], old: str, new: str, changes: ChangeSet) -> list[Triple]:
    """What the entity that stays takes over: names as aliases, and what was said of the other and not of it."""
    has = {(quad.predicate, quad.object) for quad in stays}
    names = {quad.object.value for quad in stays if quad.predicate.value in {_LABEL, _ALIAS}}  # type: ignore[union-attr]
    told = {quad.predicate for quad in stays}
    found = [Triple(NamedNode(new), NamedNode(_FORMER), Literal(old, datatype=_ANY_URI))]
    for quad in gone:
        if quad.predicate.value in {_LABEL, _ALIAS}:
            if quad.object.value not in names:  # type: ignore[union-attr]
                found.append(Triple(NamedNode(new), NamedNode(_ALIAS), quad.object))
        elif quad.predicate.value == _FORMER or (quad.predicate not in told and quad.predicate.value != _TYPE):
            found.append(Triple(NamedNode(new), quad.predicate, _node({old: new}, quad.object)))  # type: ignore[arg-type]
        elif quad.predicate.value != _TYPE and (quad.predicate, quad.object) not in has:
            changes.remarks.append(f"left out of {shorten(old)}: {shorten(quad.predicate.value)} {quad.object}")
    return found


def _one_with(names: Mapping[str, str], quad: Quad) -> tuple[object, ...] | None:
    """What becomes of *quad* where one of *names* is merged into the other: it speaks of that, or it is gone."""
    return None if _iri(quad.subject) in names else (quad.subject, quad.predicate, _node(names, quad.object))


def _spoken_of(names: Mapping[str, str], chosen: set[str], quad: Quad) -> tuple[object, ...]:
    """What becomes of *quad* where one of *names* is split: it speaks of the new one, if it is of those *chosen*."""
    return quad.subject, quad.predicate, _node(names if _iri(quad.subject) in chosen else {}, quad.object)


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _node(names: Mapping[str, str], term: object) -> object:
    return NamedNode(names[term.value]) if isinstance(term, NamedNode) and term.value in names else term


def _take(
    changes: ChangeSet,
    path: Path,
    before: str,
    after: str,
    becomes: Callable[[Quad], tuple[object, ...] | None],
    added: list[Triple],
) -> None:
    """Take a file into the changes, if it says just what it should: what its quads become, and what is *added*."""
    said = _parse(path, before)
    expected = {one for one in map(becomes, said) if one is not None}
    expected |= {(one.subject, one.predicate, one.object) for one in added}
    found = {(quad.subject, quad.predicate, quad.object) for quad in (said if after == before else _parse(path, after))}
    if expected != found:
        raise DataError(
            "it would not say what it should", file=path, remedy="change this file by hand first, then try again"
        )
    if after != before:
        changes.contents[path] = after.encode("utf-8")


def _links(workspace: Workspace, changes: ChangeSet, old: str, new: str) -> None:
    for path in workspace.link_files():
        of = sssom.read(path)
        there = {row.object_id for row in of.mappings if of.expand(row.subject_id) == new}
        rows = [
            replace(row, subject_id=of.contract(new)) if of.expand(row.subject_id) == old else row
            for row in of.mappings
            if of.expand(row.subject_id) != old or row.object_id not in there
        ]
        if rows != list(of.mappings):
            changes.contents[path] = sssom.to_tsv(of.with_rows(rows)).encode("utf-8")


def _sheets(workspace: Workspace, changes: ChangeSet, old: str, new: str, subjects: set[str] | None) -> None:
    """Coding sheets name things by words: those that stand for *old* are exchanged, in *subjects* or everywhere."""
    for path in files_in(workspace.root / "data" / "articles", f"*/{SHEET}"):
        article = Article(workspace, path.parent.name)
        text = read_text_file(path)
        lines = article.compile(text).lines
        places = sorted({*lines.values()})
        wanted = None if subjects is None else {line for iri, line in lines.items() if iri in subjects}
        local, current, told = old.rpartition("/")[2], 0, []
        pattern = re.compile(rf'(?P<quoted>"(?:[^"\\]|\\.)*")|(?<![\w:./-])(?:[a-z]+:)?{re.escape(local)}(?![\w.-])')
        exchanged = partial(_word_of, article.names().short(new))
        for number, line in enumerate(text.splitlines(), 1):
            current = number if number in places else current
            label = re.match(r"\s*[a-z-]+ [\w.-]+: ", line)
            kept = line.lstrip().startswith("#") or label or (wanted is not None and current not in wanted)
            told.append(line if kept else pattern.sub(exchanged, line))
        after = "\n".join(told) + "\n"
        if after != text:
            changes.contents[path] = after.encode("utf-8")
            changes.remarks.append(f"{workspace.relative(path)} names it by words; look at them in the diff")


def _word_of(word: str, match: re.Match[str]) -> str:
    return match[0] if match["quoted"] else word
