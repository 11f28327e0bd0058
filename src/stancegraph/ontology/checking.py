"""Check the ontology, alone and with the facts: what ``stancegraph ontology check`` does, step by step.

The steps that need Java are left out where it is not installed, and the report says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from stancegraph.errors import DataError, ExternalError
from stancegraph.findings import Finding, Severity, ordered
from stancegraph.ontology import form, owlapi, reasoning, releases, targets
from stancegraph.pipeline.checks import check as run_check
from stancegraph.pipeline.inference import infer
from stancegraph.pipeline.reading import Reading, read_workspace
from stancegraph.questions import stored_query
from stancegraph.rdf.namespaces import GRAPH, PREFIXES, expand
from stancegraph.sparql.engine import Oxigraph
from stancegraph.workspace.folders import Workspace

Progress = Callable[[str], None]
"""A function that is called with the name of each step before it is taken."""

_FILE = "ontology/stancegraph.ttl"
_ONTOLOGY, _ALIGNMENTS = NamedNode(f"{GRAPH}ontology"), NamedNode(f"{GRAPH}alignments")
_SEVERITIES = {"ERROR": Severity.VIOLATION, "WARN": Severity.WARNING, "INFO": Severity.INFO}


@dataclass(frozen=True, slots=True)
class CheckStep:
    """A step of the check of an ontology.

    Attributes:
        name: Its name.
        outcome: What it found, in short, or why it was left out.
        done: Whether it was taken.
    """

    name: str
    outcome: str
    done: bool = True


@dataclass(slots=True)
class CheckReport:
    """The report of a check of an ontology.

    Attributes:
        steps: Its steps, in their order.
        findings: What they found, the gravest first.
        agreement: How the conclusions of HermiT and of the build compare, if they were compared.
    """

    steps: list[CheckStep] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    agreement: reasoning.Agreement | None = None

    @property
    def is_sound(self) -> bool:
        """Whether there is no violation."""
        return not any(finding.severity is Severity.VIOLATION for finding in self.findings)


def check(workspace: Workspace, *, facts: bool = True, progress: Progress = lambda step: None) -> CheckReport:
    """Check the ontology of a workspace.

    Args:
        workspace: The workspace.
        facts: Whether to check that its entities and articles agree with the ontology, too.
        progress: A function that is called with the name of each step before it is taken.

    Raises:
        DataError: A file is malformed, so that nothing else can be checked.
        ExternalError: A file cannot be read.
    """
    progress("strict parse")
    reading = read_workspace(workspace)
    conclusions = infer(reading, workspace)
    run = _Check(workspace, reading, progress)
    run.report.steps.append(CheckStep("strict parse", f"{len(reading.quads)} triples"))
    store = reading.store()
    store.bulk_extend(conclusions)
    engine = Oxigraph(store)
    _check_ontology(run, engine)
    if facts:
        _check_facts(run, engine, conclusions)
    located = [f if f.file else replace(f, file=run.files.get(f.subject)) for f in run.report.findings]
    run.report.findings = ordered(located)
    return run.report


class _Check:
    """A check under way: each step adds its findings to the report, or is left out with a reason."""

    def __init__(self, workspace: Workspace, reading: Reading, progress: Progress) -> None:
        self.workspace, self.reading = workspace, reading
        self.files = {subject: workspace.relative(path) for subject, path in reading.files.items()}
        self.report = CheckReport()
        self._progress = progress

    def step(self, name: str, find: Callable[[], Sequence[Finding]], clean: str) -> bool:
        """Take a step.

        Args:
            name: Its name.
            find: A function that returns its findings.
            clean: The outcome if there are none.

        Returns:
            Whether it was taken, and found no violation.
        """
        self._progress(name)
        try:
            findings = list(find())
        except ExternalError as error:
            self.leave_out(name, f"{error.message}. {error.remedy or ''}".strip())
            return False
        except DataError as error:
            file = self.workspace.relative(Path(error.file)) if error.file else None
            remedy = error.remedy or "correct the file"
            findings = [Finding(Severity.VIOLATION, "unreadable", file or name, error.message, remedy, file)]
        self.report.findings += findings
        violations = sum(finding.severity is Severity.VIOLATION for finding in findings)
        counts = ((violations, "violations"), (len(findings) - violations, "other findings"))
        outcome = ", ".join(f"{count} {label}" for count, label in counts if count)
        self.report.steps.append(CheckStep(name, outcome or clean))
        return not violations

    def leave_out(self, name: str, reason: str) -> None:
        """Report that a step was left out."""
        self.report.steps.append(CheckStep(name, f"left out: {reason}", done=False))

    def run_queries(self, engine: Oxigraph, tag: str) -> list[Finding]:
        """Return the findings of the check queries that have a tag."""
        paths = [path for path in self.workspace.query_files("check") if tag in stored_query.load(path).tags]
        return [finding for path in paths for finding in run_check(engine, path)]


def _check_ontology(run: _Check, engine: Oxigraph) -> None:
    workspace = run.workspace
    paths = workspace.ontology_files()
    triples = [quad.triple for quad in run.reading.quads if quad.graph_name == _ONTOLOGY]
    run.step(
        "form of the files",
        lambda: [finding for path in paths for finding in form.check_form(path, workspace.relative(path))],
        "nothing that a save in Protégé would lose",
    )
    run.step("house rules", lambda: run.run_queries(engine, "ontology"), "kept")
    run.step("earlier releases", lambda: releases.find_removed_terms(workspace.root), "every term of them resolves")
    run.step("its version", lambda: releases.find_changed_releases(workspace.root), "not released, or as released")
    run.step("bytes", lambda: _check_bytes(workspace, paths), "as Protégé 5.6 saves them")
    run.step("OWL 2 DL profile", lambda: _check_profile(workspace, paths), "in the profile")
    if run.step("consistency, by HermiT", lambda: reasoning.find_contradictions(triples, run.files), "consistent"):
        run.step(
            "hierarchy, by HermiT",
            lambda: reasoning.check_hierarchy(triples),
            "no class is empty, nothing unstated",
        )
    else:
        run.leave_out("hierarchy, by HermiT", "it can only be checked in a consistent ontology")
    aligned = [quad.triple for quad in run.reading.quads if quad.graph_name in (_ONTOLOGY, _ALIGNMENTS)]
    run.step("alignments, by HermiT", lambda: _check_alignments(run, aligned), "consistent with what they stand on")
    run.step("ROBOT's report", lambda: _check_with_robot(workspace), "nothing found")


def _check_facts(run: _Check, engine: Oxigraph, conclusions: Sequence[Quad]) -> None:
    quads = [quad for quad in run.reading.quads if quad.graph_name != _ALIGNMENTS]
    triples = [quad.triple for quad in quads]
    run.step("facts, by rules", lambda: run.run_queries(engine, "consistency"), "no contradiction")
    everything = [quad.triple for quad in run.reading.quads]
    run.step("facts and alignments, by HermiT", lambda: _check_alignments(run, everything), "consistent")
    if run.step("facts, by HermiT", lambda: reasoning.find_contradictions(triples, run.files), "consistent"):
        run.step("conclusions compared", lambda: _compare_conclusions(run.report, quads, conclusions), "see below")
    else:
        run.leave_out("conclusions compared", "they can only be compared for consistent facts")


def _check_alignments(run: _Check, triples: Sequence[Triple]) -> list[Finding]:
    """Check triples together with the axioms of the vocabularies that the ontology is aligned to."""
    return reasoning.find_contradictions([*triples, *targets.axioms(triples)], run.files)


def _check_bytes(workspace: Workspace, paths: Sequence[Path]) -> list[Finding]:
    return [
        Finding(
            Severity.VIOLATION,
            "not-as-protege-saves",
            workspace.relative(path),
            "Protégé would save other bytes, so that its next save changes lines that nobody edited.",
            "run `stancegraph ontology format`",
            workspace.relative(path),
        )
        for path in paths
        if owlapi.format_turtle(path) != path.read_bytes()
    ]


def _check_profile(workspace: Workspace, paths: Sequence[Path]) -> list[Finding]:
    remedy = "state it within OWL 2 DL, as reasoners reject anything else"
    return [
        Finding(Severity.VIOLATION, "not-owl-2-dl", term, reason, remedy, workspace.relative(path))
        for path in paths
        for term, reason in owlapi.find_dl_violations(path)
    ]


def _check_with_robot(workspace: Workspace) -> list[Finding]:
    namespace = PREFIXES["sg"]
    findings = []
    for level, rule, name in owlapi.robot_report(workspace.root / _FILE, namespace):
        subject = expand(name) or name
        if subject.startswith(namespace.rstrip("#")):
            message = f"ROBOT finds: {rule.replace('_', ' ')}."
            remedy = f"see https://robot.obolibrary.org/report_queries/{rule}"
            findings.append(Finding(_SEVERITIES[level], f"robot:{rule}", subject, message, remedy, _FILE))
    return findings


def _compare_conclusions(report: CheckReport, asserted: Sequence[Quad], conclusions: Sequence[Quad]) -> list[Finding]:
    agreement = report.agreement = reasoning.compare_conclusions(asserted, conclusions)
    differences = [(triple, "only the build concludes it") for triple in agreement.only_build]
    differences += [(triple, "only HermiT concludes it") for triple in agreement.only_hermit]
    return [
        Finding(
            Severity.WARNING,
            "conclusions-differ",
            triple.split()[0],
            f"The build and HermiT differ, and nothing explains it: {difference}.",
            "correct the rule in queries/build/owl-rl/",
            value=triple,
        )
        for triple, difference in differences
    ]
