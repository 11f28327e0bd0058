"""Check the ontology, alone and with the facts: what `stancegraph ontology check` does, step by step.

Steps that need Java are left out where there is none, and the report says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import Quad

from stancegraph.errors import DataError, ExternalError
from stancegraph.findings import Finding, Severity, ordered
from stancegraph.ontology import form, owlapi, reasoning, releases
from stancegraph.pipeline.checks import check as run_check
from stancegraph.pipeline.inference import infer
from stancegraph.pipeline.reading import Reading, read_workspace
from stancegraph.questions import stored_query
from stancegraph.rdf.namespaces import PREFIXES, expand
from stancegraph.sparql.engine import Oxigraph
from stancegraph.workspace.folders import Workspace, files_in

Progress = Callable[[str], None]
_LEVELS = {"ERROR": Severity.VIOLATION, "WARN": Severity.WARNING, "INFO": Severity.INFO}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at: what came of it, or why it was left out."""

    name: str
    outcome: str
    done: bool = True


@dataclass(slots=True)
class Report:
    """What a check of the ontology found, and what it looked at."""

    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    agreement: reasoning.Agreement | None = None

    @property
    def sound(self) -> bool:
        """Whether there is no violation."""
        return not any(finding.severity is Severity.VIOLATION for finding in self.findings)


class _Checking:
    """A check under way: each step adds its findings to the report, or is left out with the reason."""

    def __init__(self, workspace: Workspace, progress: Progress) -> None:
        self.workspace, self.progress = workspace, progress
        self.report = Report()

    def step(self, name: str, look: Callable[[], Sequence[Finding]], passed: str) -> bool:
        """Whether *look* was taken and found nothing grave; *passed* says what that means."""
        self.progress(name)
        try:
            found = list(look())
        except ExternalError as error:
            self.leave_out(name, f"{error.message}. {error.remedy or ''}".strip())
            return False
        except DataError as error:
            file = self.workspace.relative(Path(error.file)) if error.file else None
            remedy = error.remedy or "correct the file"
            found = [Finding(Severity.VIOLATION, "unreadable", file or name, error.message, remedy, file)]
        self.report.findings += found
        grave = sum(finding.severity is Severity.VIOLATION for finding in found)
        other = len(found) - grave
        outcome = ", ".join(f"{n} {kind}" for n, kind in ((grave, "violations"), (other, "other findings")) if n)
        self.report.steps.append(Step(name, outcome or passed))
        return not grave

    def leave_out(self, name: str, reason: str) -> None:
        """Say that a step was not taken."""
        self.report.steps.append(Step(name, f"left out: {reason}", done=False))

    def checks(self, store: Oxigraph, tag: str) -> list[Finding]:
        """The findings of the check queries with that *tag*."""
        paths = [p for p in self.workspace.query_files("check") if tag in stored_query.load(p).tags]
        return [finding for path in paths for finding in run_check(store, path)]


def check(workspace: Workspace, *, facts: bool = True, progress: Progress = lambda step: None) -> Report:
    """Check the ontology of *workspace*; with *facts*, also whether entities and articles agree with it.

    Raises `DataError` for a file that does not parse: nothing else can be said then.
    """
    work = _Checking(workspace, progress)
    progress("strict parse")
    reading = read_workspace(workspace)
    work.report.steps.append(Step("strict parse", f"{len(reading.quads)} triples"))
    ontology = [quad for quad in reading.quads if quad.graph_name.value.endswith("/graph/ontology")]  # type: ignore[union-attr]
    paths = files_in(workspace.root / "ontology", "*.ttl")
    conclusions = infer(reading, workspace)
    store = reading.store()
    store.bulk_extend(conclusions)
    engine = Oxigraph(store)

    work.step(
        "form of the files",
        lambda: [f for path in paths for f in form.of_file(path, workspace.relative(path))],
        "nothing that a save in Protégé would lose",
    )
    work.step("house rules", lambda: work.checks(engine, "ontology"), "kept")
    work.step("earlier releases", lambda: releases.gone(workspace.root), "every term of them resolves")
    work.step("bytes", lambda: _bytes(workspace, paths), "as Protégé 5.6 saves them")
    work.step("OWL 2 DL profile", lambda: _profile(workspace, paths), "in the profile")
    if work.step("consistency, by HermiT", lambda: _contradictions(reading, ontology, workspace), "consistent"):
        work.step("hierarchy, by HermiT", lambda: _hierarchy(ontology), "no class is empty, nothing unstated")
    else:
        work.leave_out("hierarchy, by HermiT", "nothing can be said without a consistent ontology")
    work.step("ROBOT's report", lambda: _robot(workspace), "nothing found")
    if facts:
        named = [q for q in reading.quads if not q.graph_name.value.endswith("/graph/alignments")]  # type: ignore[union-attr]
        work.step("facts, by rules", lambda: work.checks(engine, "consistency"), "no contradiction")
        if work.step("facts, by HermiT", lambda: _contradictions(reading, named, workspace), "consistent"):
            work.step("conclusions compared", lambda: _agreement(work.report, named, conclusions), "see below")
        else:
            work.leave_out("conclusions compared", "nothing can be said without consistent facts")
    files = {subject: workspace.relative(path) for subject, path in reading.files.items()}
    located = [f if f.file else replace(f, file=files.get(f.subject)) for f in work.report.findings]
    work.report.findings = ordered(located)
    return work.report


def _bytes(workspace: Workspace, paths: Sequence[Path]) -> list[Finding]:
    return [
        Finding(
            Severity.VIOLATION,
            "not-as-protege-saves",
            workspace.relative(path),
            "The bytes are not those that Protégé saves, so that its next save changes what nobody edited.",
            "run `stancegraph ontology format`",
            workspace.relative(path),
        )
        for path in paths
        if owlapi.formatted(path) != path.read_bytes()
    ]


def _profile(workspace: Workspace, paths: Sequence[Path]) -> list[Finding]:
    remedy = "say it within OWL 2 DL: reasoners refuse the rest"
    return [
        Finding(Severity.VIOLATION, "not-owl-2-dl", term, reason, remedy, workspace.relative(path))
        for path in paths
        for term, reason in owlapi.dl_violations(path)
    ]


def _contradictions(reading: Reading, quads: Sequence[Quad], workspace: Workspace) -> list[Finding]:
    files = {subject: workspace.relative(path) for subject, path in reading.files.items()}
    return reasoning.contradictions([quad.triple for quad in quads], files)


def _hierarchy(ontology: Sequence[Quad]) -> list[Finding]:
    empty, news = reasoning.empty_classes([quad.triple for quad in ontology])
    return empty + news


def _robot(workspace: Workspace) -> list[Finding]:
    rows = owlapi.robot_report(workspace.root / "ontology" / "stancegraph.ttl", PREFIXES["sg"])
    return [
        Finding(
            _LEVELS[level],
            f"robot:{rule}",
            expand(subject) or subject,
            f"ROBOT finds: {rule.replace('_', ' ')}.",
            f"see https://robot.obolibrary.org/report_queries/{rule}",
            "ontology/stancegraph.ttl",
        )
        for level, rule, subject in rows
        if (expand(subject) or subject).startswith(PREFIXES["sg"].rstrip("#"))
    ]


def _agreement(report: Report, asserted: Sequence[Quad], conclusions: Sequence[Quad]) -> list[Finding]:
    found = report.agreement = reasoning.agreement(asserted, conclusions)
    unexplained = [(words, "only the build concludes it") for words in found.only_build]
    unexplained += [(words, "only HermiT concludes it") for words in found.only_hermit]
    return [
        Finding(
            Severity.WARNING,
            "conclusions-differ",
            words.split()[0],
            f"The build and HermiT differ, and nothing explains it: {who}.",
            "mend the rule in queries/build/owl-rl/",
            value=words,
        )
        for words, who in unexplained
    ]
