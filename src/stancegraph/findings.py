"""The findings of a validation, each with its file, subject, rule and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stancegraph.rdf.namespaces import shorten


class Severity(StrEnum):
    """The severity of a finding: a *violation* keeps the graph from being published, the others do not.

    The names are those of `SHACL <https://www.w3.org/TR/shacl/#severity>`_.
    """

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


_ORDER = list(Severity)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of one subject, found by one rule.

    Attributes:
        severity: How grave it is.
        rule: The name of the rule.
        subject: The subject, such as an IRI.
        message: What is wrong.
        remedy: What the user can do about it.
        file: The file in which the subject is described, if it is known.
        value: The value that is wrong, if there is one.
    """

    severity: Severity
    rule: str
    subject: str
    message: str
    remedy: str
    file: str | None = None
    value: str | None = None

    def sort_key(self) -> tuple[int, str, str, str, str, str]:
        """Return a key that sorts the gravest findings first, then by file, subject, rule and value."""
        return (_ORDER.index(self.severity), self.file or "", self.subject, self.rule, self.value or "", self.message)

    def __str__(self) -> str:
        place = f"{self.file}: " if self.file else ""
        value = f" Found: {shorten(self.value)}." if self.value else ""
        return (
            f"{place}{shorten(self.subject)}\n"
            f"  {self.severity} {self.rule}: {self.message}{value}\n"
            f"  Remedy: {self.remedy}"
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of the shapes, of the checks and of the rules for links."""

    shapes: tuple[Finding, ...] = ()
    checks: tuple[Finding, ...] = ()
    links: tuple[Finding, ...] = ()

    def ordered(self) -> tuple[Finding, ...]:
        """Return all of them without repetition, the gravest first."""
        return tuple(ordered([*self.shapes, *self.checks, *self.links]))


def ordered(findings: list[Finding]) -> list[Finding]:
    """Return *findings* without repetition, the gravest first."""
    return sorted(set(findings), key=Finding.sort_key)
