"""The OWL API: Turtle as Protégé writes it, the OWL 2 DL profile, explanations by HermiT, ROBOT's report.

The `OWL API <https://github.com/owlcs/owlapi>`_ is version 4.5.29, which Protégé 5.6 ships. The functions here take
Turtle and return plain Python values; no Java object leaves this module. Each of them raises `ExternalError` where Java
cannot be started.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from stancegraph.errors import ExternalError
from stancegraph.ontology.java import start_jvm
from stancegraph.ontology.owl_documents import load_document, parse_document
from stancegraph.rdf.namespaces import PREFIXES, shorten

_TYPE = PREFIXES["rdf"] + "type"
_P = ParamSpec("_P")
_T = TypeVar("_T")
EXPLANATION_LIMIT = 120_000
"""The time that the search for one explanation may take, in milliseconds."""

# without the rules that are for ontologies of the OBO Foundry, or for properties that are not ours
_ROBOT_RULES = """\
WARN\tannotation_whitespace
ERROR\tdeprecated_boolean_datatype
ERROR\tdeprecated_class_reference
ERROR\tdeprecated_property_reference
ERROR\tduplicate_label
WARN\tequivalent_pair
WARN\tequivalent_class_axiom_no_genus
ERROR\tillegal_use_of_built_in_vocabulary
WARN\tinvalid_entity_uri
ERROR\tlabel_formatting
ERROR\tlabel_whitespace
ERROR\tmissing_label
WARN\tmissing_obsolete_label
ERROR\tmissing_ontology_description
ERROR\tmissing_ontology_license
ERROR\tmissing_ontology_title
ERROR\tmisused_obsolete_label
WARN\tmultiple_equivalent_classes
ERROR\tmultiple_labels
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A justification: a smallest set of axioms from which something follows.

    Attributes:
        axioms: The axioms, in `Manchester syntax <https://www.w3.org/TR/owl2-manchester-syntax/>`_.
        individuals: The IRIs of the individuals that they name.
    """

    axioms: tuple[str, ...]
    individuals: tuple[str, ...]


def _raising_external_errors(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Start Java before *function* is called, and turn what Java throws into `ExternalError`."""

    @wraps(function)
    def call(*arguments: _P.args, **options: _P.kwargs) -> _T:
        start_jvm()
        import jpype

        try:
            return function(*arguments, **options)
        except jpype.JException as error:
            reason = next(iter(str(error).splitlines()), "no reason given")
            raise ExternalError(f"the OWL API failed: {reason}", remedy="report it, with the file") from None

    return call


@_raising_external_errors
def format_turtle(path: Path) -> bytes:
    """Return an ontology in Turtle, byte for byte as Protégé saves it.

    Args:
        path: The file; its imports are found by ``catalog-v001.xml`` beside it, never on the network.

    Raises:
        DataError: The OWL API cannot read it, or the catalog does not have an import.
        ExternalError: Java cannot be started, or fails.
    """
    ontology = load_document(path)
    manager = ontology.getOWLOntologyManager()
    output = start_jvm()("java").io.ByteArrayOutputStream()
    manager.saveOntology(ontology, manager.getOntologyFormat(ontology), output)
    return bytes(output.toByteArray())


@_raising_external_errors
def find_dl_violations(path: Path) -> list[tuple[str, str]]:
    """Find what keeps an ontology out of the profile `OWL 2 DL <https://www.w3.org/TR/owl2-syntax/#Ontologies>`_.

    Args:
        path: The file, in Turtle.

    Returns:
        The IRI of a term and the reason, for each violation.

    Raises:
        DataError: The OWL API cannot read the file.
        ExternalError: Java cannot be started, or fails.
    """
    report = _owl().profiles.OWL2DLProfile().checkOntology(load_document(path))
    violations = set()
    for violation in report.getViolations():
        reason, _, axiom = str(violation).partition(" [")
        iris = re.findall(r"<([^<>]+)>", str(violation))
        ours = [iri for iri in iris if "/stancegraph/" in iri] or iris or [path.name]
        message = f"{reason.strip()} In: {axiom.split(' in ', 1)[0].rstrip('] ')}" if axiom else reason.strip()
        violations.add((ours[0], re.sub(r"<([^<>]+)>", lambda iri: shorten(iri[1]), message)))
    return sorted(violations)


@_raising_external_errors
def explain_inconsistency(turtle: str) -> Explanation | None:
    """Explain why an ontology with its facts is inconsistent.

    Args:
        turtle: The ontology and the facts, in Turtle.

    Returns:
        One smallest set of axioms that HermiT finds contradictory; None if there is no contradiction, or if none is
        explained within `EXPLANATION_LIMIT`.

    Raises:
        DataError: The OWL API cannot read the Turtle.
        ExternalError: Java cannot be started, or fails.
    """
    ontology = parse_document(turtle)
    if _hermit().createReasoner(ontology).isConsistent():
        return None
    checkers = start_jvm()("org").semanticweb.owl.explanation.impl.blackbox.checker
    factory = checkers.InconsistentOntologyExplanationGeneratorFactory(_hermit(), EXPLANATION_LIMIT)
    return _explain(factory, ontology, PREFIXES["owl"] + "Thing")


@_raising_external_errors
def explain_unsatisfiability(turtle: str, class_iri: str) -> Explanation | None:
    """Explain why a class can have no instance.

    Args:
        turtle: The ontology, in Turtle.
        class_iri: The IRI of the class.

    Returns:
        One smallest set of axioms for which the class is empty, or None if there is none.

    Raises:
        DataError: The OWL API cannot read the Turtle.
        ExternalError: Java cannot be started, or fails.
    """
    manager = start_jvm()("org").semanticweb.owl.explanation.api.ExplanationManager
    return _explain(manager.createExplanationGeneratorFactory(_hermit()), parse_document(turtle), class_iri)


@_raising_external_errors
def infer(turtle: str) -> set[tuple[str, str, str]]:
    """Let HermiT infer the classes of individuals, and the object properties between them.

    Args:
        turtle: A consistent ontology with its facts, in Turtle.

    Returns:
        The triples of IRIs that follow, and those that are stated.

    Raises:
        DataError: The OWL API cannot read the Turtle.
        ExternalError: Java cannot be started, or fails.
    """
    ontology = parse_document(turtle)
    reasoner = _hermit().createReasoner(ontology)
    inferences = _owl().reasoner.InferenceType
    reasoner.precomputeInferences(inferences.CLASS_ASSERTIONS, inferences.OBJECT_PROPERTY_ASSERTIONS)
    triples: set[tuple[str, str, str]] = set()
    properties = list(ontology.getObjectPropertiesInSignature())
    for individual in ontology.getIndividualsInSignature():
        iri = str(individual.getIRI())
        triples |= {(iri, _TYPE, str(c.getIRI())) for c in reasoner.getTypes(individual, False).getFlattened()}
        for prop in properties:
            values = reasoner.getObjectPropertyValues(individual, prop).getFlattened()
            triples |= {(iri, str(prop.getIRI()), str(value.getIRI())) for value in values}
    return triples


@_raising_external_errors
def robot_report(path: Path, namespace: str) -> list[tuple[str, str, str]]:
    """Return the findings of `ROBOT's report <https://robot.obolibrary.org/report>`_ about the terms of a namespace.

    Args:
        path: The ontology, in Turtle.
        namespace: The namespace.

    Returns:
        The level (ERROR, WARN or INFO), the rule and the subject of each finding.

    Raises:
        DataError: The OWL API cannot read the file.
        ExternalError: Java cannot be started, or fails.
    """
    robot = start_jvm()("org").obolibrary.robot
    options = robot.ReportOperation.getDefaultOptions()
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile.txt"
        profile.write_text(_ROBOT_RULES, encoding="utf-8")
        options.put("profile", str(profile))
        options.put("base-iri", namespace)
        report = robot.ReportOperation.getReport(load_document(path), robot.IOHelper(), options)
    levels = json.loads(str(report.toJSON()))
    return sorted(
        (level["level"], rule, subject["subject"])
        for level in levels
        for violations in level.get("violations", [])
        for rule, subjects in violations.items()
        for subject in subjects
    )


def _owl() -> Any:
    return start_jvm()("org").semanticweb.owlapi


@cache
def _hermit() -> Any:
    return start_jvm()("org").semanticweb.HermiT.ReasonerFactory()


def _explain(factory: Any, ontology: Any, class_iri: str) -> Explanation | None:
    owl = _owl()
    data = ontology.getOWLOntologyManager().getOWLDataFactory()
    entailment = data.getOWLSubClassOfAxiom(data.getOWLClass(owl.model.IRI.create(class_iri)), data.getOWLNothing())
    for explanation in factory.createExplanationGenerator(ontology).getExplanations(entailment, 1):
        axioms = list(explanation.getAxioms())
        individuals = {str(i.getIRI()) for axiom in axioms for i in axiom.getIndividualsInSignature()}
        return Explanation(tuple(sorted(map(_render, axioms))), tuple(sorted(individuals)))
    return None


@cache
def _renderer() -> Any:
    import jpype

    renderer = _owl().manchestersyntax.renderer.ManchesterOWLSyntaxOWLObjectRendererImpl()

    def short_form(entity: Any) -> str:
        return shorten(str(entity.getIRI()))

    methods = {"getShortForm": short_form, "dispose": lambda: None}
    renderer.setShortFormProvider(jpype.JProxy("org.semanticweb.owlapi.util.ShortFormProvider", dict=methods))
    return renderer


def _render(axiom: Any) -> str:
    return " ".join(str(_renderer().render(axiom)).split())
