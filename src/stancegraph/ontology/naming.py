"""The names of terms in the files of a workspace, and of a checkout of the program: found, counted and changed.

A term is named by a prefixed name (``sg:holder``), by its IRI, and in the ontology itself by the empty prefix
(``:holder``). A coding sheet also names properties before the colon of a field, and classes in the words of their
names, as the kinds of its records (see `stancegraph.coding.parser`).
"""

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
_IRI = re.compile(rf"{re.escape(SG)}{_NAME}")
_EMPTY_PREFIXED = re.compile(rf"(?<![\w:/#.-]):{_NAME}")
# the lines of a coding sheet and their parts, read as `stancegraph.coding.parser` reads them, which stands above
_RECORD = re.compile(r"( *)([a-z][a-z-]*)( [\w.-]+(?:: .+)?\s*)", re.DOTALL)
_LINES_WITHOUT_TERMS = ("#", "@", "says ", "also ", "no claim: ")
_FIELD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|<[^<>\s]*>|[^;])+')
_FIELD_PARTS = re.compile(r"(\s*)([a-z][\w:-]*):(.*)", re.DOTALL)
_KIND = re.compile(r"[A-Za-z][A-Za-z-]*")
_FOLDERS = {
    "ontology": {".ttl", ".toml"},
    "data": {".ttl", ".tsv", ".toml", ".txt"},
    "queries": {".rq"},
    # in a checkout of the program
    "src": {".py", ".rq", ".ttl"},
    "tests": {".py", ".ru", ".ttl", ".yaml", ".csv"},
    "benchmarks": {".py"},
    "docs": {".md"},
    "documentation": {".py"},
    "evaluation": {".py"},
}
_DOCUMENTS = ("README.md", "CONTRIBUTING.md")


def term_files(root: Path) -> Iterator[Path]:
    """Yield the files that may name terms.

    Args:
        root: The root of a workspace, or of a checkout of the program.

    Yields:
        The files in a fixed order, without the releases of the ontology, which stay as they were published.
    """
    for folder, suffixes in _FOLDERS.items():
        for path in files_in(root / folder, "**/*"):
            if path.suffix in suffixes and path.is_file() and path.parent.name != "releases":
                yield path
    yield from (path for path in (root / name for name in _DOCUMENTS) if path.is_file())


def count_names(path: Path, text: str) -> Counter[str]:
    """Count how often a file names each term.

    Args:
        path: The file, whose name says which forms of names it may have.
        text: Its text.

    Returns:
        The numbers, by the IRIs of the terms.

    >>> count_names(Path("stances.rq"), "?stance a sg:Stance ; sg:holder ?holder .")
    Counter({'https://w3id.org/stancegraph/ontology#Stance': 1, 'https://w3id.org/stancegraph/ontology#holder': 1})
    """
    counts = Counter(SG + match[1] for pattern in _patterns(path) for match in pattern.finditer(text))
    if _is_sheet(path):

        def count(name: str) -> str:
            counts[SG + name] += 1
            return name

        _map_local_names(text, count)
    return counts


def rename_in(path: Path, text: str, old: str, new: str) -> str:
    """Rename a term in the text of a file.

    Args:
        path: The file, whose name says which forms of names it may have.
        text: Its text.
        old: The local name of the term, such as ``holder``.
        new: Its new local name.

    Returns:
        The text with the new name.

    >>> rename_in(Path("coding.txt"), "stance china-hopes: China hopes.", "Stance", "PointOfView")
    'point-of-view china-hopes: China hopes.'
    """
    for pattern in _patterns(path):
        text = pattern.sub(lambda match: match[0].removesuffix(old) + new if match[1] == old else match[0], text)
    return _map_local_names(text, lambda name: new if name == old else name) if _is_sheet(path) else text


def record_kind(class_name: str) -> str:
    """Return what a coding sheet calls a record of a class.

    >>> record_kind("CausalProposition")
    'causal-proposition'
    """
    return re.sub(r"(?<!^)([A-Z])", r"-\1", class_name).lower()


def find_uses(root: Path) -> dict[str, dict[str, int]]:
    """Find the files that name each term, other than the ontology itself.

    Args:
        root: The root of a workspace, or of a checkout of the program.

    Returns:
        For the IRI of each term, how often each file names it, by the path of the file from the root.

    Raises:
        DataError: A file is not UTF-8.
        ExternalError: A file cannot be read.
    """
    uses: dict[str, dict[str, int]] = {}
    for path in term_files(root):
        if _is_ontology(path) and path.parent == root / "ontology":
            continue
        for term, count in count_names(path, read_text_file(path)).items():
            uses.setdefault(term, {})[path.relative_to(root).as_posix()] = count
    return uses


def _is_ontology(path: Path) -> bool:
    return path.parent.name == "ontology" and path.name == "stancegraph.ttl"


def _is_sheet(path: Path) -> bool:
    return path.name == "coding.txt"


def _patterns(path: Path) -> list[re.Pattern[str]]:
    return [_PREFIXED, _IRI, *([_EMPTY_PREFIXED] if _is_ontology(path) else [])]


def _map_local_names(sheet: str, change: Callable[[str], str]) -> str:
    """Return a coding sheet in which *change* was applied to each local name of a term.

    A property stands as the name of a field, and a class as the kind of a record. Comments, labels, chains of
    attributions and quoted strings do not name terms in this way.
    """
    return "".join(_map_line(line, change) for line in sheet.splitlines(keepends=True))


def _map_line(line: str, change: Callable[[str], str]) -> str:
    if line.lstrip().startswith(_LINES_WITHOUT_TERMS):
        return line
    if record := _RECORD.fullmatch(line):
        return f"{record[1]}{_map_kind(record[2], change)}{record[3]}"
    return _FIELD.sub(lambda field: _map_field(field[0], change), line)


def _map_field(field: str, change: Callable[[str], str]) -> str:
    parts = _FIELD_PARTS.fullmatch(field)
    if parts is None:
        return field
    indent, name, values = parts.groups()
    if name == "is":  # further classes of the record, by their kinds
        values = _KIND.sub(lambda kind: _map_kind(kind[0], change), values)
    elif ":" not in name:  # a prefixed name is renamed as in every other file
        name = change(name)
    return f"{indent}{name}:{values}"


def _map_kind(kind: str, change: Callable[[str], str]) -> str:
    class_name = "".join(part.capitalize() for part in kind.split("-"))
    changed = change(class_name)
    return kind if changed == class_name else record_kind(changed)
