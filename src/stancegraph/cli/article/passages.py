"""``stancegraph article passages`` and ``reanchor``: locate the sentences of an article in its text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from stancegraph.cli.article.sheet import ArticleName
from stancegraph.cli.context import global_options, note

Text = Annotated[Path, typer.Argument(metavar="TEXT", help="The text of the article.")]


def passages(
    context: typer.Context,
    article: ArticleName,
    text: Text,
    write: Annotated[bool, typer.Option("--write", help="Write passages.ttl instead of printing it.")] = False,
) -> None:
    """Divide a text into passages, as layout.toml says."""
    from stancegraph.coding.article import Article
    from stancegraph.coding.passages import to_turtle
    from stancegraph.files.writing import write_whole
    from stancegraph.text import Layout, read_text

    folder = Article(global_options(context).workspace, article).folder
    turtle = to_turtle(read_text(text), Layout.read(folder / "layout.toml"), article)
    if write:
        write_whole(folder / "passages.ttl", turtle.encode("utf-8"))
    else:
        sys.stdout.write(turtle)


def reanchor(context: typer.Context, article: ArticleName, text: Text) -> None:
    """Move claims to their passages in a changed text."""
    from stancegraph.coding.article import Article
    from stancegraph.coding.reanchoring import lost_name
    from stancegraph.drafting.changed_text import reanchor as reanchor_article

    anchoring, orphaned = reanchor_article(Article(global_options(context).workspace, article), text)
    for name, lines in orphaned.items():
        print(f"{name} is no longer in the text; its claims are now under @ {lost_name(name)}:")
        for line in lines:
            print(f"  {line}")
    for name in anchoring.added:
        print(f"{name} is new and not yet coded")
    note(
        f"{anchoring.unmoved} passages are where they were, {len(anchoring.matched) - anchoring.unmoved} were moved, "
        f"{len(anchoring.lost)} are gone, {len(anchoring.added)} are new"
    )
    if orphaned:
        raise typer.Exit(1)
