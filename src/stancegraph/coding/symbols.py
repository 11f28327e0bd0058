"""What the words of a coding sheet stand for: classes, properties, and things by their names.

A name is the last part of an IRI, such as China or Hopes, or a label; what a property takes decides between things of
the same name. Where it does not, a prefix does: actor:China.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad, Store

from stancegraph.errors import DataError
from stancegraph.rdf.namespaces import ID, PREFIXES, expand, shorten
from stancegraph.rdf.prefixes import PrefixMap
from stancegraph.sparql.engine import Oxigraph
from stancegraph.sparql.lookups import lookup, rows
from stancegraph.suggestions import did_you_mean, suggest
from stancegraph.workspace.namespaces import ARTICLE, Namespaces

_SG, _RDF, _XSD = PREFIXES["sg"], PREFIXES["rdf"], PREFIXES["xsd"]
PREFERRED = NamedNode(PREFIXES["skos"] + "prefLabel")
TYPE, LABEL = NamedNode(f"{_RDF}type"), NamedNode(PREFIXES["rdfs"] + "label")
CALLED = frozenset({PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "altLabel"})
LANG_STRING = f"{_RDF}langString"


@dataclass
class SymbolTable:
    """What the names of one article's sheet may stand for."""

    slug: str
    namespaces: Namespaces
    above: dict[str, set[str]]
    takes: dict[str, set[str]]
    datatypes: dict[str, str]
    properties: set[str]
    known: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    labels: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    classes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def learn(self, quads: Iterable[Quad]) -> None:
        """Take in the things that *quads* describe, with their classes and labels."""
        roots = (ID, *self.namespaces.roots())
        for quad in quads:
            subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
            if not subject.startswith(roots):
                continue
            if quad.predicate == TYPE and isinstance(quad.object, NamedNode):
                self.learn_thing(subject, quad.object.value)
            elif quad.predicate.value in CALLED and isinstance(quad.object, Literal):
                self.labels[quad.object.value.casefold()].add(subject)

    def learn_thing(self, iri: str, klass: str) -> None:
        """Take in one thing."""
        self.known[iri.rpartition("/")[2]].add(iri)
        self.classes[iri] |= {klass} | self.above.get(klass, set())

    def class_of(self, kind: str) -> str:
        """The IRI of the class that a record's *kind* names; raise `DataError` where there is none."""
        ours = [name for name in self.above if name.startswith(_SG) or self.place_of(name)]
        ours.sort(key=lambda name: name.startswith(_SG))  # a class of the same name elsewhere needs a kind of its own
        by_kind = {self.kind_of(name).casefold(): name for name in ours}
        found = by_kind.get(kind.casefold())
        if found is None:
            raise DataError(f"there is no kind {kind!r}", remedy=f"one of {', '.join(self.kinds())}")
        return found

    def kinds(self) -> list[str]:
        """The kinds of records that there are."""
        return sorted(self.kind_of(name) for name in self.above if self.place_of(name) is not None)

    def kind_of(self, klass: str) -> str:
        """The word for a class: ``causal-proposition`` for sg:CausalProposition."""
        words = re.sub(r"(?<!^)([A-Z])", r"-\1", _local_name(klass)).lower()
        return self.namespaces.kinds.get(klass, words)

    def place_of(self, klass: str) -> str | None:
        """Where the things of a class live: where those of the most special class do that has a place."""
        placed = self._nearest(klass, {**self.namespaces.entities, **self.namespaces.records})
        return None if placed is None else placed.replace(ARTICLE, self.slug)

    def _nearest(self, klass: str, places: Mapping[str, str]) -> str | None:
        """The value of the class itself or, of those above it that have one, of the most special."""
        fitting = [name for name in places if name == klass or name in self.above.get(klass, set())]
        special = [
            name
            for name in fitting
            if not any(name in self.above.get(other, set()) for other in fitting if other != name)
        ]
        return places[special[0]] if special else None

    def label_of(self, klass: str) -> NamedNode:
        """The property that gives the things of a class their label: concepts have another one than others."""
        return PREFERRED if PREFIXES["skos"] + "Concept" in self.above.get(klass, set()) else LABEL

    def is_entity(self, klass: str) -> bool:
        """Whether the things of a class are shared by articles."""
        return self.place_of(klass) in self.namespaces.entities.values()

    def iri_of(self, klass: str, name: str) -> str:
        """The IRI of a record; raise `DataError` where things of its class have no records."""
        place = self.place_of(klass)
        if place is None:
            raise DataError(f"a {self.kind_of(klass)} is nothing that a sheet describes", remedy="leave it out")
        return place + name

    def property_of(self, name: str) -> NamedNode:
        """The property that a field names; raise `DataError` where there is none."""
        iri = expand(name) if ":" in name else _SG + name
        if iri is None or (iri.startswith(_SG) and iri not in self.properties):
            close = suggest(name, (one.removeprefix(_SG) for one in self.properties))
            raise DataError(f"there is no property {name!r}", remedy=did_you_mean(close, "correct it"))
        return NamedNode(_iri(iri))

    def thing(self, words: str, prop: str) -> str:
        """The IRI of the thing that *words* name as a value of *prop*; raise `DataError` for none, or more than one."""
        if words.startswith("<"):
            return _iri(words.strip("<>"))
        if ":" in words:
            prefix, _, local = words.partition(":")
            own = self._own_prefixes()
            iri = own[prefix] + local if prefix in own else expand(words)
            if iri is None:
                raise DataError(f"{words!r} has no known prefix", remedy="write such as actor:China")
            return _iri(iri)
        found = self._fitting(self.known.get(words, set()), prop) or self._fitting(
            self.labels.get(words.replace("_", " ").casefold(), set()), prop
        )
        if len(found) > 1:  # an article's own things go before those of others
            found = {one for one in found if f"/{self.slug}/" in one} or found
        if len(found) == 1:
            return found.pop()
        if found:
            raise DataError(f"{words!r} is ambiguous", remedy=f"one of {', '.join(sorted(map(self.short, found)))}")
        raise DataError(self._unknown(words, prop), remedy=self._near(words, prop))

    def _fitting(self, things: set[str], prop: str) -> set[str]:
        takes = self.takes.get(prop, set())
        return {one for one in things if not takes or takes & self.classes[one]}

    def _unknown(self, words: str, prop: str) -> str:
        takes = sorted(self.kind_of(one) for one in self.takes.get(prop, set()))
        of_kind = f" of kind {' or '.join(takes)}" if takes else ""
        return f"nothing{of_kind} is called {words!r}"

    def _near(self, words: str, prop: str) -> str:
        names = [name for name, things in self.known.items() if self._fitting(things, prop)]
        return did_you_mean(suggest(words, names, limit=4), "describe it in the sheet")

    def _own_prefixes(self) -> PrefixMap:
        """The prefixes of the article's own records in a sheet: their kinds."""
        return PrefixMap(
            {
                self.kind_of(name): namespace.replace(ARTICLE, self.slug)
                for name, namespace in self.namespaces.records.items()
                if ARTICLE in namespace
            }
        )

    def short(self, iri: str) -> str:
        """*iri* by a prefix of the sheet, or in full."""
        own = self._own_prefixes().shorten(iri)
        if own != iri and "/" not in own:
            return own
        short = shorten(iri)
        return short if re.fullmatch(r"[a-z][\w-]*:[\w.-]+", short) else f"<{iri}>"

    def word(self, iri: str, prop: str) -> str:
        """The shortest word by which *iri* is understood as a value of *prop*."""
        local = iri.rpartition("/")[2]
        try:
            if local and re.fullmatch(r"[\w.-]+", local) and self.thing(local, prop) == iri:
                return local
        except DataError:
            pass
        return self.short(iri)


def _local_name(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


def _iri(words: str) -> str:
    """*words*, which are an IRI; raise `DataError` where they are none."""
    try:
        NamedNode(words)
    except ValueError as error:
        raise DataError(f"{words!r} is no IRI: {error}", remedy="write such as actor:China") from None
    return words


def vocabulary(quads: Iterable[Quad], shapes: Iterable[Quad], slug: str, namespaces: Namespaces) -> SymbolTable:
    """The names of an ontology and its shapes, for the sheet of the article *slug*."""
    store = Store()
    store.extend(quads)
    store.extend(shapes)
    engine = Oxigraph(store)
    names = SymbolTable(slug, namespaces, defaultdict(set), defaultdict(set), {}, set())
    for row in rows(engine, lookup("sheet-classes")):
        names.above[row["class"].value] |= {row["above"].value}
    for row in rows(engine, lookup("sheet-properties")):
        prop = row["property"].value
        names.properties.add(prop)
        if "takes" in row:
            names.takes[prop].add(row["takes"].value)
        if "datatype" in row:
            names.datatypes[prop] = row["datatype"].value
    return names
