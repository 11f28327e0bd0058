"""The ontology with vocabularies and facts as one ontology that opens in Protégé by itself."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from stancegraph.errors import ExternalError, UsageError
from stancegraph.ontology import owlapi
from stancegraph.pipeline.reading import read_workspace
from stancegraph.rdf.namespaces import GRAPH, ID, PREFIXES, prefixes
from stancegraph.workspace.folders import Workspace

_OWL, _DCTERMS = PREFIXES["owl"], PREFIXES["dcterms"]
_TYPE, _ONTOLOGY = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(_OWL + "Ontology")
_DATE = PREFIXES["xsd"] + "date"
_ARTICLES, _ALL = f"{GRAPH}article/", NamedNode(ID.removesuffix("id/"))
_KEPT = ("ontology", "vocabulary", "entities")


def combine(workspace: Workspace, article: str | None = None) -> list[Triple]:
    """Combine the ontology, the vocabularies, the entities and the facts of a workspace.

    Dates are plain text in it, as OWL 2 has no datatype for dates and reasoners reject one that it does not have.

    Args:
        workspace: The workspace.
        article: The name of the article whose facts are taken; those of all articles without it.

    Returns:
        The triples of one ontology: with one header, which imports nothing.

    Raises:
        UsageError: There is no such article.
        DataError: A file is malformed.
        ExternalError: A file cannot be read.
    """
    quads = read_workspace(workspace).quads
    articles = {name for quad in quads if (name := _name(quad)).startswith(_ARTICLES)}
    wanted = articles if article is None else {_ARTICLES + article}
    if not wanted <= articles:
        names = ", ".join(sorted(name.removeprefix(_ARTICLES) for name in articles))
        raise UsageError(f"no article is called {article!r}", remedy=f"one of: {names or 'none so far'}")
    graphs = wanted | {GRAPH + name for name in _KEPT}
    triples = [quad.triple for quad in quads if _name(quad) in graphs]
    headers = {triple.subject for triple in triples if triple.predicate == _TYPE and triple.object == _ONTOLOGY}
    iri = _ALL if article is None else NamedNode(_ARTICLES + article)
    title = "stancegraph" if article is None else f"stancegraph, with the article {article}"
    header = [
        Triple(iri, _TYPE, _ONTOLOGY),
        Triple(iri, NamedNode(_DCTERMS + "title"), Literal(title, language="en")),
        Triple(iri, NamedNode(_DCTERMS + "license"), NamedNode("https://creativecommons.org/licenses/by/4.0/")),
    ]
    combined = [_with_text_for_dates(triple) for triple in triples if not _is_of_header(triple, headers)]
    return header + sorted(set(combined), key=str)


def to_turtle(triples: Iterable[Triple]) -> tuple[bytes, bool]:
    """Return a combined ontology in Turtle, and whether it has the form in which Protégé saves it, for which Java is
    needed.

    Args:
        triples: The ontology.

    Raises:
        DataError: The OWL API cannot read it.
    """
    # no prefix for things: the OWL API writes a name such as `claim:article/name` as what is no Turtle
    vocabularies = {name: namespace for name, namespace in prefixes().items() if not namespace.startswith(ID)}
    turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes=vocabularies) or b""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "combined.ttl")
        path.write_bytes(turtle)
        try:
            return owlapi.format_turtle(path), True
        except ExternalError:
            return turtle, False


def _name(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""


def _is_of_header(triple: Triple, headers: Collection[object]) -> bool:
    """Return whether a triple is part of the header of a file: a scheme is an ontology as well, and stays a scheme."""
    predicate = triple.predicate.value
    if triple.subject not in headers:
        return False
    is_scheme = str(triple.subject).startswith(f"<{ID}")
    return not is_scheme or predicate.startswith(_OWL) or triple.object == _ONTOLOGY


def _with_text_for_dates(triple: Triple) -> Triple:
    value = triple.object
    if isinstance(value, Literal) and value.datatype.value == _DATE:
        return Triple(triple.subject, triple.predicate, Literal(value.value))
    return triple
