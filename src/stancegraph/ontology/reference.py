"""The reference of the ontology as one HTML page, by `pyLODE <https://github.com/RDFLib/pyLODE>`_.

It has every class and property, and every scheme of the vocabularies with its concepts. What pyLODE does not look for
by itself is handed to it as notes: axioms other than the hierarchy, and where a term is used.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from stancegraph.errors import DataError, ExternalError
from stancegraph.ontology import axioms, naming
from stancegraph.ontology.axioms import Term
from stancegraph.ontology.java import INSTALL
from stancegraph.rdf.namespaces import PREFIXES, shorten
from stancegraph.workspace.folders import files_in

_SG = PREFIXES["sg"]
_PLACES = {
    "ontology/shapes/": "shapes",
    "queries/ask/": "questions",
    "queries/check/": "checks",
    "queries/build/": "build steps",
    "data/": "data",
}
_RESERVED = ("content", "legend", "metadata", "namespaces", "pylode", "toc")  # which pyLODE gives to parts of the page
_OF_A_CONCEPT = [
    DCTERMS.title, DCTERMS.description, SKOS.altLabel, SKOS.scopeNote, SKOS.editorialNote, SKOS.note, SKOS.broader,
    SKOS.narrower,
]  # fmt: skip


def page(root: Path) -> str:
    """The page for the workspace at *root*; raises `ExternalError` where pyLODE is not installed."""
    try:
        from pylode.profiles.ontpub import OntPub
        from pylode.utils import section_html
    except ImportError:
        raise ExternalError("pyLODE is not installed", remedy=INSTALL) from None
    logging.disable(logging.INFO)  # pyLODE tells of every step
    schemes = {path.stem: _scheme(_parsed(path)) for path in files_in(root / "data" / "vocabulary", "*.ttl")}

    class WithSchemes(OntPub):  # type: ignore[misc]
        """pyLODE's page for ontologies, with a section for each scheme behind those of the terms."""

        def _make_main_sections(self) -> None:
            super()._make_main_sections()
            told = self.props_labeled | {p: _told(p) for p in _OF_A_CONCEPT if p not in self.props_labeled}
            for name, (title, graph) in schemes.items():
                section = section_html(
                    title, graph, self.back_onts, self.ns, OWL.NamedIndividual, _OF_A_CONCEPT,
                    self.toc, f"scheme-{name}", self.fids, told,
                )  # fmt: skip
                self.content.appendChild(section)

    graph = _annotated(root)
    (ontology,) = graph.subjects(RDF.type, OWL.Ontology)
    links = ", ".join(f"[{title}](#scheme-{name})" for name, (title, _) in schemes.items())
    graph.add((ontology, SKOS.note, Literal(f"Schemes of concepts: {links}.")))
    try:
        with _in_order():
            made: Any = WithSchemes(graph)
            made.fids |= {f"{_SG}{name}": f"{name}-term" for name in _RESERVED}
            page = str(made.make_html())
    finally:
        logging.disable(logging.NOTSET)
    return page.replace("</head>", "<style>pre { white-space: pre-wrap }</style></head>", 1)


class _InOrder(list[Any]):
    """A set that keeps its order, as far as pyLODE uses sets."""

    def add(self, thing: Any) -> None:
        """Add *thing* at the end."""
        self.append(thing)


@contextmanager
def _in_order() -> Iterator[None]:
    """Let pyLODE list the members of a union in their order: it has them in a set, in another order each time."""
    from pylode import utils

    utils.set = _InOrder
    try:
        yield
    finally:
        del utils.set


def _told(predicate: URIRef) -> dict[str, Any]:
    name = str(predicate).rsplit("#", 1)[-1].rsplit("/", 1)[-1]
    return {"title": Literal(name), "description": Literal(""), "ont_title": Literal("SKOS")}


def _parsed(path: Path) -> Graph:
    try:
        return Graph().parse(path, format="turtle")
    except Exception as error:  # rdflib's parser raises many kinds
        raise DataError(f"malformed Turtle: {error}", file=path, remedy="correct the file") from None


def _annotated(root: Path) -> Graph:
    """The ontology, with notes on each of its terms."""
    path = root / "ontology" / "stancegraph.ttl"
    graph = _parsed(path)
    uses = naming.uses(root)
    # versions and functional properties are told in words: pyLODE makes dead links and second entries of them
    for triple in [*graph.triples((None, OWL.versionIRI, None)), *graph.triples((None, None, OWL.FunctionalProperty))]:
        graph.remove(triple)
    for term in axioms.read_file(path).terms.values():
        if term.iri.startswith(_SG):
            for note in _notes(term, uses.get(term.iri, {})):
                graph.add((URIRef(term.iri), SKOS.note, Literal(note)))
    return graph


def _notes(term: Term, uses: Mapping[str, int]) -> Iterator[str]:
    """What else there is to say of *term*, each a sentence."""
    for axiom in sorted(term.axioms):
        if axiom.split()[1] not in {"rdfs:domain", "rdfs:range"}:  # which have rows of their own
            yield f"Axiom: {axiom}."
    if term.deprecated:
        yield f"Deprecated{f', in favour of {shorten(term.successor)}' if term.successor else ''}."
    for folder, kind in _PLACES.items():
        names = sorted({Path(name).stem for name in uses if name.startswith(folder)})
        if names:
            yield f"Used in {kind}: {', '.join(names)}."


def _scheme(graph: Graph) -> tuple[str, Graph]:
    """A scheme's title, and its concepts in the form in which pyLODE looks for things."""
    (scheme,) = graph.subjects(RDF.type, SKOS.ConceptScheme)
    for concept in list(graph.subjects(SKOS.inScheme, scheme)):
        graph.add((concept, RDF.type, OWL.NamedIndividual))
        for label in graph.objects(concept, SKOS.prefLabel):
            graph.add((concept, DCTERMS.title, label))
        for definition in graph.objects(concept, SKOS.definition):
            graph.add((concept, DCTERMS.description, definition))
        for predicate, value in list(graph.predicate_objects(concept)):
            if str(predicate).startswith(_SG):
                graph.add((concept, SKOS.note, Literal(f"{shorten(str(predicate))} {value}")))
        for narrower in graph.subjects(SKOS.broader, concept):
            graph.add((concept, SKOS.narrower, narrower))
    return str(graph.value(scheme, RDFS.label)), graph
