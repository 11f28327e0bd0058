"""Releases of the ontology, whose terms stay resolvable for good.

``ontology/releases/<version>.ttl`` is the ontology as it was released under the version IRI of that name, and the
folder beside it has what was released with it: the core, the alignments, the vocabularies and the shapes. What has been
released never changes: a term may be deprecated later, but it is never removed. A version has three numbers, as in
`Semantic Versioning <https://semver.org>`_.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from stancegraph.errors import DataError, UsageError
from stancegraph.files import journal
from stancegraph.findings import Finding, Severity
from stancegraph.ontology.modules import MODULES, extract_module
from stancegraph.ontology.published_shapes import published_shapes
from stancegraph.pipeline.reading import read_text_file, read_turtle
from stancegraph.pipeline.snapshot import canonical, content_digest
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Triples
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
            "use `stancegraph ontology rename --finish`, or `stancegraph ontology deprecate`, which brings it back",
            "ontology/stancegraph.ttl",
        )
        for term, version in first_versions.items()
    ]


def find_changed_releases(root: Path) -> list[Finding]:
    """Find what bears the version of a release, and is not as it was released.

    Args:
        root: The root of the workspace.

    Returns:
        A violation for each file of a release from which the workspace differs.

    Raises:
        DataError: A file is malformed.
        ExternalError: A file cannot be read.
    """
    version = current_version(root)
    released = root / "ontology" / "releases" / f"{version}.ttl"
    if released not in list_releases(root):
        return []
    pairs = {released: read_turtle(root / "ontology" / "stancegraph.ttl")}
    for name, module in _modules(root).items():
        path = released.with_suffix("") / f"{name}.ttl"
        pairs |= {path: module} if path.is_file() else {}
    return [
        Finding(
            Severity.VIOLATION,
            "released-version-changed",
            f"{PREFIXES['sg'].removesuffix('#')}/{version}",
            "What is released under this version is not what the workspace has.",
            "give the ontology the version to come, in owl:versionIRI and owl:versionInfo",
            path.relative_to(root).as_posix(),
        )
        for path, module in pairs.items()
        if content_digest(canonical(read_turtle(path))) != content_digest(canonical(module))
    ]


def _headed_files(root: Path) -> list[Path]:
    """Return the files of a workspace whose headers name the version."""
    names = ("stancegraph.ttl", "alignments.ttl", "vocabularies.ttl", "shapes/header.ttl")
    return [path for name in names if (path := root / "ontology" / name).is_file()]


def _set_version(text: str, version: str, earlier: Sequence[str]) -> str:
    """Return a file with another version in its header, the one before it, and today's date."""
    text = re.sub(r"(owl:versionIRI\s+<[^>]*/ontology/)\d+\.\d+\.\d+", rf"\g<1>{version}", text)
    text = re.sub(r'(owl:versionInfo\s+)"[^"]*"', rf'\g<1>"{version}"', text)
    text = re.sub(r'(dcterms:modified\s+)"[^"]*"', rf'\g<1>"{date.today().isoformat()}"', text)
    for release_before in earlier:
        text = re.sub(r"(owl:priorVersion\s+<[^>]*/)[^/>]*>", rf"\g<1>{release_before}>", text)
    return text


def _modules(root: Path, texts: Mapping[Path, str] = MappingProxyType({})) -> dict[str, list[Quad]]:
    """Return what is released with the ontology of a workspace: the triples of each module, by its name.

    *texts* take the place of what is in the files.
    """
    ontology = root / "ontology"
    files = {
        "alignments": [ontology / "alignments.ttl"],
        "vocabularies": [ontology / "vocabularies.ttl", *files_in(root / "data" / "vocabulary", "*.ttl")],
        "shapes": files_in(ontology / "shapes", "*.ttl"),
    }

    def read(path: Path) -> list[Quad]:
        quads = read_turtle(path) if path.is_file() else []  # names the line of what is malformed
        return list(parse(texts[path], format=RdfFormat.TURTLE, rename_blank_nodes=True)) if path in texts else quads

    modules = {name: [quad for path in paths for quad in read(path)] for name, paths in files.items()}
    terms = [quad.triple for quad in read(ontology / "stancegraph.ttl")]
    shapes = [quad.triple for quad in modules["shapes"]]
    checks = files_in(root / "queries" / "check", "*.rq")
    computed = {name: extract_module(terms, name) for name in MODULES}
    computed["shapes"] = published_shapes(shapes, terms, checks)
    return modules | {name: [Quad(*triple) for triple in triples] for name, triples in computed.items()}


def _write_module(quads: Iterable[Quad]) -> bytes:
    """Return a module in Turtle, the same text for the same triples."""
    return Triples(quad.triple for quad in canonical(quads)).serialize()


def release(root: Path, version: str) -> Path:
    """Give the ontology of a workspace a version, and keep what is released under ``ontology/releases/``.

    Args:
        root: The root of the workspace.
        version: The version, such as ``0.2.0``.

    Returns:
        The path of the copy of the ontology.

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
        texts = {path: _set_version(read_text_file(path), version, versions[-1:]) for path in _headed_files(root)}
        copy = root / "ontology" / "releases" / f"{version}.ttl"
        modules = {
            copy.with_suffix("") / f"{name}.ttl": _write_module(quads) for name, quads in _modules(root, texts).items()
        }
        ontology = texts[root / "ontology" / "stancegraph.ttl"]
        contents = {path: text.encode("utf-8") for path, text in (texts | {copy: ontology}).items()}
        journal.commit(root, contents | modules)
    return copy
