"""Rename or deprecate a term everywhere at once: in the ontology, shapes, queries, data, program, tests and docs.

The old IRI stays in the ontology, deprecated, with the term that replaces it. The whole change is worked out, and
checked on the parsed files, before the first file is written.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from stancegraph.errors import DataError, ExternalError, UsageError
from stancegraph.files.change_set import ChangeSet
from stancegraph.ontology import naming, owlapi
from stancegraph.ontology.axioms import DEFINITION, DEPRECATED, LABEL, REPLACED_BY, Term, read_ontology
from stancegraph.ontology.comparing import find_earlier_term
from stancegraph.pipeline.reading import read_text_file
from stancegraph.pipeline.snapshot import canonical, content_digest
from stancegraph.rdf.namespaces import PREFIXES, expand, shorten
from stancegraph.rdf.turtle_edits import format_statement, statements

_SG = PREFIXES["sg"]
_OWL_CLASSES = {
    "class": "Class",
    "object property": "ObjectProperty",
    "data property": "DatatypeProperty",
    "annotation property": "AnnotationProperty",
    "individual": "NamedIndividual",
}
_NAMES = {"class": r"[A-Z][A-Za-z0-9]*", "individual": r"[A-Za-z][A-Za-z0-9]*"}
_PROPERTY_NAME = r"[a-z][A-Za-z0-9]*"
_STRING = PREFIXES["xsd"] + "string"
_TYPE = PREFIXES["rdf"] + "type"
_TRUE = Literal("true", datatype=NamedNode(PREFIXES["xsd"] + "boolean"))
UNFORMATTED = "Without Java the ontology is not in Protégé's form; run `stancegraph ontology format`."
"""The remark on a change that could not be formatted."""
TRANSLATED = "The labels in other languages are as they were; see whether they still fit:"
"""The remark on a change after which the term has labels that nobody has looked at, before the files that have them."""


def find_term(root: Path, name: str) -> Term:
    """Find a term in the ontology of a workspace.

    Args:
        root: The root of the workspace.
        name: The local name of the term (``Stance``), its prefixed name or its IRI.

    Raises:
        UsageError: The ontology does not have the term.
        DataError: The ontology is malformed.
        ExternalError: It cannot be read.
    """
    iri = _iri(name)
    terms = read_ontology(_ontology_file(root)).terms
    if not iri.startswith(_SG) or iri not in terms:
        raise UsageError(f"the ontology does not have {name!r}", remedy="give a term, such as `Stance` or `sg:Stance`")
    return terms[iri]


def rename(root: Path, old_name: str, new_name: str, label: str | None = None) -> ChangeSet:
    """Work out the change that renames a term everywhere in a workspace.

    Args:
        root: The root of the workspace, or of a checkout of the program.
        old_name: The name of the term, as `find_term` takes it.
        new_name: Its new name, in the same forms.
        label: Its new label, in English; by default the words of the new name.

    Returns:
        The change, which is not applied.

    Raises:
        UsageError: The old name is not a term, or the new one is taken or malformed.
        DataError: A file is malformed, or would state something else afterwards.
        ExternalError: A file cannot be read.
    """
    old = find_term(root, old_name)
    new_iri = _iri(new_name)
    _check_new_name(root, old, new_iri)
    texts = _renamed_files(root, old.iri, new_iri)
    if _ontology_file(root) not in texts:
        raise DataError(
            "the ontology names the term by a relative IRI",
            file=_ontology_file(root),
            remedy="run `stancegraph ontology format` first",
        )
    label = label or _label_from_name(new_iri.removeprefix(_SG), old.kind)
    ontology = _replace_label(texts[_ontology_file(root)], old.label, label)
    return _change_set(root, texts, _append(ontology, old.iri, _signpost(old, new_iri)))


def finish(root: Path, old_name: str, new_name: str) -> ChangeSet:
    """Work out the change that is left where a term was renamed in the ontology alone, as Protégé does.

    Args:
        root: The root of the workspace.
        old_name: The name that the last commit or release has, in one of the forms that `find_term` takes.
        new_name: The name that the ontology has now.

    Returns:
        The change of all other files, and the signpost in the ontology; it is not applied.

    Raises:
        UsageError: The ontology still has the old name, or lacks the new one; or no earlier version has the old one.
        DataError: A file is malformed, or would state something else afterwards.
        ExternalError: A file cannot be read.
    """
    new, iri = find_term(root, new_name), _iri(old_name)
    if iri in read_ontology(_ontology_file(root)).terms:
        raise UsageError(f"the ontology still has {old_name!r}", remedy="rename it without --finish")
    old = _earlier_term(root, iri)
    if old.kind != new.kind:
        raise UsageError(f"{shorten(iri)} was of another kind: {old.kind}", remedy=f"name a term that is a {old.kind}")
    texts = _renamed_files(root, iri, new.iri)
    ontology = texts.pop(_ontology_file(root), None) or read_text_file(_ontology_file(root))
    return _change_set(root, texts, _append(ontology, iri, _signpost(old, new.iri)))


def _earlier_term(root: Path, iri: str) -> Term:
    term = find_earlier_term(iri, root)
    if term is None:
        raise UsageError(
            f"neither the last commit nor a release has {shorten(iri)}", remedy="see `stancegraph ontology diff HEAD`"
        )
    return term


def _renamed_files(root: Path, old: str, new: str) -> dict[Path, str]:
    """Return the texts of the files that name the term *old*, with *new* in its place."""
    texts = {}
    for path in naming.term_files(root):
        before = read_text_file(path)
        after = naming.rename_in(path, before, old.removeprefix(_SG), new.removeprefix(_SG))
        if after != before:
            if path.suffix == ".ttl":
                _prove(path, before, after, old, new)
            texts[path] = after
    return texts


def _signpost(old: Term, successor: str) -> list[tuple[str, NamedNode | Literal]]:
    """Return what stays of a term that was renamed: that it is obsolete, and what has its place."""
    return [*_remains(old), (DEPRECATED, _TRUE), (REPLACED_BY, NamedNode(successor))]


def _remains(term: Term) -> list[tuple[str, NamedNode | Literal]]:
    return [
        (_TYPE, NamedNode(PREFIXES["owl"] + _OWL_CLASSES[term.kind])),
        (LABEL, Literal(f"obsolete {term.label}", language="en")),
        (DEFINITION, Literal(term.definition, language="en")),
        (PREFIXES["rdfs"] + "isDefinedBy", NamedNode(_SG.removesuffix("#"))),
    ]


def deprecate(root: Path, name: str, *, successor: str | None = None, reason: str | None = None) -> ChangeSet:
    """Work out the change that deprecates a term, either in favour of another one or for a reason.

    A term that was deleted, as Protégé does, comes back for that.

    Args:
        root: The root of the workspace.
        name: The name of the term, as `find_term` takes it.
        successor: The name of the term that replaces it.
        reason: Why nothing replaces it, in English.

    Returns:
        The change, which is not applied.

    Raises:
        UsageError: A name is not a term, the term is deprecated already, or there is not exactly one of *successor*
            and *reason*.
        DataError: The ontology is malformed, or another term has the same label.
        ExternalError: The ontology cannot be read.
    """
    iri = _iri(name)
    is_gone = iri.startswith(_SG) and iri not in read_ontology(_ontology_file(root)).terms
    term = (find_earlier_term(iri, root) if is_gone else None) or find_term(root, name)
    if (successor is None) == (reason is None):
        raise UsageError(
            "either a successor or a reason is needed", subject=name, remedy="give --by TERM, or --because TEXT"
        )
    if term.deprecated:
        raise UsageError("is deprecated already", subject=shorten(term.iri))
    if successor is not None:
        explanation: tuple[str, NamedNode | Literal] = (REPLACED_BY, NamedNode(find_term(root, successor).iri))
    else:
        explanation = (PREFIXES["skos"] + "editorialNote", Literal(reason or "", language="en"))
    text = read_text_file(_ontology_file(root))
    deprecation: list[tuple[str, NamedNode | Literal]] = [(DEPRECATED, _TRUE), explanation]
    if is_gone:
        return _change_set(root, {}, _append(text, term.iri, [*_remains(term), *deprecation]))
    ontology = _replace_label(text, term.label, f"obsolete {term.label}")
    return _change_set(root, {}, _append(ontology, term.iri, deprecation))


def _iri(name: str) -> str:
    return expand(name) or (name if "://" in name else _SG + name)


def _ontology_file(root: Path) -> Path:
    return root / "ontology" / "stancegraph.ttl"


def _check_new_name(root: Path, old: Term, new_iri: str) -> None:
    local_name = new_iri.removeprefix(_SG)
    if not re.fullmatch(_NAMES.get(old.kind, _PROPERTY_NAME), local_name):
        raise UsageError(
            f"{local_name!r} cannot be the name of this {old.kind}",
            remedy="write classes LikeThis, and properties likeThis",
        )
    if old.deprecated and old.successor == new_iri:
        raise UsageError("is renamed already", subject=shorten(old.iri), remedy=f"use {shorten(new_iri)}")
    if new_iri in read_ontology(_ontology_file(root)).terms:
        raise UsageError(
            f"{shorten(new_iri)} exists already", remedy="choose another name, or use `deprecate --by` instead"
        )


def _label_from_name(local_name: str, kind: str) -> str:
    label = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local_name).lower()
    return label.capitalize() if kind == "class" else label


def _replace_label(text: str, old: str, new: str) -> str:
    """Return the ontology's *text* with another label for the term that has the *old* one."""
    before, after = (f"rdfs:label {Literal(label, language='en')}" for label in (old, new))
    if text.count(before) != 1:
        raise DataError(
            f"`{before}` must occur once, and occurs {text.count(before)} times",
            file="ontology/stancegraph.ttl",
            remedy="give the term one label of its own, in English, and run `stancegraph ontology format`",
        )
    return text.replace(before, after)


def _append(text: str, subject: str, values: Iterable[tuple[str, NamedNode | Literal]]) -> str:
    """Return the ontology's *text* with *values* of the term *subject*, by their predicates, stated at its end."""
    if not any(statement.names and statement.names[0].iri == REPLACED_BY for statement in statements(text)):
        annotation_property = NamedNode(PREFIXES["owl"] + "AnnotationProperty")
        declaration = Triple(NamedNode(REPLACED_BY), NamedNode(_TYPE), annotation_property)
        text = f"{text.rstrip()}\n{format_statement(text, REPLACED_BY, [declaration])}"
    triples = [Triple(NamedNode(subject), NamedNode(predicate), value) for predicate, value in values]
    return f"{text.rstrip()}\n{format_statement(text, subject, triples)}"


def _prove(path: Path, before: str, after: str, old: str, new: str) -> None:
    """Raise `DataError` unless *after* states the same as *before*, with the IRI *new* in place of *old*."""

    def renamed(node: object) -> object:
        if isinstance(node, Literal) and not node.language and node.datatype.value != _STRING:
            return node
        if isinstance(node, Literal):  # a remedy or a note may name the term, too
            text = naming.rename_in(path, node.value, old.removeprefix(_SG), new.removeprefix(_SG))
            return Literal(text, language=node.language) if node.language else Literal(text)
        return NamedNode(new) if isinstance(node, NamedNode) and node.value == old else node

    expected = [
        Quad(renamed(q.subject), renamed(q.predicate), renamed(q.object))  # type: ignore[arg-type]
        for q in parse(before, format=RdfFormat.TURTLE)
    ]
    actual = [Quad(q.subject, q.predicate, q.object) for q in parse(after, format=RdfFormat.TURTLE)]
    if content_digest(canonical(expected)) != content_digest(canonical(actual)):
        raise DataError(
            "it would state something else afterwards", file=path, remedy="rename the term in this file by hand first"
        )


def _change_set(root: Path, texts: Mapping[Path, str], ontology: str) -> ChangeSet:
    """Return the change to files, those that Protégé edits in its form, or a remark where Java is not installed."""
    changed = {**texts, _ontology_file(root): ontology}
    folders = (root / "ontology", root / "ontology" / "labels")
    contents: dict[Path, bytes | None] = {path: text.encode("utf-8") for path, text in changed.items()}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("ontology", "data/vocabulary"):  # what they import
            if (root / name).is_dir():
                shutil.copytree(root / name, copy / name)
        edited = {path: copy / path.relative_to(root) for path in changed if path.parent in folders}
        for path, copied in edited.items():
            copied.write_text(changed[path], encoding="utf-8")
        read_ontology(copy / "ontology" / "stancegraph.ttl")  # raises an error if it does not parse
        try:
            contents |= {path: owlapi.format_turtle(copied) for path, copied in edited.items() if path.suffix == ".ttl"}
            remarks = []
        except ExternalError:
            remarks = [UNFORMATTED]
    translated = sorted(path.relative_to(root).as_posix() for path in edited if path.parent.name == "labels")
    if translated:
        remarks.append(f"{TRANSLATED} {', '.join(translated)}.")
    return ChangeSet(root, contents, remarks)
