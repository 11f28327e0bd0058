"""Check the form of an ontology file, so that a save in Protégé changes what was edited and loses nothing.

Protégé deletes comments, changes lists and blank nodes outside class expressions, and reasoners reject datatypes that
are not among those of `OWL 2 <https://www.w3.org/TR/owl2-syntax/#Datatype_Maps>`_, such as dates. Shapes and facts
belong in other files. This module only reads the file; `stancegraph.ontology.owlapi.format_turtle` has the last word
on its bytes.
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
_OWL_API_COMMENT = re.compile(r"#{3}  |#{65}$|#    [A-Z]")
_DATE_TYPES = {
    _XSD + name for name in ("date", "gYear", "gYearMonth", "gMonth", "gDay", "gMonthDay", "time", "duration")
}
_LABELS = {_RDFS + "label", PREFIXES["skos"] + "prefLabel"}
"""What may be said here of things that data/ describes: files of labels name its concepts in further languages."""
_ANNOTATED_AXIOM_PARTS = {_OWL + "annotatedSource", _OWL + "annotatedTarget"}
_BLANK_NODE_CLASSES = {"Class", "Restriction", "AllDisjointClasses", "AllDisjointProperties", "AllDifferent", "Axiom"}


def check_form(path: Path, file: str) -> list[Finding]:
    """Check the form of an ontology file.

    Args:
        path: The file.
        file: What findings call it.

    Returns:
        The findings, all of them violations.

    Raises:
        DataError: The file is malformed.
        ExternalError: It cannot be read.
    """
    return [*_check_text(read_text_file(path), file), *_check_triples(read_turtle(path), file)]


def _finding(rule: str, subject: str, message: str, remedy: str, file: str, value: str | None = None) -> Finding:
    return Finding(Severity.VIOLATION, rule, subject, message, remedy, file, value)


def _check_text(text: str, file: str) -> list[Finding]:
    findings = []
    if not re.search(r"^@prefix : <", text, re.M):
        message = "The empty prefix is not declared, and without it the base of the file changes with each save."
        findings.append(_finding("default-prefix-missing", file, message, "add `@prefix : <…#> .`", file))
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") and not _OWL_API_COMMENT.match(line):
            message = "A save in Protégé deletes this comment."
            remedy = "make it a skos:editorialNote"
            findings.append(_finding("comment-lost", f"{file}:{number}", message, remedy, file, line))
    return findings


def _check_triples(quads: list[Quad], file: str) -> list[Finding]:
    findings = []
    for quad in quads:
        subject = str(quad.subject).strip("<>")
        findings += _check_iris(quad, subject, file)
        if subject.startswith(ID) and quad.predicate.value not in _LABELS:
            message = "Facts are not part of the ontology."
            findings.append(_finding("fact-in-ontology", subject, message, "move it to data/", file))
        if isinstance(quad.subject, BlankNode) and quad.predicate.value == _RDF + "type":
            kind = quad.object.value.removeprefix(_OWL) if isinstance(quad.object, NamedNode) else ""
            if kind not in _BLANK_NODE_CLASSES:
                message = "A blank node that is not a class expression gets another name with each save."
                findings.append(_finding("blank-node-in-ontology", file, message, "give it an IRI", file, kind))
        if isinstance(quad.object, BlankNode) and quad.predicate.value in _ANNOTATED_AXIOM_PARTS:
            message = "An annotated axiom about an anonymous class renumbers blank nodes with each save."
            remedy = "annotate the class instead, with skos:editorialNote"
            findings.append(_finding("annotated-anonymous-axiom", file, message, remedy, file))
    return findings + _check_lists(quads, file)


def _check_iris(quad: Quad, subject: str, file: str) -> list[Finding]:
    """Check the IRIs of a statement that an ontology may not use: those of dates and of shapes."""
    findings = []
    iris = [node.value for node in (quad.predicate, quad.object) if isinstance(node, NamedNode)]
    if isinstance(quad.object, Literal):
        iris.append(quad.object.datatype.value)
    for iri in iris:
        if iri in _DATE_TYPES:
            message = "A date is not a datatype of OWL 2, and reasoners reject it."
            remedy = "state no range, and use sh:datatype in the shape; or use xsd:dateTime"
            findings.append(_finding("date-in-ontology", subject, message, remedy, file, iri))
        if iri.startswith(_SH):
            message = "Shapes are not part of the ontology."
            findings.append(_finding("shape-in-ontology", subject, message, "move it to ontology/shapes/", file, iri))
    return findings


def _check_lists(quads: list[Quad], file: str) -> list[Finding]:
    """Check that every list belongs to a construct of OWL, such as owl:unionOf."""
    lists = {q.subject for q in quads if q.predicate.value == _RDF + "first"}
    holding_predicates = {q.object: q.predicate.value for q in quads if q.object in lists}
    stray = [p for p in holding_predicates.values() if p != _RDF + "rest" and not p.startswith(_OWL)]
    message = "Protégé loses a list outside OWL's own constructs when it saves."
    return [_finding("list-in-ontology", file, message, "state its members one by one", file, p) for p in stray]
