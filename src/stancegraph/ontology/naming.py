"""Where the files of a workspace, and of a checkout of the program, name the terms of the ontology."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from stancegraph.pipeline.reading import read_text_file
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.workspace.folders import files_in

SG = PREFIXES["sg"]
_NAME = r"([A-Za-z]\w*)"
_PREFIXED = re.compile(rf"(?<![\w:/#.-])sg:{_NAME}")
_WHOLE = re.compile(rf"{re.escape(SG)}{_NAME}")
_IN_ONTOLOGY = re.compile(rf"(?<![\w:/#.-]):{_NAME}")
_RECORD = re.compile(r"( *)([a-z][a-z-]*)( [\w.-]+(?:: .+)?)")  # a line of a coding sheet that begins a record
_FIELD = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>\s]*>|(?:(?<=^)|(?<=; )|(?<=  ))([a-z]\w*)(?=: )')
_NO_RECORD = {"says", "also"}
_FOLDERS = {
    "ontology": {".ttl", ".toml"},
    "data": {".ttl", ".tsv", ".toml", ".txt"},
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


def _is_sheet(path: Path) -> bool:
    return path.suffix == ".txt" and path.stem == "coding"


def kind_of(class_name: str) -> str:
    """Return what a coding sheet calls a record of a class: ``causal-proposition`` for ``CausalProposition``."""
    return re.sub(r"(?<!^)([A-Z])", r"-\1", class_name).lower()


def _patterns(path: Path) -> list[re.Pattern[str]]:
    own = path.suffix == ".ttl" and path.parent.name == "ontology" and path.stem == "stancegraph"
    return [_PREFIXED, _WHOLE, *([_IN_ONTOLOGY] if own else [])]


def named(path: Path, text: str) -> Counter[str]:
    """How often *text*, which is that of *path*, names each term, by IRI."""
    if _is_sheet(path):
        found: Counter[str] = Counter()

        def count(name: str) -> str:
            found[SG + name] += 1
            return name

        _each_name(text, count)
        return found
    return Counter(SG + match[1] for pattern in _patterns(path) for match in pattern.finditer(text))


def renamed(path: Path, text: str, old: str, new: str) -> str:
    """*text*, which is that of *path*, with the local name *new* in place of *old*."""
    if _is_sheet(path):
        return _each_name(text, lambda name: new if name == old else name)
    for pattern in _patterns(path):
        text = pattern.sub(lambda m: m[0][: len(m[0]) - len(old)] + new if m[1] == old else m[0], text)
    return text


def _each_name(sheet: str, change: Callable[[str], str]) -> str:
    """Return a coding sheet in which each local name of a term, in the form of the ontology, is changed.

    Properties stand before a colon, and classes, as kinds, at the beginning of a record; labels and strings are passed
    over.
    """

    def changed(line: str) -> str:
        record = _RECORD.fullmatch(line)
        if record and record[2] not in _NO_RECORD:
            return f"{record[1]}{kind_of(change(_class_name(record[2])))}{record[3]}"
        if line.lstrip().startswith(("#", "@", "says ", "also ")):
            return line
        return _FIELD.sub(lambda field: change(field[1]) if field[1] else field[0], line)

    return "\n".join(map(changed, sheet.split("\n")))


def _class_name(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("-"))


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
