"""Rename or deprecate a term everywhere at once: ontology, shapes, queries, data, program and tests.

The old IRI stays, deprecated, and says what replaces it. All is worked out, and proved on the parsed files, before the
first file is written.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from stancegraph.errors import DataError, ExternalError, UsageError
from stancegraph.files.change_set import ChangeSet
from stancegraph.ontology import naming, owlapi
from stancegraph.ontology.axioms import Term, read_file
from stancegraph.pipeline.reading import read_text_file
from stancegraph.pipeline.snapshot import canonical, content_digest
from stancegraph.rdf.namespaces import PREFIXES, expand, shorten
from stancegraph.rdf.turtle_edits import format_statement, statements

_SG = PREFIXES["sg"]
_OWL = {
    "class": "Class",
    "object property": "ObjectProperty",
    "data property": "DatatypeProperty",
    "annotation property": "AnnotationProperty",
}
_STRING = PREFIXES["xsd"] + "string"
_TYPE, _LABEL, _DEPRECATED = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "label", PREFIXES["owl"] + "deprecated"
_TRUE = Literal("true", datatype=NamedNode(PREFIXES["xsd"] + "boolean"))
UNFORMATTED = "Without Java the ontology is not in the form that Protégé saves: run `stancegraph ontology format`."
_REPLACED = "http://purl.org/dc/terms/isReplacedBy"


def term(root: Path, name: str) -> Term:
    """The term of the workspace at *root* that *name*, a local name, prefixed name or IRI, stands for."""
    iri = expand(name) or (name if "://" in name else _SG + name)
    terms = read_file(_file(root)).terms
    if not iri.startswith(_SG) or iri not in terms:
        raise UsageError(f"the ontology has no term {name!r}", remedy="give its name, as `Stance` or `sg:Stance`")
    return terms[iri]


def rename(root: Path, old_name: str, new_name: str, label: str | None = None) -> ChangeSet:
    """The change that calls the term *old_name* of the workspace at *root* by *new_name* everywhere.

    *label* is its new label; without one, the words of the new name. Raises `UsageError` where the old name is no term,
    or the new one is taken or no name; `DataError` where a file would say something else than before.
    """
    old = term(root, old_name)
    new_iri = expand(new_name) or (new_name if "://" in new_name else _SG + new_name)
    local_old, local_new = old.iri.removeprefix(_SG), new_iri.removeprefix(_SG)
    style = r"[A-Z][A-Za-z0-9]*" if old.kind == "class" else r"[a-z][A-Za-z0-9]*"
    if not re.fullmatch(style, local_new):
        raise UsageError(f"{local_new!r} is no name for a {old.kind}", remedy="classes LikeThis, properties likeThis")
    if old.deprecated and old.successor == new_iri:
        raise UsageError("is called so already", subject=shorten(old.iri), remedy=f"use {shorten(new_iri)}")
    if new_iri in read_file(_file(root)).terms:
        raise UsageError(f"{shorten(new_iri)} is there already", remedy="choose another name, or `deprecate --by` it")
    texts = {}
    for path in naming.files(root):
        before = read_text_file(path)
        after = naming.renamed(path, before, local_old, local_new)
        if after != before:
            if path.suffix == ".ttl":
                _prove(path, before, after, old.iri, new_iri)
            texts[path] = after
    ontology = texts[_file(root)]
    ontology = _relabelled(ontology, old.label, label or _words_of(local_new, old.kind))
    stub: list[tuple[str, NamedNode | Literal]] = [
        (_TYPE, NamedNode(PREFIXES["owl"] + _OWL[old.kind])),
        (_LABEL, Literal(f"obsolete {old.label}", language="en")),
        (PREFIXES["skos"] + "definition", Literal(old.definition, language="en")),
        (_DEPRECATED, _TRUE),
        (_REPLACED, NamedNode(new_iri)),
    ]
    ontology = _append(ontology, old.iri, stub)
    return _changes(root, texts, ontology)


def deprecate(root: Path, name: str, *, by: str | None = None, because: str | None = None) -> ChangeSet:
    """The change that deprecates a term: *by* is what replaces it, *because* why nothing does."""
    old = term(root, name)
    if (by is None) == (because is None):
        raise UsageError("a way on is needed", subject=name, remedy="give --by TERM, or --because TEXT")
    if old.deprecated:
        raise UsageError("is deprecated already", subject=shorten(old.iri))
    if by is not None:
        way: tuple[str, NamedNode | Literal] = (_REPLACED, NamedNode(term(root, by).iri))
    else:
        way = (PREFIXES["skos"] + "editorialNote", Literal(because or "", language="en"))
    ontology = _relabelled(read_text_file(_file(root)), old.label, f"obsolete {old.label}")
    ontology = _append(ontology, old.iri, [(_DEPRECATED, _TRUE), way])
    return _changes(root, {}, ontology)


def _file(root: Path) -> Path:
    return root / "ontology" / "stancegraph.ttl"


def _words_of(local: str, kind: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local).lower()
    return words.capitalize() if kind == "class" else words


def _relabelled(text: str, label: str, new: str) -> str:
    """The ontology's *text* with *new* in place of *label*, which no two terms have."""
    before, after = (f"rdfs:label {Literal(words, language='en')}" for words in (label, new))
    if text.count(before) != 1:
        raise DataError(
            f"`{before}` must stand in it once, and stands {text.count(before)} times",
            file="ontology/stancegraph.ttl",
            remedy="give the term one label of its own, in English, and run `stancegraph ontology format`",
        )
    return text.replace(before, after)


def _append(text: str, subject: str, values: Iterable[tuple[str, NamedNode | Literal]]) -> str:
    """Return the ontology's *text* with *values* of the term *subject*, by their predicates, stated at its end."""
    if not any(names and names[0].iri == _REPLACED for names in (one.names for one in statements(text))):
        declaration = Triple(NamedNode(_REPLACED), NamedNode(_TYPE), NamedNode(PREFIXES["owl"] + "AnnotationProperty"))
        text = f"{text.rstrip()}\n{format_statement(text, _REPLACED, [declaration])}"
    triples = [Triple(NamedNode(subject), NamedNode(predicate), value) for predicate, value in values]
    return f"{text.rstrip()}\n{format_statement(text, subject, triples)}"


def _prove(path: Path, before: str, after: str, old: str, new: str) -> None:
    """Raise `DataError` unless *after* says what *before* does, with the one IRI in place of the other."""

    def node(value: object) -> object:
        if isinstance(value, Literal) and not value.language and value.datatype.value != _STRING:
            return value
        if isinstance(value, Literal):  # a remedy or a note may name the term, too
            text = naming.renamed(path, value.value, old.removeprefix(_SG), new.removeprefix(_SG))
            return Literal(text, language=value.language) if value.language else Literal(text)
        return NamedNode(new) if isinstance(value, NamedNode) and value.value == old else value

    expected = [
        Quad(node(q.subject), node(q.predicate), node(q.object))  # type: ignore[arg-type]
        for q in parse(before, format=RdfFormat.TURTLE)
    ]
    found = [Quad(q.subject, q.predicate, q.object) for q in parse(after, format=RdfFormat.TURTLE)]
    if content_digest(canonical(expected)) != content_digest(canonical(found)):
        raise DataError(
            "it would say something else than before", file=path, remedy="rename the term in this file by hand first"
        )


def _changes(root: Path, texts: Mapping[Path, str], ontology: str) -> ChangeSet:
    """The change to files, with the *ontology* as Protégé saves it if Java is at hand; a remark says if it is not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stancegraph.ttl"
        path.write_text(ontology, encoding="utf-8")
        read_file(path)  # which raises where it does not parse
        try:
            final, remarks = owlapi.formatted(path), []
        except ExternalError:
            final, remarks = ontology.encode("utf-8"), [UNFORMATTED]
    contents: dict[Path, bytes | None] = {changed: text.encode("utf-8") for changed, text in texts.items()}
    return ChangeSet(root, {**contents, _file(root): final}, remarks)
