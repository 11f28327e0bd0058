"""Rename or deprecate a term everywhere at once: ontology, shapes, queries, data, program and tests.

The old IRI stays, deprecated, and says what replaces it. All is worked out, and proved on the parsed files, before the
first file is written.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from stancegraph.errors import DataError, ExternalError, UsageError
from stancegraph.files import journal
from stancegraph.ontology import naming, owlapi
from stancegraph.ontology.axioms import Term, read_file
from stancegraph.pipeline.reading import read_text_file
from stancegraph.pipeline.snapshot import canonical, content_digest
from stancegraph.rdf.namespaces import PREFIXES, expand, shorten

_SG = PREFIXES["sg"]
_OWL = {
    "class": "owl:Class",
    "object property": "owl:ObjectProperty",
    "data property": "owl:DatatypeProperty",
    "annotation property": "owl:AnnotationProperty",
}
_STRING = PREFIXES["xsd"] + "string"
_REPLACED = "http://purl.org/dc/terms/isReplacedBy"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written in the workspace at *root*: the new texts, and whether the ontology's bytes are final."""

    root: Path
    texts: Mapping[Path, str]
    formatted: bool

    def carry_out(self) -> None:
        """Write every file, or none."""
        journal.commit(self.root, {path: text.encode("utf-8") for path, text in self.texts.items()})


def term(root: Path, name: str) -> Term:
    """The term of the workspace at *root* that *name*, a local name, prefixed name or IRI, stands for."""
    iri = expand(name) or (name if "://" in name else _SG + name)
    terms = read_file(_file(root)).terms
    if not iri.startswith(_SG) or iri not in terms:
        raise UsageError(f"the ontology has no term {name!r}", remedy="give its name, as `Stance` or `sg:Stance`")
    return terms[iri]


def rename(root: Path, old_name: str, new_name: str, label: str | None = None) -> Plan:
    """The plan to call the term *old_name* of the workspace at *root* by *new_name* everywhere.

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
    ontology = _with(ontology, _stub(old, f"dcterms:isReplacedBy <{new_iri}>"))
    return _plan(root, texts, ontology)


def deprecate(root: Path, name: str, *, by: str | None = None, because: str | None = None) -> Plan:
    """The plan to deprecate a term: *by* is what replaces it, *because* why nothing does."""
    old = term(root, name)
    if (by is None) == (because is None):
        raise UsageError("a way on is needed", subject=name, remedy="give --by TERM, or --because TEXT")
    if old.deprecated:
        raise UsageError("is deprecated already", subject=shorten(old.iri))
    if by is not None:
        way = f"dcterms:isReplacedBy <{term(root, by).iri}>"
    else:
        way = f"skos:editorialNote {_literal(because or '')}"
    ontology = _relabelled(read_text_file(_file(root)), old.label, f"obsolete {old.label}")
    ontology = _with(ontology, f'<{old.iri}> owl:deprecated "true"^^xsd:boolean ; {way} .')
    return _plan(root, {}, ontology)


def _file(root: Path) -> Path:
    return root / "ontology" / "stancegraph.ttl"


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"@en'


def _words_of(local: str, kind: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local).lower()
    return words.capitalize() if kind == "class" else words


def _relabelled(text: str, label: str, new: str) -> str:
    """The ontology's *text* with *new* in place of *label*, which no two terms have."""
    before, after = (f"rdfs:label {_literal(words)}" for words in (label, new))
    if text.count(before) != 1:
        raise DataError(
            f"`{before}` must stand in it once, and stands {text.count(before)} times",
            file="ontology/stancegraph.ttl",
            remedy="give the term one label of its own, in English, and run `stancegraph ontology format`",
        )
    return text.replace(before, after)


def _stub(old: Term, way: str) -> str:
    """What stays of a term that was renamed."""
    said = f"rdfs:label {_literal(f'obsolete {old.label}')} ; skos:definition {_literal(old.definition)}"
    return f'<{old.iri}> a {_OWL[old.kind]} ; {said} ; owl:deprecated "true"^^xsd:boolean ; {way} .'


def _with(text: str, turtle: str) -> str:
    declared = (
        ""
        if f"<{_REPLACED}> rdf:type" in text or "dcterms:isReplacedBy rdf:type" in text
        else ("dcterms:isReplacedBy rdf:type owl:AnnotationProperty .\n")
    )
    return f"{text.rstrip()}\n{declared}{turtle}\n"


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


def _plan(root: Path, texts: dict[Path, str], ontology: str) -> Plan:
    """The plan with the *ontology* as Protégé saves it, where Java is at hand."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stancegraph.ttl"
        path.write_text(ontology, encoding="utf-8")
        read_file(path)  # which raises where it does not parse
        try:
            final, formatted = owlapi.formatted(path).decode("utf-8"), True
        except ExternalError:
            final, formatted = ontology, False
    return Plan(root, {**texts, _file(root): final}, formatted)
