"""The ontology and the facts as Python objects, through `Owlready2 <https://owlready2.readthedocs.io>`_.

Classes are Python classes, things are their instances, and properties are attributes. The objects can be changed, and
written back as Turtle.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, RdfFormat, Triple, parse, serialize

from stancegraph.errors import DataError, ExternalError, UsageError
from stancegraph.ontology.java import INSTALL, require_java
from stancegraph.pipeline.reading import read
from stancegraph.rdf.namespaces import GRAPH, ID, PREFIXES, expand
from stancegraph.sparql.engine import Triples
from stancegraph.workspace import folders

IMPORTS = PREFIXES["owl"] + "imports"
_NUMBER_TYPES = {PREFIXES["xsd"] + name for name in ("decimal", "double", "float", "integer", "nonNegativeInteger")}
_INFERRED = "https://w3id.org/stancegraph/graph/inferred/hermit#"


class Objects:
    """An ontology, and the things that are described with it, as Python objects.

    Attributes:
        world: The ``World`` of Owlready2.
        ontology: The ``Ontology`` of that world, which holds the triples.
        terms: The classes and properties by their local names: ``objects.terms.Stance``.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Load *triples*.

        Raises:
            ExternalError: Owlready2 is not installed.
        """
        try:
            import owlready2
        except ImportError:
            raise ExternalError("Owlready2 is not installed", remedy=INSTALL) from None
        self._owlready2: Any = owlready2
        self._loaded = set(triples)
        # Owlready2 would look for imports on the network; the files that they name have been read already
        self._imports = {triple for triple in self._loaded if triple.predicate.value == IMPORTS}
        self.world: Any = owlready2.World()
        self.ontology: Any = self.world.get_ontology(PREFIXES["sg"])
        self.ontology.load(fileobj=io.BytesIO(_n_triples(self._loaded - self._imports)))
        self.terms: Any = self.world.get_namespace(PREFIXES["sg"])
        self._initial = self._current()

    def __getitem__(self, name: str) -> Any:
        """Return a thing, a class or a property.

        Args:
            name: Its IRI, a prefixed name (``actor:China``), or the end of an IRI of the graph (``actor/China``).

        Raises:
            UsageError: Nothing has that name.
        """
        iri = expand(name) or (name if "://" in name else ID + name)
        entity = self.world[iri]
        if entity is None:
            raise UsageError(f"nothing is called {name!r}", remedy="give an IRI, or a prefixed name like actor:China")
        return entity

    def instances(self, class_name: str) -> list[Any]:
        """Return the instances of a class and of its subclasses, in the order of their IRIs.

        Args:
            class_name: The local name of a class of the ontology (``Stance``), or a prefixed name or IRI.

        Raises:
            UsageError: There is no such class.
        """
        owl_class = self[class_name if ":" in class_name else PREFIXES["sg"] + class_name]
        return sorted(owl_class.instances(world=self.world), key=lambda thing: str(thing.iri))

    def classify(self) -> None:
        """Let `HermiT <http://www.hermit-reasoner.com>`_ infer the classes of things and the relations between them.

        Its conclusions are not among the triples that were `added`. It ignores dates, which it does not support.

        Raises:
            DataError: The facts contradict the ontology.
            ExternalError: Java is not installed, or HermiT fails.
        """
        java = require_java()
        self._owlready2.JAVA_EXE = str(java)
        try:
            with self.world.get_ontology(_INFERRED):
                self._owlready2.sync_reasoner_hermit(
                    self.world, infer_property_values=True, debug=0, ignore_unsupported_datatypes=True
                )
        except self._owlready2.OwlReadyInconsistentOntologyError:
            raise DataError(
                "the facts contradict the ontology", remedy="run `stancegraph ontology check`, which says which"
            ) from None
        except self._owlready2.OwlReadyJavaError as error:
            reason = str(error).strip().splitlines()
            raise ExternalError(f"HermiT failed: {reason[-1] if reason else error}", file=java) from None

    def unsatisfiable_classes(self) -> list[str]:
        """Return the IRIs of the classes that can have no instance, as `classify` inferred them."""
        return sorted(
            str(owl_class.iri) for owl_class in self.world.inconsistent_classes() if hasattr(owl_class, "iri")
        )

    def inferred(self) -> Triples:
        """Return what `classify` inferred."""
        return Triples(_triples_of(self.world.get_ontology(_INFERRED)))

    def added(self) -> Triples:
        """Return the triples that were added since the objects were loaded."""
        return Triples(self._current() - self._initial)

    def removed(self) -> Triples:
        """Return the triples that were removed since the objects were loaded."""
        return Triples(self._initial - self._current())

    def to_turtle(self) -> str:
        """Return all triples as they are now, without those that were inferred, in Turtle."""
        # Owlready2 writes "1"^^xsd:decimal as "1.0": a value that did not change keeps the form in which it was loaded
        forms = {_by_value(triple): triple for triple in self._loaded if isinstance(triple.object, Literal)}
        triples = {forms.get(_by_value(triple), triple) for triple in self._current()}
        return Triples(triples | self._imports).serialize().decode("utf-8")

    def _current(self) -> set[Triple]:
        return _triples_of(self.ontology)


def load(folder: Path | str | None = None, *, facts: bool = True) -> Objects:
    """Load the ontology of a workspace.

    Args:
        folder: Its root. None for the current folder where that is a workspace, else for the one that comes with the
            program.
        facts: Whether to load its entities and articles, too.

    Raises:
        UsageError: The folder is not a workspace.
        DataError: A file is malformed.
        ExternalError: A file cannot be read, or Owlready2 is not installed.
    """
    workspace = folders.find(None if folder is None else Path(folder))
    sources = [  # without alignments and links, which are not edited as objects
        source
        for source in workspace.source_files()
        if source.graph == f"{GRAPH}ontology" or (facts and source.kind == "data")
    ]
    return Objects(quad.triple for quad in read(sources).quads)


def _n_triples(triples: Iterable[Triple]) -> bytes:
    output = io.BytesIO()
    serialize(triples, output, format=RdfFormat.N_TRIPLES)
    return output.getvalue()


def _triples_of(ontology: Any) -> set[Triple]:
    output = io.BytesIO()
    ontology.save(file=output, format="ntriples")
    return {quad.triple for quad in parse(output.getvalue(), format=RdfFormat.N_TRIPLES)}


def _by_value(triple: Triple) -> tuple[object, ...]:
    """Return a key that is equal for triples whose numbers have the same value, in whatever form."""
    value: object = triple.object
    if isinstance(triple.object, Literal) and triple.object.datatype.value in _NUMBER_TYPES:
        value = (triple.object.datatype.value, Decimal(triple.object.value))
    return triple.subject, triple.predicate, value
