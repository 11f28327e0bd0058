"""An article of a workspace and its coding sheet, which is printed, checked and compiled into the article's files."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from stancegraph.coding import compiler, parser, printer
from stancegraph.coding.compiler import CompiledSheet
from stancegraph.coding.symbols import LABEL_PROPERTIES, SymbolTable
from stancegraph.errors import DataError, UsageError
from stancegraph.files import journal
from stancegraph.findings import Finding, Severity
from stancegraph.pipeline import building
from stancegraph.pipeline.inference import infer
from stancegraph.pipeline.reading import Reading, read, read_shapes, read_text_file
from stancegraph.pipeline.validation import validate_reading
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import GRAPH, ID, shorten
from stancegraph.rdf.quads import in_graph
from stancegraph.rdf.turtle import write_document
from stancegraph.text import Layout
from stancegraph.workspace.folders import SourceFile, Workspace, files_in

SHEET = "coding.txt"
_MARK = f"Compiled from {SHEET} by `stancegraph article compile`; edit that file."
_HEADER_LENGTH = 400  # characters at the beginning of a file that contain the mark
_LEAST_SIMILAR = 92  # of 100, as RapidFuzz counts: from here on, two names may belong to one entity


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding about a sheet.

    Attributes:
        line: The line number, from 1; 0 if it is not about one line.
        severity: Its severity.
        rule: The rule that is violated: a shape, a check, or a rule for sheets.
        message: What is wrong.
        remedy: What to do about it.
    """

    line: int
    severity: Severity
    rule: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{SHEET}:{self.line}" if self.line else SHEET
        return f"{place}: {self.severity} {self.rule}: {self.message}\n  Remedy: {self.remedy}"


def build_symbol_table(workspace: Workspace, reading: Reading, slug: str) -> SymbolTable:
    """Return the symbols that the sheet of an article can use.

    Args:
        workspace: The workspace, with the shapes and the IRI layout.
        reading: The quads that describe the ontology and the known things.
        slug: The name of the article's folder; empty for no article in particular.
    """
    ontology = [quad for quad in reading.quads if quad.graph_name == NamedNode(f"{GRAPH}ontology")]
    shapes = read_shapes(workspace)
    symbols = SymbolTable.from_ontology(ontology, shapes, slug, workspace.namespaces())
    symbols.declare_all(reading.quads)
    return symbols


@dataclass
class Article:
    """An article of a workspace.

    Attributes:
        workspace: The workspace.
        slug: The name of the article's folder.
        folder: The folder.

    Raises:
        UsageError: The workspace has no such article.
    """

    workspace: Workspace
    slug: str
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.workspace.root / "data" / "articles" / self.slug
        if not (self.folder / "layout.toml").is_file():
            known = [path.parent.name for path in files_in(self.folder.parent, "*/layout.toml")]
            remedy = f"choose one of: {', '.join(known)}" if known else "draft one with `stancegraph article new`"
            raise UsageError(f"there is no article {self.slug!r}", remedy=remedy)

    @property
    def sheet(self) -> Path:
        """The path of the coding sheet, which need not exist."""
        return self.folder / SHEET

    @property
    def _entities_file(self) -> Path:
        return self.workspace.root / "data" / "entities" / f"of-{self.slug}.ttl"

    @property
    def _passage_prefix(self) -> str:
        return f"{ID}passage/{self.slug}/"

    @cached_property
    def _sources(self) -> tuple[list[SourceFile], list[SourceFile]]:
        """The files that the sheet is compiled to, and all other sources of the graph."""
        compiled = {self.folder / "facts.ttl", self.folder / "mentions.ttl", self._entities_file}
        passages = SourceFile(self.folder / "passages.ttl", f"{GRAPH}article/{self.slug}")
        sources = self.workspace.source_files()
        sources += [passages] if passages not in sources and passages.path.is_file() else []
        return (
            [source for source in sources if source.path in compiled],
            [source for source in sources if source.path not in compiled],
        )

    @cached_property
    def _other_data(self) -> Reading:
        """All of the workspace except the files that the sheet is compiled to."""
        return read(self._sources[1])

    @cached_property
    def publication(self) -> str:
        """The IRI of the article."""
        return Layout.read(self.folder / "layout.toml").publication

    @cached_property
    def passages(self) -> list[str]:
        """The names of the passages, in their order."""
        return list(self._passage_values(terms.CHAR_START))

    def passage_digests(self) -> list[tuple[str, str]]:
        """Return the name of each passage with the SHA-256 of its characters, in their order."""
        digests = self._passage_values(terms.SHA256)
        return [(name, digests[name]) for name in self.passages]

    def line_kinds(self) -> dict[str, str]:
        """Return the kind of each line that is one passage, such as a heading or caption, by its SHA-256."""
        digests = self._passage_values(terms.SHA256)
        kinds = {name: iri.rpartition("/")[2] for name, iri in self._passage_values(terms.PASSAGE_KIND).items()}
        return {digests[name]: kind.lower() for name, kind in kinds.items() if kind != "Sentence"}

    def _passage_values(self, prop: str) -> dict[str, str]:
        """Return the value of a property for each passage, by its name."""
        return {
            quad.subject.value.removeprefix(self._passage_prefix): quad.object.value  # type: ignore[union-attr]
            for quad in self._other_data.quads
            if quad.predicate.value == prop
            and isinstance(quad.subject, NamedNode)
            and quad.subject.value.startswith(self._passage_prefix)
        }

    @cached_property
    def _known_symbols(self) -> SymbolTable:
        return build_symbol_table(self.workspace, self._other_data, self.slug)

    def symbols(self) -> SymbolTable:
        """Return the symbols that the sheet can use; compiling it declares what it describes."""
        return copy.deepcopy(self._known_symbols)

    def show(self) -> str:
        """Return a sheet that compiles to the Turtle of the article.

        Raises:
            DataError: The Turtle states something that a sheet cannot express.
        """
        quads = read(self._sources[0]).quads
        symbols = self.symbols()
        symbols.declare_all(quads)
        return printer.to_sheet(quads, symbols, self.publication, self.passages)

    def compile(self, text: str | None = None) -> CompiledSheet:
        """Compile *text*, or the article's sheet; errors in it are among the problems of the result."""
        sheet = read_text_file(self.sheet) if text is None else text
        return compiler.compile_sheet(parser.parse(sheet), self.symbols(), self.publication)

    def check(self, text: str | None = None) -> list[Remark]:
        """Return what the parser, the compiler, the shapes and the checks find in *text*, or in the article's sheet."""
        compiled = self.compile(text)
        remarks = [
            Remark(problem.line, Severity.VIOLATION, "sheet", problem.message, problem.remedy)
            for problem in compiled.problems
        ]
        remarks += self._duplicates(compiled)
        for finding in self._findings(compiled):
            if finding.subject in compiled.lines or finding.subject.startswith(self._passage_prefix):
                message = f"{shorten(finding.subject)}: {finding.message}"
                value = f" Found: {shorten(finding.value)}." if finding.value else ""
                line = compiled.lines.get(finding.subject, 0)
                remarks.append(Remark(line, finding.severity, finding.rule, message + value, finding.remedy))
        severities = list(Severity)
        return sorted(
            remarks,
            key=lambda remark: (severities.index(remark.severity), remark.line, remark.rule, remark.message),
        )

    def _findings(self, compiled: CompiledSheet) -> Sequence[Finding]:
        """Return what the shapes and checks would find if the compiled sheet were part of the graph."""
        article, shared = (NamedNode(GRAPH + name) for name in (f"article/{self.slug}", "entities"))
        quads = [in_graph(triple, article) for triple in (*compiled.claims, *compiled.mentions)]
        quads += [in_graph(triple, shared) for triple in compiled.entities]
        unchanged = [quad for quad in self._other_data.quads if quad.graph_name in {article, shared}]
        replaced_graphs = {
            name.value: [quad for quad in [*unchanged, *quads] if quad.graph_name == name] for name in (article, shared)
        }
        findings = building.preview(self.workspace, replaced_graphs)
        if findings is None:  # nothing is published yet that could be updated
            reading = Reading([*self._other_data.quads, *quads], dict(self._other_data.files))
            findings = validate_reading(self.workspace, reading, infer(reading, self.workspace))
        return findings.ordered()

    def _duplicates(self, compiled: CompiledSheet) -> list[Remark]:
        """Return remarks on new entities whose names are similar to those of others."""
        from rapidfuzz import fuzz, process, utils

        symbols = self._known_symbols
        remarks = []
        for triple in compiled.entities:
            iri = triple.subject.value  # type: ignore[union-attr]
            if not isinstance(triple.object, Literal) or triple.predicate.value not in LABEL_PROPERTIES:
                continue
            match = process.extractOne(
                triple.object.value, symbols.by_label.keys(), scorer=fuzz.token_sort_ratio,
                processor=utils.default_process, score_cutoff=_LEAST_SIMILAR,
            )  # fmt: skip
            if match is not None:
                things = ", ".join(sorted(symbols.shorten(thing) for thing in symbols.by_label[match[0]]))
                message = f"{symbols.shorten(iri)} is called {triple.object.value!r}, much like {things} ({match[0]!r})"
                remedy = f"if they are the same, use {things}; otherwise give them labels that distinguish them"
                line = compiled.lines.get(iri, 0)
                remarks.append(Remark(line, Severity.WARNING, "perhaps-the-same", message, remedy))
        return remarks

    def compiled_files(self) -> dict[Path, list[Triple]]:
        """Compile the sheet, and return the triples of each file; a file without any is left out unless it exists.

        Raises:
            DataError: The sheet has problems.
            ExternalError: The sheet cannot be read.
        """
        compiled = self.compile()
        if compiled.problems:
            first, *others = compiled.problems
            raise DataError(
                f"{first.message}, and {len(others)} more" if others else first.message,
                file=self.sheet,
                line=first.line,
                remedy=first.remedy,
            )
        files: dict[Path, list[Triple]] = {
            self.folder / "facts.ttl": compiled.claims,
            self.folder / "mentions.ttl": compiled.mentions,
            self._entities_file: compiled.entities,
        }
        return {path: triples for path, triples in files.items() if triples or path.is_file()}

    def to_turtle(self, triples: list[Triple]) -> bytes:
        """Return *triples* as a file of the article, which begins with the mark of a compiled file."""
        return write_document(triples, self.workspace.namespaces().of_article(self.slug), _MARK).encode("utf-8")

    def write(self) -> dict[Path, int]:
        """Compile the sheet into the article's files, all of them or none, and return the number of triples in each.

        Raises:
            DataError: The sheet has problems.
            UsageError: A file has been written by hand and would be overwritten.
            ExternalError: A file cannot be read or written.
        """
        with journal.exclusive_access(self.workspace.root):
            files = self.compiled_files()
            for path in files:
                if path.is_file() and _MARK not in read_text_file(path)[:_HEADER_LENGTH]:
                    raise UsageError(
                        "the file was written by hand and would be overwritten",
                        file=path,
                        remedy=f"add its content to the sheet (`stancegraph article show {self.slug}`), then delete it",
                    )
            journal.commit(self.workspace.root, {path: self.to_turtle(triples) for path, triples in files.items()})
            return {path: len(triples) for path, triples in files.items()}
