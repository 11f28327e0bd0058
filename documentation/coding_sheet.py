"""The reference of the coding sheet: its records, fields and values, from the ontology, as the compiler reads them."""

from __future__ import annotations

from functools import cache
from itertools import chain

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from documentation.markdown import code, plain
from documentation.markdown import table as markdown_table
from documentation.vocabulary import link, ontology, workspace
from stancegraph.coding import parser
from stancegraph.coding.symbols import SymbolTable
from stancegraph.rdf.namespaces import ID, PREFIXES, shorten

_PAGE = "ontology.md"


@cache
def symbol_table() -> SymbolTable:
    """The names that a sheet of an article called SLUG may use, as the program has them."""
    space = workspace()
    shapes = chain.from_iterable(parse(path=path, format=RdfFormat.TURTLE) for path in space.shape_files())
    quads = (Quad(*quad.triple) for quad in ontology().store)
    return SymbolTable.from_ontology(quads, (Quad(*quad.triple) for quad in shapes), "SLUG", space.namespaces())


def table(part: str) -> str:
    """The ``records``, ``fields`` or ``values`` of a sheet, or the ``words`` of a step of a chain."""
    return {"records": _records, "fields": _fields, "values": _values, "words": _words}[part]()


def record_classes() -> dict[str, str]:
    """The class of each kind of record, by its word."""
    names = symbol_table()
    return {
        names.kind_of(klass): klass for klass in sorted(names.superclasses) if names.namespace_of(klass) is not None
    }


def _records() -> str:
    names = symbol_table()
    rows = [
        (
            code(kind),
            link(NamedNode(klass), _PAGE),
            plain(ontology().text(NamedNode(klass), "skos:definition")),
            code((names.namespace_of(klass) or "").removeprefix(ID) + "NAME"),
        )
        for kind, klass in sorted(record_classes().items())
    ]
    return markdown_table(["record", "class", "definition", "its IRI ends with"], rows)


def _fields() -> str:
    names = symbol_table()
    rows = [
        (
            link(NamedNode(prop), _PAGE).replace("`sg:", "`"),
            _taken(names, prop),
            _domain(prop),
            plain(ontology().text(NamedNode(prop), "skos:definition")),
        )
        for prop in sorted(names.properties, key=str.casefold)
    ]
    return markdown_table(["field", "value", "of", "definition"], rows)


def _taken(names: SymbolTable, prop: str) -> str:
    takes = sorted(names.kind_of(klass) for klass in names.ranges.get(prop, ()) if klass.startswith(PREFIXES["sg"]))
    if takes:
        return ", ".join(map(code, takes))
    return code(shorten(names.datatypes[prop])) if prop in names.datatypes else "a name or an IRI"


def _domain(prop: str) -> str:
    names = symbol_table()
    classes = [k for value in ontology().values(NamedNode(prop), "rdfs:domain") for k in ontology().classes(value)]
    return ", ".join(sorted(code(names.kind_of(klass.value)) for klass in classes))


def concepts() -> dict[str, list[NamedNode]]:
    """The concepts of the vocabularies that each field takes as its value, by the property."""
    names, vocabulary = symbol_table(), ontology()
    taken = {}
    for prop in sorted(names.properties, key=str.casefold):
        members = [
            thing for klass in sorted(names.ranges.get(prop, ())) for thing in vocabulary.of_type(shorten(klass))
        ]
        if members:
            taken[prop] = sorted(set(members), key=str)
    return taken


def _values() -> str:
    by_values: dict[tuple[str, ...], list[str]] = {}
    for prop, things in concepts().items():
        by_values.setdefault(tuple(thing.value for thing in things), []).append(prop)
    parts = []
    for iris, properties in by_values.items():
        heading = ", ".join(code(prop.removeprefix(PREFIXES["sg"])) for prop in properties)
        rows = [
            (
                code(iri.rpartition("/")[2]),
                plain(_label(iri)),
                plain(ontology().text(NamedNode(iri), "skos:definition")),
            )
            for iri in iris
        ]
        parts.append(f"### {heading}\n\n{markdown_table(['value', 'label', 'definition'], rows)}")
    return "\n\n".join(parts)


def _label(iri: str) -> str:
    vocabulary = ontology()
    return vocabulary.text(NamedNode(iri), "skos:prefLabel") or vocabulary.text(NamedNode(iri), "rdfs:label")


def _words() -> str:
    rows = [
        (code(word), link(NamedNode(prop), _PAGE), plain(ontology().text(NamedNode(prop), "skos:definition")))
        for word, prop in parser.STEP_KEYWORDS.items()
    ]
    return markdown_table(["word", "property", "definition"], rows)
