"""Where the files of a workspace, and of a checkout of the program, name the terms of the ontology."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from stancegraph.pipeline.reading import read_text_file
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.workspace.folders import files_in

SG = PREFIXES["sg"]
_NAME = r"([A-Za-z]\w*)"
_PREFIXED = re.compile(rf"(?<![\w:/#.-])sg:{_NAME}")
_WHOLE = re.compile(rf"{re.escape(SG)}{_NAME}")
_IN_ONTOLOGY = re.compile(rf"(?<![\w:/#.-]):{_NAME}")
_FOLDERS = {
    "ontology": {".ttl"},
    "data": {".ttl", ".tsv"},
    "queries": {".rq"},
    # of a checkout of the program
    "src": {".py", ".rq", ".ttl"},
    "tests": {".py", ".ru", ".ttl", ".yaml", ".csv"},
    "benchmarks": {".py"},
    "docs": {".md"},
    "documentation": {".py"},
    "evaluation": {".py"},
}
_DOCUMENTS = ("README.md", "CONTRIBUTING.md")


def files(root: Path) -> Iterator[Path]:
    """The files that may name terms, in order; releases, which stay as they are, are not among them."""
    for folder, suffixes in _FOLDERS.items():
        for path in files_in(root / folder, "**/*"):
            if path.suffix in suffixes and path.is_file() and path.parent.name != "releases":
                yield path
    yield from (path for path in (root / name for name in _DOCUMENTS) if path.is_file())


def _patterns(path: Path) -> list[re.Pattern[str]]:
    own = path.suffix == ".ttl" and path.parent.name == "ontology" and path.stem == "stancegraph"
    return [_PREFIXED, _WHOLE, *([_IN_ONTOLOGY] if own else [])]


def named(path: Path, text: str) -> Counter[str]:
    """How often *text*, which is that of *path*, names each term, by IRI."""
    return Counter(SG + match[1] for pattern in _patterns(path) for match in pattern.finditer(text))


def renamed(path: Path, text: str, old: str, new: str) -> str:
    """*text*, which is that of *path*, with the local name *new* in place of *old*."""
    for pattern in _patterns(path):
        text = pattern.sub(lambda m: m[0][: len(m[0]) - len(old)] + new if m[1] == old else m[0], text)
    return text


def uses(root: Path) -> dict[str, dict[str, int]]:
    """For each term, by IRI, the files under *root* that name it, other than the ontology, and how often.

    Raises what reading raises.
    """
    found: dict[str, dict[str, int]] = {}
    for path in files(root):
        if path.parent == root / "ontology" and path.stem == "stancegraph":
            continue
        for term, number in named(path, read_text_file(path)).items():
            found.setdefault(term, {})[path.relative_to(root).as_posix()] = number
    return found
