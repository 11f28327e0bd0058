"""Generate valid workspaces of any size from a seed: varied copies of the worked example.

Ten articles share their actors, forums and places; attitudes, positions and issues are chosen from the vocabularies,
and so are predicates, among those that go with the roles of the proposition.
The same seed gives the same workspace.
"""

from __future__ import annotations

import random
from collections import defaultdict
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
    "Troops",
)
_PER_ARTICLE = 426  # quads in the built graph, with conclusions
_ALWAYS = 9_800  # quads of ontology, alignments and vocabularies
_VARIED = {"attitude": "attitudes", "position": "positions", "issue": "issues"}
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def _concepts() -> dict[str, list[NamedNode]]:
    """Return the concepts that a stance may have, by the local name of their property."""
    concepts: dict[str, list[NamedNode]] = {}
    for name, file in _VARIED.items():
        quads = list(parse(path=str(ROOT / "data" / "vocabulary" / f"{file}.ttl"), format=RdfFormat.TURTLE))
        typed = {q.subject for q in quads if q.predicate.value == _TYPE and q.object == NamedNode(_SG + name.title())}
        concepts[name] = sorted((node for node in typed if isinstance(node, NamedNode)), key=str)
    return concepts


def _predicates(model: list[Quad]) -> dict[str, list[NamedNode]]:
    """Return the relation types that each plain proposition of the *model* may have as its predicate, by its IRI.

    They require no role that it lacks, and take each core role that it has, as the checks of roles ask for; and they
    have no opposite, lest articles that share their actors seem to conflict by chance.
    """
    types = list(parse(path=str(ROOT / "data" / "vocabulary" / "relation-types.ttl"), format=RdfFormat.TURTLE))

    def given(property_name: str) -> dict[str, set[str]]:
        values: dict[str, set[str]] = defaultdict(set)
        for quad in types:
            if quad.predicate.value == _SG + property_name and isinstance(quad.object, NamedNode):
                values[str(quad.subject)].add(quad.object.value)
        return values

    required, taken, opposites = given("requiresRole"), given("takesRole"), given("opposite")
    relations = [quad.subject for quad in types if _is_a(quad, "RelationType") and str(quad.subject) not in opposites]
    core = _core_roles()
    predicates: dict[str, list[NamedNode]] = {}
    for proposition in (quad.subject for quad in model if _is_a(quad, "Proposition")):
        said = {quad.predicate.value for quad in model if quad.subject == proposition}
        fitting = [
            each
            for each in relations
            if isinstance(each, NamedNode)
            and required[str(each)] <= said
            and said & core <= required[str(each)] | taken[str(each)]
        ]
        assert isinstance(proposition, NamedNode)
        predicates[proposition.value] = sorted(fitting, key=str)
    return predicates


def _core_roles() -> set[str]:
    """Return the properties that the ontology puts below the general one of core roles."""
    general, below = NamedNode(_SG + "coreRole"), NamedNode(_RDFS + "subPropertyOf")
    ontology = parse(path=str(ROOT / "ontology" / "stancegraph.ttl"), format=RdfFormat.TURTLE)
    return {str(q.subject).strip("<>") for q in ontology if (q.predicate, q.object) == (below, general)}


def _is_a(quad: Quad, name: str) -> bool:
    return quad.predicate.value == _TYPE and quad.object == NamedNode(_SG + name)


def _article(
    number: int,
    model: list[Quad],
    concepts: dict[str, list[NamedNode]],
    predicates: dict[str, list[NamedNode]],
    rng: random.Random,
) -> Iterator[Triple]:
    group = number // 10

    def rename(node: NamedNode) -> NamedNode:
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
            value = rng.choice(concepts[varied])
        elif predicate == _SG + "predicate" and quad.subject.value in predicates:
            value = rng.choice(predicates[quad.subject.value])
        elif isinstance(value, NamedNode):
            value = rename(value)
        yield Triple(rename(quad.subject), quad.predicate, value)


def generate(folder: Path, quads: int, seed: int = 1) -> None:
    """Create a workspace at *folder* of about *quads* quads when built, with a hundred articles in each file."""
    articles = list(generate_triples(max(10, (quads - _ALWAYS) // _PER_ARTICLE), seed))
    _create_empty(folder)
    for first in range(0, len(articles), 100):
        write_article(
            folder, f"generated-{first:05}", [triple for triples in articles[first : first + 100] for triple in triples]
        )


def generate_articles(folder: Path, articles: int, seed: int = 1) -> None:
    """Create a workspace at *folder* with this number of *articles*, each in its own file."""
    _create_empty(folder)
    for number, triples in enumerate(generate_triples(articles, seed)):
        write_article(folder, f"generated-{number:05}", triples)


def generate_triples(articles: int, seed: int = 1) -> Iterator[list[Triple]]:
    """Yield the triples of each of this number of *articles*."""
    rng = random.Random(seed)
    model = list(parse(path=str(EXAMPLE), format=RdfFormat.TURTLE))
    concepts, predicates = _concepts(), _predicates(model)
    for number in range(articles):
        yield list(_article(number, model, concepts, predicates, rng))


def write_article(folder: Path, slug: str, triples: list[Triple]) -> None:
    """Write *triples* as the article *slug* of the workspace at *folder*."""
    article = folder / "data" / "articles" / slug
    article.mkdir()
    serialize(triples, article / "facts.ttl", format=RdfFormat.N_TRIPLES)


def _create_empty(folder: Path) -> None:
    """Create a workspace without the worked example."""
    create_workspace(folder)
    (folder / "data" / "articles" / "example" / "facts.ttl").unlink()
    (folder / "data" / "articles" / "example").rmdir()
