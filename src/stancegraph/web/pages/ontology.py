"""The page of an ontology: its header, and each of its terms at the anchor that the IRI of the term names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from stancegraph.ontology.axioms import Ontology, Term
from stancegraph.rdf.language import is_translated
from stancegraph.rdf.namespaces import PREFIXES, expand, shorten
from stancegraph.sparql.engine import Triples
from stancegraph.web.context import IRI_ROOT, RequestContext
from stancegraph.web.failures import RequestError
from stancegraph.web.pages.rendering import render_page

_TYPE, _ONTOLOGY = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["owl"] + "Ontology")
_TITLE = NamedNode(PREFIXES["dcterms"] + "title")
_ABSTRACTS = [NamedNode(PREFIXES["dcterms"] + name) for name in ("abstract", "description")]
_HEADINGS = {
    "class": "Classes",
    "object property": "Object properties",
    "data property": "Data properties",
    "annotation property": "Annotation properties",
    "individual": "Individuals",
    "node shape": "Node shapes",
    "property shape": "Property shapes",
    "property group": "Property groups",
}
_MESSAGE, _REMEDY = _SAID = [f"http://www.w3.org/ns/shacl#{name}" for name in ("message", "description")]
_DEFINED_BY = PREFIXES["rdfs"] + "isDefinedBy"  # on the page of the ontology itself, of all terms
_NAME = re.compile(r"\b[a-z][a-z-]*:[A-Za-z_]\w*\b|https?://[^\s<>\"]+")
Piece = tuple[str, str | None]
"""A piece of a text, with the address that it leads to."""


def render_ontology(context: RequestContext, graph: str) -> str:
    """Render the page of an ontology that is a named graph.

    Args:
        context: What the request is answered from.
        graph: The IRI of the graph.

    Returns:
        The page in HTML.

    Raises:
        RequestError: 404; there is no such graph.
        ExternalError: The engine fails.
    """
    triples = context.engine.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {NamedNode(graph)} {{ ?s ?p ?o }} }}")
    if not isinstance(triples, Triples) or not triples:
        raise RequestError(404, "there is no such ontology", f"look at {context.root}/ontology")
    return render_page(context, "ontology.html", page=OntologyPage.from_triples(triples, context.root))


def render_document(context: RequestContext, triples: bytes) -> str:
    """Render the page of an ontology.

    Args:
        context: What the request is answered from.
        triples: The ontology, in N-Triples.

    Returns:
        The page in HTML.
    """
    parsed = (quad.triple for quad in parse(triples, format=RdfFormat.N_TRIPLES))
    return render_page(context, "ontology.html", page=OntologyPage.from_triples(parsed, context.root))


@dataclass(frozen=True)
class OntologyPage:
    """What the page of an ontology shows; the template ``ontology.html`` has it as variables.

    Attributes:
        title: The title of the ontology.
        iri: Its IRI.
        lead: What it is about.
        header: What else its header says: each property with its values.
        sections: Its terms by kind: a heading, and for each term its anchor, name and description.
        general: The axioms that are not about one term.
    """

    title: str
    iri: str
    lead: str
    header: Sequence[tuple[str, Sequence[Sequence[Piece]]]]
    sections: Sequence[tuple[str, Sequence[dict[str, Any]]]]
    general: Sequence[Sequence[Piece]]

    @classmethod
    def from_triples(cls, triples: Iterable[Triple], root: str) -> OntologyPage:
        """Return the page of the ontology that *triples* describe.

        Args:
            triples: The ontology, with one header.
            root: The address of the site, without a slash at its end.

        Raises:
            DataError: A list or a class expression contains itself.
        """
        triples = [triple for triple in triples if not is_translated(triple.object)]
        headers = (t.subject for t in triples if t.predicate == _TYPE and t.object == _ONTOLOGY)
        iri = next((header for header in headers if isinstance(header, NamedNode)), NamedNode(IRI_ROOT))
        about = [triple for triple in triples if triple.subject == iri and triple.object != _ONTOLOGY]
        lead = _values(about, _ABSTRACTS[0]) or _values(about, _ABSTRACTS[1])
        titles = _values(about, _TITLE)
        ontology = Ontology.from_triples(triple for triple in triples if triple.subject != iri)
        said = {(str(t.subject), t.predicate.value): _text(t.object) for t in triples if t.predicate.value in _SAID}
        predicates = sorted({t.predicate.value for t in about if t.predicate not in {_TITLE, *_ABSTRACTS}}, key=shorten)
        link = _Linker(root, {term.iri for term in ontology.terms.values()})
        return cls(
            titles[0] if titles else shorten(iri.value),
            iri.value,
            " ".join(lead),
            [(shorten(p), [link.pieces(_text(t.object)) for t in about if t.predicate.value == p]) for p in predicates],
            [
                (heading, [_describe(term, link, said) for term in terms])
                for kind, heading in _HEADINGS.items()
                if (terms := _sorted_terms(ontology, kind))
            ],
            [link.pieces(axiom) for axiom in sorted(ontology.general_axioms)],
        )


class _Linker:
    """Finds the addresses of what texts name: an anchor of the page, the site, or the web."""

    def __init__(self, root: str, terms: set[str]) -> None:
        self._root, self._terms = root, terms

    def pieces(self, text: str) -> list[Piece]:
        """Return *text* in pieces, those that name a term or an IRI with its address."""
        pieces, end = list[Piece](), 0
        for match in _NAME.finditer(text):
            pieces += [(text[end : match.start()], None)] if match.start() > end else []
            pieces.append((match[0], self._address(match[0])))
            end = match.end()
        return [*pieces, (text[end:], None)] if end < len(text) else pieces

    def _address(self, name: str) -> str | None:
        iri = name if name.startswith("http") else expand(name)
        if iri is None:
            return None
        if iri in self._terms:
            return f"#{_anchor(iri)}"
        return f"{self._root}/{iri.removeprefix(IRI_ROOT)}" if iri.startswith(IRI_ROOT) else iri


def _anchor(iri: str) -> str:
    """Return the fragment of our own term; what has another IRI has an anchor that no fragment of ours can be."""
    own = iri.removeprefix(PREFIXES["sg"]).removeprefix(IRI_ROOT)
    return shorten(iri) if own == iri else own


def _sorted_terms(ontology: Ontology, kind: str) -> list[Term]:
    """Return the terms of a *kind*, our own first."""
    terms = (term for term in ontology.terms.values() if term.kind == kind)
    return sorted(terms, key=lambda term: (not term.iri.startswith(PREFIXES["sg"]), shorten(term.iri).casefold()))


def _describe(term: Term, link: _Linker, said: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Return what the page shows of a term, or of a shape, whose message and remedy *said* has."""
    successor, subject = shorten(term.successor) if term.successor else "", str(NamedNode(term.iri))
    statements = [axiom.removeprefix(f"{shorten(term.iri)} ") for axiom in sorted(term.axioms)]
    shown = tuple(f"{shorten(predicate)} " for predicate in (*_SAID, _DEFINED_BY))
    return {
        "anchor": _anchor(term.iri),
        "name": _anchor(term.iri) if shorten(term.iri) == term.iri else shorten(term.iri),
        "iri": term.iri,
        "label": term.label,
        "definition": term.definition or said.get((subject, _MESSAGE), ""),
        "remedy": said.get((subject, _REMEDY), ""),
        "example": term.example,
        "deprecated": term.deprecated,
        "successor": link.pieces(successor),
        "parents": [link.pieces(parent) for parent in sorted(term.parents)],
        "axioms": [link.pieces(statement) for statement in statements if not statement.startswith(shown)],
    }


def _values(about: Iterable[Triple], predicate: NamedNode) -> list[str]:
    return [_text(triple.object) for triple in about if triple.predicate == predicate]


def _text(node: object) -> str:
    return node.value if isinstance(node, NamedNode | Literal) else str(node)
