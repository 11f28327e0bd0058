"""An article whose text has changed: cut anew, with its claims where their sentences are now."""

from __future__ import annotations

from pathlib import Path

from stancegraph.coding import reanchoring
from stancegraph.coding.article import Article
from stancegraph.coding.passages import to_turtle
from stancegraph.coding.reanchoring import Anchoring
from stancegraph.drafting import loaders
from stancegraph.drafting.sheet import ArticleMetadata, layout
from stancegraph.files import journal
from stancegraph.pipeline.reading import read_text_file
from stancegraph.text import Layout, digest, passages


def reanchor(article: Article, path: Path) -> tuple[Anchoring, dict[str, list[str]]]:
    """Cut the text at *path* anew, and move each claim whose sentence is proven to be there still.

    Layout, passages and sheet are written together, or none of them.

    Returns:
        Which passages were moved, lost or are new; and for each lost one, the lines of its claims in the sheet.

    Raises:
        DataError: where the text, the layout or the sheet cannot be read as such.
        ExternalError: where a file cannot be read or written.
    """
    source = loaders.read(path)
    with journal.exclusive_access(article.workspace.root):
        kinds = article.kinds()
        for number, line in enumerate(source.text.split("\n"), 1):  # what somebody said of a line before holds on
            kind = kinds.get(digest(line.strip()))
            if kind is not None:
                source.kinds[number] = kind
        layout_file = article.folder / "layout.toml"
        previous = Layout.read(layout_file)
        metadata = ArticleMetadata(article.slug, "", publication=previous.publication)
        toml = layout(source, metadata, previous.first_section)
        changed = Layout.parse(toml, layout_file)
        anchoring = reanchoring.anchor(article.digests(), passages(source.text, changed))
        sheet = read_text_file(article.sheet)
        orphaned = reanchoring.orphaned_claims(sheet, anchoring)
        journal.commit(
            article.workspace.root,
            {
                layout_file: toml.encode("utf-8"),
                article.folder / "passages.ttl": to_turtle(source.text, changed, article.slug).encode("utf-8"),
                article.sheet: reanchoring.rename(sheet, anchoring).encode("utf-8"),
            },
        )
    return anchoring, orphaned
