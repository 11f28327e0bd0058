"""Findings: what validation says, each with file, subject, rule and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stancegraph.rdf.namespaces import shorten


class Severity(StrEnum):
    """How grave a finding is: a *violation* keeps the graph from being published, the others do not.

    The names are those of `SHACL <https://www.w3.org/TR/shacl/#severity>`_.
    """

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


_ORDER = list(Severity)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with one subject, by one rule."""

    severity: Severity
    rule: str
    subject: str
    message: str
    remedy: str
    file: str | None = None
    value: str | None = None

    def sort_key(self) -> tuple[int, str, str, str, str, str]:
        """Gravest first, then by file, subject, rule and value."""
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
    """What shapes, checks and the rules for links find."""

    shapes: tuple[Finding, ...] = ()
    checks: tuple[Finding, ...] = ()
    links: tuple[Finding, ...] = ()

    def ordered(self) -> tuple[Finding, ...]:
        """All of them, without repetition, gravest first."""
        return tuple(ordered([*self.shapes, *self.checks, *self.links]))


def ordered(findings: list[Finding]) -> list[Finding]:
    """*findings* without repetition, gravest first."""
    return sorted(set(findings), key=Finding.sort_key)
