"""Ontologies in Turtle, read by the OWL API into its objects, without the network."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pyoxigraph import NamedNode

from stancegraph.errors import DataError
from stancegraph.ontology.java import start_jvm
from stancegraph.pipeline.reading import read_turtle
from stancegraph.rdf.namespaces import PREFIXES

_CATALOG = "catalog-v001.xml"


def load_document(path: Path) -> Any:
    """Load an ontology from a file.

    Args:
        path: The file, in Turtle; its imports are found by the catalog beside it.

    Returns:
        An ``OWLOntology``, which is not to be changed: the next call returns the same one if no file has changed.

    Raises:
        DataError: The OWL API cannot read the file, or the catalog does not have an import.
        ExternalError: Java cannot be started.
    """
    catalog = tuple(_catalog(path.parent))
    files = {file for file in (path, *(file for _, file in catalog)) if file.is_file()}
    return _load(path, catalog, frozenset((file, sha256(file.read_bytes()).digest()) for file in files))


@lru_cache(maxsize=16)  # a check reads each document for its form, its profile and the report
def _load(path: Path, entries: tuple[tuple[str, Path], ...], digests: frozenset[tuple[Path, bytes]]) -> Any:
    """Load an ontology by the *entries* of its catalog; the *digests* of all files tell it from what it was before."""
    owl, java = start_jvm()("org").semanticweb.owlapi, start_jvm()("java")
    manager = owl.apibinding.OWLManager.createOWLOntologyManager()
    iri = owl.model.IRI
    catalog = dict(entries)
    for name in _imports(path):
        if name not in catalog or not catalog[name].is_file():  # the OWL API would look for it on the network
            raise DataError(f"it imports {name}, for which {_CATALOG} has no file", file=path, remedy="add it there")
    for name, file in catalog.items():
        manager.getIRIMappers().add(owl.util.SimpleIRIMapper(iri.create(name), iri.create(java.io.File(str(file)))))
    # with its format given, so that the OWL API tries no other parser where the Turtle is malformed
    source = owl.io.FileDocumentSource(java.io.File(str(path)), owl.formats.TurtleDocumentFormat())
    return _read(manager, source, path)


def parse_document(turtle: str) -> Any:
    """Parse an ontology without imports.

    Args:
        turtle: The ontology, in Turtle.

    Returns:
        An ``OWLOntology``.

    Raises:
        DataError: The OWL API cannot read it.
        ExternalError: Java cannot be started.
    """
    owl = start_jvm()("org").semanticweb.owlapi
    manager = owl.apibinding.OWLManager.createOWLOntologyManager()
    source = owl.io.StringDocumentSource(
        turtle, owl.model.IRI.create("urn:x-stancegraph:facts"), owl.formats.TurtleDocumentFormat(), None
    )
    return _read(manager, source, None)


def _catalog(folder: Path) -> list[tuple[str, Path]]:
    """Return the IRIs of imports and their files, by the catalog that Protégé reads."""
    file = folder / _CATALOG
    if not file.is_file():
        return []
    try:
        entries = ElementTree.parse(file).getroot().iterfind("{*}uri")
        return [(entry.attrib["name"], (folder / entry.attrib["uri"]).resolve()) for entry in entries]
    except (ElementTree.ParseError, KeyError) as error:
        raise DataError(f"not a catalog: {error}", file=file, remedy="write <uri name=… uri=…/> entries") from None


def _imports(path: Path) -> list[str]:
    imports = NamedNode(PREFIXES["owl"] + "imports")
    objects = (quad.object for quad in read_turtle(path) if quad.predicate == imports)
    return [node.value for node in objects if isinstance(node, NamedNode)]


def _read(manager: Any, source: Any, path: Path | None) -> Any:
    import jpype

    try:
        return manager.loadOntologyFromOntologyDocument(source)
    except jpype.JException as error:
        reason = next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason given")
        raise DataError(f"the OWL API cannot read it: {reason}", file=path, remedy="correct the file") from None
