"""Findings of HermiT on the ontology and the facts: contradictions, empty classes, unstated superclasses.

HermiT runs through Owlready2 (`stancegraph.ontology.objects`). Where it finds a contradiction or an empty class, the
OWL API (`stancegraph.ontology.owlapi`) names a smallest set of axioms from which that follows.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from stancegraph.errors import DataError, ExternalError
from stancegraph.findings import Finding, Severity
from stancegraph.ontology import owlapi
from stancegraph.ontology.objects import IMPORTS, Objects
from stancegraph.pipeline.inference import CLOSURE
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES, shorten

_FILE = "ontology/stancegraph.ttl"
_TYPE, _SUBCLASS = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "subClassOf"
_EQUIVALENT = PREFIXES["owl"] + "equivalentClass"
_CURATES, _RANK, _DISPUTED = terms.CURATES, terms.CURATION_RANK, ID + "rank/Disputed"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far HermiT and the rules of the build draw the same conclusions about classes and object properties.

    Attributes:
        both: The number of triples that both conclude, or that are stated.
        only_build: The triples that only the rules conclude, with prefixed names.
        only_hermit: The triples that only HermiT concludes, without those that the next two count.
        reflexive: The number of those that relate a thing to itself, which the rules leave out.
        by_dispute: The number of those that follow only from disputed claims, which the rules for property chains skip.
    """

    both: int
    only_build: tuple[str, ...]
    only_hermit: tuple[str, ...]
    reflexive: int
    by_dispute: int


def find_contradictions(triples: Sequence[Triple], files: Mapping[str, str]) -> list[Finding]:
    """Find out whether triples contradict each other.

    Args:
        triples: The ontology, with or without facts.
        files: The file that describes each thing, by its IRI.

    Returns:
        One finding if there is a contradiction: with a smallest set of axioms that clash, or with the reason why they
        cannot be named. Its subject is the first individual of these axioms that a file describes.

    Raises:
        ExternalError: HermiT cannot run.
    """
    try:
        Objects(triples).classify()
    except DataError:
        explanation, reason = _explained(lambda: owlapi.explain_inconsistency(to_turtle(triples)))
    else:
        return []
    individuals = explanation.individuals if explanation else ()
    described = (individual for individual in individuals if individual in files)
    subject = next(described, individuals[0] if individuals else "the ontology")
    message = "These statements cannot all be true"
    return [_clash("contradiction", subject, message, explanation, reason, files.get(subject))]


def check_hierarchy(triples: Sequence[Triple]) -> list[Finding]:
    """Check the hierarchy of classes that HermiT infers.

    Args:
        triples: A consistent ontology.

    Returns:
        A violation for each class that can have no instance, with the axioms that forbid it; a warning for two classes
        whose equivalence, and an info for a class whose superclass, follows without being stated.

    Raises:
        ExternalError: HermiT cannot run.
    """
    objects = Objects(triples)
    objects.classify()
    turtle = to_turtle(triples)
    return [
        *(_empty_class(turtle, class_iri) for class_iri in objects.unsatisfiable_classes()),
        *_unstated(triples, objects.inferred()),
    ]


def compare_conclusions(asserted: Sequence[Quad], conclusions: Sequence[Quad]) -> Agreement:
    """Compare the conclusions of HermiT with those of the rules of the build.

    Args:
        asserted: A consistent ontology with its facts.
        conclusions: What the build concludes from it; only what its rules conclude is compared.

    Raises:
        ExternalError: Java cannot be started, or fails.
    """
    triples = [quad.triple for quad in asserted]
    by_hermit = {triple for triple in owlapi.infer(to_turtle(triples)) if _is_compared(*triple)}
    quads = [*asserted, *(quad for quad in conclusions if quad.graph_name == CLOSURE)]
    by_build = {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in quads
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
    }
    by_build = {triple for triple in by_build if _is_compared(*triple)}
    disputed = _disputed_claims(triples)
    undisputed = owlapi.infer(to_turtle(t for t in triples if not ({t.subject, t.object} & disputed)))
    beyond = by_hermit - by_build
    reflexive = {triple for triple in beyond if triple[0] == triple[2]}
    by_dispute = {triple for triple in beyond - reflexive if triple not in undisputed}
    return Agreement(
        both=len(by_hermit & by_build),
        only_build=tuple(sorted(map(_to_text, by_build - by_hermit))),
        only_hermit=tuple(sorted(map(_to_text, beyond - reflexive - by_dispute))),
        reflexive=len(reflexive),
        by_dispute=len(by_dispute),
    )


def to_turtle(triples: Iterable[Triple]) -> str:
    """Return triples in Turtle without dates, which HermiT does not support, and without imports, which are loaded."""
    date = PREFIXES["xsd"] + "date"
    supported = {
        t
        for t in triples
        if t.predicate.value != IMPORTS and not (isinstance(t.object, Literal) and t.object.datatype.value == date)
    }
    output = io.BytesIO()
    serialize(supported, output, format=RdfFormat.TURTLE)
    return output.getvalue().decode("utf-8")


def _empty_class(turtle: str, class_iri: str) -> Finding:
    explanation, reason = _explained(lambda: owlapi.explain_unsatisfiability(turtle, class_iri))
    return _clash("empty-class", class_iri, "This class can have no instance", explanation, reason, None)


def _explained(explain: Callable[[], owlapi.Explanation | None]) -> tuple[owlapi.Explanation | None, str]:
    """Return an explanation, or None and the reason: a contradiction is reported even if it cannot be explained."""
    try:
        return explain(), "no explanation was found in time"
    except ExternalError as error:
        return None, f"{error.message}. {error.remedy or ''}".strip()


def _clash(
    rule: str, subject: str, message: str, explanation: owlapi.Explanation | None, reason: str, file: str | None
) -> Finding:
    if explanation:
        axioms = "".join(f"\n    {axiom}" for axiom in explanation.axioms)
        message += f". These axioms together are the reason:{axioms}"
    else:
        message += f". Which axioms are the reason is not known: {reason}"
    return Finding(Severity.VIOLATION, rule, subject, message, "correct or remove one of these axioms or facts", file)


def _unstated(triples: Sequence[Triple], inferred: Iterable[Triple]) -> list[Finding]:
    """Find the equivalences and superclasses that are inferred, and not stated."""
    stated = set(triples)
    superclasses = _stated_superclasses(triples)
    findings = []
    for triple in inferred:
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if triple in stated or not (isinstance(subject, NamedNode) and isinstance(value, NamedNode)):
            continue
        if predicate == _EQUIVALENT and value.value != PREFIXES["owl"] + "Nothing":
            finding = Finding(
                Severity.WARNING,
                "equivalence-unstated",
                subject.value,
                "It follows that this is the same class as another, which is not stated.",
                "state it with owl:equivalentClass if it is meant, or else loosen the axioms from which it follows",
                _FILE,
                value.value,
            )
            findings.append(finding)
        elif predicate == _SUBCLASS and value.value not in superclasses.get(subject.value, ()):
            finding = Finding(
                Severity.INFO,
                "superclass-unstated",
                subject.value,
                "It follows that this class is below another, which is not stated.",
                "state it if it is meant, as readers of the tree do not see it",
                _FILE,
                value.value,
            )
            findings.append(finding)
    return findings


def _stated_superclasses(triples: Iterable[Triple]) -> dict[str, set[str]]:
    """Return the classes that are stated to be above each class, directly or through others."""
    direct: dict[str, set[str]] = {}
    for triple in triples:
        if triple.predicate.value == _SUBCLASS and isinstance(triple.object, NamedNode):
            direct.setdefault(triple.subject.value, set()).add(triple.object.value)  # type: ignore[union-attr]
    closure: dict[str, set[str]] = {}
    for class_iri in direct:
        superclasses: set[str] = set()
        pending = [class_iri]
        while pending:
            further = direct.get(pending.pop(), set()) - superclasses
            superclasses |= further
            pending += further
        closure[class_iri] = superclasses
    return closure


def _disputed_claims(triples: Iterable[Triple]) -> set[NamedNode | BlankNode | Literal | Triple]:
    curated: dict[str, set[NamedNode | BlankNode | Literal | Triple]] = {}
    disputing = set()
    for triple in triples:
        if triple.predicate.value == _CURATES:
            curated.setdefault(str(triple.subject), set()).add(triple.object)
        if triple.predicate.value == _RANK and triple.object == NamedNode(_DISPUTED):
            disputing.add(str(triple.subject))
    return set().union(*(curated.get(curation, set()) for curation in disputing))


def _is_compared(subject: str, predicate: str, value: str) -> bool:
    """Whether a triple is about a thing of the graph in our terms; HermiT also concludes owl:Thing and the like."""
    if predicate == _TYPE:
        return subject.startswith(ID) and value.startswith(PREFIXES["sg"])
    return subject.startswith(ID) and predicate.startswith(PREFIXES["sg"]) and value.startswith(ID)


def _to_text(triple: tuple[str, str, str]) -> str:
    return " ".join(map(shorten, triple))
