"""Releases of the ontology, whose terms stay resolvable for good.

``ontology/releases/<version>.ttl`` is the ontology as it was released under the version IRI of that name. A term of a
release may be deprecated later, but it is never removed. A version has three numbers, as in `Semantic Versioning
<https://semver.org>`_.
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

_VERSION_IRI = NamedNode(PREFIXES["owl"] + "versionIRI")
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def described_terms(path: Path) -> set[str]:
    """Return the IRIs of our terms that an ontology describes.

    Args:
        path: The file of the ontology, in Turtle.

    Raises:
        DataError: The file is malformed.
        ExternalError: It cannot be read.
    """
    subjects = (quad.subject for quad in read_turtle(path))
    return {s.value for s in subjects if isinstance(s, NamedNode) and s.value.startswith(PREFIXES["sg"])}


def list_releases(root: Path) -> list[Path]:
    """Return the files of the releases of the workspace at *root*, the oldest first."""
    return sorted(files_in(root / "ontology" / "releases", "*.ttl"), key=lambda path: _version_key(path.stem))


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def current_version(root: Path) -> str:
    """Return the version that the ontology of the workspace at *root* gives itself, or the empty string.

    Raises:
        DataError: The file is malformed.
        ExternalError: It cannot be read.
    """
    quads = read_turtle(root / "ontology" / "stancegraph.ttl")
    iris = [quad.object for quad in quads if quad.predicate == _VERSION_IRI]
    return next((iri.value.rsplit("/", 1)[-1] for iri in iris if isinstance(iri, NamedNode)), "")


def find_removed_terms(root: Path) -> list[Finding]:
    """Find the terms of releases that the ontology no longer describes.

    Args:
        root: The root of the workspace.

    Returns:
        A violation for each term.

    Raises:
        DataError: A file is malformed.
        ExternalError: A file cannot be read.
    """
    current = described_terms(root / "ontology" / "stancegraph.ttl")
    first_versions: dict[str, str] = {}
    for path in list_releases(root):
        for term in sorted(described_terms(path) - current):
            first_versions.setdefault(term, path.stem)
    return [
        Finding(
            Severity.VIOLATION,
            "released-term-gone",
            term,
            f"Release {version} has this term, and the ontology no longer has it.",
            "restore it as deprecated, with dcterms:isReplacedBy, as `stancegraph ontology rename` does",
            "ontology/stancegraph.ttl",
        )
        for term, version in first_versions.items()
    ]


def release(root: Path, version: str) -> Path:
    """Give the ontology of a workspace a version, and keep a copy of it under ``ontology/releases/``.

    Args:
        root: The root of the workspace.
        version: The version, such as ``0.2.0``.

    Returns:
        The path of the copy.

    Raises:
        UsageError: The version is not three numbers, or not later than the last release.
        DataError: A file is malformed, or terms of earlier releases were removed.
        ExternalError: A file cannot be read or written.
    """
    if not _VERSION.fullmatch(version):
        raise UsageError(f"{version!r} is not a version", remedy="give three numbers, such as 0.2.0")
    with journal.exclusive_access(root):
        versions = [path.stem for path in list_releases(root)]
        if versions and _version_key(version) <= _version_key(versions[-1]):
            raise UsageError(f"release {versions[-1]} exists already", remedy="give a later version")
        removed = find_removed_terms(root)
        if removed:
            raise DataError(
                f"{len(removed)} terms of earlier releases were removed",
                subject=removed[0].subject,
                remedy=removed[0].remedy,
            )
        path = root / "ontology" / "stancegraph.ttl"
        text = read_text_file(path)
        text = re.sub(r"(owl:versionIRI <[^>]*/)[^/>]*>", rf"\g<1>{version}>", text)
        text = re.sub(r'(owl:versionInfo )"[^"]*"', rf'\g<1>"{version}"', text)
        copy = root / "ontology" / "releases" / f"{version}.ttl"
        journal.commit(root, {copy: text.encode("utf-8"), path: text.encode("utf-8")})
    return copy
