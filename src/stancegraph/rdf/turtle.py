"""Turtle for people: ``a`` first, values aligned, no blank nodes, and the same text for the same triples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.rdf.prefixes import PrefixMap

_TYPE = f"{PREFIXES['rdf']}type"
_INTEGER, _STRING = f"{PREFIXES['xsd']}integer", f"{PREFIXES['xsd']}string"
_PLAIN_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_MAX_WIDTH = 120  # characters; a longer line has its values below each other
_INDENT = " " * 4

Value = NamedNode | Literal


def write_term(term: NamedNode | BlankNode | Literal, prefixes: PrefixMap) -> str:
    """Return *term* in Turtle, its IRIs abbreviated by *prefixes*, integers without quotation marks."""
    if isinstance(term, NamedNode):
        return prefixes.to_turtle(term.value)
    if not isinstance(term, Literal) or term.language or term.datatype.value == _STRING:
        return str(term)
    return f"{Literal(term.value)}^^{prefixes.to_turtle(term.datatype.value)}" if _names_datatype(term) else term.value


def _names_datatype(literal: Literal) -> bool:
    """Return whether Turtle names the datatype of *literal*."""
    datatype = literal.datatype.value
    if literal.language or datatype == _STRING:
        return False
    return datatype != _INTEGER or not _PLAIN_INTEGER.fullmatch(literal.value)


def write_statement(
    subject: NamedNode, values_by_predicate: Mapping[NamedNode, Sequence[Value]], prefixes: PrefixMap
) -> str:
    """Return what is stated of one subject.

    Args:
        subject: The subject.
        values_by_predicate: Its predicates in the order in which they are written, each with its values; ``rdf:type``
            is written first, as ``a``, wherever it stands.
        prefixes: The prefixes that the document declares.

    Returns:
        The statement, with its full stop and without a line break behind it.
    """
    classes = values_by_predicate.get(NamedNode(_TYPE), ())
    rest = {
        prefixes.to_turtle(predicate.value): [write_term(value, prefixes) for value in values]
        for predicate, values in values_by_predicate.items()
        if predicate.value != _TYPE
    }
    width = max(map(len, rest), default=0) if classes else 0
    lines = []
    for name, values in rest.items():
        line = f"{name:<{width}} {' , '.join(values)}"
        if len(_INDENT + line) > _MAX_WIDTH and len(values) > 1:
            line = f"{name:<{width}} " + f" ,\n{_INDENT}{' ' * (max(width, len(name)) + 1)}".join(values)
        lines.append(line)
    head = prefixes.to_turtle(subject.value)
    if classes:
        lines.insert(0, f"{head} a {' , '.join(write_term(name, prefixes) for name in classes)}")
    else:
        lines[0] = f"{head} {lines[0]}"
    return f" ;\n{_INDENT}".join(lines) + " ."


def write_document(triples: Iterable[Triple], prefixes: PrefixMap, comment: str) -> str:
    """Return a Turtle document.

    Args:
        triples: What is stated; a triple that comes again is written once. Subjects stand in the order in which they
            come first, and so do the predicates of each.
        prefixes: The prefixes that may be used; those that are used are declared.
        comment: The lines of comment that the document begins with, without their ``#``.

    Returns:
        The document. It has no blank nodes where *triples* have none.
    """
    by_subject: dict[NamedNode, dict[NamedNode, dict[Value, None]]] = {}
    for triple in triples:
        values_by_predicate = by_subject.setdefault(triple.subject, {})  # type: ignore[arg-type]
        values_by_predicate.setdefault(triple.predicate, {})[triple.object] = None  # type: ignore[index]
    statements = [
        write_statement(subject, {predicate: list(values) for predicate, values in by_predicate.items()}, prefixes)
        for subject, by_predicate in by_subject.items()
    ]
    iris = {iri for subject, by_predicate in by_subject.items() for iri in _iris(subject, by_predicate)}
    used = {prefixes.to_turtle(iri).partition(":")[0] for iri in iris}
    declarations = [f"@prefix {prefix}: <{prefixes[prefix]}> ." for prefix in sorted(used & prefixes.keys())]
    return (
        "\n".join([*(f"# {line}" for line in comment.splitlines()), *declarations])
        + "".join(f"\n\n{statement}" for statement in statements)
        + "\n"
    )


def _iris(subject: NamedNode, values_by_predicate: Mapping[NamedNode, Iterable[Value]]) -> Iterable[str]:
    yield subject.value
    for predicate, values in values_by_predicate.items():
        if predicate.value != _TYPE:
            yield predicate.value
        for value in values:
            if isinstance(value, NamedNode):
                yield value.value
            elif _names_datatype(value):
                yield value.datatype.value
