"""What must not be in an ontology file, so that a save in Protégé changes only what was edited, and loses nothing.

Comments are lost, lists and blank nodes outside class expressions come back changed, dates are no datatype of OWL 2,
and shapes or facts belong elsewhere. This module reads the file only; `stancegraph.ontology.owlapi.formatted` has the
last word on bytes.
"""

from __future__ import annotations

import re
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from stancegraph.findings import Finding, Severity
from stancegraph.pipeline.reading import read_text_file, read_turtle
from stancegraph.rdf.namespaces import ID, PREFIXES

_SH = "http://www.w3.org/ns/shacl#"
_OWL, _RDF, _RDFS, _XSD = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
_OF_THE_OWL_API = re.compile(r"#{3}  |#{65}$|#    [A-Z]")
_DATES = {_XSD + name for name in ("date", "gYear", "gYearMonth", "gMonth", "gDay", "gMonthDay", "time", "duration")}
_ANNOTATED = {_OWL + "annotatedSource", _OWL + "annotatedTarget"}
_ALLOWED = {"Class", "Restriction", "AllDisjointClasses", "AllDisjointProperties", "AllDifferent", "Axiom"}


def of_file(path: Path, file: str) -> list[Finding]:
    """What is wrong with the form of the ontology in *path*, which messages call *file*.

    Raises what reading raises.
    """
    return [*_text_findings(read_text_file(path), file), *_shape_of(read_turtle(path), file)]


def _finding(rule: str, subject: str, message: str, remedy: str, file: str, value: str | None = None) -> Finding:
    return Finding(Severity.VIOLATION, rule, subject, message, remedy, file, value)


def _text_findings(text: str, file: str) -> list[Finding]:
    found = []
    if not re.search(r"^@prefix : <", text, re.M):
        message = "The file declares no empty prefix, without which its base drifts with each save."
        found.append(_finding("default-prefix-missing", file, message, "add `@prefix : <…#> .`", file))
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") and not _OF_THE_OWL_API.match(line):
            message = "A save in Protégé deletes this comment."
            found.append(
                _finding("comment-lost", f"{file}:{number}", message, "make it a skos:editorialNote", file, line)
            )
    return found


def _shape_of(quads: list[Quad], file: str) -> list[Finding]:
    found = []
    for quad in quads:
        subject = str(quad.subject).strip("<>")
        iris = [node.value for node in (quad.predicate, quad.object) if isinstance(node, NamedNode)]
        if isinstance(quad.object, Literal):
            iris.append(quad.object.datatype.value)
        for iri in iris:
            if iri in _DATES:
                message = "A date is no datatype of OWL 2, and reasoners refuse it."
                remedy = "give no range, and say sh:datatype in the shape; or use xsd:dateTime"
                found.append(_finding("date-in-ontology", subject, message, remedy, file, iri))
            if iri.startswith(_SH):
                message = "Shapes are not part of the ontology."
                found.append(_finding("shape-in-ontology", subject, message, "move it to ontology/shapes/", file, iri))
        if subject.startswith(ID):
            message = "Facts are not part of the ontology."
            found.append(_finding("fact-in-ontology", subject, message, "move it to data/", file))
        if isinstance(quad.subject, BlankNode) and quad.predicate.value == _RDF + "type":
            kind = quad.object.value.removeprefix(_OWL) if isinstance(quad.object, NamedNode) else ""
            if kind not in _ALLOWED:
                message = "A blank node that is no class expression comes back under another name."
                found.append(_finding("blank-node-in-ontology", file, message, "give it an IRI", file, kind))
        if isinstance(quad.object, BlankNode) and quad.predicate.value in _ANNOTATED:
            message = "An annotated axiom about an anonymous class renumbers blank nodes with each save."
            remedy = "annotate the class instead, with skos:editorialNote"
            found.append(_finding("annotated-anonymous-axiom", file, message, remedy, file))
    return found + _stray_lists(quads, file)


def _stray_lists(quads: list[Quad], file: str) -> list[Finding]:
    """Lists that no construct of OWL holds."""
    lists = {q.subject for q in quads if q.predicate.value == _RDF + "first"}
    holders = {q.object: q.predicate.value for q in quads if q.object in lists}
    stray = [p for p in holders.values() if p != _RDF + "rest" and not p.startswith(_OWL)]
    message = "A list outside of OWL's own constructs is lost when Protégé saves."
    return [_finding("list-in-ontology", file, message, "state its members one by one", file, p) for p in stray]
