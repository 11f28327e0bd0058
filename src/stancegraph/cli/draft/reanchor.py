"""``stancegraph draft ARTICLE --reanchor TEXT``: an article whose text has changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stancegraph.cli.context import note
from stancegraph.pipeline.reading import read_text_file

if TYPE_CHECKING:
    from stancegraph.coding.article import Article


def reanchor(article: Article, path: Path) -> bool:
    """Cut the text at *path* anew, and move each claim whose sentence is proven to be there still; tell of all others.

    Says whether any claim lost its sentence. Layout, passages and sheet are written together, or none of them.
    """
    from stancegraph.coding import reanchoring
    from stancegraph.drafting import loaders
    from stancegraph.drafting import sheet as skeleton
    from stancegraph.drafting.sheet import ArticleMetadata
    from stancegraph.files import journal
    from stancegraph.text import Layout, digest, passages, to_turtle

    source = loaders.read(path)
    with journal.exclusive_access(article.workspace.root):
        known = article.kinds()
        for number, line in enumerate(source.text.split("\n"), 1):  # what somebody said of a line before holds on
            kind = known.get(digest(line.strip()))
            if kind is not None:
                source.kinds[number] = kind
        before = Layout.read(article.folder / "layout.toml")
        about = ArticleMetadata(article.slug, "", publication=before.publication)
        layout = skeleton.layout(source, about, before.first_section)
        chosen = Layout.parse(layout, article.folder / "layout.toml")
        cut = passages(source.text, chosen)
        found = reanchoring.anchor(article.digests(), cut)
        sheet = read_text_file(article.sheet)
        hanging = reanchoring.orphaned_claims(sheet, found)
        journal.commit(
            article.workspace.root,
            {
                article.folder / "layout.toml": layout.encode("utf-8"),
                article.folder / "passages.ttl": to_turtle(source.text, chosen, article.slug).encode("utf-8"),
                article.sheet: reanchoring.rename(sheet, found).encode("utf-8"),
            },
        )
    for name, lines in hanging.items():
        print(f"{name} is in the text no more; its claims stand under @ {reanchoring.lost_name(name)}:")
        for line in lines:
            print(f"  {line}")
    for name in found.fresh:
        print(f"{name} is new, and not coded")
    note(
        f"{found.kept} passages are where they were, {len(found.moved) - found.kept} were moved, "
        f"{len(found.lost)} are gone, {len(found.fresh)} are new"
    )
    return bool(hanging)
