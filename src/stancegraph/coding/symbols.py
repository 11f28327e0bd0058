"""What the words of a coding sheet stand for: classes, properties, and things by their names.

A name is the last part of an IRI, such as China or Hopes, or a label; what a property takes decides between things of
the same name. Where it does not, a prefix does: actor:China.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad, Store

from stancegraph.errors import DataError
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES, expand, shorten
from stancegraph.sparql.engine import Oxigraph
from stancegraph.sparql.lookups import lookup, rows

_SG, _RDF, _XSD = PREFIXES["sg"], PREFIXES["rdf"], PREFIXES["xsd"]
PREFERRED = NamedNode(PREFIXES["skos"] + "prefLabel")
TYPE, LABEL = NamedNode(f"{_RDF}type"), NamedNode(PREFIXES["rdfs"] + "label")
CALLED = frozenset({PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "altLabel"})
LANG_STRING = f"{_RDF}langString"
# where the things of a class live, the first that fits; with {} for the article's own
_PLACES = (
    (terms.EVENT, "event/"),
    (terms.CLAIM, "claim/{}/"),
    (terms.TIME_SPAN, "time/{}/"),
    (terms.ATTRIBUTION, "attribution/{}/"),
    (terms.CITATION, "citation/{}/"),
    (terms.CURATION, "curation/{}/"),
    (terms.AMBIGUITY, "ambiguity/{}/"),
    (terms.MENTION, "mention/{}/"),
    (terms.PASSAGE, "passage/{}/"),
    (terms.ACTOR, "actor/"),
    (terms.FORUM, "forum/"),
    (terms.PLACE, "place/"),
    (terms.POLICY, "policy/"),
    (terms.POST, "post/"),
    (terms.PUBLICATION, "publication/"),
    (terms.ISSUE, "issue/"),
)
ENTITIES = frozenset({terms.ACTOR, terms.FORUM, terms.PLACE, terms.POLICY, terms.POST, terms.PUBLICATION, terms.ISSUE})
_SHORT = {"time": terms.local_name(terms.TIME_SPAN)}


@dataclass
class SymbolTable:
    """What the names of one article's sheet may stand for."""

    slug: str
    above: dict[str, set[str]]
    takes: dict[str, set[str]]
    datatypes: dict[str, str]
    properties: set[str]
    known: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    labels: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    classes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def learn(self, quads: Iterable[Quad]) -> None:
        """Take in the things that *quads* describe, with their classes and labels."""
        for quad in quads:
            subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
            if not subject.startswith(ID):
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
        local = _SHORT.get(kind) or "".join(part.capitalize() for part in kind.split("-"))
        by_fold = {name.rpartition("#")[2].casefold(): name for name in self.above}
        found = by_fold.get(local.casefold())
        if found is None:
            raise DataError(f"there is no kind {kind!r}", remedy=f"one of {', '.join(self.kinds())}")
        return found

    def kinds(self) -> list[str]:
        """The kinds of records that there are."""
        return sorted(self.kind_of(name) for name in self.above if self.place_of(name) is not None)

    def kind_of(self, klass: str) -> str:
        """The word for a class: ``causal-proposition`` for sg:CausalProposition."""
        local = klass.rpartition("#")[2]
        short = {value: key for key, value in _SHORT.items()}
        return short.get(local) or re.sub(r"(?<!^)([A-Z])", r"-\1", local).lower()

    def place_of(self, klass: str) -> str | None:
        """Where the things of a class live."""
        over = {klass} | self.above.get(klass, set())
        place = next((place for name, place in _PLACES if name in over), None)
        return None if place is None else ID + place.format(self.slug)

    def label_of(self, klass: str) -> NamedNode:
        """The property that gives the things of a class their label: concepts have another one than others."""
        return PREFERRED if PREFIXES["skos"] + "Concept" in self.above.get(klass, set()) else LABEL

    def is_entity(self, klass: str) -> bool:
        """Whether the things of a class are shared by articles."""
        over = {klass} | self.above.get(klass, set())
        return bool(over & ENTITIES) and terms.EVENT not in over

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
            import difflib

            close = difflib.get_close_matches(name, [one.removeprefix(_SG) for one in self.properties], n=3)
            raise DataError(
                f"there is no property {name!r}", remedy=f"did you mean: {', '.join(close)}" if close else "correct it"
            )
        return NamedNode(_iri(iri))

    def thing(self, words: str, prop: str) -> str:
        """The IRI of the thing that *words* name as a value of *prop*; raise `DataError` for none, or more than one."""
        if words.startswith("<"):
            return _iri(words.strip("<>"))
        if ":" in words:
            prefix, _, local = words.partition(":")
            own = {place.partition("/")[0]: ID + place.format(self.slug) for _, place in _PLACES if "{" in place}
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
        import difflib

        names = [name for name, things in self.known.items() if self._fitting(things, prop)]
        by_fold = {name.casefold(): name for name in names}
        close = difflib.get_close_matches(words.casefold(), by_fold, n=4, cutoff=0.5)
        return f"did you mean: {', '.join(by_fold[one] for one in close)}" if close else "describe it in the sheet"

    def short(self, iri: str) -> str:
        """*iri* by a prefix of the sheet, or in full."""
        own = {place.partition("/")[0]: ID + place.format(self.slug) for _, place in _PLACES if "{" in place}
        for prefix, base in own.items():
            if iri.startswith(base) and "/" not in iri[len(base) :]:
                return f"{prefix}:{iri[len(base) :]}"
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


def _iri(words: str) -> str:
    """*words*, which are an IRI; raise `DataError` where they are none."""
    try:
        NamedNode(words)
    except ValueError as error:
        raise DataError(f"{words!r} is no IRI: {error}", remedy="write such as actor:China") from None
    return words


def vocabulary(quads: Iterable[Quad], shapes: Iterable[Quad], slug: str) -> SymbolTable:
    """The names of an ontology and its shapes, for the sheet of the article *slug*."""
    store = Store()
    store.extend(quads)
    store.extend(shapes)
    engine = Oxigraph(store)
    names = SymbolTable(slug, defaultdict(set), defaultdict(set), {}, set())
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
