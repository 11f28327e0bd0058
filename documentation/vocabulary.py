"""The ontology, its alignments and its vocabularies, as the generators read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store

from documentation.markdown import code
from stancegraph.rdf.namespaces import PREFIXES, shorten
from stancegraph.workspace import folders
from stancegraph.workspace.folders import Workspace

ROOT = Path(__file__).parents[1]

Node = NamedNode | BlankNode


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A store, and how to look into it by prefixed names."""

    store: Store

    def values(self, subject: Node, name: str) -> list[Node]:
        """The things that *subject* has as values of the property of this prefixed *name*, in order."""
        found = [quad.object for quad in self.store.quads_for_pattern(subject, node(name), None)]
        return sorted((value for value in found if isinstance(value, NamedNode | BlankNode)), key=str)

    def text(self, subject: Node, name: str) -> str:
        """What *subject* has in English, or else in words, as a value of this property; nothing where it has none."""
        found = [quad.object for quad in self.store.quads_for_pattern(subject, node(name), None)]
        texts = [(value.language != "en", value.value) for value in found if isinstance(value, Literal)]
        return min(texts)[1] if texts else ""

    def of_type(self, name: str) -> list[NamedNode]:
        """The terms and things of the class of this prefixed *name*, in order."""
        found = {quad.subject for quad in self.store.quads_for_pattern(None, node("rdf:type"), node(name))}
        return sorted((subject for subject in found if isinstance(subject, NamedNode)), key=str)

    def classes(self, subject: Node) -> list[NamedNode]:
        """The classes that *subject* stands for: itself, or the members of the union that it is."""
        if isinstance(subject, NamedNode):
            return [subject]
        members: list[NamedNode] = []
        for rest in self.values(subject, "owl:unionOf"):
            while rest != node("rdf:nil"):
                members += [member for member in self.values(rest, "rdf:first") if isinstance(member, NamedNode)]
                (rest,) = self.values(rest, "rdf:rest")
        return members


@cache
def workspace() -> Workspace:
    """The workspace that ships with the program; its prefixes are known from then on."""
    return folders.find(ROOT)


@cache
def ontology() -> Vocabulary:
    """The ontology with its vocabularies."""
    root = workspace().root
    return _loaded([root / "ontology" / "stancegraph.ttl", *sorted((root / "data" / "vocabulary").glob("*.ttl"))])


@cache
def alignments() -> Vocabulary:
    """The mappings to published vocabularies."""
    return _loaded([workspace().root / "ontology" / "alignments.ttl"])


def _loaded(paths: Iterable[object]) -> Vocabulary:
    store = Store()
    for path in paths:
        store.load(path=str(path), format=RdfFormat.TURTLE)
    return Vocabulary(store)


def node(name: str) -> NamedNode:
    """The term of a prefixed *name*."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def link(term: NamedNode, page: str = "") -> str:
    """*term* by its prefixed name, as a link: to its heading on *page* where it is ours, else to its IRI."""
    name = shorten(term.value)
    return (
        f"[{code(name)}]({page}#{_slug(heading(term))})" if name.startswith("sg:") else f"[{code(name)}]({term.value})"
    )


def heading(term: NamedNode) -> str:
    """The heading of *term*: a property says that it is one, as some have the name of a class but for its capital."""
    name = shorten(term.value)
    return code(name) if name.partition(":")[2][:1].isupper() else f"{code(name)} (property)"


def _slug(words: str) -> str:
    return re.sub(r"[^\w -]", "", words).lower().replace(" ", "-")
