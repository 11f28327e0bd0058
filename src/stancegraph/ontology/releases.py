"""Releases of the ontology: what was published stays resolvable.

``ontology/releases/<version>.ttl`` is the ontology as it was released under the version IRI of that name. A term of
it may be deprecated later, but it does not go.
"""

from __future__ import annotations

import re
from pathlib import Path

from pyoxigraph import NamedNode

from stancegraph.errors import DataError, UsageError
from stancegraph.files import journal
from stancegraph.findings import Finding, Severity
from stancegraph.pipeline.reading import read_text_file, read_turtle
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.workspace.folders import files_in

_SEMANTIC = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def terms(path: Path) -> set[str]:
    """The IRIs of our terms that the ontology in *path* describes."""
    subjects = (quad.subject for quad in read_turtle(path))
    return {s.value for s in subjects if isinstance(s, NamedNode) and s.value.startswith(PREFIXES["sg"])}


def released(root: Path) -> list[Path]:
    """The releases of the workspace at *root*, oldest first."""
    return sorted(files_in(root / "ontology" / "releases", "*.ttl"), key=lambda path: _number(path.stem))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def gone(root: Path) -> list[Finding]:
    """Terms of earlier releases that the ontology no longer describes."""
    current = terms(root / "ontology" / "stancegraph.ttl")
    first: dict[str, str] = {}
    for path in released(root):
        for term in sorted(terms(path) - current):
            first.setdefault(term, path.stem)
    return [
        Finding(
            Severity.VIOLATION,
            "released-term-gone",
            term,
            f"Release {version} has this term, and the ontology no longer has it.",
            "bring it back as deprecated, with dcterms:isReplacedBy; `stancegraph ontology rename` does so",
            "ontology/stancegraph.ttl",
        )
        for term, version in first.items()
    ]


def release(root: Path, version: str) -> Path:
    """Give the ontology of the workspace at *root* that *version*, and keep it under ``ontology/releases/``.

    Raises `UsageError` where *version* is not the next one, `DataError` where terms of earlier releases are gone.
    """
    if not _SEMANTIC.fullmatch(version):
        raise UsageError(f"{version!r} is not a version", remedy="give three numbers, such as 0.2.0")
    with journal.exclusive_access(root):
        before = [path.stem for path in released(root)]
        if before and _number(version) <= _number(before[-1]):
            raise UsageError(f"release {before[-1]} is there already", remedy="give a later version")
        lost = gone(root)
        if lost:
            raise DataError(
                f"{len(lost)} terms of earlier releases are gone", subject=lost[0].subject, remedy=lost[0].remedy
            )
        path = root / "ontology" / "stancegraph.ttl"
        text = read_text_file(path)
        text = re.sub(r"(owl:versionIRI <[^>]*/)[^/>]*>", rf"\g<1>{version}>", text)
        text = re.sub(r'(owl:versionInfo )"[^"]*"', rf'\g<1>"{version}"', text)
        kept = root / "ontology" / "releases" / f"{version}.ttl"
        journal.commit(root, {kept: text.encode("utf-8"), path: text.encode("utf-8")})
    return kept
