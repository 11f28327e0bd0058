"""Cut the changed text of an article into passages, and move its claims to the new places of their sentences."""

from __future__ import annotations

from pathlib import Path

from stancegraph.coding import reanchoring
from stancegraph.coding.article import Article
from stancegraph.coding.passages import to_turtle
from stancegraph.coding.reanchoring import Anchoring
from stancegraph.drafting import loaders
from stancegraph.drafting.sheet import ArticleMetadata, format_layout
from stancegraph.files import journal
from stancegraph.pipeline.reading import read_text_file
from stancegraph.text import Layout, digest, passages


def reanchor(article: Article, path: Path) -> tuple[Anchoring, dict[str, list[str]]]:
    """Cut a changed text into passages, and move each claim whose sentence is proven to be still in it.

    Layout, passages and sheet are written together, or none of them.

    Args:
        article: The article.
        path: The changed text, in any format that `loaders.read` takes.

    Returns:
        Which passages are matched, lost or added; and for each lost one, the first lines of its blocks in the sheet.

    Raises:
        DataError: The text, the layout or the sheet is malformed.
        ExternalError: A file cannot be read or written.
    """
    loaded = loaders.read(path)
    with journal.exclusive_access(article.workspace.root):
        kinds = article.line_kinds()
        for number, line in enumerate(loaded.text.split("\n"), 1):
            kind = kinds.get(digest(line.strip()))
            if kind is not None:  # an editor may have corrected the kind that the loader gives
                loaded.kinds[number] = kind
        layout_file = article.folder / "layout.toml"
        previous = Layout.read(layout_file)
        metadata = ArticleMetadata(article.slug, "", publication=previous.publication)
        toml = format_layout(loaded, metadata, previous.first_section)
        layout = Layout.parse(toml, layout_file)
        anchoring = reanchoring.match_passages(article.passage_digests(), passages(loaded.text, layout))
        sheet = read_text_file(article.sheet)
        orphaned = reanchoring.orphaned_claims(sheet, anchoring)
        journal.commit(
            article.workspace.root,
            {
                layout_file: toml.encode("utf-8"),
                article.folder / "passages.ttl": to_turtle(loaded.text, layout, article.slug).encode("utf-8"),
                article.sheet: reanchoring.rename_passages(sheet, anchoring).encode("utf-8"),
            },
        )
    return anchoring, orphaned
