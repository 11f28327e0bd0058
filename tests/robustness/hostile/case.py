"""A case of hostile input, and the ways to spoil a workspace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stancegraph.coding.passages import to_turtle
from stancegraph.text import Layout

Spoil = Callable[[Path], None]
FACTS = "data/articles/example/facts.ttl"
SHAPES = "ontology/shapes/hostile.ttl"
TARGET = "data/links/wikidata.toml"
LINKS = "data/links/wikidata.sssom.tsv"
SHAPE_PREFIXES = (
    "@prefix : <https://w3id.org/stancegraph/shape/> .\n"
    "@prefix sg: <https://w3id.org/stancegraph/ontology#> .\n"
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
)


@dataclass(frozen=True)
class Hostile:
    """A case: how it spoils the workspace in a folder, the call, the statuses allowed, and words of the message.

    In the arguments, ``{w}`` stands for the workspace's folder.
    """

    name: str
    arguments: tuple[str, ...]
    spoil: Spoil | None = None
    status: frozenset[int] = frozenset({1})
    says: tuple[str, ...] = ()
    step_seconds: float = 60


def append_text(name: str, words: str) -> Spoil:
    """Append *words* to the file *name*."""

    def spoil(folder: Path) -> None:
        path = folder / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + words, encoding="utf-8")

    return spoil


def write_text(name: str, words: str) -> Spoil:
    """Write the file *name*."""

    def spoil(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")

    return spoil


def write_bytes(name: str, content: bytes) -> Spoil:
    """Write the file *name*, which need not be text."""

    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return spoil


def write_shape(words: str) -> Spoil:
    """Add a file of shapes."""
    return write_text(SHAPES, SHAPE_PREFIXES + words)


def write_check(header: str, query: str = "SELECT ?subject WHERE { ?subject a ?nothing . FILTER(false) }\n") -> Spoil:
    """Add a check."""
    return write_text("queries/check/hostile.rq", header + query)


def write_query(header: str) -> Spoil:
    """Add a stored question with this *header*."""
    return write_text("queries/ask/hostile.rq", header + "SELECT ?claim WHERE { ?claim a ?kind . } ORDER BY ?claim\n")


def write_article(sheet: str) -> Spoil:
    """Add an article with a text of one sentence, and *sheet* for its coding."""

    def spoil(folder: Path) -> None:
        layout = (
            'sha256 = "0"\npublication = "https://w3id.org/stancegraph/id/pub/new"\nfirst_section = "Intro"\n[lines]\n'
        )
        write_text("data/articles/new/layout.toml", layout + "title = [1]\n")(folder)
        passages = to_turtle("A title\n\nOne.\n", Layout.parse(layout + "title = [1]\n", folder), "new")
        write_text("data/articles/new/passages.ttl", passages)(folder)
        write_text("data/articles/new/coding.txt", sheet)(folder)

    return spoil
