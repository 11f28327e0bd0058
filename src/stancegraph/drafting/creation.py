"""Create the draft of an article: its folder with layout, passages and a sheet of proposals, whole or not at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from stancegraph.coding.article import SHEET, build_symbol_table
from stancegraph.coding.passages import to_turtle
from stancegraph.coding.symbols import SymbolTable
from stancegraph.drafting import loaders
from stancegraph.drafting.gazetteer import Gazetteer
from stancegraph.drafting.proposals import Proposal, propose
from stancegraph.drafting.sheet import ArticleMetadata, format_layout, format_sheet
from stancegraph.errors import DataError, UsageError
from stancegraph.files import journal
from stancegraph.files.writing import write_whole
from stancegraph.pipeline.reading import read_workspace
from stancegraph.questions.parameters import find_names
from stancegraph.rdf import terms
from stancegraph.sparql.engine import Engine
from stancegraph.text import Layout, passages
from stancegraph.workspace.folders import Workspace


@dataclass(frozen=True, slots=True)
class CreatedDraft:
    """A draft that was created.

    Attributes:
        folder: The folder of the article.
        text: The file with the plain text that its passages point into.
        proposals: What is proposed for its passages.
    """

    folder: Path
    text: Path
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class DraftingContext:
    """What drafting needs to know of a workspace; any number of drafts can share it.

    Attributes:
        gazetteer: The names that proposals recognise.
        speakers: The IRIs of the things that can speak.
        symbols: The symbols that coding sheets can use, for no article in particular.
    """

    gazetteer: Gazetteer
    speakers: frozenset[str]
    symbols: SymbolTable

    @classmethod
    def load(cls, workspace: Workspace, engine: Engine) -> DraftingContext:
        """Load the context from the files of a workspace and from an *engine* that holds its graph."""
        speakers = frozenset(name.thing for name in find_names(engine, terms.ACTOR))
        symbols = build_symbol_table(workspace, read_workspace(workspace), "")
        return cls(Gazetteer.from_engine(engine), speakers, symbols)


def create_draft(workspace: Workspace, context: DraftingContext, path: Path, metadata: ArticleMetadata) -> CreatedDraft:
    """Draft an article from its text.

    Args:
        workspace: The workspace.
        context: The drafting context of the workspace.
        path: The text of the article, in any format that `loaders.read` takes.
        metadata: What is known of the article.

    Raises:
        UsageError: The article already exists, or the file for its plain text has a different content.
        DataError: The text is empty or malformed, or two of its passages have the same name.
        ExternalError: A file cannot be read or written, or a library for the format is not installed.
    """
    folder = workspace.root / "data" / "articles" / metadata.slug
    _check_absence(folder)
    loaded = loaders.read(path)
    if not loaded.text.strip():
        raise DataError("the file has no text", file=path, remedy="name the file with the article's text")
    toml = format_layout(loaded, metadata)
    layout = Layout.parse(toml, folder / "layout.toml")
    cut = passages(loaded.text, layout)
    repeated = [name for name, count in Counter(passage.name for passage in cut).items() if count > 1]
    if repeated:
        raise DataError(
            f"two passages are called {repeated[0]}", file=path, remedy="two headings are the same: change one of them"
        )
    proposals = propose(loaded.text, cut, context.gazetteer, metadata.day, context.speakers)
    contents = {
        "layout.toml": toml,
        "passages.ttl": to_turtle(loaded.text, layout, metadata.slug),
        SHEET: format_sheet(metadata, proposals, replace(context.symbols, slug=metadata.slug)),
    }
    with journal.exclusive_access(workspace.root):
        _check_absence(folder)  # another process may have created it meanwhile
        text = _store_plain_text(path, loaded.text)
        journal.commit(workspace.root, {folder / name: content.encode("utf-8") for name, content in contents.items()})
    return CreatedDraft(folder, text, tuple(proposals))


def _check_absence(folder: Path) -> None:
    if folder.exists():
        raise UsageError("the article already exists", file=folder, remedy="choose another --id, or remove the folder")


def _store_plain_text(path: Path, text: str) -> Path:
    """Return the file with the plain text that passages point into: *path* itself, or a new file beside it."""
    if path.suffix.lower() in {".txt", ""} or path.read_bytes() == text.encode("utf-8"):
        return path
    plain = path.with_suffix(".txt")
    if plain.exists() and plain.read_bytes() != text.encode("utf-8"):
        raise UsageError(
            "the plain text would overwrite a different text",
            file=plain,
            remedy="move that file, or draft from it",
        )
    write_whole(plain, text.encode("utf-8"))
    return plain
