"""Diagrams of the data model, drawn from the ontology.

``python -m documentation.diagrams`` writes them into the pages, each between two comments that name it::

    <!-- diagram: overview -->
    <!-- end of diagram -->

Those of `DIAGRAMS` are made by hand; ``module_core`` and the like show the classes of a module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

from stancegraph.rdf.namespaces import PREFIXES

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology" / "stancegraph.ttl"
PAGE = ROOT / "docs" / "explanation" / "data-model.md"
REFERENCE = ROOT / "docs" / "reference" / "ontology.md"


@dataclass(frozen=True, slots=True)
class Diagram:
    """What a diagram shows.

    Attributes:
        focus: The classes whose properties are drawn, by their local names.
        context: The other classes; of these only the class above each is drawn.
        without: Properties that are left out, such as those that nobody states because they follow from others.
    """

    focus: tuple[str, ...]
    context: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


DIAGRAMS = {
    "overview": Diagram(
        ("Attribution", "Stance", "Passage"),
        ("Claim", "Proposition", "Event", "Actor", "Publication"),
        ("continues", "contradicts", "shiftsFrom", "onBehalfOf"),
    ),
    "claims": Diagram(
        (),
        (
            "Claim", "Attribution", "Stance", "Proposition", "CausalProposition", "ConditionalProposition",
            "Superlative", "Recurrence", "Account", "Event", "Participation", "Attendance", "NonAttendance", "Tenure",
            "Undertaking", "Agreement", "Proposal",
        ),
    ),
    "stances": Diagram(
        ("Stance", "Claim"),
        ("Actor", "Attitude", "Position", "Issue", "Certainty", "Proposition", "TimeSpan"),
        ("embeds", "coAgent", "recipient", "goal", "restates"),
    ),
    "propositions": Diagram(
        ("Proposition",),
        (
            "Claim", "RelationType", "Polarity", "Modality", "TimeSpan", "CausalProposition", "ConditionalProposition",
            "Superlative", "Recurrence",
        ),
    ),
    "conflicts": Diagram(("Conflict",), ("Claim", "ConflictVerdict")),
    "evidence": Diagram(
        ("Attribution", "Citation", "Passage"),
        ("AttributionMode", "VerificationStatus", "Publication", "Claim", "SpeechAct", "Tenure"),
    ),
    "actors": Diagram(
        ("Actor",),
        (
            "State", "Person", "CollectiveActor", "Organization", "GovernmentBody", "ArmedForce",
            "IntergovernmentalOrganization", "Alliance", "MediaOutlet", "ResearchInstitute", "NonStateGroup",
        ),
        ("met", "speaksAbout"),
    ),
    "offices": Diagram(("Tenure", "Post"), ("Actor", "Person", "Organization", "State", "TimeSpan")),
    "forums": Diagram(
        ("Forum", "ForumEdition", "Participation"),
        ("StandingForum", "ForumSeries", "DialogueMechanism", "Meeting", "Actor", "ParticipationMode", "Place"),
        ("participationIn",),
    ),
    "times": Diagram(("TimeSpan",)),
    "curation": Diagram(("Curation", "Ambiguity"), ("CurationRank", "Claim", "Actor", "Publication")),
}  # fmt: skip
"""The diagrams of the page, by name."""

NAMED = re.compile(r"^<!-- diagram: (\w+) -->$", re.MULTILINE)
"""How the place of a diagram is named in the page."""
_BLOCK = re.compile(
    r"(?P<begin><!-- diagram: (?P<name>\w+) -->\n).*?(?P<end><!-- end of diagram -->)", re.MULTILINE | re.DOTALL
)
_QUERY = """
SELECT DISTINCT ?property ?domain ?range ?functional ?literal WHERE {
  VALUES (?type ?literal) { (owl:ObjectProperty false) (owl:DatatypeProperty true) }
  ?property a ?type .
  ?property rdfs:domain/((owl:unionOf/rdf:rest*/rdf:first)?) ?domain .
  OPTIONAL { ?property rdfs:range/((owl:unionOf/rdf:rest*/rdf:first)?) ?named FILTER(isIRI(?named)) }
  BIND(COALESCE(?named, "") AS ?range)
  FILTER(isIRI(?domain))
  BIND(EXISTS { ?property a owl:FunctionalProperty } AS ?functional)
}
ORDER BY ?property ?domain ?range
"""
_SUPERCLASSES = """
SELECT ?class ?above
WHERE { ?class rdfs:subClassOf ?above FILTER(isIRI(?class) && isIRI(?above)) }
ORDER BY ?class ?above
"""
_MODULES = """
SELECT ?class ?module
WHERE {
  ?class a owl:Class ; dcterms:isPartOf ?module
  FILTER NOT EXISTS { ?class owl:deprecated true }
  FILTER NOT EXISTS { ?class rdfs:subClassOf+ skos:Concept }
}
ORDER BY ?class
"""
_REQUIRED = """
SELECT ?class ?property WHERE { ?class rdfs:subClassOf [ owl:onProperty ?property ; owl:someValuesFrom ?filler ] }
"""


@dataclass(frozen=True, slots=True)
class Property:
    """A property from one class to another, or to a datatype, all by their local names; *range* may be empty."""

    name: str
    domain: str
    range: str
    functional: bool
    literal: bool


@dataclass(frozen=True, slots=True)
class Model:
    """What diagrams show of an ontology.

    Attributes:
        superclasses: Pairs of a class and one directly above it.
        properties: The properties whose domain and range are named.
        required: Pairs of a class and a property of which each of its members has a value.
        modules: Pairs of a class, other than those of concepts, and its module.
    """

    superclasses: tuple[tuple[str, str], ...]
    properties: tuple[Property, ...]
    required: frozenset[tuple[str, str]]
    modules: tuple[tuple[str, str], ...]

    def classes_of(self, module: str) -> Diagram:
        """Return the diagram of the classes of a module, and of those right above them."""
        own = [klass for klass, name in self.modules if name == module]
        above = [high for low, high in self.superclasses if low in own and high not in own]
        return Diagram((), tuple(dict.fromkeys([*above, *own])))


def read_model(path: Path) -> Model:
    """Read what diagrams show of the ontology at *path*, a file in Turtle."""
    store = Store()
    store.load(path=path, format=RdfFormat.TURTLE)

    def rows(query: str) -> Iterator[tuple[str, ...]]:
        solutions = store.query(
            query, prefixes={name: PREFIXES[name] for name in ("dcterms", "owl", "rdf", "rdfs", "skos")}
        )
        for row in cast(QuerySolutions, solutions):
            yield tuple(re.split("[#/]", term.value)[-1] if isinstance(term, NamedNode) else term.value for term in row)

    return Model(
        tuple((low, high) for low, high in rows(_SUPERCLASSES)),
        tuple(Property(p, d, r, f == "true", literal == "true") for p, d, r, f, literal in rows(_QUERY)),
        frozenset((klass, name) for klass, name in rows(_REQUIRED)),
        tuple((klass, module) for klass, module in rows(_MODULES)),
    )


def to_mermaid(model: Model, diagram: Diagram) -> str:
    """Draw a diagram of a model.

    Returns:
        A class diagram in Mermaid: the classes, an arrow from each to the one above it, the literal properties of the
        classes in focus, and the properties from these to others, with how many values they have.
    """
    shown = {*diagram.focus, *diagram.context}
    drawn = [one for one in model.properties if one.domain in diagram.focus and one.name not in diagram.without]
    lines = ["classDiagram", "  direction LR"]
    for klass in (*diagram.focus, *diagram.context):
        literals = [
            f"    {' '.join([one.range, one.name]).strip()}" for one in drawn if one.literal and one.domain == klass
        ]
        lines += [f"  class {klass} {{", *literals, "  }"] if literals else [f"  class {klass}"]
    lines += [f"  {high} <|-- {low}" for low, high in model.superclasses if {low, high} <= shown]
    lines += [
        f'  {one.domain} --> "{_multiplicity(model, one)}" {one.range} : {one.name}'
        for one in drawn
        if one.range in shown
    ]
    return "\n".join(lines)


def _multiplicity(model: Model, one: Property) -> str:
    """How many values *one* has, as UML writes it."""
    required = (one.domain, one.name) in model.required
    if one.functional:
        return "1" if required else "0..1"
    return "1..*" if required else "*"


def with_diagrams(text: str, model: Model) -> str:
    """Return the *text* of a page with each of its diagrams drawn from *model*."""

    def draw(match: re.Match[str]) -> str:
        name = match["name"]
        is_of_module = name.startswith("module_")
        shown = model.classes_of(name.removeprefix("module_").replace("_", "-")) if is_of_module else DIAGRAMS[name]
        return f"{match['begin']}\n```mermaid\n{to_mermaid(model, shown)}\n```\n\n{match['end']}"

    return _BLOCK.sub(draw, text)


if __name__ == "__main__":
    for page in (PAGE, REFERENCE):
        page.write_text(with_diagrams(page.read_text(encoding="utf-8"), read_model(ONTOLOGY)), encoding="utf-8")
