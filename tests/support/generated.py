"""Generate workspaces of any size, in the shape of the model, from a seed: copies of the worked example, varied.

Ten articles share their actors, forums and places; attitudes, positions and issues are drawn from the vocabularies.
What comes out is valid, and the same for the same seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from stancegraph.rdf.namespaces import ID, PREFIXES
from stancegraph.workspace.scaffold import create_workspace
from tests.conftest import ROOT

EXAMPLE = ROOT / "src" / "stancegraph" / "workspace" / "example" / "example.ttl"
_OLD = f"{ID}example/"
_SG, _RDFS, _SKOS = PREFIXES["sg"], PREFIXES["rdfs"], PREFIXES["skos"]
_SHARED = (
    "Ruritania",
    "Syldavia",
    "RuritanianOfficials",
    "Rudolf",
    "Envoy",
    "Courier",
    "Post",
    "Pact",
    "Lake",
    "Congress",
)
_PER_ARTICLE = 265  # quads as built, with what is inferred
_ALWAYS = 4_000  # quads of ontology, alignments and vocabularies
_VARIED = {"attitude": "attitudes", "position": "positions", "issue": "issues"}
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def _concepts() -> dict[str, list[NamedNode]]:
    """The concepts that a stance may have, by the property that takes them."""
    found: dict[str, list[NamedNode]] = {}
    for name, file in _VARIED.items():
        quads = list(parse(path=str(ROOT / "data" / "vocabulary" / f"{file}.ttl"), format=RdfFormat.TURTLE))
        typed = {q.subject for q in quads if q.predicate.value == _TYPE and q.object == NamedNode(_SG + name.title())}
        found[name] = sorted((node for node in typed if isinstance(node, NamedNode)), key=str)
    return found


def _article(
    number: int, model: list[Quad], concepts: dict[str, list[NamedNode]], chance: random.Random
) -> Iterator[Triple]:
    group = number // 10

    def renamed(node: NamedNode) -> NamedNode:
        if not node.value.startswith(_OLD):
            return node
        name = node.value.removeprefix(_OLD)
        return NamedNode(f"{ID}generated/{f'shared/{group}' if name in _SHARED else number}/{name}")

    for quad in model:
        assert isinstance(quad.subject, NamedNode)
        name = quad.subject.value.removeprefix(_OLD)
        if name in _SHARED and number % 10:
            continue
        predicate, value = quad.predicate.value, quad.object
        varied = predicate.removeprefix(_SG)
        if predicate in (_RDFS + "label", _SKOS + "altLabel") and isinstance(value, Literal):
            value = Literal(f"{value.value} ({group if name in _SHARED else number})", language="en")
        elif varied in concepts and predicate.startswith(_SG):
            value = chance.choice(concepts[varied])
        elif isinstance(value, NamedNode):
            value = renamed(value)
        yield Triple(renamed(quad.subject), quad.predicate, value)


def generate(folder: Path, quads: int, seed: int = 1) -> None:
    """Make a workspace at *folder* that has about *quads* quads when it is built, a hundred articles to a file."""
    articles = list(texts(max(10, (quads - _ALWAYS) // _PER_ARTICLE), seed))
    _found_empty(folder)
    for first in range(0, len(articles), 100):
        put(folder, f"generated-{first:05}", [triple for one in articles[first : first + 100] for triple in one])


def generate_articles(folder: Path, articles: int, seed: int = 1) -> None:
    """Make a workspace at *folder* with so many *articles*, each in a file of its own."""
    _found_empty(folder)
    for number, triples in enumerate(texts(articles, seed)):
        put(folder, f"generated-{number:05}", triples)


def texts(articles: int, seed: int = 1) -> Iterator[list[Triple]]:
    """What so many *articles* say, one after the other."""
    chance = random.Random(seed)
    model = list(parse(path=str(EXAMPLE), format=RdfFormat.TURTLE))
    concepts = _concepts()
    for number in range(articles):
        yield list(_article(number, model, concepts, chance))


def put(folder: Path, slug: str, triples: list[Triple]) -> None:
    """Write *triples* as the article *slug* of the workspace at *folder*."""
    article = folder / "data" / "articles" / slug
    article.mkdir()
    serialize(triples, article / "facts.ttl", format=RdfFormat.N_TRIPLES)


def _found_empty(folder: Path) -> None:
    create_workspace(folder)
    (folder / "data" / "articles" / "example" / "facts.ttl").unlink()
    (folder / "data" / "articles" / "example").rmdir()
