"""Mappings in `SSSOM/TSV <https://mapping-commons.github.io/sssom/spec-formats-tsv/>`_, read and written strictly.

A mapping is *accepted* if it has a reviewer, *rejected* if its predicate is negated (``Not``), so that nobody proposes
it again, and a *candidate* until somebody has reviewed it.
"""

from __future__ import annotations

import csv
import io
from collections import abc
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import yaml

from stancegraph.errors import DataError
from stancegraph.files import journal
from stancegraph.files.ledger import read_text
from stancegraph.files.writing import write_whole
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.rdf.nesting import yaml_header
from stancegraph.rdf.prefixes import PrefixMap

SUFFIX = ".sssom.tsv"
CODE = "schema:identifier"
"""The predicate of a mapping to a code, such as one of ISO 3166: it names a thing, and is none."""
PREDICATES = (
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:broadMatch",
    "skos:narrowMatch",
    "skos:relatedMatch",
    "schema:sameAs",
    "owl:sameAs",
    CODE,
)
"""The predicates of a mapping: those of SKOS between concepts, the others of things."""
EXACT = frozenset({"skos:exactMatch", "schema:sameAs", "owl:sameAs"})


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping: a row of the table.

    All attributes but one are `slots of SSSOM <https://w3id.org/sssom/Mapping>`_, empty if the row does not have them.

    Attributes:
        line: The number of the line in its file, from 1; 0 for a new mapping.
    """

    subject_id: str
    subject_label: str
    predicate_id: str
    object_id: str
    object_label: str
    mapping_justification: str
    predicate_modifier: str = ""
    object_category: str = ""
    author_label: str = ""
    reviewer_label: str = ""
    mapping_date: str = ""
    confidence: str = ""
    see_also: str = ""
    comment: str = ""
    line: int = 0

    @property
    def rejected(self) -> bool:
        """Whether the mapping says that subject and object are not so related."""
        return self.predicate_modifier == "Not"

    @property
    def accepted(self) -> bool:
        """Whether a reviewer has confirmed the mapping."""
        return bool(self.reviewer_label) and not self.rejected


COLUMNS = tuple(field.name for field in fields(Mapping) if field.name != "line")
_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_CURIES = ("subject_id", "object_id", "predicate_id", "mapping_justification")


@dataclass(frozen=True, slots=True)
class MappingSet:
    """The mappings to one target.

    Attributes:
        metadata: The metadata of the set, by the names of the slots of SSSOM.
        mappings: The mappings, in the order of the file.
        path: The file that the set was read from.
    """

    metadata: abc.Mapping[str, Any]
    mappings: tuple[Mapping, ...] = ()
    path: Path | None = None

    @property
    def prefixes(self) -> PrefixMap:
        """The prefixes of the set, from its ``curie_map``."""
        return PrefixMap(self.metadata.get("curie_map", {}))

    def expand(self, curie: str) -> str:
        """Return the IRI that *curie* stands for; raise `DataError` if its prefix is not one of the set's."""
        iri = self.prefixes.expand(curie)
        if iri is None:
            raise DataError(
                f"the prefix of {curie!r} is not in the curie_map",
                file=self.path,
                remedy=f"use one of {', '.join(self.prefixes)}",
            )
        return iri

    def has_prefix(self, iri: str) -> bool:
        """Return whether *iri* can be written with a prefix of the set."""
        return self.prefixes.shorten(iri) != iri

    def contract(self, iri: str) -> str:
        """Return *iri* with the prefix that shortens it most; raise `DataError` if the set has none for it."""
        if not self.has_prefix(iri):
            raise DataError(f"no prefix of the curie_map fits {iri}", file=self.path, remedy="add one to the curie_map")
        return self.prefixes.shorten(iri)

    def with_rows(self, mappings: abc.Sequence[Mapping]) -> MappingSet:
        """Return the set with other mappings, sorted as in the file, and the prefixes of their predicates."""
        ordered = sorted(mappings, key=lambda mapping: (mapping.subject_id, mapping.object_id))
        used = {mapping.predicate_id.partition(":")[0] for mapping in ordered} & PREFIXES.keys()
        known = self.metadata.get("curie_map", {})
        prefixes = {**known, **{name: PREFIXES[name] for name in sorted(used - set(known))}}
        return replace(self, metadata={**self.metadata, "curie_map": prefixes}, mappings=tuple(ordered))


def read(path: Path) -> MappingSet:
    """Read a mapping set.

    Args:
        path: The file.

    Raises:
        DataError: The file is not SSSOM/TSV with columns of `COLUMNS`; the error names the line of a malformed row.
    """
    lines = read_text(path).splitlines()
    mapping_set = MappingSet(_parse_metadata([line for line in lines if line.startswith("#")], path), (), path)
    table = [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    if not table:
        raise DataError("the line of column names is missing", file=path, remedy=f"write {' '.join(COLUMNS)}")
    (header_number, header), *rows = table
    columns = header.split("\t")
    wrong = [name for name in columns if name not in COLUMNS] + [name for name in _REQUIRED if name not in columns]
    if wrong or len(columns) != len(set(columns)):
        raise DataError(
            f"unknown or missing columns: {', '.join(wrong)}" if wrong else "a column is repeated",
            file=path,
            line=header_number,
            remedy=f"use those of {', '.join(COLUMNS)}; {', '.join(_REQUIRED)} are required",
        )
    return replace(mapping_set, mappings=tuple(_parse_row(mapping_set, columns, *row) for row in rows))


def _parse_metadata(comments: abc.Sequence[str], path: Path) -> dict[str, Any]:
    """Return the metadata in the lines that begin with a number sign."""
    try:
        metadata = yaml_header("\n".join(line[1:].removeprefix(" ") for line in comments))
    except ValueError as error:
        raise DataError(f"the metadata are not YAML: {error}", file=path, remedy="correct the lines with #") from None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("curie_map"), dict):
        raise DataError("there are no metadata with a curie_map", file=path, remedy="begin the file with # curie_map:")
    if not all(isinstance(text, str) for pair in metadata["curie_map"].items() for text in pair):
        raise DataError(
            "a prefix or namespace of the curie_map is not a string", file=path, remedy="put it in quotation marks"
        )
    return metadata


def _parse_row(mapping_set: MappingSet, columns: abc.Sequence[str], number: int, line: str) -> Mapping:
    """Return the mapping in a line, whose prefixes are those of *mapping_set*."""
    path = mapping_set.path
    try:
        cells = next(csv.reader([line], delimiter="\t"))
    except csv.Error as error:
        raise DataError(str(error), file=path, line=number, remedy="correct the line") from None
    if len(cells) != len(columns):
        message = f"{len(cells)} cells for {len(columns)} columns"
        raise DataError(message, file=path, line=number, remedy="write one tab between cells")
    slots = dict.fromkeys(COLUMNS, "") | dict(zip(columns, cells, strict=True))
    for name in _REQUIRED:
        if not slots[name]:
            raise DataError(f"{name} is empty", file=path, line=number, remedy="each mapping needs it")
    for name in _CURIES:
        if slots[name].partition(":")[0] not in mapping_set.prefixes:
            raise DataError(
                f"{name}: the prefix of {slots[name]!r} is not in the curie_map",
                file=path,
                line=number,
                remedy=f"use one of {', '.join(mapping_set.prefixes)}",
            )
    return Mapping(**slots, line=number)


def to_tsv(mapping_set: MappingSet) -> str:
    """Return a mapping set as SSSOM/TSV: its metadata in YAML behind number signs, then a line for each mapping."""
    metadata = yaml.safe_dump(dict(mapping_set.metadata), sort_keys=False, allow_unicode=True, width=1000)
    output = io.StringIO()
    writer = csv.writer(output, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    for mapping in mapping_set.mappings:
        writer.writerow([getattr(mapping, name) for name in COLUMNS])
    return "".join(f"# {line}\n" for line in metadata.splitlines()) + output.getvalue()


def write(mapping_set: MappingSet, path: Path) -> None:
    """Write a mapping set to a file that nobody else writes, as a whole or not at all.

    Args:
        mapping_set: The mapping set.
        path: The file.

    Raises:
        ExternalError: The file cannot be written.
    """
    write_whole(path, to_tsv(mapping_set).encode("utf-8"))


def change(root: Path, path: Path, edit: abc.Callable[[MappingSet], MappingSet]) -> None:
    """Change the mapping set in a file of a workspace, while nobody else can change the workspace.

    Args:
        root: The folder of the workspace.
        path: The file.
        edit: Returns the new mapping set for the one that the file has now.

    Raises:
        DataError: The file is malformed.
        ExternalError: The workspace cannot be locked, or the file cannot be written.
    """
    with journal.exclusive_access(root):
        journal.commit(root, {path: to_tsv(edit(read(path))).encode("utf-8")})
