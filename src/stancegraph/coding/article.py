"""An article of a workspace and its coding sheet: shown, checked, compiled into the article's files."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from stancegraph.coding import compiler, parser, printer
from stancegraph.coding.compiler import Compiled
from stancegraph.coding.symbols import CALLED, SymbolTable, vocabulary
from stancegraph.errors import DataError, UsageError
from stancegraph.files import journal
from stancegraph.findings import Finding, Severity
from stancegraph.pipeline import building
from stancegraph.pipeline.inference import infer
from stancegraph.pipeline.reading import Reading, read, read_text_file, read_turtle
from stancegraph.pipeline.validation import validate_reading
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import GRAPH, ID, shorten
from stancegraph.rdf.quads import in_graph
from stancegraph.rdf.turtle import write_document
from stancegraph.text import Layout
from stancegraph.workspace.folders import SourceFile, Workspace, files_in

SHEET = "coding.txt"
_MARK = f"Compiled from {SHEET} by `stancegraph article compile`; edit that file."
_ALIKE = 92  # of 100: from here on two names may be one


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of a line of a sheet, 0 where it is of none: by which rule, how grave, and the remedy."""

    line: int
    severity: Severity
    rule: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{SHEET}:{self.line}" if self.line else SHEET
        return f"{place}: {self.severity} {self.rule}: {self.message}\n  Remedy: {self.remedy}"


def symbol_table(workspace: Workspace, reading: Reading, slug: str) -> SymbolTable:
    """What names may stand for in the sheet of the article *slug*, by what *reading* describes."""
    ontology = [quad for quad in reading.quads if quad.graph_name == NamedNode(f"{GRAPH}ontology")]
    shapes = [quad for path in workspace.shape_files() for quad in read_turtle(path)]
    names = vocabulary(ontology, shapes, slug, workspace.namespaces())
    names.learn(reading.quads)
    return names


@dataclass
class Article:
    """An article of *workspace*, by the name of its folder."""

    workspace: Workspace
    slug: str
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.workspace.root / "data" / "articles" / self.slug
        if not (self.folder / "layout.toml").is_file():
            known = [path.parent.name for path in files_in(self.folder.parent, "*/layout.toml")]
            raise UsageError(
                f"there is no article {self.slug!r}", remedy=f"one of: {', '.join(known) or 'none so far'}"
            )

    @property
    def sheet(self) -> Path:
        """Where its coding sheet is."""
        return self.folder / SHEET

    @property
    def _entities(self) -> Path:
        return self.workspace.root / "data" / "entities" / f"of-{self.slug}.ttl"

    @cached_property
    def _sources(self) -> tuple[list[SourceFile], list[SourceFile]]:
        """What a sheet is compiled to, and all else."""
        compiled = {self.folder / "facts.ttl", self.folder / "mentions.ttl", self._entities}
        passages = SourceFile(self.folder / "passages.ttl", f"{GRAPH}article/{self.slug}")
        sources = self.workspace.source_files()
        sources += [passages] if passages not in sources and passages.path.is_file() else []
        return [one for one in sources if one.path in compiled], [one for one in sources if one.path not in compiled]

    @cached_property
    def around(self) -> Reading:
        """All of the workspace that the sheet is not compiled to."""
        return read(self._sources[1])

    @cached_property
    def publication(self) -> str:
        """The IRI of the article."""
        return Layout.read(self.folder / "layout.toml").publication

    @cached_property
    def passages(self) -> list[str]:
        """The names of its passages, in their order."""
        home = f"{ID}passage/{self.slug}/"
        return [
            quad.subject.value.removeprefix(home)
            for quad in self.around.quads
            if quad.predicate.value == terms.CHAR_START
            and isinstance(quad.subject, NamedNode)
            and quad.subject.value.startswith(home)
        ]

    def digests(self) -> list[tuple[str, str]]:
        """The names of its passages with the SHA-256 of their characters, in their order."""
        told = self._of_passages(terms.SHA256)
        return [(name, told[name]) for name in self.passages]

    def kinds(self) -> dict[str, str]:
        """The kinds of the lines that are passages as a whole, such as headings and captions, by their SHA-256."""
        digests = self._of_passages(terms.SHA256)
        kinds = {name: iri.rpartition("/")[2] for name, iri in self._of_passages(terms.PASSAGE_KIND).items()}
        return {digests[name]: kind.lower() for name, kind in kinds.items() if kind != "Sentence"}

    def _of_passages(self, prop: str) -> dict[str, str]:
        home = f"{ID}passage/{self.slug}/"
        told = [quad for quad in self.around.quads if quad.predicate.value == prop]
        found = {quad.subject.value: quad.object.value for quad in told}  # type: ignore[union-attr]
        return {iri.removeprefix(home): value for iri, value in found.items() if iri.startswith(home)}

    @cached_property
    def _vocabulary(self) -> SymbolTable:
        return symbol_table(self.workspace, self.around, self.slug)

    def names(self) -> SymbolTable:
        """What the names of the sheet may stand for; the sheet's own are learnt as it is compiled."""
        return copy.deepcopy(self._vocabulary)

    def show(self) -> str:
        """The sheet of the article's Turtle; raises `DataError` where that says what a sheet cannot."""
        own = read(self._sources[0]).quads
        names = self.names()
        names.learn(own)
        return printer.to_sheet(own, names, self.publication, self.passages)

    def compile(self, text: str | None = None) -> Compiled:
        """Compile *text*, or the sheet of the article; what is wrong is among its problems."""
        words = read_text_file(self.sheet) if text is None else text
        return compiler.compile_sheet(parser.parse(words), self.names(), self.publication)

    def check(self, text: str | None = None) -> list[Remark]:
        """What is wrong with the sheet: what cannot be read, and what shapes and checks say, each with its line."""
        compiled = self.compile(text)
        remarks = [Remark(one.line, Severity.VIOLATION, "sheet", one.message, one.remedy) for one in compiled.problems]
        remarks += self._duplicates(compiled)
        home = f"{ID}passage/{self.slug}/"
        for finding in self._findings(compiled):
            if finding.subject in compiled.lines or finding.subject.startswith(home):
                about = f"{shorten(finding.subject)}: {finding.message}"
                found = f" Found: {shorten(finding.value)}." if finding.value else ""
                line = compiled.lines.get(finding.subject, 0)
                remarks.append(Remark(line, finding.severity, finding.rule, about + found, finding.remedy))
        return sorted(remarks, key=lambda one: (list(Severity).index(one.severity), one.line, one.rule, one.message))

    def _findings(self, compiled: Compiled) -> Sequence[Finding]:
        """What shapes and checks find if the sheet says what was *compiled*."""
        article, shared = (NamedNode(GRAPH + name) for name in (f"article/{self.slug}", "entities"))
        quads = [in_graph(one, article) for one in (*compiled.claims, *compiled.mentions)]
        quads += [in_graph(one, shared) for one in compiled.entities]
        beside = [quad for quad in self.around.quads if quad.graph_name in {article, shared}]
        instead = {
            name.value: [quad for quad in [*beside, *quads] if quad.graph_name == name] for name in (article, shared)
        }
        found = building.preview(self.workspace, instead)
        if found is None:
            reading = Reading([*self.around.quads, *quads], dict(self.around.files))
            found = validate_reading(self.workspace, reading, infer(reading, self.workspace))
        return found.ordered()

    def _duplicates(self, compiled: Compiled) -> list[Remark]:
        """New things that are called like others, or nearly so: perhaps they are the same."""
        from rapidfuzz import fuzz, process, utils

        names = self._vocabulary
        found = []
        for triple in compiled.entities:
            iri = triple.subject.value  # type: ignore[union-attr]
            if not isinstance(triple.object, Literal) or triple.predicate.value not in CALLED:
                continue
            match = process.extractOne(
                triple.object.value, names.labels.keys(), scorer=fuzz.token_sort_ratio, processor=utils.default_process,
                score_cutoff=_ALIKE,
            )  # fmt: skip
            if match is not None:
                things = ", ".join(sorted(names.short(thing) for thing in names.labels[match[0]]))
                told = f"{names.short(iri)} is called {triple.object.value!r}, and {things} {match[0]!r}"
                remedy = "use that one if it is meant, else tell the two apart in their labels"
                found.append(Remark(compiled.lines.get(iri, 0), Severity.WARNING, "perhaps-the-same", told, remedy))
        return found

    def files(self) -> dict[Path, list[Triple]]:
        """Compile the sheet; what each of the article's files would hold, of those that hold something or exist.

        Raises:
            DataError: where the sheet has problems.
        """
        compiled = self.compile()
        if compiled.problems:
            first = compiled.problems[0]
            raise DataError(
                f"{first.message}, and {len(compiled.problems) - 1} more" if compiled.problems[1:] else first.message,
                file=self.sheet,
                line=first.line,
                remedy=first.remedy,
            )
        parts: dict[Path, list[Triple]] = {
            self.folder / "facts.ttl": compiled.claims,
            self.folder / "mentions.ttl": compiled.mentions,
            self._entities: compiled.entities,
        }
        return {path: triples for path, triples in parts.items() if triples or path.is_file()}

    def turtle(self, triples: list[Triple]) -> bytes:
        """*triples* as a file of the article, which says that it is compiled."""
        return write_document(triples, self.workspace.namespaces().of_article(self.slug), _MARK).encode("utf-8")

    def write(self) -> dict[Path, int]:
        """Compile the sheet into the article's files, all of them or none; gives the number of triples in each.

        Raises:
            DataError: where the sheet has problems.
            UsageError: where a file was written by hand, and would be lost.
            ExternalError: where a file cannot be written.
        """
        with journal.exclusive_access(self.workspace.root):
            files = self.files()
            for path in files:
                if path.is_file() and _MARK not in read_text_file(path)[:400]:
                    raise UsageError(
                        "it was written by hand, and would be lost",
                        file=path,
                        remedy=f"put it into the sheet first (`stancegraph article show {self.slug}`), and remove it",
                    )
            journal.commit(self.workspace.root, {path: self.turtle(triples) for path, triples in files.items()})
            return {path: len(triples) for path, triples in files.items()}
