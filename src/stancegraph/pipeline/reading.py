"""Read the files of a workspace into quads, strictly: what does not parse is an error with file and line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse

from stancegraph.errors import DataError
from stancegraph.files.ledger import read_text, read_utf8
from stancegraph.linking import linksets, sssom
from stancegraph.rdf import turtle_nesting
from stancegraph.rdf.datatypes import malformed
from stancegraph.rdf.namespaces import shorten
from stancegraph.workspace.folders import SourceFile, Workspace


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the quads, and for each subject the file that describes it first."""

    quads: list[Quad] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)

    def store(self) -> Store:
        """The quads in an in-memory store."""
        store = Store()
        store.bulk_extend(self.quads)
        return store


def read_turtle(path: Path) -> list[Quad]:
    """The triples of a Turtle file, by `W3C Turtle 1.1 <https://www.w3.org/TR/turtle/>`_.

    Raises `DataError` with the line where it is malformed, `ExternalError` where it cannot be read.
    """
    content = read_utf8(path)
    turtle_nesting.check(content, path)
    try:
        return list(parse(content, format=RdfFormat.TURTLE, rename_blank_nodes=True))
    except SyntaxError as error:
        raise DataError(
            f"malformed Turtle: {error.msg}", file=path, line=error.lineno, remedy="correct the line and try again"
        ) from None
    except ValueError as error:
        raise DataError(f"malformed Turtle: {error}", file=path, remedy="correct it and try again") from None


def read_words(path: Path) -> str:
    """The text of a file; raises `DataError` where it is not UTF-8, `ExternalError` where it cannot be read."""
    return read_text(path)


def read_file(source: SourceFile) -> list[Quad]:
    """Parse one file, Turtle or the mappings of SSSOM/TSV; its triples go to the graph of *source*.

    Raises what `read_turtle` raises, and `DataError` for literals that are not of the form of their datatype, and for
    blank nodes in data, which could not be cited.
    """
    graph = NamedNode(source.graph)
    if source.kind == "mappings":
        links = linksets.quads(sssom.read(source.path), source.graph)
        # what a file says of another graph would stay there when the file changes
        assert all(quad.graph_name == graph for quad in links), source.path
        return links
    quads = [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in read_turtle(source.path)]
    _refuse_malformed_literals(quads, source.path)
    if source.kind == "data":
        _refuse_blank_nodes(quads, source.path)
    return quads


def _refuse_malformed_literals(quads: Iterable[Quad], path: Path) -> None:
    typed = [quad for quad in quads if isinstance(quad.object, Literal)]
    wrong = malformed(quad.object for quad in typed if isinstance(quad.object, Literal))
    for quad in typed:
        if isinstance(quad.object, Literal) and quad.object in wrong:
            raise DataError(
                f"{shorten(quad.predicate.value)} has {_short(quad.object)}, which is not of the form of its datatype",
                file=path,
                subject=shorten(str(quad.subject).strip("<>")),
                remedy="correct the value, or its datatype; times are of the years 0001 to 9999",
            )


def _short(literal: Literal) -> str:
    words = str(literal)
    return words if len(words) <= 200 else f"{words[:150]} … {words[-40:]}"


def _refuse_blank_nodes(quads: Iterable[Quad], path: Path) -> None:
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            subject = str(quad.object if isinstance(quad.subject, BlankNode) else quad.subject)
            raise DataError(
                f"a blank node, at {quad.predicate.value}",
                file=path,
                subject=subject if subject.startswith("<") else None,
                remedy="give the thing an IRI: what has no name cannot be cited",
            )


def read(sources: Iterable[SourceFile]) -> Reading:
    """Parse all *sources*; raises what `read_file` raises, for the first file that is wrong."""
    reading = Reading()
    for source in sources:
        for quad in read_file(source):
            reading.quads.append(quad)
            if isinstance(quad.subject, NamedNode):
                reading.files.setdefault(quad.subject.value, source.path)
    return reading


def read_workspace(workspace: Workspace) -> Reading:
    """Read everything that the graph of *workspace* is made of."""
    return read(workspace.source_files())
