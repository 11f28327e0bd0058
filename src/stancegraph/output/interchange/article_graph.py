"""The graph of an article, as the formats for others need it: who puts forward what, and what describes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from pyoxigraph import NamedNode, Triple

from stancegraph.output.exporting import graphs, quads
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import GRAPH, PREFIXES
from stancegraph.sparql.engine import Engine, Term

RDF_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_NOT_CONTENT = frozenset(
    {
        terms.AMBIGUITY,
        terms.ATTRIBUTION,
        terms.CITATION,
        terms.CONFLICT,
        terms.CURATION,
        terms.MENTION,
        terms.PASSAGE,
    }
)


class ArticleGraph:
    """The triples of one article's graph, by their subjects.

    Args:
        iri: The IRI of the graph.
        triples: Its triples.
    """

    def __init__(self, iri: str, triples: Iterable[Triple]) -> None:
        self.iri = iri
        self._of: dict[NamedNode, list[Triple]] = defaultdict(list)
        for triple in triples:
            if isinstance(triple.subject, NamedNode):  # no graph of an article has blank nodes
                self._of[triple.subject].append(triple)

    @property
    def name(self) -> str:
        """The name of the article."""
        return self.iri.removeprefix(f"{GRAPH}article/")

    def triples(self) -> Iterator[Triple]:
        """Yield all triples, those of one subject together."""
        for described in self._of.values():
            yield from described

    def described(self, node: Term) -> list[Triple]:
        """Return the triples of which *node* is the subject, in the order of the graph."""
        return self._of.get(node, []) if isinstance(node, NamedNode) else []

    def values(self, node: Term, predicate: str) -> list[Term]:
        """Return the values that *node* has for the property of the IRI *predicate*."""
        objects = (triple.object for triple in self.described(node) if triple.predicate.value == predicate)
        return [value for value in objects if not isinstance(value, Triple)]

    def instances(self, kind: str) -> list[NamedNode]:
        """Return the nodes of the class of the IRI *kind*, as it is stated, in the order of the graph."""
        return [node for node in self._of if self.is_a(node, kind)]

    def is_a(self, node: Term, kind: str) -> bool:
        """Return whether the graph states that *node* is of the class of the IRI *kind*."""
        return any(each.value == kind for each in self._classes(node))

    def _classes(self, node: Term) -> list[Term]:
        return self.values(node, RDF_TYPE.value)

    @cached_property
    def outermost(self) -> list[NamedNode]:
        """The attributions that no other one puts forward: what the article itself says."""
        inner = {value for node in self._of for value in self.values(node, terms.PUTS_FORWARD)}
        return [node for node in self.instances(terms.ATTRIBUTION) if node not in inner]

    def chain(self, outermost: NamedNode) -> list[NamedNode]:
        """Return an attribution with all those below it, from the outside inwards, each once."""
        chain: dict[NamedNode, None] = {outermost: None}
        for attribution in self._growing(chain):
            chain.update(
                (value, None)
                for value in self.values(attribution, terms.PUTS_FORWARD)
                if isinstance(value, NamedNode) and self.is_a(value, terms.ATTRIBUTION)
            )
        return list(chain)

    def claims(self, attributions: Iterable[NamedNode]) -> list[NamedNode]:
        """Return the claims that attributions put forward, without those that are only part of their content."""
        put_forward = (value for node in attributions for value in self.values(node, terms.PUTS_FORWARD))
        return [
            value
            for value in dict.fromkeys(put_forward)
            if isinstance(value, NamedNode) and not self.is_a(value, terms.ATTRIBUTION)
        ]

    def content(self, claims: Iterable[NamedNode]) -> list[NamedNode]:
        """Return *claims* with the claims and times of which their content is made up, each once."""
        content = dict.fromkeys(claims)
        for node in self._growing(content):
            content.update(
                (triple.object, None)
                for triple in self.described(node)
                if isinstance(triple.object, NamedNode)
                and self.described(triple.object)
                and _NOT_CONTENT.isdisjoint(kind.value for kind in self._classes(triple.object))
            )
        return list(content)

    def remarks(self, nodes: Iterable[Term]) -> list[NamedNode]:
        """Return the curations and open questions of the editors that are about any of *nodes*, each once."""
        return list(dict.fromkeys(remark for node in nodes for remark in self._remarks_by_subject[node]))

    @cached_property
    def _remarks_by_subject(self) -> dict[Term, list[NamedNode]]:
        remarks: dict[Term, list[NamedNode]] = defaultdict(list)
        for kind, predicate in ((terms.CURATION, terms.CURATES), (terms.AMBIGUITY, terms.CONCERNS)):
            for remark in self.instances(kind):
                for subject in self.values(remark, predicate):
                    remarks[subject].append(remark)
        return remarks

    @staticmethod
    def _growing(nodes: dict[NamedNode, None]) -> Iterator[NamedNode]:
        """Yield the keys of a dictionary that grows meanwhile."""
        done = 0
        while done < len(nodes):
            for node in list(nodes)[done:]:
                done += 1
                yield node


def article_graphs(engine: Engine, graph: str | None) -> list[ArticleGraph]:
    """Return the graphs of articles.

    Args:
        engine: The engine to ask.
        graph: The IRI of the only graph to return; None for those of all articles.

    Raises:
        ExternalError: The engine fails.
    """
    names = [graph] if graph is not None else [iri for iri in graphs(engine) if iri.startswith(f"{GRAPH}article/")]
    return [ArticleGraph(name, (quad.triple for quad in quads(engine, name))) for name in names]
