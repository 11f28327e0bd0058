"""RDF 1.2 with reifiers: what is only said stands in triple terms, and who says it reifies them.

See `RDF 1.2 Concepts <https://www.w3.org/TR/rdf12-concepts/#section-triple-terms-reification>`_. A reader who loads the
file finds nothing asserted but what the articles themselves do and what the editors say of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyoxigraph import NamedNode, Triple

from stancegraph.output.interchange.article_graph import ArticleGraph
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.sparql.engine import Engine, Term
from stancegraph.sparql.lookups import lookup, rows

_REIFIES = NamedNode(PREFIXES["rdf"] + "reifies")
_AFFIRMED = NamedNode(f"{ID}polarity/Affirmed")
_BLANK = re.compile(r"\{([^}]+)\}")


def sentence_patterns(engine: Engine) -> dict[Term, str]:
    """Return how each relation type is said, with the names of roles in braces and the verb as ``~``.

    Raises:
        ExternalError: The engine fails.
    """
    return {row["relation"]: row["pattern"].value for row in rows(engine, lookup("sentence-patterns"))}


def reified(article: ArticleGraph, patterns: Mapping[Term, str]) -> Iterator[Triple]:
    """Yield the graph of an article with triple terms for what is put forward.

    Each attribution reifies the description of what it puts forward: of claims with their content, and of the
    attributions below it. So only outermost attributions, passages, citations and the remarks of editors are asserted.
    A claim reifies, besides, the triple that it states in short, where it affirms a relation between two things.

    Args:
        article: The graph of the article.
        patterns: For relation types, the names of their roles in the order of a sentence: `sentence_patterns`.

    Yields:
        The triples.
    """
    said: set[NamedNode] = set()
    short: dict[Triple, None] = {}
    for attribution in article.instances(terms.ATTRIBUTION):
        inner = [value for value in article.values(attribution, terms.PUTS_FORWARD) if _is_attribution(article, value)]
        content = [*inner, *article.content(article.claims([attribution]))]
        said.update(node for node in content if isinstance(node, NamedNode))
        for node in content:
            for triple in article.described(node):
                yield Triple(attribution, _REIFIES, triple)
            relation = _in_short(article, node, patterns)
            if relation is not None and isinstance(node, NamedNode):
                short[Triple(node, _REIFIES, relation)] = None
    yield from short
    for triple in article.triples():
        if triple.subject not in said:
            yield triple


def _is_attribution(article: ArticleGraph, value: Term) -> bool:
    return article.is_a(value, terms.ATTRIBUTION)


def _in_short(article: ArticleGraph, claim: Term, patterns: Mapping[Term, str]) -> Triple | None:
    """Return the triple that a claim affirms, if its relation is between two things of which each is one."""
    relations = [value for value in article.values(claim, terms.PREDICATE) if isinstance(value, NamedNode)]
    if len(relations) != 1 or article.values(claim, terms.POLARITY) != [_AFFIRMED]:
        return None
    before, _, after = patterns.get(relations[0], "").partition("~")
    ends = []
    for side in (before, after):
        roles = [name for blank in _BLANK.findall(side) for name in blank.split("/")]
        values = [value for role in roles for value in article.values(claim, PREFIXES["sg"] + role)]
        if len(values) != 1 or not isinstance(values[0], NamedNode):
            return None
        ends.append(values[0])
    return Triple(ends[0], relations[0], ends[1])
