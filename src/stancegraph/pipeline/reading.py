"""Read the files of a workspace into quads, strictly: what does not parse is an error with its file and line."""

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
    """Quads that were read, and for each subject with an IRI the first file that describes it."""

    quads: list[Quad] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)

    def store(self) -> Store:
        """Return a new store, in memory, that holds the quads."""
        store = Store()
        store.bulk_extend(self.quads)
        return store


def read_turtle(path: Path) -> list[Quad]:
    """Return the triples of a Turtle file, by `W3C Turtle 1.1 <https://www.w3.org/TR/turtle/>`_.

    Args:
        path: The file.

    Returns:
        The triples, in the default graph; blank nodes are named anew.

    Raises:
        DataError: If the file is malformed, with its line where the parser names one.
        ExternalError: If the file cannot be read.
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


def read_text_file(path: Path) -> str:
    """Return the text of the file *path*, its lines ended by line feeds.

    Raises:
        DataError: If the file is not UTF-8.
        ExternalError: If the file cannot be read.
    """
    return read_text(path)


def read_file(source: SourceFile) -> list[Quad]:
    """Read one file, in Turtle or SSSOM/TSV.

    Args:
        source: The file, with its kind and its graph.

    Returns:
        The triples of the file, in its graph.

    Raises:
        DataError: If the file is malformed, has a literal that is not in the form of its datatype, or is data and
            has a blank node, which could not be cited.
        ExternalError: If the file cannot be read.
    """
    graph = NamedNode(source.graph)
    if source.kind == "mappings":
        links = linksets.to_quads(sssom.read(source.path), source.graph)
        # what a file put into another graph would stay there when the file changes
        assert all(quad.graph_name == graph for quad in links), source.path
        return links
    quads = [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in read_turtle(source.path)]
    _refuse_malformed_literals(quads, source.path)
    if source.kind == "data":
        _refuse_blank_nodes(quads, source.path)
    return quads


def _refuse_malformed_literals(quads: Iterable[Quad], path: Path) -> None:
    with_literals = [quad for quad in quads if isinstance(quad.object, Literal)]
    wrong = malformed(quad.object for quad in with_literals if isinstance(quad.object, Literal))
    for quad in with_literals:
        if isinstance(quad.object, Literal) and quad.object in wrong:
            raise DataError(
                f"{shorten(quad.predicate.value)} is {_shorten(quad.object)}, which is not in the form of its datatype",
                file=path,
                subject=shorten(str(quad.subject).strip("<>")),
                remedy="correct the value, or its datatype; times must lie in the years 0001 to 9999",
            )


def _shorten(literal: Literal) -> str:
    text = str(literal)
    return text if len(text) <= 200 else f"{text[:150]} … {text[-40:]}"


def _refuse_blank_nodes(quads: Iterable[Quad], path: Path) -> None:
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            subject = str(quad.object if isinstance(quad.subject, BlankNode) else quad.subject)
            raise DataError(
                f"a blank node at {quad.predicate.value}",
                file=path,
                subject=subject if subject.startswith("<") else None,
                remedy="give the thing an IRI: what has no name cannot be cited",
            )


def read(sources: Iterable[SourceFile]) -> Reading:
    """Read all *sources*, in their order.

    Raises:
        DataError: For the first file that `read_file` rejects.
        ExternalError: If a file cannot be read.
    """
    reading = Reading()
    for source in sources:
        for quad in read_file(source):
            reading.quads.append(quad)
            if isinstance(quad.subject, NamedNode):
                reading.files.setdefault(quad.subject.value, source.path)
    return reading


def read_shapes(workspace: Workspace) -> list[Quad]:
    """Read the shapes of a workspace, which are not part of the graph.

    Args:
        workspace: The workspace.

    Raises:
        DataError: A file is malformed.
        ExternalError: A file cannot be read.
    """
    return [quad for path in workspace.shape_files() for quad in read_turtle(path)]


def read_workspace(workspace: Workspace) -> Reading:
    """Read all files that the graph of *workspace* is made of.

    Raises:
        DataError: For the first file that `read_file` rejects.
        ExternalError: If a file cannot be read.
    """
    return read(workspace.source_files())
