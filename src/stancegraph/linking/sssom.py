"""Mappings in `SSSOM/TSV <https://mapping-commons.github.io/sssom/spec-formats-tsv/>`_, read and written strictly.

A row is *accepted* where it has a reviewer, *rejected* where its predicate is negated (``Not``), so that nobody
proposes it twice, and a *candidate* until somebody has looked at it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import yaml

from stancegraph.errors import DataError
from stancegraph.files import journal
from stancegraph.files.ledger import read_text
from stancegraph.files.writing import write_whole
from stancegraph.rdf.nesting import yaml_header
from stancegraph.rdf.prefixes import PrefixMap

SUFFIX = ".sssom.tsv"
PREDICATES = (
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:broadMatch",
    "skos:narrowMatch",
    "skos:relatedMatch",
    "owl:sameAs",
)
EXACT = frozenset({"skos:exactMatch", "owl:sameAs"})


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row: slots of SSSOM, under their names. *line* is where it stands in its file, 0 for a new one."""

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
        """Whether it says that the two are not so related."""
        return self.predicate_modifier == "Not"

    @property
    def accepted(self) -> bool:
        """Whether somebody has looked at both sides and found it right."""
        return bool(self.reviewer_label) and not self.rejected


COLUMNS = tuple(field.name for field in fields(Mapping) if field.name != "line")
_NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")


@dataclass(frozen=True, slots=True)
class MappingSet:
    """The mappings to one target: the metadata of the set, and its rows in their order."""

    metadata: Table[str, Any]
    mappings: tuple[Mapping, ...] = ()
    path: Path | None = None

    @property
    def prefixes(self) -> PrefixMap:
        """The prefixes of its identifiers."""
        return PrefixMap(self.metadata.get("curie_map", {}))

    def expand(self, curie: str) -> str:
        """The IRI that *curie* stands for; raise `DataError` where its prefix is none of the set's."""
        iri = self.prefixes.expand(curie)
        if iri is None:
            raise DataError(
                f"{curie!r} has no prefix of this file", file=self.path, remedy=f"one of {', '.join(self.prefixes)}"
            )
        return iri

    def has_prefix(self, iri: str) -> bool:
        """Whether *iri* can be written with a prefix of the set."""
        return self.prefixes.shorten(iri) != iri

    def contract(self, iri: str) -> str:
        """*iri* with the longest prefix that fits; raise `DataError` where none does."""
        if not self.has_prefix(iri):
            raise DataError(f"no prefix of this file fits {iri}", file=self.path, remedy="add one to its curie_map")
        return self.prefixes.shorten(iri)

    def with_rows(self, mappings: Sequence[Mapping]) -> MappingSet:
        """The same set with other rows, in the order in which the file has them."""
        return replace(self, mappings=tuple(sorted(mappings, key=lambda one: (one.subject_id, one.object_id))))


def read(path: Path) -> MappingSet:
    """Read one file; raise `DataError` with file and line where it is not SSSOM/TSV as it must be."""
    lines = read_text(path).splitlines()
    header = [line[1:].removeprefix(" ") for line in lines if line.startswith("#")]
    body = [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    try:
        metadata = yaml_header("\n".join(header))
    except ValueError as error:
        raise DataError(f"the metadata are not YAML: {error}", file=path, remedy="correct the lines with #") from None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("curie_map"), dict):
        raise DataError("there are no metadata with a curie_map", file=path, remedy="begin the file with # curie_map:")
    if not all(isinstance(one, str) for pair in metadata["curie_map"].items() for one in pair):
        raise DataError("a prefix of the curie_map is no string", file=path, remedy="put it in quotation marks")
    if not body:
        raise DataError("there is no line of column names", file=path, remedy=f"write {' '.join(COLUMNS)}")
    columns = body[0][1].split("\t")
    wrong = [name for name in columns if name not in COLUMNS] + [name for name in _NEEDED if name not in columns]
    if wrong or len(columns) != len(set(columns)):
        raise DataError(
            f"the columns are not as they must be: {', '.join(wrong) or 'one is there twice'}",
            file=path,
            line=body[0][0],
            remedy=f"those of {', '.join(COLUMNS)}; needed are {', '.join(_NEEDED)}",
        )
    found = MappingSet(metadata, (), path)
    return replace(found, mappings=tuple(_row(found, columns, number, line) for number, line in body[1:]))


def _row(of: MappingSet, columns: Sequence[str], number: int, line: str) -> Mapping:
    try:
        cells = next(csv.reader([line], delimiter="\t"))
    except csv.Error as error:
        raise DataError(str(error), file=of.path, line=number, remedy="correct the line") from None
    if len(cells) != len(columns):
        raise DataError(
            f"{len(cells)} cells, and {len(columns)} columns", file=of.path, line=number, remedy="one tab between cells"
        )
    values = dict.fromkeys(COLUMNS, "") | dict(zip(columns, cells, strict=True))
    for name in _NEEDED:
        if not values[name]:
            raise DataError(f"{name} is empty", file=of.path, line=number, remedy="each mapping needs it")
    for name in ("subject_id", "object_id", "predicate_id", "mapping_justification"):
        prefix = values[name].partition(":")[0]
        if prefix not in of.prefixes:
            raise DataError(
                f"{name} {values[name]!r} has no prefix of this file",
                file=of.path,
                line=number,
                remedy=f"one of {', '.join(of.prefixes)}",
            )
    return Mapping(**values, line=number)


def to_tsv(of: MappingSet) -> str:
    """A set as SSSOM/TSV: metadata in YAML behind #, then a line for each mapping, sorted."""
    metadata = yaml.safe_dump(dict(of.metadata), sort_keys=False, allow_unicode=True, width=1000)
    output = io.StringIO()
    writer = csv.writer(output, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    for one in of.mappings:
        writer.writerow([getattr(one, name) for name in COLUMNS])
    return "".join(f"# {line}\n" for line in metadata.splitlines()) + output.getvalue()


def write(of: MappingSet, path: Path) -> None:
    """Write a set to a file that nobody else has, whole or not at all; raises `ExternalError` where that cannot be."""
    write_whole(path, to_tsv(of).encode("utf-8"))


def change(root: Path, path: Path, edit: Callable[[MappingSet], MappingSet]) -> None:
    """Let *edit* change the set at *path* in the workspace at *root*, as it is now; nobody else changes it meanwhile.

    Raises what reading and `journal.commit` raise.
    """
    with journal.exclusive_access(root):
        journal.commit(root, {path: to_tsv(edit(read(path))).encode("utf-8")})
