"""What the OWL API does for us: Turtle as Protégé writes it, the OWL 2 DL profile, explanations, ROBOT's report.

It is the OWL API 4.5.29, which is the one of Protégé 5.6; the reasoner beside it is HermiT. Everything here takes
Turtle and gives plain Python values; Java stays behind it. All functions raise `ExternalError` where Java is not to be
had.
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
from xml.etree import ElementTree

from pyoxigraph import NamedNode

from stancegraph.errors import DataError, ExternalError
from stancegraph.ontology.java import start
from stancegraph.pipeline.reading import read_turtle
from stancegraph.rdf.namespaces import PREFIXES, shorten

_TYPE = PREFIXES["rdf"] + "type"
_P = ParamSpec("_P")
_T = TypeVar("_T")
MILLISECONDS = 120_000  # for one explanation
# what ROBOT asks of ontologies of the OBO Foundry only, or of properties that are not ours, is left out
_PROFILE = """\
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
    """A smallest set of axioms from which something follows, in Manchester syntax, and the things that they name."""

    axioms: tuple[str, ...]
    things: tuple[str, ...]


def _guarded(work: Callable[_P, _T]) -> Callable[_P, _T]:
    """*work*, with what Java throws as `ExternalError`."""

    @wraps(work)
    def run(*arguments: _P.args, **options: _P.kwargs) -> _T:
        start()
        import jpype

        try:
            return work(*arguments, **options)
        except jpype.JException as error:
            reason = next(iter(str(error).splitlines()), "no reason given")
            raise ExternalError(f"the OWL API failed: {reason}", remedy="report it, with the file") from None

    return run


@_guarded
def formatted(path: Path) -> bytes:
    """The Turtle in *path*, byte for byte as Protégé saves it.

    Imports are found by the catalog beside the file. Raises `DataError` where the OWL API cannot read it.
    """
    ontology = _load(path)
    manager = ontology.getOWLOntologyManager()
    output = start()("java").io.ByteArrayOutputStream()
    manager.saveOntology(ontology, manager.getOntologyFormat(ontology), output)
    return bytes(output.toByteArray())


@_guarded
def dl_violations(path: Path) -> list[tuple[str, str]]:
    """What keeps the ontology in *path* out of `OWL 2 DL <https://www.w3.org/TR/owl2-profiles/>`_: term and reason."""
    report = _owl().profiles.OWL2DLProfile().checkOntology(_load(path))
    found = []
    for violation in report.getViolations():
        reason, _, axiom = str(violation).partition(" [")
        named = re.findall(r"<([^<>]+)>", str(violation))
        ours = [iri for iri in named if "/stancegraph/" in iri] or named or [path.name]
        words = f"{reason.strip()} In: {axiom.split(' in ', 1)[0].rstrip('] ')}" if axiom else reason.strip()
        found.append((ours[0], re.sub(r"<([^<>]+)>", lambda iri: shorten(iri[1]), words)))
    return sorted(set(found))


@_guarded
def why_inconsistent(turtle: str) -> Explanation | None:
    """The smallest part of *turtle* that contradicts itself, as HermiT sees it; None where nothing does."""
    ontology = _parse(turtle)
    if _hermit().createReasoner(ontology).isConsistent():
        return None
    factory = start()(
        "org"
    ).semanticweb.owl.explanation.impl.blackbox.checker.InconsistentOntologyExplanationGeneratorFactory(
        _hermit(), MILLISECONDS
    )
    return _explain(factory, ontology, "http://www.w3.org/2002/07/owl#Thing")


@_guarded
def why_unsatisfiable(turtle: str, klass: str) -> Explanation | None:
    """The smallest part of *turtle* for which the class with the IRI *klass* can have no member."""
    manager = start()("org").semanticweb.owl.explanation.api.ExplanationManager
    return _explain(manager.createExplanationGeneratorFactory(_hermit()), _parse(turtle), klass)


@_guarded
def conclusions(turtle: str) -> set[tuple[str, str, str]]:
    """What HermiT concludes from *turtle* about named things: their classes, and the object properties between them.

    Triples of IRIs, what is stated among them. *turtle* must be consistent.
    """
    ontology = _parse(turtle)
    reasoner = _hermit().createReasoner(ontology)
    kinds = _owl().reasoner.InferenceType
    reasoner.precomputeInferences(kinds.CLASS_ASSERTIONS, kinds.OBJECT_PROPERTY_ASSERTIONS)
    found: set[tuple[str, str, str]] = set()
    things = list(ontology.getIndividualsInSignature())
    properties = list(ontology.getObjectPropertiesInSignature())
    for thing in things:
        iri = str(thing.getIRI())
        found |= {(iri, _TYPE, str(c.getIRI())) for c in reasoner.getTypes(thing, False).getFlattened()}
        for prop in properties:
            values = reasoner.getObjectPropertyValues(thing, prop).getFlattened()
            found |= {(iri, str(prop.getIRI()), str(value.getIRI())) for value in values}
    return found


@_guarded
def robot_report(path: Path, base: str) -> list[tuple[str, str, str]]:
    """What `ROBOT's report <https://robot.obolibrary.org/report>`_ finds on terms whose IRIs begin with *base*.

    Level, rule and subject of each finding.
    """
    robot = start()("org").obolibrary.robot
    options = robot.ReportOperation.getDefaultOptions()
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile.txt"
        profile.write_text(_PROFILE, encoding="utf-8")
        options.put("profile", str(profile))
        options.put("base-iri", base)
        report = robot.ReportOperation.getReport(_load(path), robot.IOHelper(), options)
    levels = json.loads(str(report.toJSON()))
    return sorted(
        (level["level"], rule, subject["subject"])
        for level in levels
        for violations in level.get("violations", [])
        for rule, subjects in violations.items()
        for subject in subjects
    )


def _owl() -> Any:
    return start()("org").semanticweb.owlapi


@cache
def _hermit() -> Any:
    return start()("org").semanticweb.HermiT.ReasonerFactory()


def _catalog(folder: Path) -> list[tuple[str, Path]]:
    """What imports stand for, by the catalog that Protégé reads: names, and files."""
    file = folder / "catalog-v001.xml"
    if not file.is_file():
        return []
    try:
        entries = ElementTree.parse(file).getroot().iterfind("{*}uri")
        return [(entry.attrib["name"], (folder / entry.attrib["uri"]).resolve()) for entry in entries]
    except (ElementTree.ParseError, KeyError) as error:
        raise DataError(f"not a catalog: {error}", file=file, remedy="write <uri name=… uri=…/> entries") from None


def _imports(path: Path) -> list[str]:
    imports = NamedNode(PREFIXES["owl"] + "imports")
    objects = (quad.object for quad in read_turtle(path) if quad.predicate == imports)
    return [node.value for node in objects if isinstance(node, NamedNode)]


def _load(path: Path) -> Any:
    owl, java = _owl(), start()("java")
    manager = owl.apibinding.OWLManager.createOWLOntologyManager()
    iri = owl.model.IRI
    catalog = dict(_catalog(path.parent))
    for name in _imports(path):
        if name not in catalog or not catalog[name].is_file():  # the OWL API would look for it on the network
            raise DataError(
                f"it imports {name}, and catalog-v001.xml leads to no such file", file=path, remedy="add it there"
            )
    for name, file in catalog.items():
        manager.getIRIMappers().add(owl.util.SimpleIRIMapper(iri.create(name), iri.create(java.io.File(str(file)))))
    # strict: no other parser is tried where the Turtle is wrong
    source = owl.io.FileDocumentSource(java.io.File(str(path)), owl.formats.TurtleDocumentFormat())
    return _read(manager, source, path)


def _parse(turtle: str) -> Any:
    owl = _owl()
    manager = owl.apibinding.OWLManager.createOWLOntologyManager()
    source = owl.io.StringDocumentSource(
        turtle, owl.model.IRI.create("urn:x-stancegraph:facts"), owl.formats.TurtleDocumentFormat(), None
    )
    return _read(manager, source, None)


def _read(manager: Any, source: Any, path: Path | None) -> Any:
    import jpype

    try:
        return manager.loadOntologyFromOntologyDocument(source)
    except jpype.JException as error:
        reason = next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason given")
        raise DataError(f"the OWL API cannot read it: {reason}", file=path, remedy="correct the file") from None


def _explain(factory: Any, ontology: Any, klass: str) -> Explanation | None:
    owl = _owl()
    data = ontology.getOWLOntologyManager().getOWLDataFactory()
    entailment = data.getOWLSubClassOfAxiom(data.getOWLClass(owl.model.IRI.create(klass)), data.getOWLNothing())
    for explanation in factory.createExplanationGenerator(ontology).getExplanations(entailment, 1):
        axioms = list(explanation.getAxioms())
        individuals = {str(i.getIRI()) for axiom in axioms for i in axiom.getIndividualsInSignature()}
        return Explanation(tuple(sorted(map(_render, axioms))), tuple(sorted(individuals)))
    return None


@cache
def _renderer() -> Any:
    import jpype

    renderer = start()("org").semanticweb.owlapi.manchestersyntax.renderer.ManchesterOWLSyntaxOWLObjectRendererImpl()

    def short(entity: Any) -> str:
        return shorten(str(entity.getIRI()))

    names = {"getShortForm": short, "dispose": lambda: None}  # prefixed names, as everywhere in this program
    renderer.setShortFormProvider(jpype.JProxy("org.semanticweb.owlapi.util.ShortFormProvider", dict=names))
    return renderer


def _render(axiom: Any) -> str:
    return " ".join(str(_renderer().render(axiom)).split())
