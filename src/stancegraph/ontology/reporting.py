"""The report of a check, in Markdown for people and in JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from stancegraph.findings import Severity
from stancegraph.ontology.checking import Report
from stancegraph.ontology.reasoning import Agreement
from stancegraph.rdf.namespaces import shorten


def to_json(report: Report) -> str:
    """The report as JSON: steps, findings, and the comparison of conclusions."""
    table = {
        "sound": report.sound,
        "steps": [asdict(step) for step in report.steps],
        "findings": [asdict(finding) for finding in report.findings],
        "agreement": None if report.agreement is None else asdict(report.agreement),
    }
    return json.dumps(table, indent=2, ensure_ascii=False)


def to_markdown(report: Report) -> str:
    """The report as Markdown: what was looked at, then each finding with entity, rule and remedy, gravest first."""
    lines = ["# The ontology, checked", "", "| step | outcome |", "| --- | --- |"]
    lines += [f"| {step.name} | {_cell(step.outcome)} |" for step in report.steps]
    if report.agreement is not None:
        lines += ["", "## Conclusions, compared", "", in_words(report.agreement)]
    for severity in Severity:
        found = [finding for finding in report.findings if finding.severity is severity]
        if found:
            lines += ["", f"## {severity.capitalize()}s", ""]
        for finding in found:
            place = f" ({finding.file})" if finding.file else ""
            value = f" Found: `{shorten(finding.value)}`." if finding.value else ""
            lines += [f"- **{finding.rule}**: `{shorten(finding.subject)}`{place}. {_indented(finding.message)}{value}"]
            lines += [f"  Remedy: {finding.remedy}."]
    return "\n".join(lines) + "\n"


def in_words(agreement: Agreement) -> str:
    """What HermiT and the build conclude, compared, in a paragraph."""
    text = (
        f"HermiT and the rules of the build agree on {agreement.both} statements about the things of the graph. "
        f"HermiT alone has {agreement.reflexive} that relate a thing to itself, which the rules leave out, and "
        f"{agreement.by_dispute} that follow by way of disputed claims only, which the rules pass over."
    )
    rest = len(agreement.only_build) + len(agreement.only_hermit)
    return f"{text} {rest} more differ, and are among the findings." if rest else f"{text} Nothing else differs."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _indented(text: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(f"  - `{line.strip()}`" for line in rest)])
