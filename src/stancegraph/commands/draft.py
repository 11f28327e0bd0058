"""``stancegraph draft``: the passages of a text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stancegraph.errors import CallError
from stancegraph.text import Layout, read_text, to_turtle
from stancegraph.writing import write_whole


def command(
    text: Annotated[Path, typer.Argument(help="The article's text, in UTF-8.")],
    article: Annotated[Path, typer.Option(help="The article's folder, with its layout.toml.")],
    write: Annotated[
        bool, typer.Option("--write", help="Write passages.ttl into the folder instead of printing it.")
    ] = False,
) -> None:
    """Cut a text into passages. With offsets and digests; the text itself is not kept."""
    layout = Layout.read(article / "layout.toml")
    turtle = to_turtle(read_text(text), layout, article.resolve().name)
    if not write:
        print(turtle, end="")
        return
    if not article.is_dir():
        raise CallError("no such folder", file=article, remedy="make the article's folder first")
    write_whole(article / "passages.ttl", turtle.encode("utf-8"))
