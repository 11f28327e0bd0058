"""The ontology and the facts as Python objects, through `Owlready2 <https://owlready2.readthedocs.io>`_.

Classes are Python classes, things are their instances, properties are attributes. What is added goes back to Turtle.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, RdfFormat, Triple, parse, serialize

from stancegraph.errors import DataError, ExternalError, UsageError
from stancegraph.ontology.java import INSTALL, executable
from stancegraph.pipeline.reading import read
from stancegraph.rdf.namespaces import GRAPH, ID, PREFIXES, expand
from stancegraph.sparql.engine import Triples
from stancegraph.workspace import folders as workspaces

_NUMBERS = {PREFIXES["xsd"] + name for name in ("decimal", "double", "float", "integer", "nonNegativeInteger")}
IMPORTS = PREFIXES["owl"] + "imports"
_INFERRED = "https://w3id.org/stancegraph/graph/inferred/hermit#"


class Objects:
    """An ontology, and what is known of the things that it speaks of, as Python objects.

    ``world`` is the World of Owlready2, ``terms`` the classes and properties by name: ``objects.terms.Stance``.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        try:
            import owlready2
        except ImportError:
            raise ExternalError("Owlready2 is not installed", remedy=INSTALL) from None
        self._owlready2: Any = owlready2
        self._loaded = set(triples)
        # Owlready2 would look for imports on the network; what they name has been read already
        self._imports = {triple for triple in self._loaded if triple.predicate.value == IMPORTS}
        self.world: Any = owlready2.World()
        self.ontology: Any = self.world.get_ontology(PREFIXES["sg"])
        self.ontology.load(fileobj=io.BytesIO(_n_triples(self._loaded - self._imports)))
        self.terms: Any = self.world.get_namespace(PREFIXES["sg"])
        self._before = self._now()

    def __getitem__(self, name: str) -> Any:
        """The thing, class or property of that IRI, prefixed name (``actor:China``) or name within ours
        (``actor/China``).

        Raises `UsageError` where there is none.
        """
        iri = expand(name) or (name if "://" in name else ID + name)
        found = self.world[iri]
        if found is None:
            raise UsageError(f"nothing is called {name!r}", remedy="give an IRI, or a prefixed name like actor:China")
        return found

    def instances(self, klass: str) -> list[Any]:
        """The things of the class of the ontology that is named so, and of the classes below it, by IRI."""
        found = self[klass if ":" in klass else PREFIXES["sg"] + klass]
        return sorted(found.instances(world=self.world), key=lambda thing: str(thing.iri))

    def classify(self) -> None:
        """Draw the conclusions of HermiT: what things are, and how they are related.

        Raises `DataError` where the facts contradict the ontology, `ExternalError` where there is no Java. Conclusions
        are kept apart from what is `added`. Dates, which HermiT does not know, are passed over.
        """
        java = executable()
        if java is None:
            raise ExternalError("there is no Java: HermiT cannot run", remedy=INSTALL)
        self._owlready2.JAVA_EXE = str(java)
        try:
            with self.world.get_ontology(_INFERRED):
                self._owlready2.sync_reasoner_hermit(
                    self.world, infer_property_values=True, debug=0, ignore_unsupported_datatypes=True
                )
        except self._owlready2.OwlReadyInconsistentOntologyError:
            raise DataError(
                "the facts contradict the ontology", remedy="`stancegraph ontology check` says which"
            ) from None
        except self._owlready2.OwlReadyJavaError as error:
            reason = str(error).strip().splitlines()
            raise ExternalError(f"HermiT failed: {reason[-1] if reason else error}", file=java) from None

    def unsatisfiable(self) -> list[str]:
        """After `classify`: the IRIs of the classes that can have no member."""
        return sorted(str(klass.iri) for klass in self.world.inconsistent_classes() if hasattr(klass, "iri"))

    def concluded(self) -> Triples:
        """After `classify`: what HermiT concluded."""
        return Triples(self._of(self.world.get_ontology(_INFERRED)))

    def added(self) -> Triples:
        """What was added to the ontology or the facts since they were loaded."""
        return Triples(self._now() - self._before)

    def removed(self) -> Triples:
        """What was removed since."""
        return Triples(self._before - self._now())

    def to_turtle(self) -> str:
        """All that was loaded, with what was added and without what was removed."""
        # Owlready2 writes "1"^^xsd:decimal as "1.0": what nobody touched keeps the form in which it was loaded
        forms = {_by_value(triple): triple for triple in self._loaded if isinstance(triple.object, Literal)}
        kept = {forms.get(_by_value(triple), triple) for triple in self._now()}
        return Triples(kept | self._imports).serialize().decode("utf-8")

    def _now(self) -> set[Triple]:
        return self._of(self.ontology)

    @staticmethod
    def _of(ontology: Any) -> set[Triple]:
        output = io.BytesIO()
        ontology.save(file=output, format="ntriples")
        return {quad.triple for quad in parse(output.getvalue(), format=RdfFormat.N_TRIPLES)}


def load(folder: Path | str | None = None, *, facts: bool = True) -> Objects:
    """The ontology of the workspace at *folder*, or of the one that ships; with *facts*, its entities and articles too.

    Raises what `stancegraph.workspace.folders.find` and reading raise, and `ExternalError` where Owlready2 is not
    installed.
    """
    space = workspaces.find(None if folder is None else Path(folder))
    sources = [  # neither alignments nor links are edited here
        source
        for source in space.source_files()
        if source.graph == f"{GRAPH}ontology" or (facts and source.kind == "data")
    ]
    return Objects(quad.triple for quad in read(sources).quads)


def _n_triples(triples: Iterable[Triple]) -> bytes:
    output = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert output is not None
    return output


def _by_value(triple: Triple) -> tuple[object, ...]:
    """*triple* so that numbers are equal where their values are."""
    value: object = triple.object
    if isinstance(triple.object, Literal) and triple.object.datatype.value in _NUMBERS:
        value = (triple.object.datatype.value, Decimal(triple.object.value))
    return triple.subject, triple.predicate, value
