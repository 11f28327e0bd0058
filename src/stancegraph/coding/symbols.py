"""The symbol table of a coding sheet, by which its names are resolved.

A name is the last part of an IRI, such as China or Hopes, or a label. If several things have the same name, the range
of the property decides between them; if that is not enough, a prefix does: actor:China.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad, Store

from stancegraph.errors import DataError
from stancegraph.ontology.naming import record_kind
from stancegraph.rdf.language import is_translated
from stancegraph.rdf.namespaces import ID, PREFIXES, expand, shorten
from stancegraph.rdf.prefixes import PrefixMap
from stancegraph.sparql.engine import Oxigraph
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.suggestions import did_you_mean, suggest
from stancegraph.workspace.namespaces import ARTICLE, Namespaces

_SG, _RDF, _XSD = PREFIXES["sg"], PREFIXES["rdf"], PREFIXES["xsd"]
TYPE = NamedNode(f"{_RDF}type")
LABEL = NamedNode(PREFIXES["rdfs"] + "label")
PREF_LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
LABEL_PROPERTIES = frozenset({LABEL.value, PREF_LABEL.value, PREFIXES["skos"] + "altLabel"})
"""The properties whose values are names of a thing."""
LANG_STRING = f"{_RDF}langString"


@dataclass
class SymbolTable:
    """The names that one article's sheet can use. Classes, properties and things are represented by their IRIs.

    Attributes:
        slug: The name of the article's folder.
        namespaces: The prefixes and the IRI layout of the workspace.
        superclasses: All superclasses of each class, including itself.
        ranges: The classes whose instances a property takes; if none, it takes any thing.
        datatypes: The datatype of the literals that a property takes.
        properties: The properties of the ontology.
        by_local_name: The things whose IRI ends with a name.
        by_label: The things that have a label; labels are case-folded.
        classes: The classes of each thing, including their superclasses.
    """

    slug: str
    namespaces: Namespaces
    superclasses: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ranges: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    datatypes: dict[str, str] = field(default_factory=dict)
    properties: set[str] = field(default_factory=set)
    by_local_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_label: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    classes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def from_ontology(
        cls, ontology: Iterable[Quad], shapes: Iterable[Quad], slug: str, namespaces: Namespaces
    ) -> SymbolTable:
        """Create a symbol table with the classes and properties of an ontology.

        Args:
            ontology: The quads of the ontology.
            shapes: The quads of its shapes, which give datatypes that the ontology leaves open.
            slug: The name of the article's folder; empty for no article in particular.
            namespaces: The prefixes and the IRI layout of the workspace.
        """
        store = Store()
        store.extend(ontology)
        store.extend(shapes)
        engine = Oxigraph(store)
        symbols = cls(slug, namespaces)
        for row in rows(engine, lookup("sheet-classes")):
            symbols.superclasses[row["class"].value] |= {row["above"].value}
        for row in rows(engine, lookup("sheet-properties")):
            prop = row["property"].value
            symbols.properties.add(prop)
            if "takes" in row:
                symbols.ranges[prop].add(row["takes"].value)
            if "datatype" in row:
                symbols.datatypes[prop] = row["datatype"].value
        return symbols

    def declare_all(self, quads: Iterable[Quad]) -> None:
        """Declare the things that *quads* describe, with their classes and their names in English."""
        roots = (ID, *self.namespaces.roots())
        for quad in quads:
            subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
            if not subject.startswith(roots):
                continue
            if quad.predicate == TYPE and isinstance(quad.object, NamedNode):
                self.declare(subject, quad.object.value)
            elif quad.predicate.value not in LABEL_PROPERTIES or not isinstance(quad.object, Literal):
                continue
            elif not is_translated(quad.object):  # coding sheets are in English
                self.by_label[quad.object.value.casefold()].add(subject)

    def declare(self, iri: str, klass: str) -> None:
        """Declare a thing of a class."""
        self.by_local_name[iri.rpartition("/")[2]].add(iri)
        self.classes[iri] |= {klass} | self.superclasses.get(klass, set())

    def class_of(self, kind: str) -> str:
        """Return the class of the records of a *kind*.

        Raises:
            DataError: No class has this kind.
        """
        klass = self._classes_by_kind.get(kind.casefold())
        if klass is None:
            raise DataError(f"unknown kind {kind!r}", remedy=f"use one of {', '.join(self.kinds())}")
        return klass

    @cached_property
    def _classes_by_kind(self) -> dict[str, str]:
        """The classes of the ontology, by the kinds of their records in lower case."""
        classes = [klass for klass in self.superclasses if klass.startswith(_SG) or self.namespace_of(klass)]
        # if two classes have the same kind, the project's own class takes precedence: the last one wins
        classes.sort(key=lambda klass: klass.startswith(_SG))
        return {self.kind_of(klass).casefold(): klass for klass in classes}

    def kinds(self) -> list[str]:
        """Return the kinds of records that a sheet can have, sorted."""
        return sorted(self.kind_of(klass) for klass in self.superclasses if self.namespace_of(klass) is not None)

    def kind_of(self, klass: str) -> str:
        """Return the kind of a class: ``causal-proposition`` for sg:CausalProposition."""
        return self.namespaces.kinds.get(klass) or record_kind(_local_name(klass))

    def namespace_of(self, klass: str) -> str | None:
        """Return the namespace for IRIs of instances: that of the class itself, or of its nearest superclass."""
        placed = self._placed_class(klass)
        if placed is None:
            return None
        return {**self.namespaces.entities, **self.namespaces.records}[placed].replace(ARTICLE, self.slug)

    def _placed_class(self, klass: str) -> str | None:
        """Return the class itself, or its most specific superclass, whose instances have a namespace."""
        placed = [*self.namespaces.entities, *self.namespaces.records]
        candidates = [name for name in placed if name == klass or name in self.superclasses.get(klass, set())]
        most_specific = [
            name
            for name in candidates
            if not any(name in self.superclasses.get(other, set()) for other in candidates if other != name)
        ]
        return most_specific[0] if most_specific else None

    def label_property(self, klass: str) -> NamedNode:
        """Return the property for the labels of instances: skos:prefLabel for concepts, rdfs:label for others."""
        return PREF_LABEL if self._is_of_concepts(klass) else LABEL

    def scheme_of(self, klass: str) -> str | None:
        """Return the scheme of the concepts of a class, which lies beside them: …/scheme/issue for …/issue/Security.

        Returns:
            The IRI of the scheme; `None` if instances are not concepts, or if a sheet cannot describe them.
        """
        namespace = self.namespace_of(klass) if self._is_of_concepts(klass) else None
        if namespace is None:
            return None
        root, _, name = namespace.rstrip("/").rpartition("/")
        return f"{root}/scheme/{name}"

    def _is_of_concepts(self, klass: str) -> bool:
        return PREFIXES["skos"] + "Concept" in self.superclasses.get(klass, set())

    def is_a(self, klass: str, kind: str) -> bool:
        """Return whether a class is the class *kind*, or below it."""
        return klass == kind or kind in self.superclasses.get(klass, set())

    def is_entity(self, klass: str) -> bool:
        """Return whether the instances of a class are shared by articles."""
        return self._placed_class(klass) in self.namespaces.entities

    def record_iri(self, klass: str, name: str) -> str:
        """Return the IRI of the record *name* of a class.

        Raises:
            DataError: A sheet cannot describe things of this class.
        """
        namespace = self.namespace_of(klass)
        if namespace is None:
            raise DataError(f"a sheet cannot describe things of kind {self.kind_of(klass)}", remedy="leave it out")
        return namespace + name

    def resolve_property(self, name: str) -> NamedNode:
        """Return the property that a field names.

        Raises:
            DataError: There is no such property, or the name is not valid in an IRI.
        """
        iri = expand(name) if ":" in name else _SG + name
        if iri is None or (iri.startswith(_SG) and iri not in self.properties):
            suggestions = suggest(name, (known.removeprefix(_SG) for known in self.properties))
            raise DataError(f"unknown property {name!r}", remedy=did_you_mean(suggestions, "correct it"))
        return NamedNode(_valid_iri(iri))

    def resolve(self, name: str, prop: str) -> str:
        """Return the IRI of the thing that *name* denotes as a value of the property *prop*.

        Args:
            name: A local name or label, a prefixed name, or an IRI in angle brackets.
            prop: The IRI of the property, whose range restricts the choice.

        Raises:
            DataError: Nothing has this name, several things have it, or it is not valid in an IRI.
        """
        if name.startswith("<"):
            return _valid_iri(name.strip("<>"))
        if ":" in name:
            prefix, _, local = name.partition(":")
            own = self._own_prefixes()
            iri = own[prefix] + local if prefix in own else expand(name)
            if iri is None:
                raise DataError(f"unknown prefix in {name!r}", remedy="use a declared prefix, as in actor:China")
            return _valid_iri(iri)
        candidates = self._in_range(self.by_local_name.get(name, set()), prop) or self._in_range(
            self.by_label.get(name.replace("_", " ").casefold(), set()), prop
        )
        if len(candidates) > 1:  # the article's own things take precedence
            candidates = {iri for iri in candidates if f"/{self.slug}/" in iri} or candidates
        if len(candidates) == 1:
            return candidates.pop()
        if candidates:
            choices = ", ".join(sorted(map(self.shorten, candidates)))
            raise DataError(f"{name!r} is ambiguous", remedy=f"use one of {choices}")
        ranges = sorted(map(self.kind_of, self.ranges.get(prop, set())))
        of_kind = f" of kind {' or '.join(ranges)}" if ranges else ""
        known_names = [known for known, things in self.by_local_name.items() if self._in_range(things, prop)]
        raise DataError(
            f"nothing{of_kind} is called {name!r}",
            remedy=did_you_mean(suggest(name, known_names, limit=4), "describe it in the sheet"),
        )

    def _in_range(self, things: set[str], prop: str) -> set[str]:
        ranges = self.ranges.get(prop, set())
        return {thing for thing in things if not ranges or ranges & self.classes[thing]}

    def _own_prefixes(self) -> PrefixMap:
        """Return the prefixes of the article's own records in a sheet, which are their kinds."""
        return PrefixMap(
            {
                self.kind_of(klass): namespace.replace(ARTICLE, self.slug)
                for klass, namespace in self.namespaces.records.items()
                if ARTICLE in namespace
            }
        )

    def shorten(self, iri: str) -> str:
        """Return *iri* as a prefixed name that a sheet understands, or in angle brackets."""
        own = self._own_prefixes().shorten(iri)
        if own != iri and "/" not in own:
            return own
        name = shorten(iri)
        return name if re.fullmatch(r"[a-z][\w-]*:[\w.-]+", name) else f"<{iri}>"

    def shortest_name(self, iri: str, prop: str) -> str:
        """Return the shortest name that `resolve` maps to *iri* for the property *prop*."""
        local = iri.rpartition("/")[2]
        try:
            if local and re.fullmatch(r"[\w.-]+", local) and self.resolve(local, prop) == iri:
                return local
        except DataError:
            pass
        return self.shorten(iri)


def _local_name(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


def _valid_iri(text: str) -> str:
    try:
        NamedNode(text)
    except ValueError as error:
        raise DataError(f"{text!r} is not an IRI: {error}", remedy="write a name such as actor:China") from None
    return text
