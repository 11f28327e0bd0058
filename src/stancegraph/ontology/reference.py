"""The reference of the ontology as one HTML page, by `pyLODE <https://github.com/RDFLib/pyLODE>`_.

It has every class and property, and every scheme of the vocabularies with its concepts. What pyLODE does not show by
itself is added as notes: axioms other than the hierarchy, and the files that use a term.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from stancegraph.errors import DataError, ExternalError
from stancegraph.ontology import naming
from stancegraph.ontology.axioms import Term, read_ontology
from stancegraph.ontology.java import INSTALL
from stancegraph.rdf.language import is_translated
from stancegraph.rdf.namespaces import PREFIXES, shorten
from stancegraph.workspace.folders import files_in

_SG = PREFIXES["sg"]
_USES_BY_FOLDER = {
    "ontology/shapes/": "shapes",
    "queries/ask/": "questions",
    "queries/check/": "checks",
    "queries/build/": "build steps",
    "data/": "data",
}
_SHOWN = {"rdfs:domain", "rdfs:range", "rdfs:label", "skos:definition", "skos:example"}  # what pyLODE has rows for
_RESERVED_IDS = ("content", "legend", "metadata", "namespaces", "pylode", "toc")  # of parts of pyLODE's page
_CONCEPT_PROPERTIES = [
    DCTERMS.title, DCTERMS.description, SKOS.altLabel, SKOS.scopeNote, SKOS.editorialNote, SKOS.note, SKOS.broader,
    SKOS.narrower,
]  # fmt: skip


def render_page(root: Path) -> str:
    """Render the reference of a workspace's ontology.

    Args:
        root: The root of the workspace.

    Returns:
        The page, which loads nothing from elsewhere.

    Raises:
        DataError: A file is malformed.
        ExternalError: A file cannot be read, or pyLODE is not installed.
    """
    try:
        from pylode.profiles.ontpub import OntPub
        from pylode.utils import section_html
    except ImportError:
        raise ExternalError("pyLODE is not installed", remedy=INSTALL) from None
    logging.disable(logging.INFO)  # pyLODE logs every step
    schemes = {path.stem: _scheme(_parse(path)) for path in files_in(root / "data" / "vocabulary", "*.ttl")}

    class WithSchemes(OntPub):  # type: ignore[misc]
        """pyLODE's page for ontologies, with a section for each scheme after those for the terms."""

        def _make_main_sections(self) -> None:
            super()._make_main_sections()
            missing = [prop for prop in _CONCEPT_PROPERTIES if prop not in self.props_labeled]
            labels = self.props_labeled | {prop: _label(prop) for prop in missing}
            for name, (title, graph) in schemes.items():
                section = section_html(
                    title, graph, self.back_onts, self.ns, OWL.NamedIndividual, _CONCEPT_PROPERTIES,
                    self.toc, f"scheme-{name}", self.fids, labels,
                )  # fmt: skip
                self.content.appendChild(section)

    graph = _annotated_ontology(root)
    (ontology,) = graph.subjects(RDF.type, OWL.Ontology)
    links = ", ".join(f"[{title}](#scheme-{name})" for name, (title, _) in schemes.items())
    graph.add((ontology, SKOS.note, Literal(f"Schemes of concepts: {links}.")))
    try:
        with _stable_order():
            publication: Any = WithSchemes(graph)
            publication.fids |= {f"{_SG}{name}": f"{name}-term" for name in _RESERVED_IDS}
            page = str(publication.make_html())
    finally:
        logging.disable(logging.NOTSET)
    return page.replace("</head>", "<style>pre { white-space: pre-wrap }</style></head>", 1)


class _OrderedSet(list[Any]):
    """What pyLODE uses of a set, in the order in which its members were added."""

    def add(self, member: Any) -> None:
        """Add *member* after the others."""
        self.append(member)


@contextmanager
def _stable_order() -> Iterator[None]:
    """Let pyLODE list the members of a union in their own order: its sets have another order in each process."""
    from pylode import utils

    utils.set = _OrderedSet
    try:
        yield
    finally:
        del utils.set


def _label(predicate: URIRef) -> dict[str, Any]:
    name = str(predicate).rsplit("#", 1)[-1].rsplit("/", 1)[-1]
    return {"title": Literal(name), "description": Literal(""), "ont_title": Literal("SKOS")}


def _parse(path: Path) -> Graph:
    """Return the graph in a file, without the texts in other languages than English, the language of the page."""
    try:
        graph = Graph().parse(path, format="turtle")
    except Exception as error:  # rdflib's parser raises many kinds
        raise DataError(f"malformed Turtle: {error}", file=path, remedy="correct the file") from None
    for triple in list(graph):
        if is_translated(triple[2]):
            graph.remove(triple)
    return graph


def _annotated_ontology(root: Path) -> Graph:
    """Return the ontology with notes on each of its terms."""
    path = root / "ontology" / "stancegraph.ttl"
    graph = _parse(path)
    uses = naming.find_uses(root)
    # pyLODE turns a version IRI into a dead link, and lists a functional property twice
    for triple in [*graph.triples((None, OWL.versionIRI, None)), *graph.triples((None, None, OWL.FunctionalProperty))]:
        graph.remove(triple)
    for term in read_ontology(path).terms.values():
        if term.iri.startswith(_SG):
            for note in _notes(term, uses.get(term.iri, {})):
                graph.add((URIRef(term.iri), SKOS.note, Literal(note)))
    return graph


def _notes(term: Term, uses: Mapping[str, int]) -> Iterator[str]:
    """Yield what pyLODE does not show of *term*, each a sentence."""
    for axiom in sorted(term.axioms):
        if axiom.split()[1] not in _SHOWN:
            yield f"Axiom: {axiom}."
    if term.deprecated:
        yield f"Deprecated{f', in favour of {shorten(term.successor)}' if term.successor else ''}."
    for folder, kind in _USES_BY_FOLDER.items():
        names = sorted({Path(name).stem for name in uses if name.startswith(folder)})
        if names:
            yield f"Used in {kind}: {', '.join(names)}."


def _scheme(graph: Graph) -> tuple[str, Graph]:
    """Return the title of a scheme, and its concepts with the properties that pyLODE shows."""
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
