"""The report of a check of the ontology, in Markdown for people and in JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from stancegraph.findings import Finding, Severity
from stancegraph.ontology.checking import CheckReport
from stancegraph.ontology.reasoning import Agreement
from stancegraph.rdf.namespaces import shorten


def to_json(report: CheckReport) -> str:
    """Return a report as a JSON object with the keys ``sound``, ``steps``, ``findings`` and ``agreement``.

    The agreement is null unless the conclusions were compared; the members of the others are the attributes of
    `stancegraph.ontology.checking.CheckStep`, `stancegraph.findings.Finding` and
    `stancegraph.ontology.reasoning.Agreement`.
    """
    document = {
        "sound": report.is_sound,
        "steps": [asdict(step) for step in report.steps],
        "findings": [asdict(finding) for finding in report.findings],
        "agreement": None if report.agreement is None else asdict(report.agreement),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def to_markdown(report: CheckReport) -> str:
    """Return a report as Markdown: its steps with their outcomes, then its findings, the gravest first."""
    lines = ["# Check of the ontology", "", "| step | outcome |", "| --- | --- |"]
    lines += [f"| {step.name} | {_cell(step.outcome)} |" for step in report.steps]
    if report.agreement is not None:
        lines += ["", "## Conclusions", "", summarize(report.agreement)]
    for severity in Severity:
        findings = [finding for finding in report.findings if finding.severity is severity]
        if findings:
            lines += ["", f"## {severity.capitalize()}s", ""]
        for finding in findings:
            lines += _item(finding)
    return "\n".join(lines) + "\n"


def summarize(agreement: Agreement) -> str:
    """Return a paragraph that says how far HermiT and the build draw the same conclusions."""
    text = (
        f"HermiT and the rules of the build agree on {agreement.both} statements about the things of the graph. "
        f"HermiT alone concludes {agreement.reflexive} that relate a thing to itself, which the rules leave out, and "
        f"{agreement.by_dispute} that follow only from disputed claims, which the rules skip."
    )
    rest = len(agreement.only_build) + len(agreement.only_hermit)
    return f"{text} {rest} more differ, and are among the findings." if rest else f"{text} Nothing else differs."


def _item(finding: Finding) -> list[str]:
    place = f" ({finding.file})" if finding.file else ""
    value = f" Found: `{shorten(finding.value)}`." if finding.value else ""
    return [
        f"- **{finding.rule}**: `{shorten(finding.subject)}`{place}. {_indent(finding.message)}{value}",
        f"  Remedy: {finding.remedy}.",
    ]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _indent(text: str) -> str:
    first, *axioms = text.split("\n")
    return "\n".join([first, *(f"  - `{line.strip()}`" for line in axioms)])
