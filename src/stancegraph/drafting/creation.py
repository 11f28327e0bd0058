"""Found an article: its folder with layout, passages and a sheet of proposals, whole or not at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from stancegraph.coding.article import SHEET, symbol_table
from stancegraph.coding.passages import to_turtle
from stancegraph.coding.symbols import SymbolTable
from stancegraph.drafting import loaders, sheet
from stancegraph.drafting.gazetteer import Gazetteer
from stancegraph.drafting.proposals import Proposal, propose
from stancegraph.drafting.sheet import ArticleMetadata
from stancegraph.errors import DataError, UsageError
from stancegraph.files import journal
from stancegraph.files.writing import write_whole
from stancegraph.pipeline.reading import read_workspace
from stancegraph.questions.parameters import labels
from stancegraph.rdf import terms
from stancegraph.sparql.engine import Engine
from stancegraph.text import Layout, passages
from stancegraph.workspace.folders import Workspace


@dataclass(frozen=True, slots=True)
class CreatedDraft:
    """What was made: the article's folder, the text that its passages point into, and what was proposed."""

    folder: Path
    text: Path
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What a workspace knows before a draft, and any number of drafts: the names of its things, and who may speak."""

    gazetteer: Gazetteer
    speakers: frozenset[str]
    names: SymbolTable

    @classmethod
    def of(cls, workspace: Workspace, engine: Engine) -> Known:
        """What *engine* calls the things of *workspace*, and what coding sheets may call them."""
        speakers = frozenset(thing for thing, _, _ in labels(engine, terms.ACTOR))
        return cls(Gazetteer.of(engine), speakers, symbol_table(workspace, read_workspace(workspace), ""))


def create_draft(workspace: Workspace, known: Known, path: Path, about: ArticleMetadata) -> CreatedDraft:
    """Draft the article *about* from the text at *path*, by the names that are *known*.

    Raises `UsageError` where the article is there already, and what reading and writing raise.
    """
    folder = workspace.root / "data" / "articles" / about.slug
    _is_new(folder)
    source = loaders.read(path)
    if not source.text.strip():
        raise DataError("there is no text in it", file=path, remedy="name the article's text")
    layout = sheet.layout(source, about)
    chosen = Layout.parse(layout, folder / "layout.toml")
    cut = passages(source.text, chosen)
    twice = [name for name, number in Counter(one.name for one in cut).items() if number > 1]
    if twice:
        raise DataError(
            f"two passages are called {twice[0]}", file=path, remedy="two headings are alike: tell them apart"
        )
    proposals = propose(source.text, cut, known.gazetteer, about.day, known.speakers)
    contents = {
        "layout.toml": layout,
        "passages.ttl": to_turtle(source.text, chosen, about.slug),
        SHEET: sheet.sheet(about, proposals, replace(known.names, slug=about.slug)),
    }
    with journal.exclusive_access(workspace.root):
        _is_new(folder)  # still
        text = _kept(path, source.text)
        journal.commit(workspace.root, {folder / name: words.encode("utf-8") for name, words in contents.items()})
    return CreatedDraft(folder, text, tuple(proposals))


def _is_new(folder: Path) -> None:
    if folder.exists():
        raise UsageError(
            "the article is there already", file=folder, remedy="choose another --id, or remove the folder"
        )


def _kept(path: Path, text: str) -> Path:
    """The plain text that passages point into: *path* itself, or a file beside it."""
    if path.suffix.lower() in {".txt", ""} or path.read_bytes() == text.encode("utf-8"):
        return path
    plain = path.with_suffix(".txt")
    if plain.exists() and plain.read_bytes() != text.encode("utf-8"):
        raise UsageError("another text is there already", file=plain, remedy="move it, or draft from it")
    write_whole(plain, text.encode("utf-8"))
    return plain
